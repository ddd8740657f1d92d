import { effectiveOf, operationStatus } from "../twin/dualGovernanceModel.js";
import { GATE_RULES } from "../twin/gateModel.js";
import { GovernanceState, type DualGovernanceConfig } from "../../../src/model/types.js";
import type { Seconds } from "../../../src/model/units.js";
import type { Search, Successor } from "./explore.js";
import { createMoves, transact } from "./moves.js";
import { createKey, createWorld, HOSTILE, type Setting, type World } from "./searchWorld.js";

const { VetoSignalling, VetoSignallingDeactivation, RageQuit } = GovernanceState;

/** How far the adversary goes to keep governance halted. */
export interface HaltLimits {
  /** Whether she crosses R2, short of a rage quit. */
  readonly crossesRageQuitThreshold: boolean;
  /** Governance is never halted for longer at a stretch. */
  readonly longestStretch: Seconds;
  /** An operation finds a moment to land no later than this after its scheduling; undefined to ask nothing. */
  readonly longestWait: Seconds | undefined;
}

/** The longest halt by who never touches R2: two strict comparisons end it. */
export function calcStretchBelow({ signalling: s }: DualGovernanceConfig): Seconds {
  return s.maxDuration + s.minActive + s.deactivation + 2n;
}

/** The longest halt by who crosses R2 without a rage quit: five strict comparisons end it. */
export function calcStretchBeyond({ signalling: s }: DualGovernanceConfig): Seconds {
  return s.maxDuration + s.joinWindow + 2n * (s.minActive + s.deactivation) + 5n;
}

/** Two rounds and the cooldown between them; five strict comparisons end them. */
export function calcWaitBelow(config: DualGovernanceConfig): Seconds {
  return 2n * calcStretchBelow(config) + config.phases.cooldown + 1n;
}

/** The adversary against everybody who pokes in time and lands what can land; nobody else locks. */
export function createHaltSearch(setting: Setting, limits: HaltLimits, maxStates: number): Search<World> {
  const movesOf = createMoves({ ...setting, stake: 0n });
  const rules = setting.rules ?? GATE_RULES;

  const touches = (world: World): boolean => {
    const { machine, reading } = effectiveOf(world.system, rules);
    const isSignalling = machine.state === VetoSignalling || machine.state === VetoSignallingDeactivation;
    return isSignalling && reading.supportMax >= world.activation.config.signalling.rageQuitThreshold;
  };

  const isAllowed = ({ world }: Successor<World>): boolean => {
    if (world.system.gate.machine.state === RageQuit) return false;
    return limits.crossesRageQuitThreshold || (!touches(world) && world.crossedAt === undefined);
  };

  /** The end of a second: somebody pokes, and lands what can land. */
  const endSecond = (world: World): Successor<World> | undefined => {
    const poked = transact(world, setting, "poke in time", { type: "poke" });
    if (poked === undefined) return undefined;
    const { system, scheduledAt, activation } = poked.world;
    const { now } = system;
    const { state } = system.gate.machine;
    const isHalted = state === VetoSignalling || state === VetoSignallingDeactivation;
    const stretch = now - activation.at;
    if (isHalted && stretch >= limits.longestStretch) return { ...poked, broken: `halted for ${stretch} s` };
    const landed = scheduledAt !== undefined && operationStatus(system, HOSTILE) === "executable";
    if (!landed && scheduledAt !== undefined && limits.longestWait !== undefined) {
      const waited = now - scheduledAt;
      if (waited >= limits.longestWait) return { ...poked, broken: `an operation waits for ${waited} s` };
    }
    const tally = isHalted && stretch === limits.longestStretch - 1n ? "longest stretches" : undefined;
    const later = { ...poked.world, system: { ...system, now: now + 1n } };
    return { move: `${poked.move}, +1 s`, world: later, isEnd: landed, tally };
  };

  const successorsOf = (world: World): readonly Successor<World>[] => {
    const own = movesOf(world).filter(({ move }) => !move.startsWith("+1 s") && !move.startsWith("execute"));
    return [...own, endSecond(world)].filter((successor) => successor !== undefined).filter(isAllowed);
  };

  const memory = limits.longestWait ?? limits.longestStretch;
  return { initial: createWorld(setting), keyOf: createKey(setting, memory + 1n), successorsOf, maxStates };
}
