import type { Seconds, Shares, Support, Timestamp } from "./units.js";

/** The five states of the gate; values and order as in `contracts/types/GovernanceState.sol`. */
export const GovernanceState = {
  Normal: 0,
  VetoSignalling: 1,
  VetoSignallingDeactivation: 2,
  VetoCooldown: 3,
  RageQuit: 4,
} as const;
export type GovernanceState = (typeof GovernanceState)[keyof typeof GovernanceState];

export const GOVERNANCE_STATES = [
  "Normal",
  "VetoSignalling",
  "VetoSignallingDeactivation",
  "VetoCooldown",
  "RageQuit",
] as const satisfies readonly (keyof typeof GovernanceState)[];

export type GovernanceStateName = (typeof GOVERNANCE_STATES)[number];

export const nameOfState = (state: GovernanceState): GovernanceStateName => GOVERNANCE_STATES[state];

/** What signalling is decided on; as in `contracts/types/DualGovernanceConfig.sol`. */
export interface SignallingConfig {
  /** R1: support that activates veto signalling. */
  readonly signallingThreshold: Support;
  /** R2: support that ends in a rage quit. */
  readonly rageQuitThreshold: Support;
  /** Lmin: extension of the timelock at R1. */
  readonly minDuration: Seconds;
  /** Lmax: extension of the timelock at R2. */
  readonly maxDuration: Seconds;
  /** How long everybody may still lock after R2 was crossed late. */
  readonly joinWindow: Seconds;
  /** Least stay in VetoSignalling since its last (re)activation. */
  readonly minActive: Seconds;
  /** Stay in VetoSignallingDeactivation before the cooldown. */
  readonly deactivation: Seconds;
}

/** What is needed beside signalling; as in `contracts/types/DualGovernanceConfig.sol`. */
export interface PhaseConfig {
  /** How long a lock binds its owner. */
  readonly minLock: Seconds;
  /** Stay in VetoCooldown. */
  readonly cooldown: Seconds;
  /** Wait after the last claim of a rage quit, before governance may go on. */
  readonly rageQuitExtension: Seconds;
  /** Wmin: withdrawal delay of round 0, after the extension. */
  readonly withdrawalMinDelay: Seconds;
  /** Wmax: the longest withdrawal delay. */
  readonly withdrawalMaxDelay: Seconds;
  /** Wgrowth: growth of the withdrawal delay per consecutive round. */
  readonly withdrawalDelayGrowth: Seconds;
}

/** The rules of the gate. */
export interface DualGovernanceConfig {
  readonly signalling: SignallingConfig;
  readonly phases: PhaseConfig;
}

/** How long an exit may take before it goes on without the vault; as in `contracts/types/ExitTerms.sol`. */
export interface ExitTerms {
  /** The vault's word that nothing is left counts once it has stood for this long. */
  readonly wordDelay: Seconds;
  /** Nothing in the vault's hands and no progress for this long: the exit may be called off. */
  readonly callOffDelay: Seconds;
  /** Something in the vault's hands and no progress for this long: a deadlock. */
  readonly stallDelay: Seconds;
  /** Something in the vault's hands and no progress for this long: the extension starts. */
  readonly holdLimit: Seconds;
  /** The extension starts this long after the rage quit, whatever has happened. */
  readonly exitLimit: Seconds;
  /** The least extension after an exit was called off. */
  readonly callOffExtension: Seconds;
  /** Whether a vessel may be made at an address that nobody could know beforehand. */
  readonly allowsFreshVessels: boolean;
}

/** The persisted state of the gate; as in `contracts/types/Machine.sol`. */
export interface Machine {
  readonly state: GovernanceState;
  /** Consecutive rage quits; 0 after a cooldown, saturating at 255. */
  readonly round: number;
  /** Version of the configuration that new activations use. */
  readonly currentConfig: number;
  /** Version of the configuration frozen at the last activation. */
  readonly frozenConfig: number;
  /** R1 in force: the current one in Normal, elsewhere the one frozen at the last activation. */
  readonly signallingThreshold: Support;
  /** How long a lock made now binds its owner; current or frozen like R1. */
  readonly minLock: Seconds;
  /** Last entry to VetoSignalling from Normal, VetoCooldown or RageQuit. */
  readonly activatedAt: Timestamp;
  /**
   * The state may be left by time strictly after this moment; 0 in Normal, and in RageQuit until the extension is seen to
   * have started.
   */
  readonly phaseEndsAt: Timestamp;
  /** When R2 was first seen in this activation; 0 if it is not counted. */
  readonly rageQuitThresholdAt: Timestamp;
}

/** Votable supplies the gate has recorded. */
export interface SupplyRecord {
  /** The last supply that could be read. */
  readonly last: Shares;
  /** The lowest since Normal was last left or RageQuit last entered. */
  readonly lowest: Shares;
}

/** What a transition is decided on, beside the machine itself. */
export interface Reading {
  readonly timestamp: Timestamp;
  /** Shares that signal. */
  readonly locked: Shares;
  /** The present votable supply, or the last recorded one if the vault did not answer; 0 where nobody asked. */
  readonly supply: Shares;
  /** The lowest votable supply of the round, the present one included; in Normal the present one. */
  readonly lowestSupply: Shares;
  /** Support measured against the present supply. */
  readonly supportNow: Support;
  /** Support measured against the lowest recorded supply; never below `supportNow`. */
  readonly supportMax: Support;
  /** The running rage quit is complete strictly after this moment; 0 before that is known, and outside RageQuit. */
  readonly completeAfter: Timestamp;
}

/** Why something was refused: the name of the custom error it reverts with, and its figures. */
export interface Refusal {
  readonly error: string;
  readonly actual?: bigint;
  readonly limit?: bigint;
}

/** What a call gives: a new value, or the reason it reverts. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export const accept = <T>(value: T): Outcome<T> => ({ ok: true, value });

export const refuse = (error: string, actual?: bigint, limit?: bigint): { ok: false; refusal: Refusal } => ({
  ok: false,
  refusal: {
    error,
    ...(actual === undefined ? {} : { actual }),
    ...(limit === undefined ? {} : { limit }),
  },
});
