import type { TimelockBounds } from "../../src/model/configChecks.js";

import type { Effect } from "../model/twin/timelockModel.js";
import type { DualGovernanceConfig, ExitTerms } from "../../src/model/types.js";

// ── who acts ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const STAKERS = ["alice", "bob", "carol"] as const;
export type Staker = (typeof STAKERS)[number];

/** Dora proposes and cancels; Mallory only proposes, and holds many shares. */
export const ACTORS = [...STAKERS, "dora", "mallory"] as const;
export type Actor = (typeof ACTORS)[number];

export const isProposer = (actor: Actor): boolean => actor === "dora" || actor === "mallory";
export const isCanceller = (actor: Actor): boolean => actor === "dora";

/** What everybody brings to the vault, at a price of 1. [asset units] */
export const FIRST_DEPOSITS: Readonly<Record<Actor, bigint>> = {
  alice: 20_000_000_000n,
  bob: 9_999_999_999n,
  carol: 20_000_000_001n,
  dora: 7n,
  mallory: 49_999_999_993n,
};

/** In the vault, by Mallory's hand, while the escrow is made: so the supply floor is a quarter of what then stays. */
export const CROWD = 24_900_000_000_000n;

// ── by which rules ─────────────────────────────────────────────────────────────────────────────────────────────────

const PERCENT = 10n ** 16n;

/** Seconds for days, so that a warp at random has every timer in reach. */
export const BOUNDS: TimelockBounds = { delayFloor: 40n, delayCeiling: 50n, grace: 500n, fallbackDelay: 250n };
export const FIRST_DELAY = 44n;

/** The two limits are as short as any operation lives, and a second. */
export const EXIT_TERMS: ExitTerms = {
  wordDelay: 20n,
  callOffDelay: 60n,
  stallDelay: 70n,
  holdLimit: 551n,
  exitLimit: 600n,
  callOffExtension: 50n,
  allowsFreshVessels: true,
};

export const FIRST_RULES: DualGovernanceConfig = {
  signalling: {
    signallingThreshold: 2n * PERCENT,
    rageQuitThreshold: 12n * PERCENT,
    minDuration: 50n,
    maxDuration: 130n,
    joinWindow: 20n,
    minActive: 30n,
    deactivation: 25n,
  },
  phases: {
    minLock: 4n,
    cooldown: 10n,
    rageQuitExtension: 40n,
    withdrawalMinDelay: 30n,
    withdrawalMaxDelay: 70n,
    withdrawalDelayGrowth: 25n,
  },
};

/** Higher thresholds, longer timers, nobody may join late; the grace that it needs is all there is. */
const HIGHER_RULES: DualGovernanceConfig = {
  signalling: {
    signallingThreshold: 6n * PERCENT,
    rageQuitThreshold: 30n * PERCENT,
    minDuration: 60n,
    maxDuration: 204n,
    joinWindow: 0n,
    minActive: 11n,
    deactivation: 15n,
  },
  phases: {
    minLock: 20n,
    cooldown: 2n,
    rageQuitExtension: 15n,
    withdrawalMinDelay: 10n,
    withdrawalMaxDelay: 200n,
    withdrawalDelayGrowth: 60n,
  },
};

/** Lower thresholds that divide nothing evenly, and timers at the edges of what is accepted. */
const LOWER_RULES: DualGovernanceConfig = {
  signalling: {
    signallingThreshold: PERCENT / 3n,
    rageQuitThreshold: (22n * PERCENT) / 3n,
    minDuration: 50n,
    maxDuration: 51n,
    joinWindow: 50n,
    minActive: 60n,
    deactivation: 61n,
  },
  phases: {
    minLock: 1n,
    cooldown: 1n,
    rageQuitExtension: 61n,
    withdrawalMinDelay: 0n,
    withdrawalMaxDelay: 0n,
    withdrawalDelayGrowth: 0n,
  },
};

/** A cooldown longer than a quarter of the least delay. */
const REFUSED_RULES: DualGovernanceConfig = { ...FIRST_RULES, phases: { ...FIRST_RULES.phases, cooldown: 11n } };

/** Rules that the timelock may change to, whoever or whatever lets it. */
export const ACCEPTED_RULES = {
  "first rules": FIRST_RULES,
  "higher rules": HIGHER_RULES,
  "lower rules": LOWER_RULES,
} as const satisfies Readonly<Record<string, DualGovernanceConfig>>;

export type RulesName = keyof typeof ACCEPTED_RULES;

// ── what is proposed ───────────────────────────────────────────────────────────────────────────────────────────────

/** The operations that can be scheduled, by the names under which the twin knows them. */
const PLANS = {
  "payment 1": [{ type: "outside" }],
  "payment 2": [{ type: "outside" }],
  "payment 3": [{ type: "outside" }],
  "payment 4": [{ type: "outside" }, { type: "outside" }],
  "payment 5": [{ type: "outside" }],
  "higher rules": [{ type: "setConfig", config: HIGHER_RULES }],
  "lower rules": [{ type: "setConfig", config: LOWER_RULES }, { type: "outside" }],
  "first rules again": [{ type: "setConfig", config: FIRST_RULES }],
  "lower and higher rules": [
    { type: "setConfig", config: LOWER_RULES },
    { type: "setConfig", config: HIGHER_RULES },
  ],
  "refused rules": [{ type: "outside" }, { type: "setConfig", config: REFUSED_RULES }],
  "longest delay": [{ type: "updateDelay", delay: BOUNDS.delayCeiling }],
  "shortest delay": [{ type: "updateDelay", delay: BOUNDS.delayFloor }],
  "refused delay": [{ type: "updateDelay", delay: BOUNDS.delayFloor - 1n }],
  "withdraw two": [{ type: "cancelOperations", ids: ["payment 1", "higher rules", "withdraw two"] }],
  "withdraw all": [{ type: "cancelAllOperations" }],
  "withdraw twice": [{ type: "cancelOperations", ids: ["payment 2"] }, { type: "cancelAllOperations" }],
  "withdraw all and pay": [{ type: "cancelAllOperations" }, { type: "outside" }],
} as const satisfies Readonly<Record<string, readonly Effect[]>>;

export type PlanName = keyof typeof PLANS;
export const PLAN_NAMES = Object.keys(PLANS) as readonly PlanName[];
export const effectsOf = (plan: PlanName): readonly Effect[] => PLANS[plan];

/** Never scheduled in a sequence: what would happen to it tells whether anything may be scheduled. */
export const SPARE_PLAN = "spare payment";
