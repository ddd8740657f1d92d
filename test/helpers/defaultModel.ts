import type { TimelockBounds } from "../../src/model/configChecks.js";
import { createSystem, step, type Action, type Step, type System } from "../model/twin/dualGovernanceModel.js";
import type { Leaving, Offer } from "../model/twin/exitCalls.js";

import type { DualGovernanceConfig, ExitTerms } from "../../src/model/types.js";

export const HOUR = 3_600n;
export const DAY = 24n * HOUR;
export const PERCENT = 10n ** 16n;
/** [unix seconds] */
export const START = 1_800_000_000n;
/** One part in a hundred of the votable supply. [shares] */
export const ONE_PERCENT = 10n;
/** [shares] */
export const SUPPLY = 100n * ONE_PERCENT;
/** Every staker of the model has no more shares than he locks; names are all that matters. */
export const ALICE = "alice";
export const BOB = "bob";

/** The defaults of the mechanism. */
export const CONFIG: DualGovernanceConfig = {
  signalling: {
    signallingThreshold: PERCENT,
    rageQuitThreshold: 10n * PERCENT,
    minDuration: 5n * DAY,
    maxDuration: 45n * DAY,
    joinWindow: DAY,
    minActive: 5n * HOUR,
    deactivation: 3n * DAY,
  },
  phases: {
    minLock: 5n * HOUR,
    cooldown: 5n * HOUR,
    rageQuitExtension: 7n * DAY,
    withdrawalMinDelay: 60n * DAY,
    withdrawalMaxDelay: 180n * DAY,
    withdrawalDelayGrowth: 15n * DAY,
  },
};

export const BASE_DELAY = 4n * DAY;
export const BOUNDS: TimelockBounds = {
  delayFloor: 3n * DAY,
  delayCeiling: 5n * DAY,
  grace: 180n * DAY,
  fallbackDelay: 60n * DAY,
};

export const EXIT: ExitTerms = {
  wordDelay: 7n * DAY,
  callOffDelay: 120n * DAY,
  stallDelay: 120n * DAY,
  holdLimit: 365n * DAY,
  exitLimit: 730n * DAY,
  callOffExtension: 14n * DAY,
  allowsFreshVessels: true,
};

export const createDefaultSystem = (): System =>
  createSystem(CONFIG, BOUNDS, BASE_DELAY, { supply: SUPPLY, answers: true }, START, EXIT);

/** A vault that redeems whatever it is offered, at once and for `assets`. */
export const redeemFor =
  (assets: bigint) =>
  ({ shares }: Offer): Leaving => ({ taken: shares, redeemed: shares, assets, burnt: shares, worth: assets });

/** The exit of `epoch`, which the vault pays at once. */
export const redeemAll = (epoch: number, assets: bigint): Action => ({
  type: "beginExit",
  epoch,
  leave: redeemFor(assets),
});

export const warp = (seconds: bigint): Action => ({ type: "warp", seconds });
export const poke: Action = { type: "poke" };
export const lock = (staker: string, percent: bigint): Action => ({
  type: "lock",
  staker,
  shares: percent * ONE_PERCENT,
});
export const unlock = (staker: string, percent: bigint): Action => ({
  type: "unlock",
  staker,
  shares: percent * ONE_PERCENT,
});
export const schedule = (id: string): Action => ({ type: "schedule", id });
export const execute = (id: string): Action => ({ type: "execute", id });

/** Carries out actions that must all be accepted. */
export function play(system: System, ...actions: readonly Action[]): System {
  return actions.reduce((before, action) => playStep(before, action).system, system);
}

export function playStep(system: System, action: Action): Step {
  const outcome = step(system, action);
  if (!outcome.ok) throw new Error(`${action.type} is refused: ${outcome.refusal.error}`);
  return outcome.value;
}

/** The custom error that an action reverts with; undefined if it is accepted. */
export function refusalOf(system: System, action: Action): string | undefined {
  const outcome = step(system, action);
  return outcome.ok ? undefined : outcome.refusal.error;
}
