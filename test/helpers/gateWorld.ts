import type { Addressable } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import type { DualGovernanceConfigStructOutput } from "../../types/contracts/governance/DualGovernance.js";
import type { AssetMock } from "../../types/index.js";
import { getActors } from "./actors.js";
import { deployCore, PHASES, SIGNALLING, TIMELOCK, type Rules, type TimelockRules } from "./deployCore.js";

export { State, TIMELOCK } from "./deployCore.js";

export const HOUR = 3_600n;
export const DAY = 24n * HOUR;
/** One whole share. [shares] */
export const SHARE = 10n ** 18n;
/** 1 % of the shares that exist in the world. [shares] */
export const PERCENT = 10_000n * SHARE;
/** The world's whole supply. [shares] */
export const SUPPLY = 100n * PERCENT;

export interface RuleChanges {
  readonly signalling?: Partial<Rules["signalling"]>;
  readonly phases?: Partial<Rules["phases"]>;
}

/** What may differ from config/default.ts in a world; the timelock's limits are fixed with it. */
export interface WorldChanges extends RuleChanges {
  readonly timelock?: Partial<TimelockRules>;
}

/** The rules of config/default.ts, with some of them changed. */
export function makeRules({ signalling, phases }: RuleChanges = {}): Rules {
  return {
    signalling: { ...SIGNALLING, ...signalling },
    phases: { ...PHASES, ...phases },
  };
}

/** The rules as the chain tells them. */
export function readRules({ signalling: s, phases: p }: DualGovernanceConfigStructOutput): Rules {
  return {
    signalling: {
      signallingThreshold: s.signallingThreshold,
      rageQuitThreshold: s.rageQuitThreshold,
      minDuration: s.minDuration,
      maxDuration: s.maxDuration,
      joinWindow: s.joinWindow,
      minActive: s.minActive,
      deactivation: s.deactivation,
    },
    phases: {
      minLock: p.minLock,
      cooldown: p.cooldown,
      rageQuitExtension: p.rageQuitExtension,
      withdrawalMinDelay: p.withdrawalMinDelay,
      withdrawalMaxDelay: p.withdrawalMaxDelay,
      withdrawalDelayGrowth: p.withdrawalDelayGrowth,
    },
  };
}

/** The world over a vault that can be told to misbehave. */
export async function deployGateWorld(connection: NetworkConnection, changes: WorldChanges = {}) {
  const makeVault = (asset: AssetMock) => connection.ethers.deployContract("HostileVaultMock", [asset]);
  return await deployGateWorldOver(connection, makeVault, changes);
}

/**
 * Timelock, escrow and gate over a vault, and the shortest way to every moment in the gate's life. Alice, bob and carol
 * hold 20 % of the shares each, the whale 40 %; all have approved the escrow.
 */
export async function deployGateWorldOver<Vault extends Addressable>(
  connection: NetworkConnection,
  makeVault: (asset: AssetMock) => Promise<Vault>,
  changes: WorldChanges = {},
) {
  const { ethers, networkHelpers } = connection;
  const names = ["deployer", "alice", "bob", "carol", "whale", "stranger"] as const;
  const { deployer, alice, bob, carol, whale, stranger } = await getActors(ethers, ...names);
  const rules = makeRules(changes);
  const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
  const vault = await makeVault(asset);
  const entrance = await ethers.getContractAt("VaultMock", await vault.getAddress());
  const holders = [alice, bob, carol, whale];
  // Before the gate, whose first record of the supply is what it finds.
  for (const holder of holders) {
    const shares = (holder === whale ? 40n : 20n) * PERCENT;
    await asset.mint(holder, shares);
    await asset.connect(holder).approve(vault, ethers.MaxUint256);
    await entrance.connect(holder).deposit(shares, holder);
  }
  const { timelock, vessel, escrow, gate } = await deployCore(connection, vault, rules, {
    ...TIMELOCK,
    ...changes.timelock,
  });
  for (const holder of holders) await entrance.connect(holder).approve(escrow, ethers.MaxUint256);
  const target = await ethers.deployContract("RuleTargetMock", [timelock]);

  const { time } = networkHelpers;
  /** The time of the last block. [unix seconds] */
  const now = async (): Promise<bigint> => BigInt(await time.latest());
  /** The next transaction happens at `moment`. [unix seconds] */
  const at = (moment: bigint) => time.setNextBlockTimestamp(moment);
  const state = () => gate.persistedState();
  const machine = async () => (await gate.persisted())[0];
  const record = async () => (await gate.persisted())[1];

  /** Pokes at `moment`, and says which state that left behind. */
  async function pokeAt(moment: bigint): Promise<bigint> {
    await at(moment);
    await gate.poke();
    return await state();
  }

  /** Runs `probe` in a copy of the world that is thrown away afterwards. */
  async function aside<T>(probe: () => Promise<T>): Promise<T> {
    const snapshot = await networkHelpers.takeSnapshot();
    try {
      return await probe();
    } finally {
      await snapshot.restore();
    }
  }

  /** The states that pokes a second before `moment`, in it, and a second after it would leave behind. */
  async function statesAround(moment: bigint): Promise<bigint[]> {
    const states: bigint[] = [];
    for (const offset of [-1n, 0n, 1n]) states.push(await aside(() => pokeAt(moment + offset)));
    return states;
  }

  async function lock(who: HardhatEthersSigner, shares: bigint) {
    return await escrow.connect(who).lock(shares, 0n);
  }

  async function unlock(who: HardhatEthersSigner, shares: bigint) {
    return await escrow.connect(who).unlock(shares, 0n);
  }

  /** Alice signals with `shares`; @returns when signalling was activated. [unix seconds] */
  async function enterSignalling(shares: bigint): Promise<bigint> {
    await lock(alice, shares);
    return (await machine()).activatedAt;
  }

  /** From VetoSignalling by time, under the signalling threshold if need be; @returns when it may be left. [unix seconds] */
  async function enterDeactivation(): Promise<bigint> {
    const { activatedAt } = await machine();
    await pokeAt(activatedAt + rules.signalling.maxDuration + 1n);
    return (await machine()).phaseEndsAt;
  }

  /** From Normal, through 2 % of alice's, which stay locked; @returns when the cooldown may be left. [unix seconds] */
  async function enterCooldown(): Promise<bigint> {
    await enterSignalling(2n * PERCENT);
    await pokeAt((await enterDeactivation()) + 1n);
    return (await machine()).phaseEndsAt;
  }

  /** From Normal or cooldown; alice leaves with `shares`, at least R2; @returns the epoch that was closed. */
  async function enterRageQuit(shares = 10n * PERCENT, who = alice): Promise<bigint> {
    const epoch = await escrow.runningEpoch();
    await lock(who, shares);
    await pokeAt((await machine()).activatedAt + rules.signalling.maxDuration + 1n);
    return epoch;
  }

  /** Redeems everything of `epoch`, at once; @returns when the rage quit is complete. [unix seconds] */
  async function redeemAll(epoch: bigint): Promise<bigint> {
    await escrow.beginExit(epoch, ethers.ZeroAddress);
    return (await escrow.getEpoch(epoch)).completeAfter;
  }

  /** Changes the rules as the timelock, whatever the state. */
  async function setRules(next: Rules) {
    const sender = await ethers.getImpersonatedSigner(await timelock.getAddress());
    await networkHelpers.setBalance(sender.address, 10n ** 18n);
    return await gate.connect(sender).setConfig(next);
  }

  /** A call that changes the target's rule, as the timelock knows it: target, value, data, predecessor, salt. */
  function makeOperation(rule: bigint) {
    const data = target.interface.encodeFunctionData("setRule", [rule]);
    return [target.target, 0n, data, ethers.ZeroHash, ethers.ZeroHash] as const;
  }

  /** Schedules the operation that sets `rule`; @returns its identifier. */
  async function schedule(rule: bigint): Promise<string> {
    await timelock.schedule(...makeOperation(rule), TIMELOCK.delay);
    return await timelock.hashOperation(...makeOperation(rule));
  }

  const execute = (rule: bigint) => timelock.connect(stranger).execute(...makeOperation(rule));

  return {
    ...{ deployer, alice, bob, carol, whale, stranger },
    ...{ asset, vault, timelock, target, vessel, escrow, gate, rules },
    ...{ now, at, state, machine, record, pokeAt, aside, statesAround, lock, unlock, setRules },
    ...{ enterSignalling, enterDeactivation, enterCooldown, enterRageQuit, redeemAll },
    ...{ makeOperation, schedule, execute },
  };
}

export type GateWorld = Awaited<ReturnType<typeof deployGateWorld>>;
