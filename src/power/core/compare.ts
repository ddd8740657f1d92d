import { group, listPatterns, type Pattern, type Representative } from "./coalitions.js";
import { leanSetsOf } from "./control.js";
import type { Node } from "./diagram.js";
import {
  after,
  all,
  any,
  atLeast,
  NEVER,
  principal,
  until,
  type Formula,
  type Moment,
  type PowerName,
  type Seconds,
} from "./formula.js";
import type { CoalitionRecord, PowerRecord } from "./record.js";
import { solve } from "./solve.js";

/** One thing that got worse. */
export type Worsening = { readonly power: PowerName } & (
  | { readonly kind: "new-power" }
  /** Fewer are needed: of coalitions and a mode nobody, or of a mode nobody in particular. */
  | { readonly kind: "access"; readonly before: PowerRecord["access"]; readonly after: PowerRecord["access"] }
  /** Fewer entities control, or block. `before` is absent where nobody could. */
  | { readonly kind: "smaller-coalition" | "smaller-block"; readonly before?: number; readonly after: number }
  /** Nobody in them could do it before, nor all of them together. */
  | { readonly kind: "new-coalition"; readonly coalitions: Pattern }
  | { readonly kind: "less-time"; readonly coalitions: Pattern; readonly before: Seconds; readonly after: Seconds }
  /** Absent moments: for ever. `isRenewal`: the end stays, but others can move it further than before. */
  | {
      readonly kind: "later-end";
      readonly isRenewal: boolean;
      readonly coalitions: Pattern;
      readonly before?: Moment;
      readonly after?: Moment;
    }
  /** Too many coalitions on one side to tell which are new; the sizes and counts are compared. */
  | { readonly kind: "not-compared"; readonly countBefore: string; readonly countAfter: string }
);

/** From the safest to the least safe. */
const ACCESS = ["nobody", "coalitions", "anybody-in-a-mode", "anybody"] as const;

/**
 * What got worse from one record of a system to the next. What got better: the same, the other way round. A power that
 * is gone is no worsening.
 */
export function compareRecords(before: readonly PowerRecord[], after: readonly PowerRecord[]): Worsening[] {
  const earlier = new Map(before.map((record) => [record.power, record]));
  return after.flatMap((record): Worsening[] => {
    const old = earlier.get(record.power);
    return old === undefined ? [{ power: record.power, kind: "new-power" }] : comparePower(old, record);
  });
}

function comparePower(before: PowerRecord, after: PowerRecord): Worsening[] {
  const { power } = after;
  const found: Worsening[] = [];
  if (ACCESS.indexOf(after.access) > ACCESS.indexOf(before.access)) {
    found.push({ power, kind: "access", before: before.access, after: after.access });
  }
  for (const [kind, old, now] of [
    ["smaller-coalition", before.control.smallest, after.control.smallest],
    ["smaller-block", before.blocking.smallest, after.blocking.smallest],
  ] as const) {
    if (now === undefined || now >= (old ?? Infinity)) continue;
    found.push({ power, kind, ...(old !== undefined && { before: old }), after: now });
  }
  const [old, now] = [before.control.coalitions, after.control.coalitions];
  if (old !== undefined && now !== undefined) return [...found, ...compareCoalitions(power, old, now)];
  if (before.control.count === after.control.count && old === now) return found;
  const counts = { countBefore: before.control.count, countAfter: after.control.count };
  return [...found, { power, kind: "not-compared", ...counts }];
}

/**
 * Every coalition that the later record lists, asked what it could do before. That is enough: if any coalition became
 * faster, those of its members who make it so did.
 */
function compareCoalitions(
  power: PowerName,
  before: readonly CoalitionRecord[],
  now: readonly CoalitionRecord[],
): Worsening[] {
  if (JSON.stringify(before) === JSON.stringify(now)) return [];
  const solution = solve({
    powers: new Map([
      ["before", formulaOf(before, ({ end }) => end)],
      ["before, renewed", formulaOf(before, ({ renewedEnd }) => renewedEnd)],
      ["now", formulaOf(now, ({ end }) => end)],
      ["now, renewed", formulaOf(now, ({ renewedEnd }) => renewedEnd)],
    ]),
  });
  const functions = ["before", "now"].flatMap((side) => {
    const { time, end } = solution.figuresOf(side);
    return [time, end, solution.figuresOf(`${side}, renewed`).end];
  });
  const grouped = group(solution, functions);
  const [, , , time = 0, end = 0, renewedEnd = 0] = grouped.functions;
  const listed = listPatterns(grouped, leanSetsOf(grouped, time, [end, renewedEnd]));
  if (typeof listed === "bigint") {
    return [{ power, kind: "not-compared", countBefore: String(before.length), countAfter: String(now.length) }];
  }
  const { operations } = grouped.families;
  const figuresOf = (levels: readonly number[]): number[] => {
    const members = new Set(levels);
    return grouped.functions.map((node: Node) => operations.evaluate(node, (level) => members.has(level)));
  };
  return listed.flatMap(({ levels, pattern }: Representative): Worsening[] => {
    const [oldTime = 0, oldEnd = 0, oldRenewed = 0, newTime = 0, newEnd = 0, newRenewed = 0] = figuresOf(levels);
    if (oldTime === Infinity) {
      // Told once, for the smallest.
      const isSmallest = levels.every((left) => figuresOf(levels.filter((level) => level !== left))[3] === Infinity);
      return isSmallest ? [{ power, kind: "new-coalition", coalitions: pattern }] : [];
    }
    const found: Worsening[] = [];
    if (newTime < oldTime) {
      found.push({ power, kind: "less-time", coalitions: pattern, before: oldTime, after: newTime });
    }
    if (newEnd > oldEnd) found.push(laterEnd(power, pattern, false, oldEnd, newEnd));
    else if (newRenewed > oldRenewed) found.push(laterEnd(power, pattern, true, oldRenewed, newRenewed));
    return found;
  });
}

function laterEnd(power: PowerName, coalitions: Pattern, isRenewal: boolean, before: number, now: number): Worsening {
  return {
    power,
    kind: "later-end",
    isRenewal,
    coalitions,
    ...(before < Infinity && { before }),
    ...(now < Infinity && { after: now }),
  };
}

/** Recorded coalitions as the formula that has exactly these. */
function formulaOf(
  coalitions: readonly CoalitionRecord[],
  endOf: (coalition: CoalitionRecord) => Moment | undefined,
): Formula {
  const ways = coalitions.map((coalition) => {
    const { choices, seconds } = coalition;
    const members = all(...choices.map(({ choose, of }) => atLeast(choose, of.map(principal))));
    const end = endOf(coalition);
    return after(seconds, end === undefined ? members : until({ at: end }, members));
  });
  return any(NEVER, ...ways);
}
