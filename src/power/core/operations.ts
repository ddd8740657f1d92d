import { DiagramStore, type Node } from "./diagram.js";

/** How two numbers become one: associative and commutative. */
export interface Operation {
  readonly combine: (a: number, b: number) => number;
  /** Combined with it, nothing changes. */
  readonly neutral: number;
  /** Combined with it, everything becomes it. */
  readonly absorbing: number;
  /** Combined with itself, a number stays. */
  readonly isIdempotent: boolean;
}

/** Functions of one store, combined point by point. What was worked out once is remembered. */
export class Operations {
  readonly #memos = new Map<Operation, Map<number, Node>>();

  constructor(readonly store: DiagramStore) {}

  combine(operation: Operation, a: Node, b: Node): Node {
    const { store } = this;
    const memo = this.#memoOf(operation);
    const neutral = store.leaf(operation.neutral);
    const absorbing = store.leaf(operation.absorbing);
    const walk = (one: Node, other: Node): Node => {
      if (one === neutral) return other;
      if (other === neutral) return one;
      if (one === absorbing || other === absorbing) return absorbing;
      if (one === other && operation.isIdempotent) return one;
      if (store.isLeaf(one) && store.isLeaf(other)) {
        return store.leaf(operation.combine(store.value(one), store.value(other)));
      }
      const key = one < other ? DiagramStore.pair(one, other) : DiagramStore.pair(other, one);
      const known = memo.get(key);
      if (known !== undefined) return known;
      const level = Math.min(store.level(one), store.level(other));
      const [oneLow, oneHigh] = this.branches(one, level);
      const [otherLow, otherHigh] = this.branches(other, level);
      const node = store.decide(level, walk(oneLow, otherLow), walk(oneHigh, otherHigh));
      memo.set(key, node);
      return node;
    };
    return walk(a, b);
  }

  /** The function with every value replaced. */
  map(node: Node, replace: (value: number) => number): Node {
    const { store } = this;
    return this.#walkOnce(node, (leaf) => store.leaf(replace(store.value(leaf))));
  }

  /** The function for coalitions that have (or have not) the entity at `level`. */
  restrict(node: Node, level: number, isIn: boolean): Node {
    const { store } = this;
    const memo = new Map<Node, Node>();
    const walk = (at: Node): Node => {
      if (store.level(at) > level) return at;
      if (store.level(at) === level) return isIn ? store.high(at) : store.low(at);
      const known = memo.get(at);
      if (known !== undefined) return known;
      const made = store.decide(store.level(at), walk(store.low(at)), walk(store.high(at)));
      memo.set(at, made);
      return made;
    };
    return walk(node);
  }

  /** The function that is `low` without the entity at `level`, `high` with it; both may ask for entities before it. */
  choose(level: number, low: Node, high: Node): Node {
    const { store } = this;
    const memo = new Map<number, Node>();
    const walk = (without: Node, withIt: Node): Node => {
      const first = Math.min(store.level(without), store.level(withIt));
      if (level < first || without === withIt) return store.decide(level, without, withIt);
      const key = DiagramStore.pair(without, withIt);
      const known = memo.get(key);
      if (known !== undefined) return known;
      const [withoutLow, withoutHigh] = this.branches(without, first);
      const [withItLow, withItHigh] = this.branches(withIt, first);
      const made = store.decide(first, walk(withoutLow, withItLow), walk(withoutHigh, withItHigh));
      memo.set(key, made);
      return made;
    };
    return walk(low, high);
  }

  /** What the function says of one coalition. */
  evaluate(node: Node, has: (level: number) => boolean): number {
    const { store } = this;
    let at = node;
    while (!store.isLeaf(at)) at = has(store.level(at)) ? store.high(at) : store.low(at);
    return store.value(at);
  }

  /** Every value that the function takes, ascending. */
  values(node: Node): number[] {
    const leaves = this.nodes(node).filter((at) => this.store.isLeaf(at));
    return leaves.map((leaf) => this.store.value(leaf)).sort((a, b) => (a < b ? -1 : 1));
  }

  /** The levels that make a difference, ascending. */
  support(...nodes: readonly Node[]): number[] {
    const all = nodes.flatMap((node) => this.nodes(node)).filter((at) => !this.store.isLeaf(at));
    return [...new Set(all.map((at) => this.store.level(at)))].sort((a, b) => a - b);
  }

  /** Every node of a function, once. */
  nodes(node: Node): Node[] {
    const seen = new Set<Node>();
    const walk = (at: Node): void => {
      if (seen.has(at)) return;
      seen.add(at);
      if (this.store.isLeaf(at)) return;
      walk(this.store.low(at));
      walk(this.store.high(at));
    };
    walk(node);
    return [...seen];
  }

  /** What a node says without and with the entity at a level that it may skip. */
  branches(node: Node, level: number): readonly [Node, Node] {
    const { store } = this;
    return store.level(node) === level ? [store.low(node), store.high(node)] : [node, node];
  }

  #walkOnce(node: Node, onLeaf: (leaf: Node) => Node): Node {
    const { store } = this;
    const memo = new Map<Node, Node>();
    const walk = (at: Node): Node => {
      const known = memo.get(at);
      if (known !== undefined) return known;
      const made = store.isLeaf(at)
        ? onLeaf(at)
        : store.decide(store.level(at), walk(store.low(at)), walk(store.high(at)));
      memo.set(at, made);
      return made;
    };
    return walk(node);
  }

  #memoOf(operation: Operation): Map<number, Node> {
    const known = this.#memos.get(operation) ?? new Map<number, Node>();
    this.#memos.set(operation, known);
    return known;
  }
}
