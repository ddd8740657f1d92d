import type { Addressable } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import standard from "../../config/default.js";
import { parseDao } from "../../src/config/parse.js";
import { exitTerms } from "../../src/deployment/parameters.js";
import { deployTimelock, TIMELOCK, type TimelockRules } from "./deployTimelock.js";
import type { AssetMock, DualGovernance, VetoEscrow } from "../../types/index.js";

const dao = parseDao(standard, "config/default.ts");
/** The rules of the default configuration. [seconds], [1e18 = 100 %] */
export const { signalling: SIGNALLING, phases: PHASES } = dao.dualGovernance;
/** What the gate goes by: thresholds and timers. */
export type Rules = Pick<typeof dao.dualGovernance, "signalling" | "phases">;
/** How long an exit may take, as in the default configuration. [seconds] */
export const EXIT = exitTerms(dao);
export type ExitRules = typeof EXIT;

export { TIMELOCK, type TimelockRules } from "./deployTimelock.js";

/** Whole-number names of the gate's states, of an epoch's phases, and of the ways in which an exit ends, in the order of contracts/types. */
export const State = {
  Normal: 0n,
  VetoSignalling: 1n,
  VetoSignallingDeactivation: 2n,
  VetoCooldown: 3n,
  RageQuit: 4n,
} as const;
export const Phase = {
  None: 0n,
  Signalling: 1n,
  Closed: 2n,
  Claiming: 3n,
  Extension: 4n,
  Complete: 5n,
  Withdrawing: 6n,
} as const;
export const End = { None: 0n, Redeemed: 1n, VaultsWord: 2n, CalledOff: 3n, ClockRanOut: 4n } as const;

/**
 * Timelock, escrow and gate over any vault, without DAO and roles: the deployer stays admin of the timelock, may
 * propose and cancel, and everybody may execute. The vault must have shares: see {@link enterVault}.
 */
export async function deployCore(
  connection: NetworkConnection,
  vault: Addressable,
  rules: Rules = { signalling: SIGNALLING, phases: PHASES },
  timelockRules: TimelockRules = TIMELOCK,
  exit: ExitRules = EXIT,
  vesselName: "StandardVessel" | "CooldownVessel" = "StandardVessel",
) {
  const { ethers } = connection;
  const [deployer] = await ethers.getSigners();
  if (deployer === undefined) throw new Error("the chain has no accounts");
  const { timelock } = await deployTimelock(connection, { admin: deployer, rules: timelockRules });
  const { target } = await ethers.deployContract(vesselName, [vault]);
  const vessel = await ethers.getContractAt("StandardVessel", await ethers.resolveAddress(target));
  const escrow = await ethers.deployContract("VetoEscrow", [vessel, exit]);
  const gate = await ethers.deployContract("DualGovernance", [timelock, escrow, rules]);
  await escrow.bindGate(gate);
  await timelock.setGate(gate);
  const share = await ethers.getContractAt("ShareMock", await escrow.SHARE());
  const asset = await ethers.getContractAt("AssetMock", await vessel.ASSET());
  return { connection, deployer, timelock, vessel, escrow, gate, share, asset };
}

export type Core = Awaited<ReturnType<typeof deployCore>>;
type Clocked = Pick<Core, "connection">;
type Governed = Clocked & { readonly gate: DualGovernance };
type Leaving = Clocked & { readonly escrow: VetoEscrow };

/** The next block comes at `timestamp`. */
export async function at({ connection }: Clocked, timestamp: bigint): Promise<void> {
  await connection.networkHelpers.time.setNextBlockTimestamp(timestamp);
}

export const now = async ({ connection }: Clocked): Promise<bigint> =>
  BigInt(await connection.networkHelpers.time.latest());

/** Gives `holder` shares of `vault` for `assets` that the test mints. */
export async function enterVault(
  { ethers }: NetworkConnection,
  asset: AssetMock,
  vault: Addressable,
  holder: HardhatEthersSigner,
  assets: bigint,
): Promise<void> {
  await asset.mint(holder, assets);
  await asset.connect(holder).approve(vault, assets);
  const entrance = await ethers.getContractAt("VaultMock", await vault.getAddress());
  await entrance.connect(holder).deposit(assets, holder);
}

/** Gives `staker` shares for `assets`, and lets the escrow take them. @returns The shares. */
export async function stake(
  { connection, share, asset, escrow }: Core,
  vault: Addressable,
  staker: HardhatEthersSigner,
  assets: bigint,
): Promise<bigint> {
  const before = await share.balanceOf(staker);
  await enterVault(connection, asset, vault, staker, assets);
  await share.connect(staker).approve(escrow, connection.ethers.MaxUint256);
  return (await share.balanceOf(staker)) - before;
}

/** When a rage quit may begin at the earliest if support stays at R2: strictly after this moment. [unix seconds] */
export async function rageQuitAfter({ gate }: Governed): Promise<bigint> {
  const [{ activatedAt, rageQuitThresholdAt }] = await gate.persisted();
  const extended = activatedAt + SIGNALLING.maxDuration;
  const joined = rageQuitThresholdAt + SIGNALLING.joinWindow;
  return extended > joined ? extended : joined;
}

/** From VetoSignalling with support at R2 to RageQuit. @returns The epoch that was closed. */
export async function enterRageQuit(core: Governed & Leaving): Promise<bigint> {
  await at(core, (await rageQuitAfter(core)) + 1n);
  await core.gate.poke();
  const state = await core.gate.persistedState();
  if (state !== State.RageQuit) throw new Error(`the gate is in state ${state}, not in RageQuit`);
  return (await core.escrow.runningEpoch()) - 1n;
}

/** Begins the exit of `epoch` in a vessel that nobody could know. @returns The vessel. */
export async function beginExit({ escrow, connection }: Leaving, epoch: bigint): Promise<string> {
  await escrow.beginExit(epoch, connection.ethers.ZeroAddress);
  const vessel = (await escrow.vesselsOf(epoch)).at(-1);
  if (vessel === undefined) throw new Error(`epoch ${epoch} uses no vessel`);
  return vessel;
}

/** Claims, in every vessel of the epoch, whatever the vault lets go. */
export async function claimAll({ escrow }: Leaving, epoch: bigint): Promise<void> {
  for (const vessel of await escrow.vesselsOf(epoch)) await escrow.claim(epoch, vessel);
}

/** Lets the extension pass. The gate is not poked. */
export async function passExtension(core: Leaving, epoch: bigint): Promise<void> {
  await passTo(core, (await core.escrow.getEpoch(epoch)).completeAfter);
}

/** Lets extension and withdrawal delay pass. The gate is not poked. */
export async function passWithdrawalDelay(core: Leaving, epoch: bigint): Promise<void> {
  await passTo(core, (await core.escrow.getEpoch(epoch)).withdrawableAfter);
}

async function passTo({ connection }: Clocked, timestamp: bigint): Promise<void> {
  if (timestamp === 0n) throw new Error("the extension has not begun");
  await connection.networkHelpers.time.increaseTo(timestamp + 1n);
}
