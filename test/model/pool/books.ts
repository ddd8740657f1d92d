/** Twin of `PoolBooks` and `FeeUnits`: what shares are worth, how gains are let in, what a loss takes. */
export interface Books {
  /** [wei] */
  idle: bigint;
  reserved: bigint;
  value: bigint;
  carry: bigint;
  due: bigint;
  haircut: bigint;
  /** [unix seconds] */
  settledAt: bigint;
  /** Units of fees of the round that runs. */
  units: bigint;
  round: bigint;
}

const VIRTUAL_SHARES = 1000n;
const VIRTUAL_ASSETS = 1n;
const DAY = 86_400n;

export const noBooks = (settledAt: bigint): Books => ({
  ...{ idle: 0n, reserved: 0n, value: 0n, carry: 0n, due: 0n, haircut: 0n },
  ...{ settledAt, units: 0n, round: 0n },
});

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
/** Rounded up. */
export const ceilDiv = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;

export const assetsOf = ({ idle, value, carry }: Books): bigint => most(idle + value - carry, 0n);

/** Deposits pay for what is carried, net of its fee, up to 5 % of assets. [wei] */
function depositValue(books: Books): bigint {
  const assets = assetsOf(books);
  return assets + least(most(books.carry - books.due, 0n), assets / 20n) + VIRTUAL_ASSETS;
}

export const sharesFor = (books: Books, supply: bigint, assets: bigint): bigint =>
  (assets * (supply + VIRTUAL_SHARES)) / depositValue(books);

export const redemptionOf = (books: Books, supply: bigint, shares: bigint): bigint =>
  (shares * (most(assetsOf(books) - books.haircut, 0n) + VIRTUAL_ASSETS)) / (supply + VIRTUAL_SHARES);

export const isCollapsed = (books: Books, supply: bigint): boolean =>
  assetsOf(books) * VIRTUAL_SHARES * 1_000_000n < supply;

/** Lets in what 0.075 % of assets a day allow. @returns Shares to be minted as a fee. */
export function settle(books: Books, supply: bigint, time: bigint): bigint {
  const elapsed = time - books.settledAt;
  books.settledAt = time;
  const { carry, due } = books;
  const part = least(carry, (assetsOf(books) * 75n * elapsed) / (100_000n * DAY));
  if (part === 0n) return 0n;
  books.carry -= part;
  const assets = assetsOf(books);
  const fee = least((due * part) / carry, assets / 2n);
  books.due = part === carry ? 0n : due - fee;
  return (fee * supply) / (assets - fee);
}

/** Ends a round of fees whose due is spent. */
export function endRound(books: Books): void {
  if (books.due * 2n ** 64n >= books.units) return;
  books.units = 0n;
  books.due = 0n;
  books.round++;
}

export function addGain(books: Books, gain: bigint, due: bigint): void {
  if (due !== 0n) books.units += books.units === 0n ? due : (due * books.units) / books.due;
  books.value += gain;
  books.carry += gain;
  books.due += due;
}

/** Bond first, then carried gain, then all shares. @returns Shares of the bond that are burned. */
export function takeLoss(books: Books, supply: bigint, loss: bigint, bond: bigint): bigint {
  const before = assetsOf(books);
  books.value -= loss;
  let rest = loss;
  let burned = 0n;
  if (before !== 0n && supply !== 0n) {
    burned = least(bond, (loss * supply) / before);
    rest -= least(rest, (burned * before) / supply);
  }
  const absorbed = least(books.carry, rest);
  if (absorbed === 0n) return burned;
  books.due -= ceilDiv(books.due * absorbed, books.carry);
  books.carry -= absorbed;
  return burned;
}
