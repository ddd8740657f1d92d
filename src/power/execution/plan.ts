import type { Effect } from "../compose/compose.js";
import { actAs, appointing } from "../compose/compose.js";
import type { Way } from "../core/index.js";
import type { World } from "../world/world.js";
import { isOffice } from "../manifest/offices.js";

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
  /** What one of them is first put into, and then calls by. */
  readonly office?: Office;
}

/** An office that a coalition takes. */
export interface Office {
  /** "be ExampleVault.owner" */
  readonly name: string;
  /** Who is in it, as a rule: `ExampleVault._owner`. */
  readonly rule: string;
  /** How they change that. */
  readonly plan: Plan;
}

const ACTS = actAs("");
const APPOINTS = appointing("");

/** Reads a way as {@link compose} builds formulas; undefined where it has another form, so that nobody plays it. */
export function planOf(way: Way): Plan | undefined {
  if (way.kind !== "power") return undefined;
  const steps = way.of.kind === "in-order" ? way.of.of : [way.of];
  const last = steps.at(-1);
  const makers = steps.slice(0, -1).flatMap((step) => (step.kind === "together" ? step.of : [step]));
  const known = makers.map(actorOf).filter((maker) => maker !== undefined);
  if (last === undefined || known.length < makers.length) return undefined;
  if (last.kind === "nobody-needed") return { caller: undefined, makers: known };
  const office = officeOf(last);
  if (office !== undefined) return { caller: undefined, makers: known, office };
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

/** Undefined where it is none, or one that is not taken in Normal, or by way of another. */
function officeOf(way: Way): Office | undefined {
  if (way.kind !== "power" || !isOffice(way.power)) return undefined;
  const through = way.of.kind === "after" ? way.of.of : way.of;
  if (through.kind !== "power" || !through.power.startsWith(APPOINTS)) return undefined;
  const plan = planOf(through);
  if (plan === undefined || plan.makers.length > 0 || plan.office !== undefined) return undefined;
  return { name: way.power, rule: through.power.slice(APPOINTS.length), plan };
}

const actorOf = (way: Way): string | undefined =>
  way.kind === "power" && way.power.startsWith(ACTS) ? way.power.slice(ACTS.length) : undefined;

/** The effects that a plan is about; of an office, whoever was seen to call by it. */
export function effectsOf(plan: Plan, effects: readonly Effect[], world: World): Effect[] {
  const addresses = new Map(world.accounts.map(({ name, address }) => [name, address]));
  const addressOf = (name: string) => addresses.get(name) ?? world.addresses.bodies.tiebreaker?.committee ?? name;
  const makers = [...plan.makers].sort().join();
  const { office, caller: planned = world.stranger } = plan;
  return effects.filter(
    ({ caller, madeBy, offices }) =>
      (office === undefined ? caller === planned : offices.some(({ name }) => name === office.name)) &&
      [...new Set(madeBy.map(addressOf))].sort().join() === makers,
  );
}
