import type { Effect } from "../compose.js";
import { actAs } from "../compose.js";
import type { Way } from "../core/index.js";
import type { Scene } from "../scene.js";

/** Who does what in the way that was computed for a coalition. */
export interface Plan {
  /** Who makes the call that changes the rule; undefined: anybody. */
  readonly caller: string | undefined;
  /** Who makes the mode that it takes. */
  readonly makers: readonly string[];
  /** Who schedules, where the timelock calls. */
  readonly proposer?: string;
  /** Whether the proposer first gives itself the role. */
  readonly isSelfMade?: true;
}

const ACTS = actAs("");

/** Reads a way as {@link compose} builds formulas; undefined where it has another form, so that nobody plays it. */
export function planOf(way: Way): Plan | undefined {
  if (way.kind !== "power") return undefined;
  const steps = way.of.kind === "in-order" ? way.of.of : [way.of];
  const last = steps.at(-1);
  const makers = steps.slice(0, -1).flatMap((step) => (step.kind === "together" ? step.of : [step]));
  const known = makers.map(actorOf).filter((maker) => maker !== undefined);
  if (last === undefined || known.length < makers.length) return undefined;
  if (last.kind === "nobody-needed") return { caller: undefined, makers: known };
  const caller = actorOf(last);
  if (caller === undefined || last.kind !== "power") return undefined;
  if (last.of.kind !== "after") return { caller, makers: known };
  const { of } = last.of;
  const proposer = actorOf(of);
  if (proposer !== undefined) return { caller, makers: known, proposer };
  // By a role that it gives itself, where it needs nobody else for that.
  const roles = planOf(of);
  if (roles === undefined) return { caller, makers: known };
  if (roles.caller === undefined || roles.makers.length > 0 || roles.proposer !== undefined) return undefined;
  return { caller, makers: known, proposer: roles.caller, isSelfMade: true };
}

const actorOf = (way: Way): string | undefined =>
  way.kind === "power" && way.power.startsWith(ACTS) ? way.power.slice(ACTS.length) : undefined;

/** The effects that a plan is about. */
export function effectsOf(plan: Plan, effects: readonly Effect[], scene: Scene): Effect[] {
  const seats = new Map(scene.accounts.map(({ name, address }) => [name, address]));
  const seatOf = (name: string) => seats.get(name) ?? scene.addresses.bodies.tiebreaker?.committee ?? name;
  const makers = [...plan.makers].sort().join();
  return effects.filter(
    ({ caller, madeBy }) =>
      caller === (plan.caller ?? scene.stranger) && [...new Set(madeBy.map(seatOf))].sort().join() === makers,
  );
}
