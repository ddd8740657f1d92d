import { group, type Pattern } from "./coalitions.js";
import { describe, solesOf, type Coalitions } from "./describe.js";
import type { Node } from "./diagram.js";
import { AND, Families, OR } from "./families.js";
import type { Entity, PowerName } from "./formula.js";
import type { Solution } from "./solve.js";

/** Who can block a power, and keep it blocked. */
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

/**
 * Works out who blocks a power: by refusing, where no coalition controls it without them, or by a guard. A power that
 * nobody has is blocked by nobody in particular; one that anybody has is blocked by guards only.
 */
export function blockingOf(solution: Solution, power: PowerName, guards: readonly Guard[] = []): Blocking {
  const { operations } = solution;
  const families = new Families(operations);
  const canDo = (name: PowerName): Node =>
    operations.map(solution.figuresOf(name).time, (seconds) => (seconds < Infinity ? 1 : 0));
  const guarding = guards.map(({ cancel, removal }) =>
    // The dual of the removal: those outside cannot do it.
    removal === undefined ? canDo(cancel) : operations.combine(AND, canDo(cancel), families.dual(canDo(removal))),
  );
  const blocks = guarding.reduce((a, b) => operations.combine(OR, a, b), families.dual(canDo(power)));
  const grouped = group(solution, [blocks]);
  const [moved = blocks] = grouped.functions;
  return {
    power,
    coalitions: describe(grouped, moved, grouped.families.minimal(moved), ({ pattern }) => pattern),
    soleBlockers: solesOf(grouped, moved),
  };
}
