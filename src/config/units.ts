/** Figures as people write them in a configuration. Each parser returns the figure, or a sentence saying what is wrong. */

const SECONDS_OF = { d: 86_400n, h: 3_600n, min: 60n, s: 1n } as const;

/** A text that could not be read, with what would be right. */
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
export function parseTokens(text: string): bigint {
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,18}))?$/.exec(text.trim());
  if (match === null) {
    throw new UnitError(`${quote(text)} is not an amount of tokens; write it like "10,000,000" or "2500.5"`);
  }
  const [, whole = "0", fraction = ""] = match;
  return BigInt(whole.replaceAll(",", "")) * 10n ** 18n + BigInt(fraction.padEnd(18, "0"));
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
