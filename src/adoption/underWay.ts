import { Interface } from "ethers";

import type { AdoptionPlan } from "../protocol/adoption.js";
import type { Call } from "../protocol/calls.js";
import { SentenceError } from "../protocol/errors.js";
import type { Decision } from "./estate/decisions.js";
import type { Finding, Ground } from "./estate/types.js";
import { handingOver, leftToGive } from "./giving.js";
import { markSetBy, markTakenBy, nextMark } from "./marks.js";

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
 * @param standing The marks of parts that were executed.
 * @throws SentenceError where several move it and nobody has said which one is meant.
 */
export function findUnderWay(
  open: readonly Decision[],
  plan: AdoptionPlan,
  standing: readonly number[],
  wanted: Wanted,
): readonly Decision[] {
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
  return partsBefore(only, open.filter(isNumbered(plan, standing)), plan);
}

/** Each part takes away the mark of the one before; what was executed already is not open any more. */
function partsBefore(last: Decision, open: readonly Decision[], plan: AdoptionPlan): Decision[] {
  const parts = [last];
  for (;;) {
    const [first = last] = parts;
    const mark = takenBy(first, plan);
    const before = mark === undefined ? undefined : bestOf(open, parts, plan, (one) => markIn(one, plan) === mark);
    if (before === undefined) return parts;
    parts.unshift(before);
  }
}

/**
 * The first parts that the Governor has, of an adoption whose last one was not proposed yet. Whatever the old timelock has
 * received since, what they hand over they hand over.
 * @param standing The marks of parts that were executed.
 * @param isOne Whether one proposal is enough for all that is left: then a first part of several is somebody else's.
 */
export function findParts(
  open: readonly Decision[],
  plan: AdoptionPlan,
  standing: readonly number[],
  isOne: boolean,
): readonly Decision[] {
  const numbered = open.filter(isNumbered(plan, standing));
  const parts: Decision[] = [];
  for (;;) {
    const last = parts.at(-1);
    const isNext = (one: Decision): boolean => {
      const taken = takenBy(one, plan);
      return last === undefined
        ? (taken === undefined && !isOne) || (taken !== undefined && standing.includes(taken))
        : taken !== undefined && taken === markIn(last, plan);
    };
    const next = bestOf(numbered, parts, plan, (one, foreign) => foreign === 0 && isNext(one));
    if (next === undefined) return parts;
    parts.push(next);
  }
}

const takenBy = ({ calls }: Decision, { newTimelock }: Place): number | undefined =>
  calls.map((one) => markTakenBy(one, newTimelock)).find((part) => part !== undefined);

/** Whether it leaves the mark that a part would. */
const isNumbered =
  (place: Place, standing: readonly number[]) =>
  (one: Decision): boolean =>
    markIn(one, place) === nextMark(takenBy(one, place), standing);

/** How many of its calls hand over something that is left to give, and how many do what no part of an adoption does. */
function worthOf({ calls }: Decision, toGive: readonly Call[], { newTimelock }: Place) {
  const own = handingOver(calls, toGive, newTimelock).length;
  const marks = [markSetBy, markTakenBy].filter((read) => calls.some((one) => read(one, newTimelock) !== undefined));
  return { own, foreign: calls.length - own - marks.length };
}

/**
 * Of several that could be the same part, which anybody may propose: what hands over most of what other parts leave; of
 * equal ones the oldest.
 */
function bestOf(
  open: readonly Decision[],
  parts: readonly Decision[],
  plan: AdoptionPlan,
  isMeant: (one: Decision, foreign: number) => boolean,
): Decision | undefined {
  const toGive = leftToGive(
    plan,
    parts.flatMap(({ calls }) => calls),
  );
  return open
    .filter((one) => !parts.includes(one))
    .map((one) => ({ one, ...worthOf(one, toGive, plan) }))
    .filter(({ one, foreign }) => isMeant(one, foreign))
    .reduce<{ one: Decision; own: number; foreign: number } | undefined>(
      (best, next) => (best !== undefined && best.own - best.foreign >= next.own - next.foreign ? best : next),
      undefined,
    )?.one;
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
