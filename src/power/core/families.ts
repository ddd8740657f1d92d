import { DiagramStore, type Node } from "./diagram.js";
import type { Operation, Operations } from "./operations.js";

/** No set at all. */
const NONE = 0;
/** The empty set alone. */
const ONE = 1;

/** Both can. */
export const AND: Operation = { combine: Math.min, neutral: 1, absorbing: 0, isIdempotent: true };
/** One of both can. */
export const OR: Operation = { combine: Math.max, neutral: 0, absorbing: 1, isIdempotent: true };

/**
 * Families of sets. A function here is 1 for coalitions that can, 0 for others, and monotone: with more members it
 * never turns from 1 to 0.
 */
export class Families {
  readonly #none: Node;
  readonly #one: Node;
  readonly #minimal = new Map<Node, Node>();
  readonly #dual = new Map<Node, Node>();
  readonly #without = new Map<number, Node>();
  readonly #union = new Map<number, Node>();

  constructor(readonly operations: Operations) {
    this.#none = operations.store.leaf(NONE);
    this.#one = operations.store.leaf(ONE);
  }

  get none(): Node {
    return this.#none;
  }

  /** The coalitions that can and of which nobody is left out: the prime implicants of a monotone function. */
  minimal(can: Node): Node {
    const { store } = this.operations;
    if (store.isLeaf(can)) return can;
    const known = this.#minimal.get(can);
    if (known !== undefined) return known;
    const low = this.minimal(store.low(can));
    // Who can without this entity needs it not.
    const high = this.without(this.minimal(store.high(can)), store.low(can));
    const made = store.family(store.level(can), low, high);
    this.#minimal.set(can, made);
    return made;
  }

  /** The function "hits every coalition that can": without them nobody can. */
  dual(can: Node): Node {
    const { store } = this.operations;
    if (can === this.#none) return this.#one;
    if (can === this.#one) return this.#none;
    const known = this.#dual.get(can);
    if (known !== undefined) return known;
    const made = store.decide(store.level(can), this.dual(store.high(can)), this.dual(store.low(can)));
    this.#dual.set(can, made);
    return made;
  }

  /** The sets of a family for which a function is 0. */
  without(family: Node, can: Node): Node {
    const { store } = this.operations;
    if (family === this.#none || can === this.#one) return this.#none;
    if (can === this.#none) return family;
    const key = DiagramStore.pair(family, can);
    const known = this.#without.get(key);
    if (known !== undefined) return known;
    const level = store.level(family);
    const canLevel = store.level(can);
    let made: Node;
    if (level > canLevel) {
      made = this.without(family, store.low(can));
    } else {
      const [canLow, canHigh] = this.operations.branches(can, level);
      made = store.family(level, this.without(store.low(family), canLow), this.without(store.high(family), canHigh));
    }
    this.#without.set(key, made);
    return made;
  }

  union(a: Node, b: Node): Node {
    const { store } = this.operations;
    if (a === this.#none || a === b) return b;
    if (b === this.#none) return a;
    const key = a < b ? DiagramStore.pair(a, b) : DiagramStore.pair(b, a);
    const known = this.#union.get(key);
    if (known !== undefined) return known;
    // Of leaves only two are different: none, which is done, and the empty set alone.
    const level = Math.min(store.level(a), store.level(b));
    const [aLow, aHigh] = this.members(a, level);
    const [bLow, bHigh] = this.members(b, level);
    const made = store.family(level, this.union(aLow, bLow), this.union(aHigh, bHigh));
    this.#union.set(key, made);
    return made;
  }

  /** The sets without, and with, an entity that a family may skip. */
  members(family: Node, level: number): readonly [Node, Node] {
    const { store } = this.operations;
    return store.level(family) === level ? [store.low(family), store.high(family)] : [family, this.#none];
  }

  /** How many sets have 0, 1, 2 … members. */
  countBySize(family: Node): bigint[] {
    const { store } = this.operations;
    const memo = new Map<Node, bigint[]>();
    const count = (at: Node): bigint[] => {
      if (at === this.#none) return [];
      if (at === this.#one) return [1n];
      const known = memo.get(at);
      if (known !== undefined) return known;
      const low = count(store.low(at));
      const high = [0n, ...count(store.high(at))];
      const made = Array.from(
        { length: Math.max(low.length, high.length) },
        (_, size) => (low[size] ?? 0n) + (high[size] ?? 0n),
      );
      memo.set(at, made);
      return made;
    };
    return count(family);
  }

  /** One of the smallest sets; undefined if there is none. */
  smallestSet(family: Node): readonly number[] | undefined {
    const { store } = this.operations;
    const memo = new Map<Node, readonly number[] | undefined>([
      [this.#none, undefined],
      [this.#one, []],
    ]);
    const find = (at: Node): readonly number[] | undefined => {
      if (memo.has(at)) return memo.get(at);
      const [low, high] = [find(store.low(at)), find(store.high(at))];
      const made = high && (low === undefined || high.length + 1 < low.length) ? [store.level(at), ...high] : low;
      memo.set(at, made);
      return made;
    };
    return find(family);
  }

  /** Every set, as ascending levels. */
  *sets(family: Node): Generator<number[], void> {
    const { store } = this.operations;
    if (family === this.#none) return;
    if (family === this.#one) {
      yield [];
      return;
    }
    const level = store.level(family);
    for (const set of this.sets(store.high(family))) yield [level, ...set];
    yield* this.sets(store.low(family));
  }
}
