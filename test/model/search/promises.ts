import { effectiveOf, type System } from "../twin/dualGovernanceModel.js";
import { completeAfterOf } from "../twin/exitLedger.js";
import { GATE_RULES } from "../twin/gateModel.js";
import { calcExtension } from "../../../src/model/stateTransitions.js";
import { GovernanceState, nameOfState, type DualGovernanceConfig } from "../../../src/model/types.js";
import { min, type Seconds, type Support, type Timestamp } from "../../../src/model/units.js";
import { showSupply, tricksOf, type Setting, type World } from "./searchWorld.js";

const { Normal, VetoSignalling, VetoSignallingDeactivation, VetoCooldown, RageQuit } = GovernanceState;

const EDGES: ReadonlySet<string> = new Set(
  (
    [
      [Normal, VetoSignalling],
      [VetoSignalling, VetoSignallingDeactivation],
      [VetoSignalling, RageQuit],
      [VetoSignallingDeactivation, VetoSignalling],
      [VetoSignallingDeactivation, RageQuit],
      [VetoSignallingDeactivation, VetoCooldown],
      [VetoCooldown, Normal],
      [VetoCooldown, VetoSignalling],
      [RageQuit, VetoSignalling],
      [RageQuit, VetoCooldown],
    ] as const
  ).map((edge) => edge.join()),
);

const RELAXING: ReadonlySet<string> = new Set(
  (
    [
      [VetoSignalling, VetoSignallingDeactivation],
      [VetoSignallingDeactivation, VetoCooldown],
      [VetoCooldown, Normal],
      [RageQuit, VetoCooldown],
    ] as const
  ).map((edge) => edge.join()),
);

/** How long `support` holds an operation back at least under `config`. */
const worthOf = (support: Support, { signalling }: DualGovernanceConfig, signallingThreshold: Support): Seconds =>
  calcExtension(support, signalling, signallingThreshold) + signalling.deactivation;

/**
 * What a walk through the states broke, if anything.
 * @param crossedAt Since when R2 is counted, the poke that made the walk included.
 */
export function checkTransitions(
  transitions: readonly { from: GovernanceState; to: GovernanceState }[],
  before: System,
  activation: World["activation"],
  crossedAt: Timestamp | undefined,
): string | undefined {
  const { now } = before;
  for (const { from, to } of transitions) {
    if (!EDGES.has([from, to].join())) return `${nameOfState(from)} → ${nameOfState(to)} is no edge`;
    if (to === RageQuit) {
      const { joinWindow } = activation.config.signalling;
      if (crossedAt === undefined || now <= crossedAt + joinWindow) return "a rage quit began within the join window";
    }
    if (from === RageQuit) {
      const exit = before.ledger.closed.at(-1)?.exit;
      const completeAfter = exit === undefined ? 0n : completeAfterOf(exit);
      if (completeAfter === 0n || now <= completeAfter) return "governance left a rage quit that is not complete";
    }
  }
  return undefined;
}

/** What the landing of the hostile operation broke, if anything. `world` is the one it leaves behind. */
export function checkLanding(world: World, setting: Setting): string | undefined {
  const { system, scheduledAt, objection, hasLeft, activation } = world;
  if (scheduledAt === undefined) return "an operation landed that nobody scheduled";
  const { now } = system;
  const { state } = system.gate.machine;
  const waited = now - scheduledAt;
  if (waited < setting.baseDelay) return `landed after ${waited} s, before the base delay`;
  if (state !== Normal && state !== VetoCooldown) return `landed in ${nameOfState(state)}`;
  if (state === VetoCooldown && scheduledAt >= activation.at) return "landed in a cooldown it is not older than";
  if (hasLeft) return undefined;
  if (objection === undefined) return `landed after ${waited} s, before the objector's time was up`;
  const { support, signallingThreshold } = objection;

  // The guarantee: against the least that any configuration of this search gives …
  const least = setting.configs
    .map((config) => worthOf(support, config, min(signallingThreshold, config.signalling.signallingThreshold)))
    .reduce(min);
  if (waited < least) return `landed after ${waited} s, though ${least} s were the objector's`;
  // … and against what the last activation froze, wherever it came from.
  if (activation.at <= scheduledAt) return "landed without a round of signalling since its scheduling";
  const due = activation.at + worthOf(support, activation.config, activation.signallingThreshold);
  return now < due ? `landed ${due - now} s before what the activation had promised` : undefined;
}

/** What holds of every world by itself, whatever led to it. */
export function checkWorld(world: World, setting: Setting): string | undefined {
  const { system, honestSupply } = world;
  const rules = setting.rules ?? GATE_RULES;
  const from = system.gate.machine.state;
  const { machine, supply } = effectiveOf(system, rules);
  const again = effectiveOf({ ...system, gate: { ...system.gate, machine, supply } }, rules).machine.state;
  // A rage quit empties the running epoch as well, which one poke alone does not show here.
  if (machine.state !== RageQuit && again !== machine.state) return "a second transition is due at once";

  // The honest supply counts from the first poke that sees it: who locks under a flash supply hides but himself.
  if (system.gate.supply.lowest > honestSupply) return undefined;
  for (const shown of tricksOf(setting)) {
    const to = effectiveOf(showSupply(system, shown, setting), rules).machine.state;
    if (to !== machine.state && RELAXING.has([from, to].join())) {
      return `a flash move of the supply to ${shown} lets ${nameOfState(from)} → ${nameOfState(to)} pass`;
    }
  }
  return undefined;
}
