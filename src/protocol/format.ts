/** Figures as people write and read them. What `format…` writes, `parse…` reads. */

/** The longest first. */
const SECONDS_OF = { d: 86_400n, h: 3_600n, min: 60n, s: 1n } as const;
const UNITS = Object.entries(SECONDS_OF);

/**
 * `"3 d 4 h"`, `"0 s"`; the way a configuration is written.
 * @param seconds [seconds]
 * @param parts At most this many units, the rest is cut off; all by default.
 */
export function formatDuration(seconds: bigint, parts: number = UNITS.length): string {
  if (seconds < 0n) return `-${formatDuration(-seconds, parts)}`;
  let rest = seconds;
  const words: string[] = [];
  for (const [name, size] of UNITS) {
    if (rest >= size && words.length < parts) {
      words.push(`${rest / size} ${name}`);
      rest %= size;
    }
  }
  return words.length === 0 ? "0 s" : words.join(" ");
}

/** The last second that is written with a year of four digits. [unix seconds] */
const LAST = 253_402_300_799n;

/** `"2026-11-21 09:31:30 UTC"`; `"never"` for what is due beyond the year 9999. [unix seconds] */
export const formatTime = (timestamp: bigint): string =>
  timestamp > LAST ? "never" : `${new Date(Number(timestamp) * 1000).toISOString().replace("T", " ").slice(0, 19)} UTC`;

/**
 * `"1.25 %"`: cut off, never rounded up, so that "10 %" is shown only when it is reached.
 * @param value [1e18 = 100 %]
 * @param digits At most this many after the point.
 */
export const formatPercent = (value: bigint, digits = 2): string => `${formatDecimal(value, 16, digits)} %`;

/**
 * `"1,234.5"`: cut off, never rounded up.
 * @param amount In the smallest unit.
 * @param decimals Of the token.
 * @param digits At most this many after the point.
 */
export const formatAmount = (amount: bigint, decimals = 18, digits = 4): string =>
  formatDecimal(amount, decimals, digits);

function formatDecimal(value: bigint, decimals: number, digits: number): string {
  if (value < 0n) return `-${formatDecimal(-value, decimals, digits)}`;
  const unit = 10n ** BigInt(decimals);
  const whole = (value / unit).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = (value % unit).toString().padStart(decimals, "0").slice(0, digits).replace(/0+$/, "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/** A text that is no such figure; the message says what would be right. */
export class UnitError extends Error {}

/** `"4 d"`, `"7 d 12 h"`, `"90 min"`, `"15 s"`: whole numbers with their unit, each unit once, the longest first. [seconds] */
export function parseDuration(text: string): bigint {
  const match = /^(?:(\d+)\s*d)?\s*(?:(\d+)\s*h)?\s*(?:(\d+)\s*min)?\s*(?:(\d+)\s*s)?$/.exec(text.trim());
  if (match === null || text.trim() === "") {
    throw new UnitError(`${quote(text)} is not a duration; write days, hours, minutes or seconds, like "7 d 12 h"`);
  }
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = match;
  return (
    BigInt(days) * SECONDS_OF.d +
    BigInt(hours) * SECONDS_OF.h +
    BigInt(minutes) * SECONDS_OF.min +
    BigInt(seconds) * SECONDS_OF.s
  );
}

/** `"1 %"`, `"0.1 %"`: exact to 16 digits after the point. [1e18 = 100 %] */
export function parsePercent(text: string): bigint {
  const match = /^(\d+)(?:\.(\d{1,16}))?\s*%$/.exec(text.trim());
  if (match === null) throw new UnitError(`${quote(text)} is not a percentage; write it like "4 %" or "0.1 %"`);
  const [, whole = "0", fraction = ""] = match;
  return BigInt(whole) * 10n ** 16n + BigInt(fraction.padEnd(16, "0"));
}

/** `"10,000,000"` or `"2500.5"`: whole tokens; commas only between groups of three digits. [token units, 18 decimals] */
export const parseTokens = (text: string): bigint => parseAmount(text, 18);

/** The same of a token with any number of decimals. [smallest units] */
export function parseAmount(text: string, decimals: number): bigint {
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?$/.exec(text.trim());
  const [, whole = "0", fraction = ""] = match ?? [];
  if (match === null || fraction.length > decimals) {
    throw new UnitError(`${quote(text)} is not an amount of tokens; write it like "10,000,000" or "2500.5"`);
  }
  return BigInt(whole.replaceAll(",", "")) * 10n ** BigInt(decimals) + BigInt(fraction.padEnd(decimals, "0") || "0");
}

/** `"2027-01-01"` or `"2027-01-01T12:00:00Z"`: a day begins at midnight UTC. [unix seconds] */
export function parseDate(text: string): bigint {
  const match = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}:\d{2}Z)?$/.exec(text.trim());
  const milliseconds = match === null ? NaN : Date.parse(`${match[1] ?? ""}${match[2] ?? "T00:00:00Z"}`);
  // Date.parse turns 31 June into 1 July; the round trip notices.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString().slice(0, 10) !== match?.[1]) {
    throw new UnitError(`${quote(text)} is not a date; write it like "2027-01-01" or "2027-01-01T12:00:00Z" (UTC)`);
  }
  return BigInt(milliseconds / 1000);
}

const quote = (text: string): string => `"${text}"`;
