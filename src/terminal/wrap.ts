import { stripVTControlCharacters } from "node:util";

/** What terminals draw two columns wide. Some of these are narrower: counted too wide, a line only ends early. */
const WIDE = /[\u1100-\u115f\u2329\u232a\u2e80-\u{10ffff}]|\p{Emoji_Presentation}/gu;
/** An address, a hash or calldata, with what encloses it. */
const HEXADECIMAL = /^[[(]*0x[0-9a-f]*[\]),.;:]*$/i;

/** As wide as a text is shown: colours take no room. [columns] */
export function widthOf(text: string): number {
  const shown = stripVTControlCharacters(text);
  return Array.from(shown).length + (shown.match(WIDE)?.length ?? 0);
}

/**
 * Breaks between words. Hexadecimal words stay whole however long they are: an address that is broken cannot be copied.
 * Others are cut, for where a terminal does that, what is left of them begins a line, and may look like one of ours.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((one) => cut(one, width))) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function cut(word: string, width: number): string[] {
  // Colours are ours, and so is what is coloured.
  if (widthOf(word) <= width || HEXADECIMAL.test(word) || word.includes("\u001b")) return [word];
  const parts: string[] = [];
  for (const character of word) {
    const last = parts.at(-1);
    if (last === undefined || widthOf(last) + widthOf(character) > width) parts.push(character);
    else parts[parts.length - 1] = last + character;
  }
  return parts;
}
