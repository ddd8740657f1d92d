import { KINDS } from "../manifest/parts.js";
import type { SourceLine } from "./sarif.js";

/** A file with its text. */
export interface SourceFile {
  /** Relative to the repository's root. */
  readonly file: string;
  readonly text: string;
}

/**
 * Finds where the function or the rule is declared that a sentence names first: `timelock.grantRole(…)`,
 * `ExampleVault._fee`.
 * @param manifests Files with manifests, one or more each.
 * @param otherwise Of sentences that name neither.
 */
export function createLocator(
  manifests: readonly SourceFile[],
  otherwise: SourceLine,
): (sentence: string) => SourceLine {
  const contracts = new Map<string, string>([
    ...Object.entries(KINDS).map(([name, { manifest }]) => [name, manifest.contract] as const),
    ...Object.values(KINDS).map(({ manifest }) => [manifest.contract, manifest.contract] as const),
  ]);
  return (sentence) => {
    for (const [, owner = "", member = ""] of sentence.matchAll(/([A-Za-z]+(?: wallet| gate)?)\.(\w[\w.]*)/g)) {
      const contract = contracts.get(owner) ?? contracts.get(owner.split(" ").at(-1) ?? "");
      const found = contract === undefined ? undefined : lineOf(manifests, contract, member);
      if (found !== undefined) return found;
    }
    return otherwise;
  };
}

/** The entry itself; else the manifest of the contract. */
function lineOf(manifests: readonly SourceFile[], contract: string, member: string): SourceLine | undefined {
  for (const { file, text } of manifests) {
    const lines = text.split("\n");
    const start = lines.findIndex((line) => line.includes(`contract: "${contract}"`));
    if (start < 0) continue;
    const next = lines.findIndex((line, index) => index > start && /^\s*contract: "/.test(line));
    const end = next < 0 ? lines.length : next;
    const isEntry = (line: string) => new RegExp(`^\\s*"?${member.replaceAll(".", "\\.")}(\\([^"]*\\))?"?:`).test(line);
    const entry = lines.findIndex((line, index) => index > start && index < end && isEntry(line));
    return { file, line: (entry < 0 ? start : entry) + 1 };
  }
  return undefined;
}
