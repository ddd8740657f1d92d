import { group, listPatterns, MOST_PATTERNS, type Grouped, type Pattern, type Representative } from "./coalitions.js";
import type { Node } from "./diagram.js";
import { AND, Families, OR } from "./families.js";
import type { Entity, Moment, PowerName, Seconds } from "./formula.js";
import type { Solution } from "./solve.js";

/** A coalition that controls, and such that each of its members makes it possible, faster, or possible for longer. */
export interface ControllingPattern extends Pattern {
  /** The least time. [seconds] */
  readonly seconds: Seconds;
  /** Until when, if nobody outside renews anything. Absent: for ever. [unix seconds] */
  readonly end?: Moment;
  /** Whether nobody can move that end: no member, and nobody outside. True also of what never ends. */
  readonly isHard: boolean;
  /** Whether no smaller part of it controls at all. */
  readonly isMinimal: boolean;
}

/** Coalitions of one kind: exact figures, and patterns where there are not too many. */
export interface Coalitions<P extends Pattern> {
  /** Entities in the smallest (the Nakamoto coefficient); absent if there is no coalition at all. */
  readonly smallest?: number;
  /** How many minimal coalitions there are. */
  readonly count: bigint;
  /** How many of 0, 1, 2 … entities. */
  readonly countBySize: readonly bigint[];
  /** Smallest first; absent if there are more than {@link MOST_PATTERNS}. */
  readonly patterns?: readonly P[];
  /** Why there are no patterns, as a sentence. */
  readonly message?: string;
}

/** Who controls one power. */
export interface Control {
  readonly power: PowerName;
  /**
   * - `anybody`: nobody in particular is needed.
   * - `anybody-in-a-mode`: once a mode is there nobody is needed; whoever makes it is charged.
   * - `coalitions`: somebody is needed.
   * - `nobody`: not even all together.
   */
  readonly access: "anybody" | "anybody-in-a-mode" | "coalitions" | "nobody";
  readonly coalitions: Coalitions<ControllingPattern>;
  /** Entities that control alone (or need nobody: then there are none in particular). */
  readonly soleControllers: readonly Entity[];
  /** The least time of all together; absent if they cannot. [seconds] */
  readonly fastest?: Seconds;
}

/** Works out who controls a power. */
export function controlOf(solution: Solution, power: PowerName): Control {
  const { time, end, renewedEnd } = solution.figuresOf(power);
  const grouped = group(solution, [time, end, renewedEnd]);
  const { families } = grouped;
  const { operations } = families;
  const [movedTime = time, movedEnd = end, movedRenewed = renewedEnd] = grouped.functions;
  const can = canOf(grouped, movedTime);
  const fastest = operations.evaluate(movedTime, () => true);

  const enrich = ({ levels, pattern }: Representative): ControllingPattern => {
    const members = new Set(levels);
    const ask = (node: Node): number => operations.evaluate(node, (level) => members.has(level));
    const seconds = ask(movedTime);
    const [until, renewed] = [ask(movedEnd), ask(movedRenewed)];
    const isNeeded = (member: number): boolean =>
      operations.evaluate(can, (level) => level !== member && members.has(level)) === 0;
    return {
      ...pattern,
      seconds,
      ...(until < Infinity && { end: until }),
      isHard: until === renewed,
      isMinimal: levels.every(isNeeded),
    };
  };
  const coalitions = describe(grouped, can, telling(grouped, movedTime, movedEnd), enrich);
  return {
    power,
    access: accessOf(solution, power),
    coalitions,
    soleControllers: solesOf(grouped, can),
    ...(fastest < Infinity && { fastest }),
  };
}

/** Who can block a power, and keep it blocked: it hits every coalition that controls it. */
export interface Blocking {
  readonly power: PowerName;
  readonly coalitions: Coalitions<Pattern>;
  /** Entities that block alone. */
  readonly soleBlockers: readonly Entity[];
}

/** An unlimited cancel: whoever can do `cancel` blocks, unless the others can do `removal` first. */
export interface Guard {
  readonly cancel: PowerName;
  /** Takes the cancel away from who holds it. Absent: nobody can. */
  readonly removal?: PowerName;
}

/** Works out who blocks a power by refusing, or by a guard. A power that nobody has is blocked by nobody in particular. */
export function blockingOf(solution: Solution, power: PowerName, guards: readonly Guard[] = []): Blocking {
  const { operations } = solution;
  const families = new Families(operations);
  const canDo = (name: PowerName): Node => operations.map(solution.figuresOf(name).time, isPossible);
  const blocks = guards
    .map(({ cancel, removal }) => {
      if (removal === undefined) return canDo(cancel);
      // Those outside cannot remove it: that is what the dual says.
      return operations.combine(AND, canDo(cancel), families.dual(canDo(removal)));
    })
    .reduce((a, b) => operations.combine(OR, a, b), families.dual(canDo(power)));
  const grouped = group(solution, [blocks]);
  const [moved = blocks] = grouped.functions;
  return {
    power,
    coalitions: describe(grouped, moved, grouped.families.minimal(moved), ({ pattern }) => pattern),
    soleBlockers: solesOf(grouped, moved),
  };
}

/** The sets in which every member tells: without it there is no control, or later, or not for so long. */
function telling(grouped: Grouped, time: Node, end: Node): Node {
  const { families } = grouped;
  const { operations } = families;
  const within = operations.values(time).filter((seconds) => seconds < Infinity);
  const lasting = operations.values(end).filter((moment) => moment > -Infinity);
  return [
    ...within.map((limit) => operations.map(time, (seconds) => (seconds <= limit ? 1 : 0))),
    ...lasting.map((limit) => operations.map(end, (moment) => (moment >= limit ? 1 : 0))),
  ]
    .map((can) => families.minimal(can))
    .reduce((a, b) => families.union(a, b), families.none);
}

function describe<P extends Pattern>(
  grouped: Grouped,
  can: Node,
  family: Node,
  enrich: (representative: Representative) => P,
): Coalitions<P> {
  const { families } = grouped;
  const countBySize = families.countBySize(families.minimal(can));
  const smallest = countBySize.findIndex((count) => count > 0n);
  const listed = listPatterns(grouped, family);
  return {
    ...(smallest >= 0 && { smallest }),
    count: countBySize.reduce((sum, count) => sum + count, 0n),
    countBySize,
    ...(typeof listed === "bigint"
      ? { message: `${listed} kinds of coalition are too many to list; ${MOST_PATTERNS} are listed at most` }
      : { patterns: listed.map(enrich) }),
  };
}

function solesOf({ families, groups }: Grouped, can: Node): Entity[] {
  const { operations } = families;
  if (operations.evaluate(can, () => false) === 1) return [];
  return groups.flat().filter((_, index) => operations.evaluate(can, (level) => level === index) === 1);
}

function accessOf(solution: Solution, power: PowerName): Control["access"] {
  const { operations } = solution;
  const { time } = solution.figuresOf(power);
  if (operations.evaluate(time, () => false) < Infinity) return "anybody";
  if (operations.evaluate(time, () => true) === Infinity) return "nobody";
  const isFree = operations.evaluate(solution.freeTimeOf(power), () => false) < Infinity;
  return isFree ? "anybody-in-a-mode" : "coalitions";
}

const isPossible = (seconds: number): number => (seconds < Infinity ? 1 : 0);

const canOf = ({ families }: Grouped, time: Node): Node => families.operations.map(time, isPossible);
