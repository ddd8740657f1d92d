/**
 * A bigint that remembers what it counts. Plain bigints are accepted where a unit is asked for, so that arithmetic
 * needs no ceremony; one unit in the place of another is a type error.
 */
type Unit<Name extends string> = bigint & { readonly unit?: Name };

/** Shares of the protected vault. [shares] */
export type Shares = Unit<"shares">;
/** Units of the vault's asset. [asset units] */
export type Assets = Unit<"assets">;
/** Part of the votable supply. [1e18 = 100 %] */
export type Support = Unit<"support">;
/** A length of time. [seconds] */
export type Seconds = Unit<"seconds">;
/** A moment. [unix seconds] */
export type Timestamp = Unit<"timestamp">;

/** All of it: of the votable supply, of the votes, of a price. [1e18 = 100 %] */
export const WHOLE: Support = 10n ** 18n;
/** [1e18 = 100 %] */
export const PERCENT: Support = WHOLE / 100n;
/** [seconds] */
export const DAY: Seconds = 86_400n;
export const YEAR: Seconds = 365n * DAY;
/** [wei] */
export const GWEI = 10n ** 9n;
export const ETHER = 10n ** 18n;

export const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
/** `a - b`, or 0 where that would be negative. */
export const saturatingSub = (a: bigint, b: bigint): bigint => (a > b ? a - b : 0n);
