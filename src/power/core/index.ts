/**
 * The core of the power audit: who, with whom, can do what, how fast, until when, and who can stop it. Pure: it knows no
 * chain, reads nothing and prints nothing.
 *
 * ```ts
 * const system: PowerSystem = {
 *   powers: new Map([
 *     // A 2-of-3 Safe, one of whose owners is a 1-of-2 Safe.
 *     ["inner Safe", atLeast(1, [principal("a"), principal("b")])],
 *     ["outer Safe", atLeast(2, [power("inner Safe"), principal("c"), principal("d")])],
 *     ["hold PROPOSER", power("outer Safe")],
 *     ["hold ADMIN", NEVER], // the role is its own admin: see escalations
 *     ["change the fee", after(3 * DAY, power("hold PROPOSER"))],
 *     ["stop everything", until({ at: 1_900_000_000 }, inMode("emergency", principal("c")))],
 *     ["emergency", power("inner Safe")], // who makes the mode; NOBODY_NEEDED where time or stakers make it
 *   ]),
 *   escalations: [
 *     { gains: "hold PROPOSER", through: power("hold ADMIN") },
 *     { gains: "hold ADMIN", through: power("hold ADMIN") },
 *   ],
 *   identities: new Map([["d", "Carol"], ["c", "Carol"]]), // two keys, one entity
 * };
 * const solution = solve(system);
 * controlOf(solution, "change the fee"); // minimal coalitions with times and ends, counts, sole controllers
 * blockingOf(solution, "change the fee", [{ cancel: "stop everything" }]);
 * leastTime(solution, "change the fee", ["a", "Carol"]); // seconds, or undefined
 * wayOf(system, "change the fee", ["a", "Carol"]); // what they do, in which order
 * ```
 *
 * Walk: `formula` (who must act together) → `system` (powers, escalations, identities) → `solve` (the fixpoint)
 * → `control`, `blocking` (coalitions) → `way` (how one coalition does it), `record` and `compare` (what got worse since).
 * `votes` makes formulas of delegated votes. Below it: `diagram`, `operations`, `algebra`, `threshold` (functions from
 * coalitions to numbers), `families`, `symmetry`, `coalitions` (sets of sets, told as patterns).
 *
 * - Principals, entities and powers are names; they are compared as they are written.
 * - Durations are whole seconds, moments whole unix seconds.
 * - Coalitions are of entities. The empty one controls what anybody can do.
 * - What is unusable throws a {@link PowerError} whose message is a sentence.
 */
export * from "./formula.js";
export { PowerError } from "./errors.js";
export { LONGEST_DELAY, withBodies, type Escalation, type PowerSystem } from "./system.js";
export { canDo, leastTime, solve, type Solution } from "./solve.js";
export { coalitionsOf, listCoalitions, type Pattern } from "./coalitions.js";
export { controlOf, type Control, type ControllingPattern } from "./control.js";
export { blockingOf } from "./blocking.js";
export { wayOf, type Way } from "./way.js";
export {
  carries,
  carriesWith,
  nameHolders,
  smallestCarrier,
  votesToCarry,
  type Contest,
  type VoteBody,
  type VoteLot,
  type Votes,
} from "./votes.js";
export { recordOf, type PowerRecord } from "./record.js";
export { compareRecords, type Worsening } from "./compare.js";
