/** How figures are shown to a person. */

const UNITS = [
  ["d", 86_400n],
  ["h", 3_600n],
  ["min", 60n],
  ["s", 1n],
] as const;

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

/** `"2026-11-21 09:31:30 UTC"`. [unix seconds] */
export const formatTime = (timestamp: bigint): string =>
  `${new Date(Number(timestamp) * 1000).toISOString().replace("T", " ").slice(0, 19)} UTC`;

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
