import { stripVTControlCharacters } from "node:util";

/** As wide as a text is shown: colours take no room. */
export const widthOf = (text: string): number => stripVTControlCharacters(text).length;

/** Breaks between words. A word stays whole however long it is: an address that is broken cannot be copied. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
