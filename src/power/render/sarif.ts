import { id } from "ethers";
import type { Location, Log, ReportingDescriptor, Result } from "sarif";

import { visible } from "../../protocol/visible.js";
import type { Comparison } from "../record/compareAudits.js";
import { PROPERTIES, type AuditReport, type PropertyName, type Verdict } from "../report.js";

/** A line of a file in the repository. */
export interface SourceLine {
  /** Relative to the repository's root, with `/`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export interface SarifOptions {
  /** Where what a sentence speaks of is declared. */
  readonly locate: (sentence: string) => SourceLine;
  /** Of this project. */
  readonly version: string;
}

/** Of what got worse since the audit on record. */
const WORSE = "power-worse";
const idOf = (property: PropertyName): string => `power-${property}`;

/** What is wrong or unproven, for a view that shows it beside the code. What holds is no finding. */
export function renderSarif(
  { verdicts }: Pick<AuditReport, "verdicts">,
  comparison: Pick<Comparison, "worse"> | undefined,
  { locate, version }: SarifOptions,
): Log {
  const rules = [
    ...(Object.keys(PROPERTIES) as PropertyName[]).map((property) => describe(idOf(property), PROPERTIES[property])),
    describe(WORSE, "Nothing is worse than on record"),
  ];
  const result = (ruleId: string, level: Result.level, sentence: string): Result => ({
    ruleId,
    ruleIndex: rules.findIndex((rule) => rule.id === ruleId),
    level,
    // Plain text may carry links, which what a contract reverts with must not.
    message: { text: visible(sentence).replaceAll(/[\\[\]]/g, "\\$&") },
    locations: [placeOf(locate(sentence))],
    // The same finding of the same property is the same alert, wherever lines move.
    partialFingerprints: { "sentence/v1": id(`${ruleId}: ${sentence}`).slice(2, 34) },
  });
  const results = [
    ...verdicts.flatMap(({ property, failures, gaps }: Verdict) => [
      ...failures.map((sentence) => result(idOf(property), "error", sentence)),
      ...gaps.map((sentence) => result(idOf(property), "warning", sentence)),
    ]),
    ...(comparison?.worse ?? []).map((sentence) => result(WORSE, "error", sentence)),
  ];
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Tribune power audit", semanticVersion: version, rules } },
        columnKind: "utf16CodeUnits",
        results,
      },
    ],
  };
}

const describe = (rule: string, says: string): ReportingDescriptor => ({
  id: rule,
  shortDescription: { text: says },
  help: { text: `${says}. How it is proved, and what that does not say: docs/power.md.` },
  defaultConfiguration: { level: "error" },
});

const placeOf = ({ file, line }: SourceLine): Location => ({
  physicalLocation: { artifactLocation: { uri: encodeURI(file) }, region: { startLine: line } },
});
