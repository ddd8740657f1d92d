import { least, most } from "./books.js";

interface Range {
  readonly shares: bigint;
  readonly assets: bigint;
}

export interface Request {
  readonly id: number;
  readonly controller: string;
  readonly from: bigint;
  readonly to: bigint;
  /** [unix seconds] */
  readonly time: bigint;
  /** Paid so far. [shares, wei] */
  paidShares: bigint;
  paidAssets: bigint;
}

/** Twin of `ExitQueue`, without its searches: it looks at all ranges from the first. */
export class Queue {
  readonly requests: Request[] = [];
  private readonly ranges: Range[] = [];

  get end(): bigint {
    return this.requests.at(-1)?.to ?? 0n;
  }

  get finalised(): bigint {
    return this.ranges.reduce((sum, { shares }) => sum + shares, 0n);
  }

  get waiting(): bigint {
    return this.end - this.finalised;
  }

  waitingSinceBefore(time: bigint): bigint {
    const last = this.requests.filter((request) => request.time < time).at(-1);
    return most((last?.to ?? 0n) - this.finalised, 0n);
  }

  push(controller: string, shares: bigint, time: bigint): number {
    const id = this.requests.length + 1;
    const from = this.end;
    this.requests.push({ id, controller, from, to: from + shares, time, paidShares: 0n, paidAssets: 0n });
    return id;
  }

  finalise(shares: bigint, assets: bigint): void {
    this.ranges.push({ shares, assets });
  }

  /** The first 16 of a controller's requests that are not paid whole. */
  openOf(controller: string): Request[] {
    return this.requests.filter((request) => request.controller === controller && !isPaid(request)).slice(0, 16);
  }

  /** Finalised and not paid; neither finalised nor paid. [shares] */
  standing({ from, to, paidShares }: Request): { ready: bigint; late: bigint } {
    const start = from + paidShares;
    const late = most(to - most(start, this.finalised), 0n);
    return { ready: to - start - late, late };
  }

  /** What is finalised and not paid of a request. [wei] */
  worthOf(request: Request): bigint {
    const { ready } = this.standing(request);
    if (ready === 0n) return 0n;
    return this.paidUpTo(least(request.to, this.finalised)) - this.paidUpTo(request.from) - request.paidAssets;
  }

  /** All payments for the line up to `shares`. [wei] */
  private paidUpTo(shares: bigint): bigint {
    let left = shares;
    let assets = 0n;
    for (const range of this.ranges) {
      const part = least(left, range.shares);
      assets += (part * range.assets) / range.shares;
      left -= part;
      if (left === 0n) return assets;
    }
    return assets;
  }
}

export const isPaid = ({ from, to, paidShares }: Request): boolean => paidShares === to - from;
