/** One key of a configuration's text, with what stands above it. */
export interface Section {
  readonly key: string;
  /** Comments and blank lines above. */
  readonly above: readonly string[];
  /** From the key's line to the end of its value. */
  readonly lines: readonly string[];
}

const CALL = "export default defineDao({";

/**
 * The keys between the braces of `defineDao({ … })`, or those of one of their values, as prettier writes them: what
 * belongs to a key ends with the next line that is not indented further.
 * @param lines Without the first and the last of the braces.
 * @param indent Of the keys. [spaces]
 */
function outline(lines: readonly string[], indent: number): Section[] {
  const sections: Section[] = [];
  let above: string[] = [];
  let open: { key: string; above: string[]; lines: string[] } | undefined;
  const key = new RegExp(`^ {${indent}}(\\w+): `);
  for (const line of lines) {
    if (open !== undefined) {
      open.lines.push(line);
      if (indentOf(line) > indent || line === "") continue;
      sections.push(open);
      open = undefined;
      continue;
    }
    const name = key.exec(line)?.[1];
    if (name === undefined) {
      above.push(line);
      continue;
    }
    const section = { key: name, above, lines: [line] };
    above = [];
    if (/[{[]$/.test(line)) open = section;
    else sections.push(section);
  }
  return sections;
}

/** The keys of a whole configuration file. */
export function outlineFile(text: string): Section[] {
  const lines = text.split("\n");
  const start = lines.indexOf(CALL);
  const end = lines.indexOf("});", start);
  if (start < 0 || end < 0) throw new Error(`the template does not say ${CALL} … });`);
  return outline(lines.slice(start + 1, end), 2);
}

/** @throws {Error} Where the template has no such key. */
export function sectionOf(sections: readonly Section[], key: string): Section {
  const section = sections.find((one) => one.key === key);
  if (section === undefined) throw new Error(`the template says nothing about ${key}`);
  return section;
}

/** The keys of a section's value. */
export const within = ({ lines }: Section): Section[] => outline(lines.slice(1, -1), indentOf(lines[0] ?? "") + 2);

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** The reason that stands behind a value, without its slashes. */
export function reasonOf({ lines: [line = ""] }: Section): string | undefined {
  return /,\s*\/\/ (.*)$/.exec(line)?.[1];
}

/** A section with the values of `figures` in the place of its own: figures that are not there stay. */
export function fill({ key, above, lines }: Section, figures: unknown): Section {
  const value = isRecord(figures) ? figures[key] : undefined;
  const [first = "", ...rest] = lines;
  if (rest.length > 0) {
    const inner = within({ key, above, lines }).flatMap((section) => {
      const filled = fill(section, value);
      return [...filled.above, ...filled.lines];
    });
    return { key, above, lines: [first, ...inner, lines.at(-1) ?? ""] };
  }
  if (typeof value !== "string") return { key, above, lines };
  return {
    key,
    above,
    lines: [first.replace(/^(\s*\w+: )"[^"]*"/, (_, name: string) => name + JSON.stringify(value))],
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
