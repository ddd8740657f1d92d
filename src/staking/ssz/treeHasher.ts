import { hashLevel, hashPair, NODE, zeroNode } from "./hashing.js";

/** Takes a node that lies on the way from a wanted leaf to the root, or beside that way. */
export type Keep = (height: number, place: number, node: Uint8Array) => void;

/** A node whose right side is still to come. */
interface Waiting {
  readonly height: number;
  readonly place: number;
  readonly node: Uint8Array;
  /** Whether a wanted leaf is below. */
  readonly isWanted: boolean;
}

/** Leaves are hashed so many levels at once. */
const BLOCK_DEPTH = 11;

/**
 * Root of a binary tree whose leaves arrive from left to right; leaves that never come are zero. It holds one block of
 * leaves, and at most one node of each level above: nothing that grows with the number of leaves but as its logarithm.
 */
export class TreeHasher {
  private readonly block: Uint8Array;
  private readonly blockDepth: number;
  /** Leaves that have come. */
  private count = 0;
  /** Places of wanted leaves in the block, ascending. */
  private wanted: number[] = [];
  private readonly waiting: Waiting[] = [];

  constructor(
    private readonly depth: number,
    private readonly keep: Keep = () => undefined,
  ) {
    this.blockDepth = Math.min(depth, BLOCK_DEPTH);
    this.block = new Uint8Array(2 ** this.blockDepth * NODE);
  }

  /** How many more leaves there is room for. */
  get room(): number {
    return 2 ** this.depth - this.count;
  }

  /**
   * @param leaves Whole nodes, at most {@link room}.
   * @param isWanted Asked for each of them, by its place in the tree.
   */
  add(leaves: Uint8Array, isWanted: (place: number) => boolean = () => false): void {
    if (leaves.length / NODE > this.room) throw new RangeError(`there is room for ${this.room} leaves`);
    const size = 2 ** this.blockDepth;
    for (let taken = 0; taken < leaves.length;) {
      const filled = this.count % size;
      const bytes = Math.min(leaves.length - taken, (size - filled) * NODE);
      this.block.set(leaves.subarray(taken, taken + bytes), filled * NODE);
      for (let place = filled; place < filled + bytes / NODE; place++) {
        if (isWanted(this.count - filled + place)) this.wanted.push(place);
      }
      taken += bytes;
      this.count += bytes / NODE;
      if (this.count % size === 0) this.closeBlock(size);
    }
  }

  finish(): Uint8Array {
    const filled = this.count % 2 ** this.blockDepth;
    if (filled > 0) this.closeBlock(filled);
    let top: Waiting | undefined = this.waiting.pop();
    if (top === undefined) return zeroNode(this.depth);
    while (top.height < this.depth) {
      const left: Waiting | undefined = top.place % 2 === 1 ? this.waiting.pop() : undefined;
      const zero: Waiting = { height: top.height, place: top.place + 1, node: zeroNode(top.height), isWanted: false };
      top = left === undefined ? this.join(top, zero) : this.join(left, top);
    }
    return top.node;
  }

  /** Hashes the block's leaves to one node. @param filled At least one. */
  private closeBlock(filled: number): void {
    const first = this.count - filled;
    let nodes = filled;
    let wanted = this.wanted;
    for (let height = 0; height < this.blockDepth; height++) {
      // An odd one out is hashed with zeros; the block has room for them.
      if (nodes % 2 === 1) this.block.set(zeroNode(height), nodes++ * NODE);
      for (const place of wanted) {
        for (const one of [place, place ^ 1]) {
          this.keep(height, first / 2 ** height + one, this.block.slice(one * NODE, (one + 1) * NODE));
        }
      }
      hashLevel(this.block, nodes);
      nodes /= 2;
      wanted = [...new Set(wanted.map((place) => place >> 1))];
    }
    const node = this.block.slice(0, NODE);
    this.wanted = [];
    this.climb({
      height: this.blockDepth,
      place: first / 2 ** this.blockDepth,
      node,
      isWanted: wanted.length > 0,
    });
  }

  /** A right side meets the left one that waits for it. */
  private climb(arrived: Waiting): void {
    let node = arrived;
    while (node.place % 2 === 1) {
      const left = this.waiting.pop();
      if (left?.height !== node.height) throw new Error("a left side has gone missing");
      node = this.join(left, node);
    }
    this.waiting.push(node);
  }

  private join(left: Waiting, right: Waiting): Waiting {
    const isWanted = left.isWanted || right.isWanted;
    if (isWanted) for (const side of [left, right]) this.keep(side.height, side.place, side.node);
    return { height: left.height + 1, place: left.place / 2, node: hashPair(left.node, right.node), isWanted };
  }
}
