import { fixedContents, ProgressiveContents, type ContentsHasher, type KeepNode } from "./contentsHasher.js";
import { fixedRoots } from "./fixedRoots.js";
import { depthFor, hashPair, NODE, numberNode } from "./hashing.js";
import { sizeOf, type ListType } from "./types.js";

/** Where a list stands in a tree, and who takes its wanted nodes. */
export interface ListPlace {
  readonly gindex: bigint;
  readonly keep?: KeepNode;
  /** Asked for each leaf below the list: an element, or 32 bytes of numbers. */
  readonly isWanted?: (place: number) => boolean;
}

/** Root of a list whose bytes arrive piece by piece. */
export class ListHasher {
  /** Of one element. [bytes] */
  readonly elementSize: number;
  private readonly contents: ContentsHasher;
  /** Elements that have come. */
  private count = 0;
  /** Whether all that came filled whole leaves. */
  private isWhole = true;

  constructor(
    private readonly type: ListType,
    private readonly place: ListPlace = { gindex: 1n },
  ) {
    const { element, limit } = type;
    this.elementSize = sizeOf(element);
    const root = 2n * place.gindex;
    this.contents =
      limit === undefined
        ? new ProgressiveContents(root, place.keep)
        : fixedContents(
            depthFor(isPacked(type) ? Math.ceil((limit * this.elementSize) / NODE) : limit),
            root,
            place.keep,
          );
  }

  get length(): number {
    return this.count;
  }

  /** @param values Whole elements; numbers in whole leaves, but for the last time. */
  add(values: Uint8Array): void {
    const count = values.length / this.elementSize;
    if (!Number.isInteger(count)) throw new RangeError("elements of a list must come whole");
    if (!this.isWhole) throw new RangeError("only the last numbers of a list may leave a leaf unfilled");
    this.isWhole = !isPacked(this.type) || values.length % NODE === 0;
    this.count += count;
    this.contents.add(leavesOfElements(this.type, values, count), this.place.isWanted);
  }

  finish(): Uint8Array {
    const { gindex, keep } = this.place;
    const root = this.contents.finish();
    const length = numberNode(this.count);
    keep?.(2n * gindex, root);
    keep?.(2n * gindex + 1n, length);
    return hashPair(root, length);
  }
}

/** Numbers share leaves. */
const isPacked = ({ element }: ListType): boolean => element.kind === "number";

function leavesOfElements(type: ListType, values: Uint8Array, count: number): Uint8Array {
  if (!isPacked(type)) return fixedRoots(type.element, values, count);
  if (values.length % NODE === 0) return values;
  const leaves = new Uint8Array(Math.ceil(values.length / NODE) * NODE);
  leaves.set(values);
  return leaves;
}
