import { Interface } from "ethers";

import type { Call } from "../protocol/calls.js";
import { SentenceError } from "../protocol/errors.js";
import type { Decision } from "./estate/decisions.js";
import type { Finding, Ground } from "./estate/types.js";
import { markSetBy, markTakenBy } from "./marks.js";

/** Which proposal is looked at: one that the Governor has, or another that is prepared in spite of it. */
export type Wanted = bigint | "new" | undefined;
type Place = Pick<Ground, "governor" | "newTimelock">;

const GOVERNOR = new Interface(["function updateTimelock(address)"]);
const TOKEN = new Interface(["function transfer(address,uint256)"]);

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
export function findUnderWay(open: readonly Decision[], place: Place, wanted: Wanted): readonly Decision[] {
  if (wanted === "new") return [];
  const movers = open.filter(({ calls }) => calls.some(isMover(place)));
  const told = movers.map(({ id, state }) => `${id} (${state})`).join(", ");
  const [only, ...more] = wanted === undefined ? movers : movers.filter(({ id }) => id === wanted);
  if (only === undefined) {
    if (wanted === undefined) return [];
    throw new SentenceError(
      `Proposal ${wanted} is none that is open and moves the Governor to ${place.newTimelock}: ` +
        `${told === "" ? "there is none" : `right is ${told}`}.`,
    );
  }
  if (more.length > 0) {
    throw new SentenceError(
      `Several proposals move the Governor to ${place.newTimelock}: ${told}. Say which one is looked at with --proposal, or ` +
        "prepare another with --proposal new.",
    );
  }
  return partsBefore(only, open, place);
}

/** Each part takes away the mark of the one before; what was executed already is not open any more. */
function partsBefore(last: Decision, open: readonly Decision[], place: Place): Decision[] {
  const parts = [last];
  for (;;) {
    const [first = last] = parts;
    const mark = first.calls.map((one) => markTakenBy(one, place.newTimelock)).find((part) => part !== undefined);
    const before = open.findLast((one) => !parts.includes(one) && mark !== undefined && markIn(one, place) === mark);
    if (before === undefined) return parts;
    parts.unshift(before);
  }
}

/** Parts that the Governor has, of an adoption whose last one was not proposed yet; by their place in what is prepared. */
export function findParts(
  open: readonly Decision[],
  prepared: readonly (readonly Call[])[],
  place: Place,
): readonly (Decision | undefined)[] {
  const marked = open.filter((one) => markIn(one, place) !== undefined);
  return prepared.map((calls) => marked.find((one) => shapeOf(one.calls, place) === shapeOf(calls, place)));
}

/** What calls do, whatever the amounts. */
const shapeOf = (calls: readonly Call[], { newTimelock }: Place): string =>
  calls
    .map(({ target, value, data }) => {
      if (target === newTimelock && data === "0x") return "ether";
      const transfer = TOKEN.getFunction("transfer")?.selector ?? "";
      return data.startsWith(transfer) ? `${target} ${data.slice(0, 74)}` : `${target} ${value} ${data}`;
    })
    .join("\n");

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
