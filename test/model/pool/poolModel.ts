import {
  addGain,
  assetsOf,
  ceilDiv,
  endRound,
  isCollapsed,
  least,
  most,
  noBooks,
  redemptionOf,
  settle,
  sharesFor,
  takeLoss,
  type Books,
} from "./books.js";
import { Queue, type Request } from "./queue.js";

const ETHER = 10n ** 18n;
const DAY = 86_400n;
/** Holders that are not stakers. */
export const POOL = "pool";
export const REGISTRY = "registry";
export const TIMELOCK = "timelock";

/** What is claimable of a request. [shares, wei] */
export interface Claim {
  readonly ready: bigint;
  readonly readyAssets: bigint;
  readonly late: bigint;
  readonly lateAssets: bigint;
}

interface Holder {
  shares: bigint;
  paid: bigint;
}

/**
 * Twin of `StakingPool` as far as shares, queue, books and wind-down go: a call that the contract refuses returns undefined,
 * and changes nothing by {@link PoolModel.try}. Proofs, operators and caps are not modelled: the watermark is always now.
 */
export class PoolModel {
  readonly queue = new Queue();
  readonly holders = new Map<string, Holder>();
  readonly shares = new Map<string, bigint>();
  books: Books;
  supply = 0n;
  /** When the wind-down began, 0 before; when last 16 ETH arrived. [unix seconds] */
  startedAt = 0n;
  lastArrival = 0n;
  windDownSupply = 0n;
  received = 0n;

  constructor(public time: bigint) {
    this.books = noBooks(time);
  }

  /** Lets `call` change something, or nothing if it refuses. */
  try<T>(call: () => T | undefined): T | undefined {
    const saved = { books: { ...this.books }, supply: this.supply, shares: new Map(this.shares) };
    const result = call();
    if (result !== undefined) return result;
    this.books = saved.books;
    this.supply = saved.supply;
    this.shares.clear();
    for (const [holder, shares] of saved.shares) this.shares.set(holder, shares);
    return undefined;
  }

  sharesOf(holder: string): bigint {
    return this.shares.get(holder) ?? 0n;
  }

  get isSettled(): boolean {
    if (this.startedAt === 0n) return false;
    if (this.time > this.startedAt + 300n * DAY) return true;
    return this.time > this.startedAt + 60n * DAY && this.time > this.lastArrival + 21n * DAY;
  }

  // ── stakers ───────────────────────────────────────────────────────────────────────────────────────────────────────

  deposit(who: string, assets: bigint): bigint | undefined {
    if (this.startedAt !== 0n) return undefined;
    this.settle();
    const shares = sharesFor(this.books, this.supply, assets);
    if (shares === 0n || isCollapsed(this.books, this.supply)) return undefined;
    this.books.idle += assets;
    this.mint(who, shares);
    return shares;
  }

  request(owner: string, controller: string, shares: bigint): number | undefined {
    const held = this.sharesOf(owner);
    if (shares === 0n || shares > held) return undefined;
    const isAllForItself = owner === controller && shares === held;
    if (!isAllForItself && this.worthAtRequest(shares) < ETHER / 100n) return undefined;
    this.move(owner, POOL, shares);
    return this.queue.push(controller, shares, this.time);
  }

  private worthAtRequest(shares: bigint): bigint {
    if (this.startedAt !== 0n) return shares / 1000n;
    const books = { ...this.books, haircut: 0n };
    const supply = this.supply + settle(books, this.supply, this.time);
    return redemptionOf(books, supply, shares);
  }

  finalise(): { shares: bigint; assets: bigint } | undefined {
    if (this.startedAt !== 0n) return undefined;
    this.settle();
    let shares = this.queue.waitingSinceBefore(this.time);
    let assets = redemptionOf(this.books, this.supply, shares);
    if (assets > this.books.idle) {
      shares = (shares * this.books.idle) / assets;
      assets = redemptionOf(this.books, this.supply, shares);
    }
    if (shares === 0n) return { shares: 0n, assets: 0n };
    this.queue.finalise(shares, assets);
    this.books.idle -= assets;
    this.books.reserved += assets;
    this.burn(POOL, shares);
    return { shares, assets };
  }

  see(request: Request): Claim {
    const { ready, late } = this.queue.standing(request);
    const readyAssets = this.queue.worthOf(request);
    if (!this.isSettled || late === 0n) return { ready, readyAssets, late: 0n, lateAssets: 0n };
    return { ready, readyAssets, late, lateAssets: this.worthInWindDown(late) };
  }

  /** What one call pays: [shares, wei]. */
  claimable(controller: string): [shares: bigint, assets: bigint] {
    let shares = 0n;
    let assets = 0n;
    for (const request of this.queue.openOf(controller)) {
      const claim = this.see(request);
      if (claim.ready + claim.late === 0n) break;
      shares += claim.ready + claim.late;
      assets += claim.readyAssets + claim.lateAssets;
    }
    return [shares, assets];
  }

  redeem(controller: string, shares: bigint): bigint | undefined {
    if (shares > this.claimable(controller)[0]) return undefined;
    let left = shares;
    let assets = 0n;
    for (const request of this.queue.openOf(controller)) {
      if (left === 0n) break;
      const claim = this.see(request);
      const part = least(left, claim.ready + claim.late);
      assets += this.pay(request, claim, part, paymentFor(claim, part));
      left -= part;
    }
    return assets;
  }

  withdraw(controller: string, assets: bigint): bigint | undefined {
    if (assets > this.claimable(controller)[1]) return undefined;
    let left = assets;
    let shares = 0n;
    for (const request of this.queue.openOf(controller)) {
      if (left === 0n) break;
      const claim = this.see(request);
      const payment = least(left, claim.readyAssets + claim.lateAssets);
      const part = sharesForPayment(claim, payment);
      this.pay(request, claim, part, payment);
      shares += part;
      left -= payment;
    }
    return shares;
  }

  claim(id: number): bigint | undefined {
    const request = this.queue.openOf(this.queue.requests[id - 1]?.controller ?? "").find((open) => open.id === id);
    if (request === undefined) return undefined;
    const claim = this.see(request);
    return this.pay(request, claim, claim.ready + claim.late, claim.readyAssets + claim.lateAssets);
  }

  private pay(request: Request, claim: Claim, shares: bigint, assets: bigint): bigint {
    const late = most(shares - claim.ready, 0n);
    const lateAssets = late === 0n ? 0n : assets - claim.readyAssets;
    this.books.reserved -= assets - lateAssets;
    request.paidShares += shares;
    request.paidAssets += assets - lateAssets;
    this.giveUp(request.controller, POOL, late, lateAssets);
    return assets;
  }

  // ── what a checkpoint finds ───────────────────────────────────────────────────────────────────────────────────────

  settle(): void {
    if (this.startedAt !== 0n) return;
    const fee = settle(this.books, this.supply, this.time);
    if (fee !== 0n) {
      const earned = (fee * 6n) / 10n;
      this.mint(REGISTRY, earned);
      this.mint(TIMELOCK, fee - earned);
    }
    endRound(this.books);
  }

  stake(keys: bigint): bigint | undefined {
    if (this.startedAt !== 0n) return undefined;
    this.settle();
    const assets = keys * 31n * ETHER;
    const asked = redemptionOf(this.books, this.supply, this.queue.waiting);
    if (this.books.idle < assets + asked + assetsOf(this.books) / 200n) return undefined;
    const bond = sharesFor(this.books, this.supply, keys * ETHER);
    this.books.idle -= assets;
    this.books.value += keys * 32n * ETHER;
    this.mint(REGISTRY, bond);
    return bond;
  }

  /** The registry has settled before. */
  book(change: bigint, due: bigint, bond: bigint): bigint {
    let burned = 0n;
    if (change >= 0n) {
      addGain(this.books, change, due);
    } else {
      burned = takeLoss(this.books, this.supply, -change, bond);
      this.burn(REGISTRY, burned);
    }
    endRound(this.books);
    return burned;
  }

  setHaircut(haircut: bigint): void {
    this.books.haircut = haircut;
  }

  /** A vault sends ETH. */
  collect(assets: bigint): void {
    if (this.startedAt === 0n) {
      this.books.idle += assets;
      this.books.value -= assets;
      return;
    }
    if (assets >= 16n * ETHER && !this.isSettled) this.lastArrival = this.time;
    this.received += assets;
  }

  // ── winding down ──────────────────────────────────────────────────────────────────────────────────────────────────

  beginWindDown(): void {
    this.settle();
    this.startedAt = this.lastArrival = this.time;
    this.windDownSupply = this.supply;
    this.received = this.books.idle;
    Object.assign(this.books, { idle: 0n, value: 0n, carry: 0n, due: 0n, haircut: 0n });
  }

  surrender(who: string, shares: bigint): true | undefined {
    if (this.startedAt === 0n || shares > this.sharesOf(who)) return undefined;
    this.giveUp(who, who, shares, 0n);
    return true;
  }

  surrenderRequest(id: number): bigint | undefined {
    if (this.startedAt === 0n) return undefined;
    const paid = this.claim(id);
    const request = this.queue.requests[id - 1];
    if (paid === undefined || request === undefined) return undefined;
    const { late } = this.queue.standing(request);
    request.paidShares += late;
    this.giveUp(request.controller, POOL, late, 0n);
    return paid;
  }

  /** What surrendered shares may collect. [wei] */
  dueTo(who: string): bigint {
    const holder = this.holders.get(who);
    return holder === undefined ? 0n : most(this.worthInWindDown(holder.shares) - holder.paid, 0n);
  }

  collectWindDown(who: string): bigint {
    const due = this.dueTo(who);
    const holder = this.holders.get(who);
    if (holder !== undefined) holder.paid += due;
    return due;
  }

  private giveUp(controller: string, from: string, shares: bigint, paid: bigint): void {
    if (shares === 0n) return;
    const holder = this.holders.get(controller) ?? { shares: 0n, paid: 0n };
    this.holders.set(controller, { shares: holder.shares + shares, paid: holder.paid + paid });
    this.burn(from, shares);
  }

  private worthInWindDown(shares: bigint): bigint {
    return shares === 0n ? 0n : (this.received * shares) / this.windDownSupply;
  }

  // ── shares ────────────────────────────────────────────────────────────────────────────────────────────────────────

  private mint(to: string, shares: bigint): void {
    this.supply += shares;
    this.shares.set(to, this.sharesOf(to) + shares);
  }

  private burn(from: string, shares: bigint): void {
    this.supply -= shares;
    this.shares.set(from, this.sharesOf(from) - shares);
  }

  private move(from: string, to: string, shares: bigint): void {
    this.shares.set(from, this.sharesOf(from) - shares);
    this.shares.set(to, this.sharesOf(to) + shares);
  }
}

/** Rounded down. [wei] */
function paymentFor({ ready, readyAssets, late, lateAssets }: Claim, shares: bigint): bigint {
  if (shares < ready) return (readyAssets * shares) / ready;
  return readyAssets + (shares === ready ? 0n : (lateAssets * (shares - ready)) / late);
}

/** Rounded up; all shares for all assets. */
function sharesForPayment({ ready, readyAssets, late, lateAssets }: Claim, payment: bigint): bigint {
  if (payment === readyAssets + lateAssets) return ready + late;
  if (payment <= readyAssets) return ceilDiv(payment * ready, readyAssets);
  return ready + ceilDiv((payment - readyAssets) * late, lateAssets);
}
