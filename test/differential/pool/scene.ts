import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import type { OperatorVault, StakingPool } from "../../../types/index.js";
import type { BeaconBlock, BeaconChain } from "../../helpers/consensus/chain.js";
import { GWEI_PER_ETH } from "../../helpers/consensus/constants.js";
import { currentEpoch, indexOf, isActive, type ValidatorRecord } from "../../helpers/consensus/state.js";
import type { DeployedPool, PoolWorld, RecentProof } from "../../helpers/poolWorld.js";
import { pickFrom } from "../pick.js";
import type { VaultAccount } from "./accounts.js";
import { unlessYounger } from "./attempt.js";

/** What the steps of one history share: both chains, the vaults as the test knows them, and what was done. */
export class Scene {
  readonly accounts: readonly VaultAccount[];
  /** How often each thing happened. */
  readonly done = new Map<string, number>();
  /** Blocks of which something can be proven, oldest first. */
  readonly provable: BeaconBlock[] = [];
  isWindingDown = false;
  private strangers = 0;
  private seenBlocks = 0;

  constructor(
    readonly connection: NetworkConnection,
    readonly deployed: DeployedPool,
    readonly world: PoolWorld,
    vaults: readonly OperatorVault[],
    addresses: readonly string[],
  ) {
    world.chain.isBare = true;
    this.accounts = vaults.map((vault, index) => ({
      vault,
      address: pickFrom(addresses, index),
      operatorId: BigInt(index + 1),
      prepared: [],
      activated: [],
      robbed: [],
      inflow: 0n,
      early: 0n,
      real: 0n,
      snapshot: undefined,
      block: undefined,
    }));
  }

  get chain(): BeaconChain {
    return this.world.chain;
  }

  get pool(): StakingPool {
    return this.deployed.pool;
  }

  note(what: string): void {
    this.done.set(what, (this.done.get(what) ?? 0) + 1);
  }

  // ── people ────────────────────────────────────────────────────────────────────────────────────────────────────────

  get stakers(): readonly HardhatEthersSigner[] {
    const { alice, bob, carol } = this.deployed;
    return [alice, bob, carol];
  }

  /** Whoever may have shares. */
  get owners(): readonly HardhatEthersSigner[] {
    const { operator, governance } = this.deployed;
    return [...this.stakers, operator, governance];
  }

  staker(which: number): HardhatEthersSigner {
    return pickFrom(this.stakers, which);
  }

  /** The first of whom something is true, from a chosen one on. */
  async findStaker(
    which: number,
    isTrue: (staker: HardhatEthersSigner) => Promise<boolean>,
  ): Promise<HardhatEthersSigner | undefined> {
    for (let next = which; next < which + this.stakers.length; ++next) {
      if (await isTrue(this.staker(next))) return this.staker(next);
    }
    return undefined;
  }

  /** A number that nobody had before. */
  nextStranger(): number {
    return ++this.strangers;
  }

  async stakedOf({ operatorId }: VaultAccount): Promise<bigint> {
    return (await this.deployed.registry.getOperator(operatorId)).staked;
  }

  // ── keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** All that were predeposited under the vaults' credentials. */
  get keys(): readonly string[] {
    return this.accounts.flatMap(({ prepared }) => prepared);
  }

  accountOf(key: string): VaultAccount {
    const account = this.accounts.find(({ prepared, robbed }) => prepared.includes(key) || robbed.includes(key));
    if (account === undefined) throw new Error(`nobody has prepared ${key}`);
    return account;
  }

  isPools(key: string): boolean {
    return this.accountOf(key).activated.includes(key);
  }

  /** The key's validator, if it is active. */
  active(key: string): ValidatorRecord | undefined {
    const validator = this.chain.state.validators[indexOf(this.chain.state, key)];
    return validator !== undefined && isActive(validator, currentEpoch(this.chain.state)) ? validator : undefined;
  }

  // ── ETH of others ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** ETH of others that comes to a key: the vault's, if the key is the pool's. */
  addInflow(key: string, amount: bigint): void {
    if (this.isPools(key)) this.accountOf(key).inflow += amount;
  }

  /** What keys that are not the pool's have brought to a vault is a gift. */
  addWithdrawals(): void {
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

  // ── blocks ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Trees of states take time: only what may be proven gets one. */
  async provableBlock(): Promise<void> {
    this.chain.isBare = false;
    await this.world.block();
    this.chain.isBare = true;
    this.provable.push(this.chain.last);
  }

  /** A proof of keys, in the order of their indices; undefined if the beacon chain does not know them yet. */
  async recentOf(keys: readonly string[], withBalances = false): Promise<RecentProof | undefined> {
    await this.provableBlock();
    await this.world.block();
    return await unlessYounger(() => this.world.recent(keys, withBalances));
  }

  async pass(epochs: number): Promise<void> {
    await this.world.passEpochs(epochs);
  }
}
