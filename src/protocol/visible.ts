/**
 * What would not be seen, or would move what is beside it: controls, formats, surrogates, private and unassigned
 * characters (`\p{C}`), separators other than the blank, what fonts leave out, and the blank pattern of Braille.
 */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;
/** A mark that begins a text would be drawn over the character before it, which is ours; one that encloses, over more. */
const MARK = /^\p{M}|\p{Me}/u;
/** A backslash that would be taken for the beginning of one of our escapes. */
const BACKSLASH = /\\(?=[nrtu"\\]|$)/u;

const ONE_LINE = new RegExp([HIDDEN, MARK, BACKSLASH].map(({ source }) => source).join("|"), "gu");
const LINES = new RegExp(`(?!\\n)(?:${HIDDEN.source})`, "gu");

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

const escape = (character: string): string =>
  SHORT[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/**
 * Text of somebody else (from a chain, a file, a node) as one line, in which nothing is hidden and which moves nothing:
 * `\n` stands for a new line, `\u{202e}` for the mark that reverses what follows it.
 */
export const visible = (text: string): string => text.replace(ONE_LINE, escape);

/** The same in quotation marks, where it stands among other words and must not be taken for them. */
export const quoted = (text: string): string => `"${visible(text).replaceAll('"', '\\"')}"`;

/** Text whose lines are ours. Where text of somebody else was overlooked in it, that can at most begin a line. */
export const visibleLines = (text: string): string => text.replace(LINES, escape);

/** What an error says, in one line: what follows the first quotes code, or tells what a library thinks of it. */
export const reasonOf = (error: unknown): string =>
  visible((error instanceof Error ? error.message : String(error)).trim().split("\n")[0] ?? "");
