import { getBytes, hexlify, parseEther, type TransactionReceipt } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import { proveState, type StateProof, type Wanted } from "../../src/staking/proveState.js";
import type { OperatorVault, StakingPool } from "../../types/index.js";
import { DepositContractMock__factory, OperatorVault__factory, StakingPool__factory } from "../../types/index.js";
import { getActors } from "./actors.js";
import { BEACON_ROOTS, SYSTEM_ADDRESS } from "./consensus/beaconRoots.js";
import { BeaconChain, type BeaconBlock, type ChainOptions, type ExecutionRequests } from "./consensus/chain.js";
import { GWEI_PER_ETH, SECONDS_PER_SLOT } from "./consensus/constants.js";
import { decodeWithdrawalRequests, somePubkey, someSignature } from "./consensus/depositData.js";
import { treeOf } from "./consensus/proofs.js";
import { indexOf, validatorAt, type DepositRequest, type ValidatorRecord } from "./consensus/state.js";
import { deployTimelock } from "./deployTimelock.js";
import { impersonate } from "./impersonate.js";

export const WITHDRAWAL_REQUESTS = "0x00000961Ef480Eb55e80D19ad83579A64c007002";
export const ETHER = parseEther("1");
/** Enough for any call; a block of the simulated chain has room for several. */
const GAS = 12_000_000n;
/** Ahead of every other transaction of the block. */
const FIRST = { maxFeePerGas: 10n ** 13n, maxPriorityFeePerGas: 10n ** 12n, gasLimit: 200_000n };

export interface PoolOptions {
  readonly fork?: ChainOptions["fork"];
  readonly isSigned?: NonNullable<ChainOptions["isSigned"]>;
  /** [1e18 = 100 %] */
  readonly fee?: bigint;
  /** [wei] */
  readonly cap?: bigint;
  readonly unvettedOperatorCap?: bigint;
  readonly unvettedCap?: bigint;
  /** Of the entities that it begins with. [wei] */
  readonly entityCaps?: readonly bigint[];
  readonly operators?: readonly FirstOperator[];
  /** Creation code instead of the contracts' own, where a test leaves something out. */
  readonly bytecode?: { readonly OperatorVault?: string; readonly StakingPool?: string };
}

/** A vetted operator that the pool begins with. */
export interface FirstOperator {
  readonly owner: string;
  /** From 1. */
  readonly entity: bigint;
  /** [wei] */
  readonly cap: bigint;
}

/** What a proof of an hour at most is made of. */
export interface RecentProof {
  readonly timestamp: number;
  readonly header: BeaconBlock["header"];
  readonly proof: StateProof;
}

/** A transaction to be sent, with what the world adds to it. */
type Sending = (overrides: { gasLimit: bigint }) => Promise<{ readonly hash: string }>;

/** Pool, registry and vault implementation, under a timelock whose gate tells any state, beside a beacon chain of its own. */
export async function deployPool(connection: NetworkConnection, options: PoolOptions = {}) {
  const { ethers, networkHelpers } = connection;
  const { deployer, ...people } = await getActors(ethers, "deployer", "alice", "bob", "carol", "prover", "operator");
  const { timelock, fallbackGate } = await deployTimelock(connection, { admin: deployer });
  const gate = await ethers.deployContract("StateGateMock");
  await timelock.setGate(gate);
  const weth = await ethers.deployContract("WETHMock");
  const depositContract = await ethers.deployContract("DepositContractMock");
  const requests = await ethers.deployContract("WithdrawalRequestsMock");
  await networkHelpers.setCode(WITHDRAWAL_REQUESTS, await ethers.provider.getCode(requests));
  const bytecode = options.bytecode;
  const vaultFactory = await ethers.getContractFactory("OperatorVault");
  const poolFactory = await ethers.getContractFactory("StakingPool");
  const implementation = await new OperatorVault__factory(
    vaultFactory.interface,
    bytecode?.OperatorVault ?? vaultFactory.bytecode,
    deployer,
  ).deploy(depositContract);
  const terms = {
    name: "Staked Ether of the DAO",
    symbol: "sETH",
    timelock,
    weth,
    fee: options.fee ?? parseEther("0.1"),
    cap: options.cap ?? parseEther("1000000"),
    unvettedOperatorCap: options.unvettedOperatorCap ?? parseEther("10000"),
    unvettedCap: options.unvettedCap ?? parseEther("100000"),
    entityCaps: [...(options.entityCaps ?? [])],
    operators: [...(options.operators ?? [])],
  };
  const pool = await new StakingPool__factory(
    poolFactory.interface,
    bytecode?.StakingPool ?? poolFactory.bytecode,
    deployer,
  ).deploy(terms, implementation);
  const registry = await ethers.getContractAt("OperatorRegistry", await pool.REGISTRY());
  const governance = await impersonate(connection, timelock);
  const contracts = { timelock, fallbackGate, gate, weth, depositContract, implementation, pool, registry };
  /** A beacon chain that knows nobody yet. */
  const openWorld = async (): Promise<PoolWorld> => {
    const genesisTime = (await networkHelpers.time.latest()) + 60;
    const { fork = "fulu", isSigned = () => true } = options;
    const chain = new BeaconChain({ fork, isSigned, genesisTime });
    const world = new PoolWorld(connection, chain, pool, await depositContract.getAddress());
    await world.block();
    return world;
  };
  const world = await openWorld();
  const { chain } = world;
  return { ...contracts, ...people, connection, ethers, deployer, governance, chain, world, openWorld, terms };
}

export type DeployedPool = Awaited<ReturnType<typeof deployPool>>;

/** Keeps the two layers together: deposits and exit requests reach the beacon chain, roots and withdrawals come back. */
export class PoolWorld {
  private nextLog = 0;
  private system: HardhatEthersSigner | undefined;
  private names = 0;

  constructor(
    readonly connection: NetworkConnection,
    readonly chain: BeaconChain,
    readonly pool: StakingPool,
    private readonly depositContract: string,
  ) {}

  // ── time ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * One block of both chains, with what `send` submits.
   * @returns Receipts of what was sent.
   */
  async block(...sendings: readonly Sending[]): Promise<readonly TransactionReceipt[]> {
    const { ethers, networkHelpers, provider } = this.connection;
    const slot = await this.nextSlot();
    const system = await this.systemSigner();
    const parentRoot = this.chain.blocks.at(-1)?.root ?? hexlify(new Uint8Array(32));
    await provider.request({ method: "evm_setAutomine", params: [false] });
    try {
      await system.sendTransaction({ to: BEACON_ROOTS, data: parentRoot, ...FIRST });
      const sent: { readonly hash: string }[] = [];
      for (const sending of sendings) sent.push(await sending({ gasLimit: GAS }));
      await networkHelpers.time.setNextBlockTimestamp(this.chain.timestampOf(slot));
      await networkHelpers.mine();
      const { payload } = this.chain.addBlock(slot, await this.takeRequests());
      for (const { address, amount } of payload?.withdrawals ?? []) {
        const balance = await ethers.provider.getBalance(address);
        await networkHelpers.setBalance(address, balance + amount * GWEI_PER_ETH);
      }
      return await Promise.all(sent.map(async ({ hash }) => await this.receiptOf(hash)));
    } finally {
      await provider.request({ method: "evm_setAutomine", params: [true] });
    }
  }

  /** A block whose payload is never seen (Gloas): nothing happens on the execution layer. */
  async withhold(): Promise<BeaconBlock> {
    return this.chain.addBlockWithoutPayload(await this.nextSlot());
  }

  /**
   * Remembers both chains as they are.
   * @returns What brings them back, as often as it is called.
   */
  async save(): Promise<() => Promise<void>> {
    const evm = await this.connection.networkHelpers.takeSnapshot();
    const restoreChain = this.chain.save();
    const { nextLog, names } = this;
    return async () => {
      await evm.restore();
      restoreChain();
      this.nextLog = nextLog;
      this.names = names;
    };
  }

  /** Epochs without blocks, then a block that is swept, and one that tells of it. */
  async passEpochs(count: number): Promise<void> {
    await this.nextSlot();
    this.chain.advanceEpochs(count);
    await this.block();
    await this.block();
  }

  async passDays(days: number): Promise<void> {
    await this.passEpochs(days * 225);
  }

  /** The execution layer may be ahead: each of its transactions takes a second. */
  private async nextSlot(): Promise<number> {
    const latest = await this.connection.networkHelpers.time.latest();
    const reached = Math.floor((latest - this.chain.timestampOf(0)) / SECONDS_PER_SLOT) + 1;
    const slot = Math.max(reached, this.chain.state.slot + 1);
    this.chain.advanceTo(slot - 1);
    return slot;
  }

  private async systemSigner(): Promise<HardhatEthersSigner> {
    this.system ??= await impersonate(this.connection, SYSTEM_ADDRESS);
    return this.system;
  }

  private async receiptOf(hash: string): Promise<TransactionReceipt> {
    const receipt = await this.connection.ethers.provider.getTransactionReceipt(hash);
    if (receipt === null) throw new Error(`${hash} was not mined`);
    return receipt;
  }

  /** What the execution layer asks of the beacon chain since the last block. */
  private async takeRequests(): Promise<ExecutionRequests> {
    const { ethers, provider } = this.connection;
    const latest = await ethers.provider.getBlockNumber();
    const contract = DepositContractMock__factory.connect(this.depositContract, ethers.provider);
    const logs = await contract.queryFilter(contract.filters.DepositEvent(), this.nextLog, latest);
    this.nextLog = latest + 1;
    const deposits = logs.map(({ args }) => ({
      pubkey: args.pubkey,
      withdrawalCredentials: args.withdrawal_credentials,
      amount: new DataView(getBytes(args.amount).buffer).getBigUint64(0, true),
      signature: args.signature,
    }));
    const records = await ethers.provider.call({ to: WITHDRAWAL_REQUESTS, from: SYSTEM_ADDRESS });
    if (records !== "0x") {
      await provider.request({ method: "evm_setAutomine", params: [true] });
      await (await this.systemSigner()).sendTransaction({ to: WITHDRAWAL_REQUESTS, gasLimit: GAS });
    }
    return { deposits, withdrawals: decodeWithdrawalRequests(records) };
  }

  // ── proofs ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The block whose root the last execution block told. */
  get told(): BeaconBlock {
    const block = this.chain.blocks.at(-2);
    if (block === undefined) throw new Error("no block has been told yet");
    return block;
  }

  proofOf(block: BeaconBlock, wanted: Wanted): StateProof {
    return proveState(treeOf(block.state), block.fork === "gloas" ? "gloas" : "electra", wanted).proof;
  }

  /** Fields, and balances if told, of keys, against the block told last. */
  recent(pubkeys: readonly string[], withBalances = false): RecentProof {
    const indices = pubkeys.map((pubkey) => indexOf(this.chain.state, pubkey));
    const block = this.told;
    const proof = this.proofOf(block, { fields: indices, balances: withBalances ? indices : [] });
    return { timestamp: this.chain.timestampOf(this.chain.last.header.slot), header: block.header, proof };
  }

  validator(pubkey: string): ValidatorRecord {
    return validatorAt(this.chain.state, indexOf(this.chain.state, pubkey));
  }

  /** Keys in the order in which a proof names them: by index. */
  inOrder(pubkeys: readonly string[]): string[] {
    return [...pubkeys].sort((a, b) => indexOf(this.chain.state, a) - indexOf(this.chain.state, b));
  }

  // ── an operator's walk ────────────────────────────────────────────────────────────────────────────────────────────

  async register(owner: HardhatEthersSigner): Promise<OperatorVault> {
    const { ethers } = this.connection;
    const registry = await ethers.getContractAt("OperatorRegistry", await this.pool.REGISTRY(), owner);
    await (await registry.register()).wait();
    const { vault } = await registry.getOperator(await registry.operatorCount());
    return await ethers.getContractAt("OperatorVault", vault, owner);
  }

  /** 1 ETH of the vault's owner for each of new keys. */
  async predeposit(vault: OperatorVault, count = 1): Promise<string[]> {
    const pubkeys = Array.from({ length: count }, () => somePubkey(++this.names));
    for (const pubkey of pubkeys) await vault.predeposit(pubkey, someSignature(this.names), { value: ETHER });
    return pubkeys;
  }

  /** Deposits of strangers, under any credentials. */
  async give(deposit: DepositRequest): Promise<void> {
    await this.nextSlot();
    this.chain.addBlock(await this.nextSlot(), { deposits: [deposit] });
  }

  /** Predeposits keys, and waits until the beacon chain has them. */
  async prepare(vault: OperatorVault, count = 1): Promise<string[]> {
    const pubkeys = await this.predeposit(vault, count);
    // In Gloas a block's requests are processed by the next one.
    await this.block();
    await this.block();
    await this.passEpochs(4);
    return this.inOrder(pubkeys);
  }

  async activate(vault: OperatorVault, pubkeys: readonly string[]): Promise<void> {
    await vault.activate(concatKeys(pubkeys), this.recent(pubkeys));
  }

  /** Keys that are activated, and of age when `epochs` are enough. */
  async enlist(vault: OperatorVault, count = 1, epochs = 12): Promise<string[]> {
    const pubkeys = await this.prepare(vault, count);
    await this.activate(vault, pubkeys);
    await this.block();
    await this.block();
    await this.passEpochs(epochs);
    return pubkeys;
  }

  // ── checkpoints ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** @returns The block that everything is proven against. */
  async start(vault: OperatorVault): Promise<BeaconBlock> {
    const [receipt] = await this.block(async (overrides) => await vault.start(overrides));
    if (receipt?.status !== 1) throw new Error("the checkpoint was not started");
    return this.told;
  }

  async open(vault: OperatorVault, block: BeaconBlock): Promise<void> {
    await vault.open(block.header, this.chain.timestampOf(block.header.slot));
  }

  /**
   * Proof and places of keys of the running checkpoint: of all that are left, or of those at some places.
   * @param isWithAllFields Also of keys whose fields nobody asks for.
   */
  async checkpointProof(vault: OperatorVault, block: BeaconBlock, only?: readonly number[], isWithAllFields = false) {
    const { left } = await vault.checkpoint();
    const { inFlight } = await vault.keySets();
    const places = only ?? placesIn(left);
    const keys = await Promise.all(places.map(async (place) => ({ place, index: Number(await vault.indexAt(place)) })));
    keys.sort((a, b) => a.index - b.index);
    const tree = treeOf(block.state);
    const layout = block.fork === "gloas" ? "gloas" : "electra";
    const { balanceChunks, balanceIndices } = proveState(tree, layout, {
      fields: [],
      balances: keys.map(({ index }) => index),
    }).proof;
    const balances = readBalances(balanceIndices, balanceChunks);
    const fields = keys.filter(
      ({ index, place }) => isWithAllFields || isIn(inFlight, place) || balances.get(index) === 0n,
    );
    const proof = this.proofOf(block, {
      fields: fields.map(({ index }) => index),
      balances: keys.map(({ index }) => index),
    });
    return { proof, places: hexlify(Uint8Array.from(keys.map(({ place }) => place))) };
  }

  async prove(vault: OperatorVault, block: BeaconBlock, only?: readonly number[]): Promise<void> {
    const { proof, places } = await this.checkpointProof(vault, block, only);
    await vault.prove(proof, places);
  }

  /** A whole checkpoint of each vault. */
  async check(...vaults: readonly OperatorVault[]): Promise<void> {
    for (const vault of vaults) {
      const block = await this.start(vault);
      if ((await vault.checkpoint()).startedAt === 0n) continue;
      await this.open(vault, block);
      await this.prove(vault, block);
    }
  }
}

export const concatKeys = (pubkeys: readonly string[]): string =>
  `0x${pubkeys.map((pubkey) => pubkey.slice(2)).join("")}`;

const isIn = (set: bigint, place: number): boolean => ((set >> BigInt(place)) & 1n) === 1n;

export const placesIn = (set: bigint): number[] =>
  Array.from({ length: 256 }, (_, place) => place).filter((place) => isIn(set, place));

/** Balances in the leaves of a proof, by index. [gwei] */
function readBalances(packed: string, chunks: readonly string[]): Map<number, bigint> {
  const indices = (packed.slice(2).match(/.{10}/g) ?? []).map((index) => Number.parseInt(index, 16));
  const positions = [...new Set(indices.map((index) => Math.floor(index / 4)))];
  return new Map(
    indices.map((index) => {
      const chunk = chunks[positions.indexOf(Math.floor(index / 4))];
      if (chunk === undefined) throw new Error(`no leaf for ${index}`);
      return [index, new DataView(getBytes(chunk).buffer).getBigUint64(8 * (index % 4), true)];
    }),
  );
}
