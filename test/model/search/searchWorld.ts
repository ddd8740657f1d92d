import type { TimelockBounds } from "../../../src/model/configChecks.js";
import { createSystem, type System } from "../twin/dualGovernanceModel.js";
import { leavingSharesOf } from "../twin/exitCalls.js";

import type { GateRules } from "../twin/gateModel.js";
import { GovernanceState, type DualGovernanceConfig, type ExitTerms } from "../../../src/model/types.js";
import { max, min, type Seconds, type Shares, type Support, type Timestamp } from "../../../src/model/units.js";

/** The operation whose landing is in question. */
export const HOSTILE = "hostile";
/** Moves shares, money and supply as the attack needs it. */
export const MALLORY = "adversary";
/** Objects once, and stays. */
export const VERA = "objector";

/** What the adversary may do in one search, and what the others do. */
export interface Setting {
  readonly name: string;
  /** The first one rules at the start; the adversary installs any of them at any moment, in every state. */
  readonly configs: readonly DualGovernanceConfig[];
  readonly bounds: TimelockBounds;
  readonly baseDelay: Seconds;
  /** Honest votable supplies; the first one at the start, another at any time without anybody poking. */
  readonly supplies: readonly Shares[];
  /** Supplies that the adversary shows the gate within one transaction, whatever that transaction does. */
  readonly flashSupplies: readonly Shares[];
  /** Whether she can also keep the vault from answering within one transaction. */
  readonly silencesVault: boolean;
  /** Whether she can also have a rage quit give all shares back, instead of their worth. */
  readonly callsOff: boolean;
  /** How much the adversary locks or unlocks at once. */
  readonly lots: readonly Shares[];
  /** All that the adversary can have locked; it is full again in every epoch. */
  readonly purse: Shares;
  /** What the objector locks. */
  readonly stake: Shares;
  /** The objector has locked this long after the scheduling at the latest, at any place in her block. */
  readonly deadline: Seconds;
  /** Whether every world is judged, or only how the operation lands. */
  readonly judges: "everything" | "landings";
  /** The gate under test; a sound one unless told. */
  readonly rules?: GateRules;
}

export interface World {
  readonly system: System;
  /** The votable supply when nobody tricks the gate; in a rage quit, together with shares that may come back. */
  readonly honestSupply: Shares;
  /** When the hostile operation was scheduled. */
  readonly scheduledAt: Timestamp | undefined;
  /** The objector's part of the votable supply when she locked, and R1 then; undefined while she has not. */
  readonly objection: { readonly support: Support; readonly signallingThreshold: Support } | undefined;
  /** Whether a rage quit took the objector out after the scheduling. */
  readonly hasLeft: boolean;
  /** The last activation and what it froze, written down beside the gate. */
  readonly activation: {
    readonly at: Timestamp;
    readonly config: DualGovernanceConfig;
    readonly signallingThreshold: Support;
  };
  /** Since when R2 is counted, written down beside the gate. */
  readonly crossedAt: Timestamp | undefined;
}

/** The votable supply that one transaction shows the gate, or a vault that does not answer. */
export type Shown = Shares | "nothing";

/** Others come for those who leave: shares of a rage quit, which the gate leaves out. Where they may come back, nobody. */
const newcomersOf = ({ gate, ledger }: System, { callsOff }: Setting): Shares =>
  gate.machine.state === GovernanceState.RageQuit && ledger.completeAfter === 0n && !callsOff
    ? (leavingSharesOf(ledger, false) ?? 0n)
    : 0n;

/** The system while the vault shows a supply. */
export function showSupply(system: System, shown: Shown, setting: Setting): System {
  return shown === "nothing"
    ? { ...system, vault: { ...system.vault, answers: false } }
    : { ...system, vault: { supply: shown + newcomersOf(system, setting), answers: true } };
}

/** Everything but the truth that a transaction may show. */
export function tricksOf({ flashSupplies, silencesVault }: Setting): readonly Shown[] {
  return silencesVault ? [...flashSupplies, "nothing"] : flashSupplies;
}

/** Clocks as short as may be: the adversary calls an exit off as soon as she likes. */
const SMALL_TERMS: ExitTerms = {
  wordDelay: 1n,
  callOffDelay: 1n,
  stallDelay: 1n,
  holdLimit: 1_000_001n,
  exitLimit: 1_000_001n,
  callOffExtension: 2n,
  allowsFreshVessels: true,
};

const START: Timestamp = 1_000n;

export function createWorld(setting: Setting): World {
  const [config] = setting.configs;
  const [supply] = setting.supplies;
  if (config === undefined || supply === undefined) throw new Error("a setting needs a configuration and a supply");
  return {
    system: createSystem(config, setting.bounds, setting.baseDelay, { supply, answers: true }, START, SMALL_TERMS),
    honestSupply: supply,
    scheduledAt: undefined,
    objection: undefined,
    hasLeft: false,
    activation: { at: 0n, config, signallingThreshold: config.signalling.signallingThreshold },
    crossedAt: undefined,
  };
}

const longest = (setting: Setting, pick: (config: DualGovernanceConfig) => Seconds): Seconds =>
  setting.configs.map(pick).reduce(max);

/**
 * What of a world decides its future. Times become distances to now, cut off where no comparison tells them apart any
 * more; what the present state never reads is left out. Finitely many keys remain, so a search reaches every moment.
 * @param memory How long ages must be told apart at least.
 */
export function createKey(setting: Setting, memory: Seconds = 0n): (world: World) => string {
  const longestSignalling = max(
    memory,
    longest(setting, ({ signalling: s }) => s.maxDuration + max(s.deactivation, s.joinWindow) + 1n),
  );
  const longestJoin = longest(setting, ({ signalling }) => signalling.joinWindow) + 1n;
  const oldest = max(longestSignalling, setting.baseDelay) + 1n;

  return ({ system, honestSupply, scheduledAt, objection, hasLeft, activation, crossedAt }) => {
    const { now, gate, ledger } = system;
    const { machine, configs } = gate;
    const { state } = machine;
    const adversary = ledger.positions[MALLORY];
    let key = `${state},${indexIn(setting, configs[machine.currentConfig])},${honestSupply},${hasLeft ? 1 : 0}`;
    if (setting.silencesVault) key += `,last ${gate.supply.last}`;
    if (adversary !== undefined && adversary.shares > 0n) {
      key += `,adversary ${adversary.shares} ${ahead(now, adversary.unlockableAfter)}`;
    }
    if (objection !== undefined) key += `,objector ${objection.support} ${objection.signallingThreshold}`;
    if (scheduledAt !== undefined) key += `,scheduled ${min(now - scheduledAt, oldest)}`;
    if (state === GovernanceState.Normal) return key;

    key += `,frozen ${indexIn(setting, configs[machine.frozenConfig])} ${machine.signallingThreshold}`;
    key += ` ${min(now - machine.activatedAt, longestSignalling)} ${gate.supply.lowest}`;
    key += `,activation ${indexIn(setting, activation.config)} ${activation.signallingThreshold}`;
    key += ` ${min(now - activation.at, longestSignalling)}`;
    if (scheduledAt !== undefined && scheduledAt < machine.activatedAt) key += ",older";
    if (state === GovernanceState.RageQuit) {
      return `${key}${keyOfExit(setting, system)}`;
    }

    key += `,phase ${ahead(now, machine.phaseEndsAt)}`;
    if (state === GovernanceState.VetoCooldown) return key;
    if (machine.rageQuitThresholdAt !== 0n) key += `,second ${min(now - machine.rageQuitThresholdAt, longestJoin)}`;
    if (crossedAt !== undefined) key += `,crossed ${min(now - crossedAt, longestJoin)}`;
    return key;
  };
}

/** What of the exit of a rage quit decides its future: shares that have left, and those that come back. */
function keyOfExit({ callsOff }: Setting, { now, gate, ledger }: System): string {
  const exit = ledger.closed.at(-1)?.exit;
  if (exit === undefined) return "";
  if (ledger.completeAfter === 0n) {
    return callsOff ? `,away ${exit.totalShares} ${ahead(now, exit.closedAt + ledger.terms.callOffDelay)}` : "";
  }
  const isUnseen = gate.machine.phaseEndsAt === 0n && exit.votableShares !== 0n;
  return `,complete ${ahead(now, ledger.completeAfter)}${isUnseen ? ` back ${exit.votableShares}` : ""}`;
}

const indexIn = (setting: Setting, config: DualGovernanceConfig | undefined): number =>
  config === undefined ? -1 : setting.configs.indexOf(config);

/** How far a moment lies ahead; all that has passed is the same. */
const ahead = (now: Timestamp, at: Timestamp): Seconds => max(at - now, -1n);
