/** Of data that somebody else has chosen so much is shown. [bytes] */
const MOST_BYTES = 128;
/** And of text. [characters] */
const MOST_CHARACTERS = 400;

/** Data of any length as hex; of long data the beginning, and how long they are. */
export function boundedHex(data: string): string {
  const bytes = (data.length - 2) / 2;
  return bytes <= MOST_BYTES ? data : `${data.slice(0, 2 + 2 * MOST_BYTES)}… (${bytes} bytes)`;
}

/** Text of any length; of a long one the beginning, and how long it is. What it shows is not made visible yet. */
export function boundedText(text: string, most = MOST_CHARACTERS): string {
  if (text.length <= most) return text;
  // No half of a character that takes two units.
  const end = /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return `${text.slice(0, end)}… (${text.length} characters)`;
}
