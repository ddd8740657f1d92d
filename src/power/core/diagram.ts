import { PowerError } from "./errors.js";

/** A function or family of sets, by number. The same function has the same number: comparing is ===. */
export type Node = number;

/** Nodes that one store may have: some hundred megabytes. */
const MOST_NODES = 2 ** 22;

const LEAF = Number.POSITIVE_INFINITY;

/**
 * Decision diagrams: functions from coalitions to numbers, each a walk through its entities in one fixed order, with
 * equal parts shared. "12 of 24" takes some hundred nodes where a list of coalitions has 2.7 million. Two kinds of node
 * differ in what a skipped entity means: in a function it makes no difference, in a family of sets it is in none of them.
 */
export class DiagramStore {
  readonly #levels: number[] = [];
  readonly #lows: Node[] = [];
  readonly #highs: Node[] = [];
  readonly #leaves = new Map<number, Node>();
  readonly #unique: Map<number, Node>[] = [];
  readonly #most: number;

  constructor(most: number = MOST_NODES) {
    this.#most = Math.min(most, MOST_NODES);
  }

  leaf(value: number): Node {
    const known = this.#leaves.get(value);
    if (known !== undefined) return known;
    const node = this.#push(LEAF, value, value);
    this.#leaves.set(value, node);
    return node;
  }

  /** The function that is `low` without the entity at `level`, `high` with it. */
  decide(level: number, low: Node, high: Node): Node {
    return low === high ? low : this.#intern(level, low, high);
  }

  /** The family of the sets in `low`, and those in `high` with the entity at `level` added. */
  family(level: number, low: Node, high: Node): Node {
    return high === this.leaf(0) ? low : this.#intern(level, low, high);
  }

  /** The first entity that a node asks for; infinite for a leaf. */
  level(node: Node): number {
    return this.#levels[node] ?? LEAF;
  }

  isLeaf(node: Node): boolean {
    return this.level(node) === LEAF;
  }

  /** What a leaf says. */
  value(leaf: Node): number {
    return this.low(leaf);
  }

  low(node: Node): Node {
    return this.#lows[node] ?? Number.NaN;
  }

  high(node: Node): Node {
    return this.#highs[node] ?? Number.NaN;
  }

  /** A key for two nodes together. */
  static pair(a: Node, b: Node): number {
    return a * MOST_NODES + b;
  }

  #intern(level: number, low: Node, high: Node): Node {
    const nodes = (this.#unique[level] ??= new Map());
    const key = DiagramStore.pair(low, high);
    const known = nodes.get(key);
    if (known !== undefined) return known;
    const node = this.#push(level, low, high);
    nodes.set(key, node);
    return node;
  }

  #push(level: number, low: number, high: number): Node {
    const node = this.#levels.length;
    if (node >= this.#most) {
      throw new PowerError(
        `who can act together is too tangled to work out: it takes more than ${this.#most} steps. ` +
          `Fewer entities would help: leave out who holds nothing, and join keys of one entity in the identities`,
      );
    }
    this.#levels.push(level);
    this.#lows.push(low);
    this.#highs.push(high);
    return node;
  }
}
