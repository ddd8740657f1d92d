import { formatDuration } from "../../protocol/format.js";
import type { Pattern, Worsening } from "../core/index.js";
import { PROPERTIES, type Outcome, type PropertyName } from "../report.js";

/** What is worse in one audit than in another. */
export type Change =
  | { readonly kind: "verdict"; readonly property: PropertyName; readonly before: Outcome; readonly after: Outcome }
  | { readonly kind: "power"; readonly worsening: Worsening }
  | { readonly kind: "call"; readonly by: string; readonly who: string; readonly modes: readonly string[] }
  | { readonly kind: "figure"; readonly name: string; readonly before: string; readonly after: string | undefined };

/** What a change is of, and what is told of it: the same of many things is told once. */
interface Told {
  readonly of: string;
  readonly says: string;
}

/**
 * Changes in sentences.
 * @param isBetter Whether they are told the other way round: `after` is what was.
 */
export function tellChanges(
  changes: readonly Change[],
  name: (account: string) => string,
  isBetter: boolean,
): string[] {
  const grouped = new Map<string, string[]>();
  for (const { of, says } of changes.map((change) => tell(change, name, isBetter))) {
    grouped.set(says, [...(grouped.get(says) ?? []), of]);
  }
  return [...grouped].map(([says, of]) => `${listed(of)}: ${says}.`);
}

/** So many things are named of which the same is told. */
const MOST = 4;

function listed(things: readonly string[]): string {
  const more = things.length - MOST;
  const shown = more > 1 ? things.slice(0, MOST) : things;
  return `${shown.join(", ")}${more > 1 ? ` and ${more} more` : ""}`;
}

function tell(change: Change, name: (account: string) => string, isBetter: boolean): Told {
  const turn = <Value>(before: Value, after: Value) =>
    isBetter ? ([after, before] as const) : ([before, after] as const);
  switch (change.kind) {
    case "verdict": {
      const [before, after] = turn(change.before, change.after);
      return { of: `${change.property}, ${PROPERTIES[change.property]}`, says: `${before} before, now ${after}` };
    }
    case "call": {
      const who = name(change.who);
      const modes = `${change.modes.slice(0, MOST).join(", ")}${change.modes.length > MOST ? " and other modes" : ""}`;
      return {
        of: change.by,
        says: `${who} ${isBetter ? "can no longer call it" : "could not call it before"} in ${modes}`,
      };
    }
    case "figure": {
      if (change.after === undefined)
        return { of: change.name, says: `${change.before} before, and not told any more` };
      const [before, after] = turn(change.before, change.after);
      return { of: change.name, says: `${before} before, now ${after}` };
    }
    case "power":
      return { of: change.worsening.power, says: tellWorsening(change.worsening, name, turn, isBetter) };
  }
}

type Turn = <Value>(before: Value, after: Value) => readonly [Value, Value];

function tellWorsening(worsening: Worsening, name: (account: string) => string, turn: Turn, isBetter: boolean): string {
  const pair = (before: string, after: string): string => {
    const [was, is] = turn(before, after);
    return `${was} before, now ${is}`;
  };
  switch (worsening.kind) {
    case "new-power":
      return isBetter ? "nobody can any longer" : "nobody could before";
    case "access":
      return pair(ACCESS[worsening.before], ACCESS[worsening.after]);
    case "smaller-coalition":
      return `${pair(sizeOf(worsening.before), sizeOf(worsening.after))} needed to control`;
    case "smaller-block":
      return `${pair(sizeOf(worsening.before), sizeOf(worsening.after))} needed to block`;
    case "new-coalition":
      return `${tellPattern(worsening.coalitions, name)} ${isBetter ? "can no longer" : "could not before"}`;
    case "less-time": {
      const who = tellPattern(worsening.coalitions, name);
      return `${who} took ${pair(formatDuration(BigInt(worsening.before)), formatDuration(BigInt(worsening.after)))}`;
    }
    case "later-end": {
      const who = tellPattern(worsening.coalitions, name);
      const renewed = worsening.isRenewal ? "if it is renewed, " : "";
      return `${who} can, ${renewed}until ${pair(momentOf(worsening.before), momentOf(worsening.after))}`;
    }
    case "not-compared":
      return `${pair(`${worsening.countBefore} coalitions`, `${worsening.countAfter} coalitions`)}, too many to tell which are new`;
  }
}

const ACCESS = {
  nobody: "nobody",
  coalitions: "somebody in particular",
  "anybody-in-a-mode": "whoever makes a mode",
  anybody: "anybody",
} as const;

const sizeOf = (size: number | undefined): string =>
  size === undefined ? "not even all" : `${size} ${size === 1 ? "entity" : "entities"}`;

/** [seconds from the beginning of the deployment] */
const momentOf = (moment: number | undefined): string =>
  moment === undefined ? "no end" : `${formatDuration(BigInt(moment), 2)} after the deployment began`;

function tellPattern({ choices }: Pattern, name: (account: string) => string): string {
  if (choices.length === 0) return "anybody";
  return choices
    .map(({ choose, of }) => {
      const names = of.map(name);
      return choose === of.length ? names.join(" and ") : `${choose} of ${names.join(", ")}`;
    })
    .join("; and ");
}
