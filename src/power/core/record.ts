import type { Choice, Pattern } from "./coalitions.js";
import type { Blocking } from "./blocking.js";
import type { Control, ControllingPattern } from "./control.js";
import type { Coalitions } from "./describe.js";
import type { Moment, PowerName, Seconds } from "./formula.js";

/** What is kept of one power to compare with later: plain data, which JSON can hold. */
export interface PowerRecord {
  readonly power: PowerName;
  readonly access: Control["access"];
  readonly control: CoalitionsRecord;
  readonly blocking: Omit<CoalitionsRecord, "coalitions">;
}

interface CoalitionsRecord {
  /** Entities in the smallest; absent: there is none. */
  readonly smallest?: number;
  /** Minimal coalitions, a decimal number. */
  readonly count: string;
  /** Absent where there were too many. */
  readonly coalitions?: readonly CoalitionRecord[];
}

export interface CoalitionRecord {
  readonly choices: readonly Choice[];
  readonly seconds: Seconds;
  readonly end?: Moment;
  readonly renewedEnd?: Moment;
}

/** A power as it is kept: entities by name, so that the same facts give the same text. */
export function recordOf(control: Control, blocking: Blocking): PowerRecord {
  const { patterns } = control.coalitions;
  return {
    power: control.power,
    access: control.access,
    control: {
      ...sizesOf(control.coalitions),
      ...(patterns && { coalitions: patterns.map(coalitionOf).sort(bySizeAndName) }),
    },
    blocking: sizesOf(blocking.coalitions),
  };
}

function sizesOf({ smallest, count }: Coalitions<Pattern>): Omit<CoalitionsRecord, "coalitions"> {
  return { ...(smallest !== undefined && { smallest }), count: count.toString() };
}

function coalitionOf({ choices, seconds, end, renewedEnd }: ControllingPattern): CoalitionRecord {
  return {
    choices: choices
      .map(({ choose, of }) => ({ choose, of: of.toSorted() }))
      .sort((a, b) => compareText(JSON.stringify(a.of), JSON.stringify(b.of))),
    seconds,
    ...(end !== undefined && { end }),
    ...(renewedEnd !== undefined && { renewedEnd }),
  };
}

const bySizeAndName = (a: CoalitionRecord, b: CoalitionRecord): number =>
  sizeOf(a) - sizeOf(b) || compareText(JSON.stringify(a), JSON.stringify(b));

const sizeOf = ({ choices }: CoalitionRecord): number => choices.reduce((sum, { choose }) => sum + choose, 0);

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
