import { operationStatus } from "../model/twin/dualGovernanceModel.js";
import { exitOf } from "../model/twin/escrowLedger.js";
import { ExitEnd, idleOf } from "../model/twin/exitLedger.js";
import { areDeEscalation } from "../model/twin/timelockModel.js";
import { GovernanceState, nameOfState } from "../../src/model/types.js";
import type { Call } from "./callTypes.js";
import { knownPlans } from "./observation.js";
import { effectsOf } from "./setting.js";
import { gateTimers } from "./timers.js";
import type { Prediction, World } from "./twin.js";

const ENDS = [
  "Redeemed",
  "VaultsWord",
  "CalledOff",
  "ClockRanOut",
] as const satisfies readonly (keyof typeof ExitEnd)[];
const nameOfEnd = (end: ExitEnd): string => ENDS[end - 1] ?? "None";

const OFFSETS = ["a second before", "at", "a second after"];

/** What the sequences have come across: without it, agreement proves nothing. */
export class Encounters {
  readonly #counts = new Map<string, number>();

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** Everything that was counted. */
  names(): readonly string[] {
    return [...this.#counts.keys()].sort();
  }

  #count(name: string): void {
    this.#counts.set(name, this.of(name) + 1);
  }

  #countEdges(transitions: Prediction["transitions"]): void {
    for (const { from, to } of transitions) this.#count(`edge ${nameOfState(from)} → ${nameOfState(to)}`);
    if (transitions.length > 1) this.#count("two transitions in one call");
  }

  /** @param before The world that the call finds. */
  countCall(before: World, call: Call, { refusal, transitions, world }: Prediction): void {
    if (!before.system.vault.answers) this.#count("call while the vault is silent");
    this.#countEdges(transitions);
    if (refusal !== undefined) {
      this.#count(`error ${refusal.error}`);
      return;
    }
    this.#count(`accepted ${call.type}`);
    if (call.type === "execute") {
      const effects = effectsOf(call.plan);
      for (const { type } of effects) this.#count(`executed ${type}`);
      this.#count(`executed ${areDeEscalation(effects) ? "de-escalation" : "no de-escalation"}`);
      this.#count(`executed in ${nameOfState(world.system.gate.machine.state)}`);
    }
    this.#countExit(before, call, world);
  }

  #countExit(before: World, call: Call, after: World): void {
    if (call.type !== "beginExit" && call.type !== "claim" && call.type !== "callOff") return;
    const [earlier, later] = [before, after].map(({ system }) => exitOf(system.ledger, call.epoch));
    if (earlier === undefined || later === undefined) return;
    if (later.end !== earlier.end) this.#count(`end ${nameOfEnd(later.end)}`);
    if (call.type === "beginExit") {
      const isAll = idleOf(later) === 0n;
      this.#count(`${call.vessel === undefined ? "fresh" : "numbered"} vessel`);
      this.#count(isAll ? "beginning with all" : "beginning with a part");
      if (earlier.vessels.length > 0) this.#count("later beginning");
      const wasTaken = later.awayUnits - earlier.awayUnits > later.awayShares - earlier.awayShares;
      if (wasTaken) this.#count("beginning after shares were taken away");
    }
    if (later.backUnits > earlier.backUnits) this.#count("shares came back");
    if (call.type === "claim" && earlier.end !== ExitEnd.None) this.#count("claim after the end");
  }

  countRuleChange({ transitions, world }: Prediction): void {
    this.#countEdges(transitions);
    this.#count(`rules changed in ${nameOfState(world.system.gate.machine.state)}`);
  }

  countStep(before: World, { system }: World): void {
    const { machine, supply } = system.gate;
    this.#count("step");
    this.#count(`state ${nameOfState(machine.state)}`);
    if (system.now === before.system.now) this.#count("step in the same second");
    for (const end of gateTimers(before)) {
      const offset = OFFSETS[Number(system.now - end) + 1];
      if (offset !== undefined) this.#count(`step ${offset} the end of a timer`);
    }
    if (supply.last === system.ledger.supplyFloor) this.#count("step at the supply floor");
    if (machine.round > 1) this.#count("step in a second round or later");
    if (machine.state !== GovernanceState.Normal) {
      if (machine.currentConfig !== machine.frozenConfig) this.#count("step with other rules than the frozen");
      if (supply.lowest < supply.last) this.#count("step after the supply was lower");
    }
    for (const plan of knownPlans(system)) {
      const status = operationStatus(system, plan);
      if (status !== operationStatus(before.system, plan)) this.#count(`operation ${status}`);
    }
  }

  /** In one sentence, for the person who waits. */
  summary(): string {
    const edges = this.names().filter((name) => name.startsWith("edge "));
    const transitions = edges.reduce((sum, name) => sum + this.of(name), 0);
    const rageQuits = edges.filter((name) => name.endsWith("→ RageQuit")).reduce((sum, name) => sum + this.of(name), 0);
    return (
      `${this.of("step")} steps: ${transitions} transitions on ${edges.length} edges, ${rageQuits} rage quits, ` +
      `${ENDS.map((end) => `${this.of(`end ${end}`)} ${end}`).join(", ")}, ` +
      `${this.of("accepted withdraw")} withdrawals, ` +
      `${this.of("accepted execute")} executions, ${this.of("operation expired")} expiries`
    );
  }
}

/**
 * What a hundred sequences come across at least, whatever the seed; most come across three times as much. Never in them:
 * an exit that stalls, or that the clock of a year ends. Their vault redeems at once or refuses, so that it never holds a
 * share, and what an issuer takes from the escrow is in nobody's hands. The tests of the twin by itself have both.
 */
const LEAST: Readonly<Record<string, number>> = {
  "state Normal": 300,
  "state VetoSignalling": 500,
  "state VetoSignallingDeactivation": 100,
  "state VetoCooldown": 120,
  "state RageQuit": 400,
  "edge Normal → VetoSignalling": 50,
  "edge VetoSignalling → VetoSignallingDeactivation": 50,
  "edge VetoSignalling → RageQuit": 40,
  "edge VetoSignallingDeactivation → VetoSignalling": 15,
  "edge VetoSignallingDeactivation → RageQuit": 3,
  "edge VetoSignallingDeactivation → VetoCooldown": 25,
  "edge VetoCooldown → Normal": 12,
  "edge VetoCooldown → VetoSignalling": 15,
  "edge RageQuit → VetoSignalling": 12,
  "edge RageQuit → VetoCooldown": 12,
  "two transitions in one call": 5,
  "step a second before the end of a timer": 60,
  "step at the end of a timer": 100,
  "step a second after the end of a timer": 200,
  "step in the same second": 800,
  "step in a second round or later": 25,
  "step with other rules than the frozen": 150,
  "step after the supply was lower": 100,
  "call while the vault is silent": 100,
  "accepted lock": 250,
  "accepted unlock": 50,
  "accepted deposit": 80,
  "accepted redeem": 80,
  "accepted donateAssets": 15,
  "accepted donateShares": 15,
  "accepted slash": 5,
  "accepted beginExit": 20,
  "accepted claim": 15,
  "accepted callOff": 10,
  "accepted takeShares": 5,
  "accepted moveShares": 5,
  "accepted clawBack": 10,
  "end Redeemed": 10,
  "end VaultsWord": 1,
  "end CalledOff": 6,
  "numbered vessel": 10,
  "fresh vessel": 5,
  "beginning with all": 10,
  "beginning with a part": 8,
  "later beginning": 1,
  "beginning after shares were taken away": 1,
  "shares came back": 1,
  "claim after the end": 1,
  "step at the supply floor": 5,
  "accepted withdraw": 12,
  "accepted schedule": 100,
  "accepted cancel": 6,
  "accepted deEscalate": 6,
  "accepted execute": 25,
  "executed outside": 8,
  "executed setConfig": 4,
  "executed updateDelay": 2,
  "executed de-escalation": 6,
  "executed no de-escalation": 15,
  "executed in Normal": 12,
  "executed in VetoCooldown": 1,
  "executed in VetoSignalling": 1,
  "executed in RageQuit": 1,
  "operation waiting": 80,
  "operation blocked": 60,
  "operation executable": 50,
  "operation expired": 25,
  "operation cancelled": 15,
  "rules changed in Normal": 3,
  "rules changed in VetoSignalling": 3,
  "rules changed in VetoSignallingDeactivation": 1,
  "rules changed in VetoCooldown": 1,
  "rules changed in RageQuit": 5,
  "error AccessControlUnauthorizedAccount": 4,
  "error CallerCannotDeEscalate": 4,
  "error ClockRunning": 5,
  "error DelayOutOfBounds": 4,
  "error ERC20InsufficientBalance": 1,
  "error ERC4626ExceededMaxRedeem": 2,
  "error EpochClosed": 4,
  "error ExecutionClosed": 25,
  "error LockTooYoung": 20,
  "error ExitRefused": 5,
  "error NotAVessel": 10,
  "error NothingToWithdraw": 7,
  "error NotYetWithdrawable": 6,
  "error OperationExpired": 1,
  "error SchedulingClosed": 15,
  "error SharesExceedPosition": 1,
  "error TimelockInsufficientDelay": 2,
  "error TimelockUnexpectedOperationState": 60,
  "error UnexpectedEpoch": 3,
  "error UnexpectedPhase": 20,
  "error ZeroShares": 6,
};

/** What `encounters` of so many sequences lacks. */
export const findGaps = (encounters: Encounters, sequences: number): string[] =>
  Object.entries(LEAST)
    .map(([name, least]) => ({ name, count: encounters.of(name), least: (least * sequences) / 100 }))
    .filter(({ count, least }) => count < least)
    .map(({ name, count, least }) => `${count} × ${name}, at least ${least} expected`);
