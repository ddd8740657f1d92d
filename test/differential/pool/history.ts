import { parseEther, type ContractTransactionResponse } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { OperatorVault, StakingPool } from "../../../types/index.js";
import type { BeaconBlock } from "../../helpers/consensus/chain.js";
import { FAR_FUTURE, GWEI_PER_ETH } from "../../helpers/consensus/constants.js";
import { credentials, someSignature } from "../../helpers/consensus/depositData.js";
import { initiateExit, slash } from "../../helpers/consensus/exits.js";
import { currentEpoch, decreaseBalance, indexOf, isActive } from "../../helpers/consensus/state.js";
import { concatKeys, ETHER, placesIn, type DeployedPool, type PoolWorld } from "../../helpers/poolWorld.js";
import { pick, pickFrom } from "../pick.js";
import { heldBy, inTransitOf, outside, type VaultAccount } from "./accounts.js";
import { EPOCHS, PENALTIES, TOP_UPS, type Step } from "./steps.js";

const FACE = 32n * ETHER;
/** What strangers put on a key that is nobody's yet, so that it becomes active without the pool. [ETH] */
const FILLINGS = [31, 40, 2020] as const;

/** A rule that a history has broken. */
export class Broken extends Error {
  override readonly name = "Broken";
}

/** One history of a pool, its operators and the beacon chain, and what must hold all the time. */
export class History {
  readonly accounts: VaultAccount[] = [];
  /** How often each kind of step did something. */
  readonly done = new Map<string, number>();
  private foreigners = 0;
  private seenBlocks = 0;
  private readonly blocks = new Map<OperatorVault, BeaconBlock>();

  constructor(
    private readonly connection: NetworkConnection,
    private readonly deployed: DeployedPool,
    private readonly world: PoolWorld,
    vaults: readonly OperatorVault[],
    addresses: readonly string[],
  ) {
    world.chain.isBare = true;
    vaults.forEach((vault, index) => {
      const address = pickFrom(addresses, index);
      this.accounts.push({
        vault,
        address,
        prepared: [],
        activated: [],
        inflow: 0n,
        early: 0n,
        real: 0n,
        snapshot: undefined,
      });
    });
  }

  private get chain() {
    return this.world.chain;
  }

  private get pool(): StakingPool {
    return this.deployed.pool;
  }

  // ── steps ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Two keys of each operator, one of them the pool's and active. */
  async prepare(): Promise<void> {
    for (const { vault, prepared } of this.accounts) prepared.push(...(await this.world.predeposit(vault, 2)));
    await this.world.block();
    await this.world.block();
    await this.world.passEpochs(4);
    for (const { prepared } of this.accounts) await this.activate(pickFrom(prepared, 0));
    // In Gloas a block's requests are processed by the next one.
    await this.world.block();
    await this.world.passEpochs(300);
  }

  async play(step: Step): Promise<void> {
    const isDone = await this.take(step);
    if (isDone) this.done.set(step.kind, (this.done.get(step.kind) ?? 0) + 1);
    await this.checkPool();
  }

  /** @returns Whether anything happened. */
  private async take({ kind, which, much }: Step): Promise<boolean> {
    const account = pickFrom(this.accounts, which);
    const keys = this.accounts.flatMap(({ prepared }) => prepared);
    const key = pick(keys, which);
    switch (kind) {
      case "key":
        return keys.length < 9 && (await this.addKey(account));
      case "activate":
        return key !== undefined && !this.isPools(key) && (await this.activate(key));
      case "activateAgain":
        return key !== undefined && this.isPools(key) && (await this.activateAgain(key));
      case "activateExiting": {
        const waiting = pick(
          keys.filter((one) => !this.isPools(one)),
          which,
        );
        return waiting !== undefined && (await this.activateExiting(waiting, much));
      }
      case "topUp":
        return key !== undefined && (await this.topUp(key, parseEther(String(pickFrom(TOP_UPS, much)))));
      case "gift":
        return await this.gift(account, (ETHER * BigInt(1 + (much % 100))) / 10n);
      case "merge":
        return key !== undefined && this.merge(key, pickFrom([20n, 32n, 500n], much));
      case "exit":
        return key !== undefined && this.exit(key);
      case "slash":
        return key !== undefined && which % 3 === 0 && this.slash(key);
      case "reward":
        return key !== undefined && this.reward(key, much);
      case "penalise":
        return key !== undefined && this.penalise(key, much);
      case "deposit":
        return await this.attempt(
          this.pool
            .connect(this.staker(which))
            .depositETH(this.staker(which), { value: ETHER * BigInt(1 + (much % 64)) }),
        );
      case "request":
        return await this.request(which, much);
      case "finalise":
        return await this.attempt(this.pool.finalise());
      case "claim":
        return await this.claim(which);
      case "start":
        return await this.start(account);
      case "prove":
        return await this.prove(account, which);
      case "proveAgain":
        return await this.proveAgain(account, which);
      case "proveAll":
        return await this.proveAll(account, which);
      case "round":
        return await this.round();
      case "queue":
        return this.queueForeigner(pickFrom([1n, 32n, 2048n], much));
      case "pass":
        // Among many validators the sweep is days away: a key may be withdrawable, and have its balance.
        this.chain.isSweeping = which % 4 !== 0;
        await this.pass(pickFrom(EPOCHS, much));
        return true;
      case "withhold":
        return this.withhold();
    }
  }

  private staker(which: number) {
    return pickFrom([this.deployed.alice, this.deployed.bob, this.deployed.carol], which);
  }

  private async attempt(sent: Promise<ContractTransactionResponse>): Promise<boolean> {
    try {
      await (await sent).wait();
      return true;
    } catch (error) {
      if (isRevert(error)) return false;
      throw error;
    }
  }

  private async addKey({ vault, prepared }: VaultAccount): Promise<boolean> {
    prepared.push(...(await this.world.predeposit(vault)));
    await this.world.block();
    return true;
  }

  private accountOf(key: string): VaultAccount {
    const account = this.accounts.find(({ prepared }) => prepared.includes(key));
    if (account === undefined) throw new Error(`nobody has prepared ${key}`);
    return account;
  }

  private isPools(key: string): boolean {
    return this.accountOf(key).activated.includes(key);
  }

  /** ETH of others that comes to a key: the vault's, if the key is the pool's. */
  private addInflow(key: string, amount: bigint): void {
    if (this.isPools(key)) this.accountOf(key).inflow += amount;
  }

  private async activate(key: string): Promise<boolean> {
    const { chain, world } = this;
    const account = this.accountOf(key);
    if (indexOf(chain.state, key) < 0) return false;
    const recent = await this.recentOf(key);
    if (recent === undefined) return false;
    const held = outside(chain, key);
    const [receipt] = await world.block(
      async (overrides) => await account.vault.activate(concatKeys([key]), recent, overrides),
    );
    if (receipt?.status !== 1) return false;
    this.addWithdrawals();
    account.inflow += 31n * ETHER;
    if (account.activated.includes(key)) return true;
    account.activated.push(key);
    account.inflow += held;
    account.early += this.missingOf(key);
    return true;
  }

  /**
   * What a key lacks of 32 ETH that is active before the pool's arrive, since others have filled it: the beacon chain has
   * seen it, so contracts count its balance, and the pool's ETH once they are credited. [wei]
   */
  private missingOf(key: string): bigint {
    const validator = this.active(key);
    if (validator?.exitEpoch !== FAR_FUTURE) return 0n;
    const missing = FACE - validator.balance * GWEI_PER_ETH;
    return missing > 0n ? missing : 0n;
  }

  /** Tried, and refused: what it would lead to shows at the next checkpoints. */
  private async activateAgain(key: string): Promise<boolean> {
    await this.activate(key);
    return true;
  }

  /** Of a key that strangers have filled, and that exits before the pool's 31 ETH. Tried, and refused, as above. */
  private async activateExiting(key: string, much: number): Promise<boolean> {
    await this.topUp(key, parseEther(String(pickFrom(FILLINGS, much))));
    // In Gloas a deposit waits for the next block.
    await this.pass(1);
    await this.pass(60);
    this.exit(key);
    this.chain.isSweeping = true;
    // On its way out, or withdrawn.
    await this.pass(pickFrom([300, 3, 300, 300], much));
    // Nothing is activated where checks are old.
    await this.round();
    return await this.activateAgain(key);
  }

  /** Trees of states take time: only what may be proven gets one. */
  private async provableBlock(): Promise<void> {
    this.chain.isBare = false;
    await this.world.block();
    this.chain.isBare = true;
  }

  /** What keys that are not the pool's have brought to a vault is a gift. */
  private addWithdrawals(): void {
    const { blocks, state } = this.chain;
    for (const { payload } of blocks.slice(this.seenBlocks)) {
      for (const { validatorIndex, amount } of payload?.withdrawals ?? []) {
        const key = state.validators[validatorIndex]?.pubkey ?? "";
        const account = this.accounts.find(({ prepared }) => prepared.includes(key));
        if (account !== undefined && !account.activated.includes(key)) account.inflow += amount * GWEI_PER_ETH;
      }
    }
    this.seenBlocks = blocks.length;
  }

  private async recentOf(key: string) {
    await this.provableBlock();
    await this.world.block();
    return await unlessYounger(async () => await Promise.resolve(this.world.recent([key])));
  }

  private async topUp(key: string, amount: bigint): Promise<boolean> {
    const { address } = this.accountOf(key);
    await this.world.give({
      pubkey: key,
      withdrawalCredentials: credentials("0x02", address),
      amount: amount / GWEI_PER_ETH,
      signature: someSignature(1),
    });
    this.addInflow(key, amount);
    return true;
  }

  private async gift(account: VaultAccount, amount: bigint): Promise<boolean> {
    const { provider } = this.connection.ethers;
    const balance = await provider.getBalance(account.address);
    await this.connection.networkHelpers.setBalance(account.address, balance + amount);
    account.inflow += amount;
    return true;
  }

  private merge(key: string, ether: bigint): boolean {
    const validator = this.active(key);
    if (validator?.exitEpoch !== FAR_FUTURE) return false;
    validator.balance += ether * GWEI_PER_ETH;
    this.addInflow(key, ether * ETHER);
    return true;
  }

  private exit(key: string): boolean {
    const validator = this.active(key);
    if (validator?.exitEpoch !== FAR_FUTURE) return false;
    initiateExit(this.chain.state, validator);
    return true;
  }

  private slash(key: string): boolean {
    const validator = this.active(key);
    return validator !== undefined && slash(this.chain.state, validator);
  }

  private reward(key: string, much: number): boolean {
    const validator = this.active(key);
    if (validator === undefined) return false;
    const amount = BigInt(1 + much) * 100_000n;
    validator.balance += amount;
    this.addInflow(key, amount * GWEI_PER_ETH);
    return true;
  }

  private penalise(key: string, much: number): boolean {
    const validator = this.active(key);
    if (validator === undefined) return false;
    decreaseBalance(validator, (validator.balance * BigInt(pickFrom(PENALTIES, much))) / 100_000n);
    return true;
  }

  private active(key: string) {
    const validator = this.chain.state.validators[indexOf(this.chain.state, key)];
    return validator !== undefined && isActive(validator, currentEpoch(this.chain.state)) ? validator : undefined;
  }

  private async request(which: number, much: number): Promise<boolean> {
    const staker = this.staker(which);
    const shares = (await this.pool.balanceOf(staker)) / pickFrom([1n, 2n, 10n], much);
    return await this.attempt(this.pool.connect(staker).requestRedeem(shares, staker, staker));
  }

  private async claim(which: number): Promise<boolean> {
    const staker = this.staker(which);
    const shares = await this.pool.maxRedeem(staker);
    return shares > 0n && (await this.attempt(this.pool.connect(staker).redeem(shares, staker, staker)));
  }

  /** Somebody else's deposit, before which nothing that comes later is looked at. */
  private queueForeigner(ether: bigint): boolean {
    this.chain.addBlock(undefined, {
      deposits: [
        {
          pubkey: `0x${"f0".repeat(44)}${(++this.foreigners).toString(16).padStart(8, "0")}`,
          withdrawalCredentials: credentials("0x01", `0x${"f0".repeat(20)}`),
          amount: ether * GWEI_PER_ETH,
          signature: someSignature(2),
        },
      ],
    });
    return true;
  }

  private withhold(): boolean {
    if (this.chain.state.fork !== "gloas") return false;
    const { isSweeping } = this.chain;
    // Of a state that may be told wrongly: what waited for the sweep has left it, and is nowhere.
    this.chain.isBare = false;
    this.chain.isSweeping = true;
    this.chain.addBlockWithoutPayload();
    this.chain.isBare = true;
    this.chain.isSweeping = isSweeping;
    return true;
  }

  private async pass(epochs: number): Promise<void> {
    await this.world.passEpochs(epochs);
  }

  // ── checkpoints ───────────────────────────────────────────────────────────────────────────────────────────────────

  private async start(account: VaultAccount): Promise<boolean> {
    const { chain, world } = this;
    const { vault, address } = account;
    // What happened since the last block is in no state yet. A withheld one stays the last: nothing can be proven of it.
    if (chain.last.payload !== undefined) await this.provableBlock();
    this.addWithdrawals();
    const balance = await this.connection.ethers.provider.getBalance(address);
    const real = account.activated.reduce((sum, key) => sum + outside(chain, key), balance);
    const transit = account.activated.reduce((sum, key) => sum + inTransitOf(chain, key), 0n);
    const lost = account.real + account.inflow - real;
    if (lost < 0n) throw new Error(`the test has lost count: ${lost} wei of ${address} came out of nothing`);
    const isQuiet = transit === 0n && [...chain.state.pendingDeposits, ...chain.unprocessedDeposits].length === 0;
    const before = (await vault.checkpoint()).number;
    const staked = await this.stakedOf(account);
    const [receipt] = await world.block(async (overrides) => await vault.start(overrides));
    if (receipt?.status !== 1) return false;
    account.snapshot = { real, lost, isQuiet, inflowBefore: account.inflow, early: account.early };
    this.blocks.set(vault, world.told);
    const checkpoint = await vault.checkpoint();
    if (checkpoint.number === before) throw new Error("a checkpoint was started under an old number");
    if (checkpoint.startedAt === 0n) await this.finish(account, staked);
    return true;
  }

  /** A checkpoint runs, be it started for the purpose. */
  private async ensureStarted(account: VaultAccount): Promise<void> {
    const { startedAt } = await account.vault.checkpoint();
    if (startedAt === 0n) await this.start(account);
  }

  private async prove(account: VaultAccount, which: number): Promise<boolean> {
    await this.ensureStarted(account);
    const { left } = await account.vault.checkpoint();
    const place = pick(placesIn(left), which);
    return place !== undefined && (await this.provePlaces(account, [place], isGenerous(which)));
  }

  /** A key that is proven already. */
  private async proveAgain(account: VaultAccount, which: number): Promise<boolean> {
    const { vault } = account;
    await this.prove(account, which);
    const { left, startedAt, stateRoot } = await vault.checkpoint();
    const { live } = await vault.keySets();
    const place = pick(placesIn(live & ~left), which);
    const block = this.blocks.get(vault);
    // One that is not open has a block whose payload was withheld: nothing can be proven against it.
    if (startedAt === 0n || BigInt(stateRoot) === 0n || place === undefined || block === undefined) return false;
    const proven = await unlessYounger(async () => await this.world.checkpointProof(vault, block, [place]));
    if (proven === undefined) return false;
    const staked = await this.stakedOf(account);
    await this.attempt(vault.prove(proven.proof, proven.places));
    if ((await vault.checkpoint()).startedAt === 0n) await this.finish(account, staked);
    return true;
  }

  private async proveAll(account: VaultAccount, which = 0): Promise<boolean> {
    await this.ensureStarted(account);
    const { left } = await account.vault.checkpoint();
    return left !== 0n && (await this.provePlaces(account, placesIn(left), isGenerous(which)));
  }

  private async provePlaces(account: VaultAccount, places: readonly number[], isWithAllFields: boolean) {
    const { vault } = account;
    const block = this.blocks.get(vault);
    if (block === undefined) throw new Error("keys are left of a checkpoint that was never started");
    const { stateRoot } = await vault.checkpoint();
    const executedAt = this.chain.timestampOf(block.header.slot);
    if (BigInt(stateRoot) === 0n && !(await this.attempt(vault.open(block.header, executedAt)))) return false;
    const { proof, places: packed } = await this.world.checkpointProof(vault, block, places, isWithAllFields);
    const staked = await this.stakedOf(account);
    if (!(await this.attempt(vault.prove(proof, packed)))) throw new Broken("an honest proof was refused");
    if ((await vault.checkpoint()).startedAt === 0n) await this.finish(account, staked);
    return true;
  }

  private async stakedOf({ address }: VaultAccount): Promise<bigint> {
    const { registry } = this.deployed;
    return (await registry.getOperator(await registry.operatorOf(address))).staked;
  }

  /** What a finished checkpoint has counted, against what there was. */
  private async finish(account: VaultAccount, stakedBefore: bigint): Promise<void> {
    const { snapshot, vault } = account;
    if (snapshot === undefined) throw new Error("a checkpoint was finished that was never started");
    const { recorded } = await vault.checkpoint();
    const staked = await this.stakedOf(account);
    const counted = staked + recorded;
    const added = account.inflow - snapshot.inflowBefore;
    const addedKeys = await this.addedSince(account);
    const later = addedKeys * FACE;
    if (counted > snapshot.real + later) {
      throw new Broken(`overcount: ${counted - snapshot.real - later} wei more than there were`);
    }
    const { inFlight } = await vault.keySets();
    if (inFlight === 0n && snapshot.isQuiet && (await this.hasNoLateEther(account)) && counted !== snapshot.real) {
      throw new Broken(`settled: ${snapshot.real - counted} wei are not counted`);
    }
    const fallen = stakedBefore - counted;
    if (fallen > snapshot.lost + snapshot.early) {
      throw new Broken(`false loss: ${fallen} wei, of which ${snapshot.lost} were lost`);
    }
    account.real = snapshot.real - recorded;
    account.inflow = added;
    account.early -= snapshot.early;
    account.snapshot = undefined;
  }

  /** Keys activated since the checkpoint was started: in the vault, and not in its set. */
  private async addedSince({ vault }: VaultAccount): Promise<bigint> {
    const filter = vault.filters.CheckpointStarted();
    const [started] = (await vault.queryFilter(filter)).slice(-1);
    if (started === undefined) throw new Error("no checkpoint was started");
    const since = await vault.queryFilter(vault.filters.Activated(), started.blockNumber);
    return BigInt(
      since.filter((event) => event.blockNumber > started.blockNumber || event.index > started.index).length,
    );
  }

  /** Whether no key that is withdrawn has got anything since. */
  private async hasNoLateEther({ vault, activated }: VaultAccount): Promise<boolean> {
    const { live } = await vault.keySets();
    const indices = new Set(await Promise.all(placesIn(live).map(async (place) => Number(await vault.indexAt(place)))));
    return activated.every((key) => {
      const index = indexOf(this.chain.state, key);
      return indices.has(index) || heldBy(this.chain, key) === 0n;
    });
  }

  private async round(): Promise<boolean> {
    for (const account of this.accounts) {
      await this.start(account);
      await this.proveAll(account);
    }
    await this.attempt(this.pool.finalise());
    return true;
  }

  // ── what must hold ────────────────────────────────────────────────────────────────────────────────────────────────

  /** The pool has what it says, and no more is claimable than is reserved. */
  private async checkPool(): Promise<void> {
    const { idle, reserved, value } = await this.pool.books();
    let staked = 0n;
    for (const account of this.accounts) staked += await this.stakedOf(account);
    if (value !== staked) throw new Broken(`value: the pool counts ${value} wei, the registry ${staked}`);
    const balance = await this.connection.ethers.provider.getBalance(this.pool);
    if (balance !== idle + reserved)
      throw new Broken(`covered: ${balance} wei for ${idle} idle and ${reserved} reserved`);
    let claimable = 0n;
    for (const staker of [this.deployed.alice, this.deployed.bob, this.deployed.carol]) {
      claimable += await this.pool.maxWithdraw(staker);
    }
    if (claimable > reserved) throw new Broken(`covered: ${claimable} wei claimable of ${reserved}`);
  }

  /** Everybody leaves, operators and stakers, with honest provers: nothing may stay behind but dust. */
  async drain(): Promise<void> {
    const { pool, registry, ...people } = this.deployed;
    const { chain, world } = this;
    chain.isSweeping = true;
    for (let waited = 0; waited < 60; ++waited) {
      await world.passEpochs(300);
      for (const { activated } of this.accounts) {
        for (const key of activated) {
          const validator = this.active(key);
          if (validator !== undefined) initiateExit(chain.state, validator);
        }
      }
      const keys = this.accounts.flatMap(({ activated }) => activated);
      if (keys.every((key) => heldBy(chain, key) === 0n)) break;
    }
    await world.passEpochs(300);
    await this.round();
    await world.passEpochs(10);
    await this.round();
    for (const { vault, address } of this.accounts) {
      if ((await vault.keyCount()) !== 0n) throw new Broken("stuck: keys are left");
      const { staked, bond } = await registry.getOperator(await registry.operatorOf(address));
      if (staked !== 0n) throw new Broken(`settled: ${staked} wei are counted of nothing`);
      if (bond > 0n) await registry.connect(people.operator).releaseFees(await registry.operatorOf(address));
      await registry.collect(await registry.operatorOf(address));
    }
    const owners = [people.alice, people.bob, people.carol, people.operator, people.governance];
    for (const owner of owners) {
      const shares = await pool.balanceOf(owner);
      if (shares > 0n) await pool.connect(owner).requestRedeem(shares, owner, owner);
    }
    await world.block();
    await this.round();
    const { shares } = await pool.waiting();
    if (shares !== 0n) throw new Broken(`stuck: ${shares} shares wait`);
    for (const owner of owners) {
      for (let most = await pool.maxRedeem(owner); most > 0n; most = await pool.maxRedeem(owner)) {
        await pool.connect(owner).redeem(most, owner, owner);
      }
    }
    await this.checkPool();
    const { reserved } = await pool.books();
    if (reserved > BigInt(Number(await pool.requestCount())))
      throw new Broken(`covered: ${reserved} wei stay reserved`);
  }
}

/** Whether a prover brings fields that nobody asks for: of keys that have a balance, and may be withdrawable. */
const isGenerous = (which: number): boolean => which % 4 >= 2;

/** Undefined if the state that is asked does not know the validator yet. */
async function unlessYounger<T>(prove: () => Promise<T>): Promise<T | undefined> {
  try {
    return await prove();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const isRevert = (error: unknown): boolean => error instanceof Error && /revert/i.test(error.message);
