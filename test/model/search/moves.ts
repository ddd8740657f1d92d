import { effectiveOf, step, type Action } from "../twin/dualGovernanceModel.js";
import { configPairOf, GATE_RULES, type GateRules } from "../twin/gateModel.js";
import { calcSupport } from "../twin/support.js";
import { GovernanceState, nameOfState } from "../../../src/model/types.js";
import { max, min, type Support, type Timestamp } from "../../../src/model/units.js";
import type { Successor } from "./explore.js";
import { checkLanding, checkTransitions, checkWorld } from "./promises.js";
import { HOSTILE, MALLORY, showSupply, tricksOf, VERA, type Setting, type Shown, type World } from "./searchWorld.js";

const { Normal, VetoSignalling, VetoSignallingDeactivation, VetoCooldown, RageQuit } = GovernanceState;

/** One transaction while the vault shows `shown`; undefined where it reverts. */
export function transact(
  world: World,
  setting: Setting,
  move: string,
  action: Action,
  shown: Shown = world.honestSupply,
): Successor<World> | undefined {
  const rules = setting.rules ?? GATE_RULES;
  const before = showSupply(world.system, shown, setting);
  const outcome = step(before, action, rules);
  if (!outcome.ok) return undefined;
  const { transitions, system: after } = outcome.value;

  let { activation } = world;
  let crossedAt = seeRageQuitThreshold({ system: before, activation, crossedAt: world.crossedAt }, rules);
  const judged = setting.judges === "everything" ? transitions : [];
  const broken = checkTransitions(judged, before, activation, crossedAt);
  for (const { from, to } of transitions) {
    if (to !== VetoSignalling || from === VetoSignallingDeactivation) continue;
    const { current: config } = configPairOf(before.gate);
    const { signallingThreshold } = config.signalling;
    const kept = from === Normal ? signallingThreshold : min(signallingThreshold, activation.signallingThreshold);
    activation = { at: before.now, config, signallingThreshold: kept };
    crossedAt = undefined;
  }
  crossedAt = seeRageQuitThreshold({ system: after, activation, crossedAt }, rules);

  const isVeraIn = (after.ledger.positions[VERA]?.shares ?? 0n) > 0n;
  const goes = world.objection !== undefined && !world.hasLeft && !isVeraIn;
  const isScheduled = world.scheduledAt !== undefined;
  const walk = transitions.map(({ to }) => ` → ${nameOfState(to)}`).join("");
  const trick = shown === world.honestSupply ? "" : ` while the vault says ${shown}`;
  return {
    move: `${move}${trick}${walk}`,
    world: {
      ...world,
      system: showSupply(after, world.honestSupply, setting),
      activation,
      crossedAt,
      hasLeft: world.hasLeft || (goes && isScheduled),
      // Without an operation to object to she is free to come back as a fresh staker.
      objection: goes && !isScheduled ? undefined : world.objection,
    },
    broken,
    tally: goes && isScheduled ? "rage quits with the objector" : undefined,
  };
}

/** Since when R2 is counted, when a poke sees `system`. */
function seeRageQuitThreshold(
  { system, activation, crossedAt }: Pick<World, "system" | "activation" | "crossedAt">,
  rules: GateRules,
): Timestamp | undefined {
  const { state } = system.gate.machine;
  if (state !== VetoSignalling && state !== VetoSignallingDeactivation) return undefined;
  const { rageQuitThreshold, maxDuration } = activation.config.signalling;
  if (effectiveOf(system, rules).reading.supportMax >= rageQuitThreshold) return crossedAt ?? system.now;
  return system.now <= activation.at + maxDuration ? undefined : crossedAt;
}

/** R1 that the objector must reach: where the gate is about to choose between two, the higher. */
function signallingThresholdFor({ system, activation }: World): Support {
  const { signallingThreshold } = configPairOf(system.gate).current.signalling;
  switch (system.gate.machine.state) {
    case Normal:
      return signallingThreshold;
    case VetoSignalling:
    case VetoSignallingDeactivation:
      return activation.signallingThreshold;
    case VetoCooldown:
    case RageQuit:
      return max(signallingThreshold, activation.signallingThreshold);
  }
}

/** The objector objects, if what she has reaches R1. */
function lockByVera(world: World, setting: Setting): Successor<World> | undefined {
  if (world.objection !== undefined) return undefined;
  // Her call pokes first, so what she must reach is R1 of the state that the poke leaves.
  const poked = transact(world, setting, "", { type: "poke" });
  const support = calcSupport(setting.stake, world.honestSupply);
  const signallingThreshold = signallingThresholdFor(poked?.world ?? world);
  if (support < signallingThreshold) return undefined;
  const objector: World = { ...world, objection: { support, signallingThreshold } };
  return transact(objector, setting, `the objector locks ${setting.stake}`, {
    type: "lock",
    staker: VERA,
    shares: setting.stake,
  });
}

/** A second passes, unless the objector's time is up. */
function wait(world: World, setting: Setting): Successor<World> | undefined {
  const { scheduledAt, objection } = world;
  const now = world.system.now + 1n;
  const later = { ...world, system: { ...world.system, now } };
  if (scheduledAt === undefined) return { move: "+1 s", world: later };
  if (objection === undefined && now > scheduledAt + setting.deadline) return undefined;
  return { move: `+1 s (${now - scheduledAt} s since the scheduling)`, world: later };
}

/** Everything that may happen next. */
export function createMoves(setting: Setting): (world: World) => readonly Successor<World>[] {
  return (world) => {
    const broken = setting.judges === "everything" ? checkWorld(world, setting) : undefined;
    if (broken !== undefined) return [{ move: "", world, broken }];
    const found: (Successor<World> | undefined)[] = [];
    const { system, scheduledAt } = world;
    const { state } = system.gate.machine;
    const adversary = system.ledger.positions[MALLORY]?.shares ?? 0n;

    for (const shown of [world.honestSupply, ...tricksOf(setting)]) {
      const trick = (move: string, action: Action): Successor<World> | undefined =>
        transact(world, setting, move, action, shown);
      found.push(trick("poke", { type: "poke" }));
      for (const shares of setting.lots) {
        if (adversary + shares <= setting.purse) {
          found.push(trick(`the adversary locks ${shares}`, { type: "lock", staker: MALLORY, shares }));
        }
        if (shares <= adversary) {
          found.push(trick(`the adversary unlocks ${shares}`, { type: "unlock", staker: MALLORY, shares }));
        }
      }
      if (scheduledAt === undefined) {
        const scheduled = trick("schedule", { type: "schedule", id: HOSTILE });
        if (scheduled !== undefined) {
          found.push({ ...scheduled, world: { ...scheduled.world, scheduledAt: system.now } });
        }
      } else {
        const landed = trick("execute", { type: "execute", id: HOSTILE });
        if (landed !== undefined) {
          const broken = landed.broken ?? checkLanding(landed.world, setting);
          found.push({ ...landed, broken, tally: "landings against the objector", isEnd: true });
        }
      }
    }

    for (const supply of setting.supplies) {
      if (supply === world.honestSupply) continue;
      const moved = { ...world, honestSupply: supply, system: showSupply(system, supply, setting) };
      found.push({ move: `the supply becomes ${supply}`, world: moved });
    }
    for (const [index, config] of setting.configs.entries()) {
      if (setting.configs.length > 1) {
        found.push(transact(world, setting, `configuration ${index} is set`, { type: "setConfig", config }));
      }
    }
    if (state === RageQuit) found.push(leaveVault(world, setting));
    if (state === RageQuit && setting.callsOff) {
      found.push(transact(world, setting, "the exit is called off", { type: "callOff", epoch: lastEpoch(world) }));
    }
    found.push(lockByVera(world, setting), wait(world, setting));
    return found.filter((successor) => successor !== undefined).map(endWhereVeraIsOut);
  };
}

const lastEpoch = ({ system }: World): number => system.ledger.runningEpoch - 1;

/** The whole exit of a rage quit up to its extension; how long the vault takes is the adversary's choice of moment. */
const leaveVault = (world: World, setting: Setting): Successor<World> | undefined =>
  transact(world, setting, "the exit is redeemed", {
    type: "beginExit",
    epoch: lastEpoch(world),
    leave: ({ shares }) => ({ taken: shares, redeemed: shares, assets: 0n, burnt: shares, worth: 0n }),
  });

/** When the objector has left and the rage quit is over, the guarantee is kept. */
function endWhereVeraIsOut(successor: Successor<World>): Successor<World> {
  const { hasLeft, system } = successor.world;
  return hasLeft && system.gate.machine.state !== RageQuit ? { ...successor, isEnd: true } : successor;
}
