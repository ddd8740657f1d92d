const WORDS: ReadonlyMap<string, string> = new Map([
  ["old timelock", "new timelock"],
  ["new timelock", "old timelock"],
  ["the adoption", "the way back"],
  ["The adoption", "The way back"],
]);

/**
 * What readers say of an adoption, said of the way back. They call whichever timelock gives the old one, and whichever
 * receives the new one.
 */
export const ofReturn = (sentence: string): string =>
  sentence.replace(/(?:old|new) timelock|[tT]he adoption/g, (words) => WORDS.get(words) ?? words);
