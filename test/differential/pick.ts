/** One of `choices`; undefined if there are none. */
export const pick = <T>(choices: readonly T[], which: number): T | undefined => choices[which % choices.length];

/** One of `choices`, which are not empty. */
export function pickFrom<T>(choices: readonly [T, ...T[]] | readonly T[], which: number): T {
  const chosen = pick(choices, which);
  if (chosen === undefined) throw new RangeError("there is nothing to choose from");
  return chosen;
}

export const part = (whole: bigint, size: number): bigint => (whole * BigInt(size % 101)) / 100n;
