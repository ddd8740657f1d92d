import { group, type Grouped, type Pattern, type Representative } from "./coalitions.js";
import { describe, solesOf, type Coalitions } from "./describe.js";
import type { Node } from "./diagram.js";
import type { Entity, Moment, PowerName, Seconds } from "./formula.js";
import type { Solution } from "./solve.js";

/**
 * Coalitions that control, and of whose figures at least one needs every member: without any one of them the time is
 * longer, or the end earlier, or there is no control. So no coalition can do more than those listed that are part of it.
 */
export interface ControllingPattern extends Pattern {
  /** The least time. [seconds] */
  readonly seconds: Seconds;
  /** Until when, if nobody outside renews anything. Absent: for ever. [unix seconds] */
  readonly end?: Moment;
  /** Until when, if everybody who can renews. Absent: for ever. [unix seconds] */
  readonly renewedEnd?: Moment;
  /** Whether nobody can move that end: no member, and nobody outside. True also of what never ends. */
  readonly isHard: boolean;
  /** Whether no smaller part of it controls at all. */
  readonly isMinimal: boolean;
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

/** Works out who controls a power. Powers that are the same to everybody are worked out once. */
export function controlOf(solution: Solution, power: PowerName): Control {
  const { time, end, renewedEnd } = solution.figuresOf(power);
  const known = remembered.get(solution) ?? new Map<string, Omit<Control, "power" | "access">>();
  remembered.set(solution, known);
  const key = [time, end, renewedEnd].join();
  const shared = known.get(key) ?? workOut(solution, [time, end, renewedEnd]);
  known.set(key, shared);
  return { power, access: accessOf(solution, power), ...shared };
}

const remembered = new WeakMap<Solution, Map<string, Omit<Control, "power" | "access">>>();

function workOut(solution: Solution, figures: readonly [Node, Node, Node]): Omit<Control, "power" | "access"> {
  const grouped = group(solution, figures);
  const [time, end, renewedEnd] = grouped.functions as [Node, Node, Node];
  const { operations } = grouped.families;
  const can = operations.map(time, (seconds) => (seconds < Infinity ? 1 : 0));
  const fastest = operations.evaluate(time, () => true);

  const enrich = ({ levels, pattern }: Representative): ControllingPattern => {
    const members = new Set(levels);
    const ask = (node: Node): number => operations.evaluate(node, (level) => members.has(level));
    const [seconds, ends, renewed] = [ask(time), ask(end), ask(renewedEnd)];
    const isNeeded = (member: number): boolean =>
      operations.evaluate(can, (level) => level !== member && members.has(level)) === 0;
    return {
      ...pattern,
      seconds,
      ...(ends < Infinity && { end: ends }),
      ...(renewed < Infinity && { renewedEnd: renewed }),
      isHard: ends === renewed,
      isMinimal: levels.every(isNeeded),
    };
  };
  return {
    coalitions: describe(grouped, can, leanSetsOf(grouped, time, [end, renewedEnd]), enrich),
    soleControllers: solesOf(grouped, can),
    ...(fastest < Infinity && { fastest }),
  };
}

/** The sets of which some figure needs every member: without any one the time is longer, or one of the ends earlier. */
export function leanSetsOf({ families }: Grouped, time: Node, ends: readonly Node[]): Node {
  const { operations } = families;
  const cans = [
    ...operations
      .values(time)
      .filter((limit) => limit < Infinity)
      .map((limit) => operations.map(time, (seconds) => (seconds <= limit ? 1 : 0))),
    ...ends.flatMap((end) =>
      operations
        .values(end)
        .filter((limit) => limit > -Infinity)
        .map((limit) => operations.map(end, (moment) => (moment >= limit ? 1 : 0))),
    ),
  ];
  return cans.map((can) => families.minimal(can)).reduce((a, b) => families.union(a, b), families.none);
}

function accessOf(solution: Solution, power: PowerName): Control["access"] {
  const { operations } = solution;
  const { time } = solution.figuresOf(power);
  if (operations.evaluate(time, () => false) < Infinity) return "anybody";
  if (operations.evaluate(time, () => true) === Infinity) return "nobody";
  const isFree = operations.evaluate(solution.freeTimeOf(power), () => false) < Infinity;
  return isFree ? "anybody-in-a-mode" : "coalitions";
}
