import { Interface } from "ethers";

import type { AdoptionPlan } from "../protocol/adoption.js";
import type { Call } from "../protocol/calls.js";
import { SentenceError } from "../protocol/errors.js";
import { givingCalls } from "../protocol/handovers.js";
import type { Decision } from "./estate/decisions.js";
import type { Finding, Ground } from "./estate/types.js";
import { kindOf } from "./giving.js";
import { isMark, markSetBy, markTakenBy } from "./marks.js";

/** Which proposal is looked at: one that the Governor has, or another that is prepared in spite of it. */
export type Wanted = bigint | "new" | undefined;
type Place = Pick<Ground, "governor" | "newTimelock">;

const GOVERNOR = new Interface(["function updateTimelock(address)"]);

/** What makes the Governor obey the new timelock. */
export const moverOf = ({ governor, newTimelock }: Place): Call => ({
  target: governor,
  value: 0n,
  data: GOVERNOR.encodeFunctionData("updateTimelock", [newTimelock]),
});

const isMover = (place: Place) => {
  const mover = moverOf(place);
  return ({ target, data }: Call): boolean => target === mover.target && data === mover.data;
};

const markIn = ({ calls }: Decision, { newTimelock }: Place): number | undefined =>
  calls.map((one) => markSetBy(one, newTimelock)).find((part) => part !== undefined);

/**
 * The proposals that move the DAO and that the Governor has, in the order in which they execute; none where nothing of
 * the kind is open, or another is to be prepared.
 * @throws SentenceError where several move it and nobody has said which one is meant.
 */
export function findUnderWay(open: readonly Decision[], plan: AdoptionPlan, wanted: Wanted): readonly Decision[] {
  if (wanted === "new") return [];
  const movers = open.filter(({ calls }) => calls.some(isMover(plan)));
  const told = movers.map(({ id, state }) => `${id} (${state})`).join(", ");
  const [only, ...more] = wanted === undefined ? movers : movers.filter(({ id }) => id === wanted);
  if (only === undefined) {
    if (wanted === undefined) return [];
    throw new SentenceError(
      `Proposal ${wanted} is none that is open and moves the Governor to ${plan.newTimelock}: ` +
        `${told === "" ? "there is none" : `right is ${told}`}.`,
    );
  }
  if (more.length > 0) {
    throw new SentenceError(
      `Several proposals move the Governor to ${plan.newTimelock}: ${told}. Say which one is looked at with --proposal, or ` +
        "prepare another with --proposal new.",
    );
  }
  return partsBefore(only, open, plan);
}

/** Each part takes away the mark of the one before; what was executed already is not open any more. */
function partsBefore(last: Decision, open: readonly Decision[], plan: AdoptionPlan): Decision[] {
  const parts = [last];
  for (;;) {
    const [first = last] = parts;
    const mark = takenBy(first, plan);
    const others = open.filter((one) => !parts.includes(one));
    const before = mark === undefined ? undefined : bestOf(others, plan, (one) => markIn(one, plan) === mark);
    if (before === undefined) return parts;
    parts.unshift(before);
  }
}

/**
 * The first parts that the Governor has, of an adoption whose last one was not proposed yet. Whatever the old timelock has
 * received or lost since, what they hand over they hand over.
 * @param standing The marks of parts that were executed.
 * @param isOne Whether one proposal is enough for all that is left: then a first part of several is somebody else's.
 */
export function findParts(
  open: readonly Decision[],
  plan: AdoptionPlan,
  standing: readonly number[],
  isOne: boolean,
): readonly Decision[] {
  const parts: Decision[] = [];
  for (;;) {
    const last = parts.at(-1);
    const isNext = (one: Decision): boolean => {
      const taken = takenBy(one, plan);
      return last === undefined
        ? (taken === undefined && !isOne) || (taken !== undefined && standing.includes(taken))
        : taken !== undefined && taken === markIn(last, plan);
    };
    const next = bestOf(
      open.filter((one) => !parts.includes(one)),
      plan,
      (one) => markIn(one, plan) !== undefined && isNext(one) && foreignCalls(one, plan).length === 0,
    );
    if (next === undefined) return parts;
    parts.push(next);
  }
}

const takenBy = ({ calls }: Decision, { newTimelock }: Place): number | undefined =>
  calls.map((one) => markTakenBy(one, newTimelock)).find((part) => part !== undefined);

/** Of several that could be the same part, which anybody may propose: what hands over most; of equal ones the newest. */
const bestOf = (
  open: readonly Decision[],
  plan: AdoptionPlan,
  isMeant: (one: Decision) => boolean,
): Decision | undefined =>
  open
    .filter(isMeant)
    .map((one) => ({ one, worth: ownCalls(one, plan).length - foreignCalls(one, plan).length }))
    .reduce<{ one: Decision; worth: number } | undefined>(
      (best, next) => (best !== undefined && best.worth > next.worth ? best : next),
      undefined,
    )?.one;

/** Those of its calls that hand over something of what there is to hand over. */
function ownCalls({ calls }: Decision, { holdings, oldTimelock, newTimelock }: AdoptionPlan): Call[] {
  const kinds = new Set(givingCalls(holdings, oldTimelock, newTimelock).map((one) => kindOf(one, newTimelock)));
  return calls.filter((one) => kinds.has(kindOf(one, newTimelock)));
}

/** Those of its calls that no part of an adoption makes. */
function foreignCalls(one: Decision, plan: AdoptionPlan): Call[] {
  const own = ownCalls(one, plan);
  return one.calls.filter((call) => !own.includes(call) && !isMark(call, plan.newTimelock));
}

/** Whatever else is open and hands over as well: whichever is executed first makes the other fail. */
export const tellRivals = (open: readonly Decision[], played: readonly bigint[], place: Place): Finding[] =>
  open
    .filter(({ id }) => !played.includes(id))
    .filter((one) => one.calls.some(isMover(place)) || markIn(one, place) !== undefined)
    .map(({ id, state }) => ({
      key: `proposal ${id}`,
      sentence:
        `Proposal ${id}, which is ${state}, hands over as well, and is not what is played here: whichever is executed first ` +
        "makes the other fail.",
    }));
