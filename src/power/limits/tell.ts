/** The sentences of those checks that are broken. */
export const tell = (...checks: readonly (readonly [boolean, string])[]): string[] =>
  checks.filter(([isBroken]) => isBroken).map(([, sentence]) => sentence);
