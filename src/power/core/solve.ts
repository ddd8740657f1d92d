import { END, TIME, type Algebra } from "./algebra.js";
import { DiagramStore, type Node } from "./diagram.js";
import { PowerError } from "./errors.js";
import { power, type Entity, type Expiry, type Formula, type PowerName, type Seconds } from "./formula.js";
import { Operations } from "./operations.js";
import { orderOf } from "./order.js";
import { closeEscalations, entityOf, isOver, type PowerSystem } from "./system.js";
import { thresholdOf } from "./threshold.js";

/** What is known of one power, as functions from coalitions to numbers. */
interface Figures {
  /** The least time. [seconds]; infinite: no control */
  readonly time: Node;
  /** Until when, if nobody outside the coalition renews anything. [unix seconds]; infinite: for ever */
  readonly end: Node;
  /** Until when, if everybody who can renews whenever it helps. */
  readonly renewedEnd: Node;
}

/** A system worked out: ask it about any power and any coalition. */
export interface Solution {
  readonly system: PowerSystem;
  /** All entities, in the order of levels. */
  readonly entities: readonly Entity[];
  readonly operations: Operations;
  figuresOf(power: PowerName): Figures;
  /** The least time if every mode were there already. */
  freeTimeOf(power: PowerName): Node;
}

/**
 * Works out who can do what, escalations and cycles included: the least fixpoint, in which a role that is its own admin
 * gives nobody new power. The same system is worked out once.
 *
 * @throws {@link PowerError} if the system contradicts itself, or is too tangled.
 */
export function solve(system: PowerSystem, mostNodes?: number): Solution {
  const known = remembered.get(system);
  if (known !== undefined && mostNodes === undefined) return known;
  const solution = workOut(system, mostNodes);
  remembered.set(system, solution);
  return solution;
}

const remembered = new WeakMap<PowerSystem, Solution>();

function workOut(system: PowerSystem, mostNodes: number | undefined): Solution {
  const formulas = closeEscalations(system);
  const { powers, entities } = orderOf(system, formulas);
  const operations = new Operations(new DiagramStore(mostNodes));
  const levels = new Map(entities.map((entity, level) => [entity, level]));
  const world: World = { system, formulas, powers, operations, levels };

  const time = once(() => leastFixpoint(world, TIME, timeOf(world, "made")));
  const freeTime = once(() => leastFixpoint(world, TIME, timeOf(world, "there")));
  const end = once(() => leastFixpoint(world, END, endOf(world, time(), "coalition")));
  const renewedEnd = once(() => leastFixpoint(world, END, endOf(world, time(), "anybody")));
  return {
    system,
    entities,
    operations,
    figuresOf: (power) => ({
      time: valueOf(time(), power),
      end: valueOf(end(), power),
      renewedEnd: valueOf(renewedEnd(), power),
    }),
    freeTimeOf: (power) => valueOf(freeTime(), power),
  };
}

/** The least time in which a coalition does something; undefined: not at all. [seconds] */
export function leastTime(solution: Solution, power: PowerName, coalition: Iterable<Entity>): Seconds | undefined {
  const seconds = ask(solution, solution.figuresOf(power).time, coalition);
  return seconds === Infinity ? undefined : seconds;
}

/** Whether a coalition can do something, sooner or later. */
export function canDo(solution: Solution, power: PowerName, coalition: Iterable<Entity>): boolean {
  return leastTime(solution, power, coalition) !== undefined;
}

/** What a function says of a coalition. Who is not in the system adds nothing. */
export function ask({ operations, entities }: Solution, node: Node, coalition: Iterable<Entity>): number {
  const members = new Set(coalition);
  return operations.evaluate(node, (level) => members.has(entities[level] ?? ""));
}

interface World {
  readonly system: PowerSystem;
  readonly formulas: ReadonlyMap<PowerName, Formula>;
  readonly powers: readonly PowerName[];
  readonly operations: Operations;
  readonly levels: ReadonlyMap<Entity, number>;
}

type Values = Map<PowerName, Node>;
/** How one algebra works out the kinds of formula that are not the same in all of them. */
type Special = (
  formula: Extract<Formula, { kind: "after" | "in-mode" | "until" | "kept" }>,
  evaluate: (formula: Formula) => Node,
) => Node;

/** Begins with nobody who can do anything, and adds what follows until nothing does. */
function leastFixpoint(world: World, algebra: Algebra, special: Special): Values {
  const nothing = world.operations.store.leaf(algebra.fails);
  const values: Values = new Map(world.powers.map((power) => [power, nothing]));
  let hasChanged = true;
  while (hasChanged) {
    hasChanged = false;
    for (const power of world.powers) {
      const formula = world.formulas.get(power);
      if (formula === undefined) continue;
      const value = evaluate(world, algebra, special, values, formula);
      if (value === values.get(power)) continue;
      values.set(power, value);
      hasChanged = true;
    }
  }
  return values;
}

function evaluate(world: World, algebra: Algebra, special: Special, values: Values, formula: Formula): Node {
  const { system, operations, levels } = world;
  const { store } = operations;
  const { holds, fails, both, either, inOrder } = algebra;
  const inner = (part: Formula): Node => evaluate(world, algebra, special, values, part);
  switch (formula.kind) {
    case "nobody-needed":
      return store.leaf(holds);
    case "never":
      return store.leaf(fails);
    case "principal": {
      const level = levels.get(entityOf(system, formula.principal)) ?? Number.NaN;
      return store.decide(level, store.leaf(fails), store.leaf(holds));
    }
    case "power":
      return valueOf(values, formula.power);
    case "all":
      return formula.of.map(inner).reduce((a, b) => operations.combine(both, a, b), store.leaf(holds));
    case "any":
      return formula.of.map(inner).reduce((a, b) => operations.combine(either, a, b), store.leaf(fails));
    case "in-order":
      return formula.of.map(inner).reduce((a, b) => operations.combine(inOrder, a, b), store.leaf(holds));
    case "at-least": {
      const parts = formula.of.map((part) => ({ weight: 1n, node: inner(part) }));
      return thresholdOf(operations, algebra, BigInt(formula.threshold), parts);
    }
    case "weighted": {
      const parts = formula.of.map(({ weight, of }) => ({ weight, node: inner(of) }));
      return thresholdOf(operations, algebra, formula.threshold, parts);
    }
    default:
      return special(formula, inner);
  }
}

/** Time: a delay adds, a mode is made meanwhile, what has expired is gone unless somebody renews it. */
function timeOf({ system, operations }: World, modes: "made" | "there"): Special {
  return (formula, inner) => {
    const of = inner(formula.of);
    switch (formula.kind) {
      case "after":
        return operations.combine(TIME.inOrder, of, operations.store.leaf(formula.seconds));
      case "in-mode":
        return modes === "there" ? of : operations.combine(TIME.both, of, inner(power(formula.mode)));
      case "until":
        if (!isOver(formula.expiry.at, system.now)) return of;
        if (formula.expiry.renewal === undefined || isOver(formula.expiry.renewal.hardEnd, system.now)) {
          return operations.store.leaf(TIME.fails);
        }
        return operations.combine(TIME.both, of, inner(formula.expiry.renewal.by));
      case "kept":
        return of;
    }
  };
}

/** Ends: the first that comes, in what all need; the last, where one is enough. */
function endOf(world: World, times: Values, renews: "coalition" | "anybody"): Special {
  const { system, operations } = world;
  const timeSpecial = timeOf(world, "made");
  const isReached = (formula: Formula): Node => evaluate(world, TIME, timeSpecial, times, formula);
  const whereReached = (formula: Formula): Node =>
    operations.map(isReached(formula), (seconds) => (seconds < Infinity ? END.holds : END.fails));
  const expiryOf = ({ at, renewal }: Expiry): Node => {
    if (renewal === undefined) return operations.store.leaf(at);
    const renewed = renewal.hardEnd ?? Infinity;
    const canRenew = isReached(renewal.by);
    if (renews === "coalition") return operations.map(canRenew, (seconds) => (seconds < Infinity ? renewed : at));
    // Monotone: if everybody together cannot, nobody can.
    return operations.store.leaf(operations.evaluate(canRenew, () => true) < Infinity ? renewed : at);
  };
  return (formula, inner) => {
    switch (formula.kind) {
      case "after":
        return inner(formula.of);
      case "in-mode":
        return operations.combine(END.both, inner(formula.of), inner(power(formula.mode)));
      case "until": {
        const end = operations.combine(END.both, inner(formula.of), expiryOf(formula.expiry));
        // What has expired is there only for those who can renew it.
        return isOver(formula.expiry.at, system.now) ? operations.combine(END.both, end, whereReached(formula)) : end;
      }
      case "kept":
        return whereReached(formula.of);
    }
  };
}

function valueOf(values: ReadonlyMap<PowerName, Node>, power: PowerName): Node {
  const value = values.get(power);
  if (value === undefined) throw new PowerError(`the system has no power "${power}"`);
  return value;
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
