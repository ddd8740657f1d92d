import { parseEther, sha256, toBeHex, zeroPadBytes, ZeroAddress } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import {
  DepositContractMock__factory,
  DualGovernanceTimelock__factory,
  FallbackGate__factory,
  OperatorRegistry__factory,
  OperatorVault__factory,
  StakingPool__factory,
  StateGateMock__factory,
  WETHMock__factory,
  WithdrawalRequestsMock__factory,
  type OperatorRegistry,
  type OperatorVault,
  type StakingPool,
  type StateGateMock,
} from "../../types/index.js";
import { ETHER, GWEI } from "../model/units.js";
import { BEACON_ROOTS, WITHDRAWAL_REQUESTS } from "../protocol/predeploys.js";
import { headerRoot, type BeaconHeader } from "../staking/beaconNode/header.js";
import { proveState, type StateProof, type StateTree, type Wanted } from "../staking/proveState.js";
import { toHex } from "../staking/leaves.js";
import { ACTIVE, bigState, UNSEEN, type NamedValidator } from "../staking/sketch/bigState.js";
import { mined } from "./mined.js";
import { deploymentGas, RULES } from "./gasWorld.js";

/** Validators of the measured state: twice as many as mainnet has. */
export const VALIDATORS = 2_000_000;
const SYSTEM = "0xfffffffffffffffffffffffffffffffffffffffe";
/** Twelve seconds to a slot; the number of the first is as far as mainnet's. */
const SECONDS_PER_SLOT = 12;
const FIRST_SLOT = 12_345_678n;
/** No transaction may use more (EIP-7825). */
export const GAS_LIMIT = 16_777_216n;
const SIGNATURE = `0x${"51".repeat(96)}`;
const SOME_ROOT = `0x${"b0".repeat(32)}`;

/** Keys of one operator, in the order of the proof. */
export interface Keys {
  readonly vault: OperatorVault;
  readonly indices: readonly number[];
  readonly pubkeys: readonly string[];
}

/** A state, in a block whose root EIP-4788 has told. */
interface Told {
  readonly header: BeaconHeader;
  readonly tree: StateTree;
  /** Of the block that tells. [unix seconds] */
  readonly timestamp: number;
}

/** 48 bytes that stand for the public key of validator `index`. */
const pubkeyOf = (index: number): string => `0x${toBeHex(index + 1, 48).slice(2)}`;

export const concatKeys = (pubkeys: readonly string[]): string => `0x${pubkeys.map((key) => key.slice(2)).join("")}`;

/** A pool, its operators, and what the beacon chain is said to hold. Nothing of it is measured but what `send` returns. */
export class GasPool {
  private readonly owners = new Map<number, string>();
  private slot = FIRST_SLOT;

  constructor(
    readonly connection: NetworkConnection,
    readonly owner: HardhatEthersSigner,
    readonly staker: HardhatEthersSigner,
    readonly pool: StakingPool,
    readonly registry: OperatorRegistry,
    readonly gate: StateGateMock,
    private readonly system: HardhatEthersSigner,
    /** Spent on pool, registry and the vaults' implementation. [gas] */
    readonly deployGas: number,
  ) {}

  /** An operator with keys of these validators, each with 1 ETH. */
  async predeposit(vault: OperatorVault, indices: readonly number[]): Promise<Keys> {
    const sorted = [...indices].sort((a, b) => a - b);
    const pubkeys = sorted.map(pubkeyOf);
    const credentials = await vault.withdrawalCredentials();
    for (const index of sorted) this.owners.set(index, credentials);
    for (const pubkey of pubkeys)
      await mined(vault.predeposit(pubkey, SIGNATURE, { value: ETHER, gasLimit: 2_000_000n }));
    return { vault, indices: sorted, pubkeys };
  }

  vaultOf(address: string): OperatorVault {
    return OperatorVault__factory.connect(address, this.owner);
  }

  /** The vault of an operator that registers now. */
  async register(): Promise<OperatorVault> {
    await mined(this.registry.register());
    const { vault } = await this.registry.getOperator(await this.registry.operatorCount());
    return this.vaultOf(vault);
  }

  /** A state in which all keys hold as much: 1 ETH and nothing else, or 32 ETH and active. [gwei] */
  state(balance: bigint): StateTree {
    const named = [...this.owners].map(([index, withdrawalCredentials]): [number, NamedValidator] => [
      index,
      {
        pubkeyRoot: sha256(zeroPadBytes(pubkeyOf(index), 64)),
        withdrawalCredentials,
        balance,
        ...(balance >= 32n * GWEI ? ACTIVE : UNSEEN),
      },
    ]);
    return bigState("electra", VALIDATORS, new Map(named));
  }

  /** A block of the state, told by the next one, together with what is sent in that one. */
  async tell(tree: StateTree, send?: (overrides: { gasLimit: bigint }) => Promise<{ readonly hash: string }>) {
    const { ethers, networkHelpers, provider } = this.connection;
    const header = {
      slot: this.slot++,
      proposerIndex: 7n,
      parentRoot: SOME_ROOT,
      stateRoot: toHex(tree(1n)),
      bodyRoot: SOME_ROOT,
    };
    const timestamp = (await networkHelpers.time.latest()) + SECONDS_PER_SLOT;
    await provider.request({ method: "evm_setAutomine", params: [false] });
    const first = { maxFeePerGas: 10n ** 13n, maxPriorityFeePerGas: 10n ** 12n, gasLimit: 1_000_000n };
    await this.system.sendTransaction({ to: BEACON_ROOTS, data: headerRoot(header), ...first });
    const sent = await send?.({ gasLimit: GAS_LIMIT });
    await networkHelpers.time.setNextBlockTimestamp(timestamp);
    await networkHelpers.mine();
    await provider.request({ method: "evm_setAutomine", params: [true] });
    const receipt = sent === undefined ? null : await ethers.provider.getTransactionReceipt(sent.hash);
    return { header, tree, timestamp, gas: Number(receipt?.gasUsed ?? 0n) };
  }

  /** Makes EIP-4788 tell the parent of every block that {@link tell} makes: its payload counts as executed. */
  async tellParent(): Promise<number> {
    await this.system.sendTransaction({ to: BEACON_ROOTS, data: SOME_ROOT });
    return await this.connection.networkHelpers.time.latest();
  }

  proof({ tree }: Told, wanted: Wanted): StateProof {
    return proveState(tree, "electra", wanted).proof;
  }

  /** Fields, and balances if wanted, of keys. */
  recent({ header, timestamp, tree }: Told, { indices }: Keys, withBalances = false) {
    const wanted = { fields: indices, balances: withBalances ? indices : [] };
    return { timestamp, header, proof: proveState(tree, "electra", wanted).proof };
  }

  /** Until there is ETH for all keys. */
  async deposit(assets: bigint): Promise<void> {
    await mined(this.pool.connect(this.staker).depositETH(this.staker, { value: assets }));
  }
}

/** @param vetted Operators that the pool begins with. */
export async function createGasPool(connection: NetworkConnection, vetted: number): Promise<GasPool> {
  const { ethers, networkHelpers } = connection;
  const [owner, staker] = await ethers.getSigners();
  if (!owner || !staker) throw new Error("the chain has too few accounts");
  for (const account of [owner, staker, SYSTEM]) await networkHelpers.setBalance(addressOf(account), 10n ** 24n);
  const system = await ethers.getImpersonatedSigner(SYSTEM);
  const { delay, fallbackDelay, ...bounds } = RULES.timelock;
  const fallbackGate = await new FallbackGate__factory(owner).deploy(fallbackDelay);
  const timelock = await new DualGovernanceTimelock__factory(owner).deploy(
    bounds,
    fallbackGate,
    delay,
    [owner],
    [ZeroAddress],
    owner,
  );
  const gate = await new StateGateMock__factory(owner).deploy();
  await mined(timelock.setGate(gate));
  const depositContract = await new DepositContractMock__factory(owner).deploy();
  const requests = await new WithdrawalRequestsMock__factory(owner).deploy();
  await networkHelpers.setCode(WITHDRAWAL_REQUESTS, await ethers.provider.getCode(requests));
  const implementation = await new OperatorVault__factory(owner).deploy(depositContract);
  const terms = {
    name: "Staked Ether of the DAO",
    symbol: "sETH",
    timelock,
    weth: await new WETHMock__factory(owner).deploy(),
    fee: parseEther("0.1"),
    cap: parseEther("1000000"),
    unvettedOperatorCap: parseEther("100000"),
    unvettedCap: parseEther("1000000"),
    entityCaps: [parseEther("1000000")],
  };
  const factory = new StakingPool__factory(owner);
  const plain = await factory.deploy({ ...terms, operators: [] }, implementation);
  const first = { owner: owner.address, entity: 1n, cap: parseEther("100000") };
  const operators = Array.from({ length: vetted }, () => first);
  const pool = vetted === 0 ? plain : await factory.deploy({ ...terms, operators }, implementation);
  const deployGas = (await deploymentGas(plain)) + (await deploymentGas(implementation));
  const registry = OperatorRegistry__factory.connect(await pool.REGISTRY(), owner);
  return new GasPool(connection, owner, staker, pool, registry, gate, system, deployGas);
}

const addressOf = (account: HardhatEthersSigner | string): string =>
  typeof account === "string" ? account : account.address;
