import { hashPair, zeroNode } from "./hashing.js";
import { TreeHasher, type Keep } from "./treeHasher.js";

/** Takes a node by its generalized index. */
export type KeepNode = (gindex: bigint, node: Uint8Array) => void;

/** What a list's elements, or a container's fields, are hashed to, without what stands beside them. */
export interface ContentsHasher {
  /** @param isWanted Asked for each leaf, by its place in the whole. */
  add(leaves: Uint8Array, isWanted?: (place: number) => boolean): void;
  finish(): Uint8Array;
}

/** Names nodes of a tree by their generalized indices. */
const keepBelow = (root: bigint, depth: number, keep: KeepNode | undefined): Keep | undefined =>
  keep &&
  ((height, place, node) => {
    keep((root << BigInt(depth - height)) + BigInt(place), node);
  });

/** Contents of a list or a container of fixed depth. @param root The generalized index of their root. */
export const fixedContents = (depth: number, root: bigint, keep?: KeepNode): ContentsHasher =>
  new TreeHasher(depth, keepBelow(root, depth, keep));

/**
 * Contents of a progressive list or container (EIP-7916): trees of 1, 4, 16, … leaves, each to the left of all that follow.
 * Their roots are always kept, and the nodes between them: there are as many as the logarithm of the size.
 */
export class ProgressiveContents implements ContentsHasher {
  private readonly roots: Uint8Array[] = [];
  private current: TreeHasher;
  /** Of the tree in work: its depth, its first leaf, and the node that it hangs on with all that follow. */
  private depth = 0;
  private first = 0;
  private rest: bigint;

  constructor(
    private readonly root: bigint,
    private readonly keep?: KeepNode,
  ) {
    this.rest = root;
    this.current = this.nextTree();
  }

  add(leaves: Uint8Array, isWanted: (place: number) => boolean = () => false): void {
    for (let taken = 0; taken < leaves.length;) {
      if (this.current.room === 0) this.closeTree();
      const part = leaves.subarray(taken, taken + this.current.room * 32);
      const { first } = this;
      this.current.add(part, (place) => isWanted(first + place));
      taken += part.length;
    }
  }

  finish(): Uint8Array {
    if (this.current.room < 2 ** this.depth) this.closeTree();
    let node = zeroNode(0);
    this.keep?.(this.rest, node);
    for (const [index, root] of [...this.roots.entries()].reverse()) {
      node = hashPair(root, node);
      this.keep?.(restAt(this.root, index), node);
    }
    return node;
  }

  private nextTree(): TreeHasher {
    return new TreeHasher(this.depth, keepBelow(2n * this.rest, this.depth, this.keep));
  }

  private closeTree(): void {
    const root = this.current.finish();
    this.roots.push(root);
    this.keep?.(2n * this.rest, root);
    this.first += 2 ** this.depth;
    this.depth += 2;
    this.rest = 2n * this.rest + 1n;
    this.current = this.nextTree();
  }
}

/** The node that holds the tree with this index and all that follow: always to the right. */
const restAt = (root: bigint, index: number): bigint => ((root + 1n) << BigInt(index)) - 1n;
