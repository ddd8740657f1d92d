import colors from "picocolors";

import { formatDuration } from "../../protocol/format.js";
import { visible } from "../../protocol/visible.js";
import { renderTable } from "../../terminal/table.js";
import { ASSUMPTIONS } from "../report.js";
import type { ForeignReport, ForeignRule } from "./report.js";

/** So many coalitions of a rule are shown; `--json` has them all. */
const MOST_COALITIONS = 3;

const STATUS: Readonly<Record<ForeignRule["status"], (text: string) => string>> = {
  proven: (text) => text,
  inferred: colors.yellow,
  unproven: colors.yellow,
};

/** What a person reads. */
export function renderForeign({ contracts, rules, findings, notices, gaps, figures }: ForeignReport): string {
  const list = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ["", colors.bold(title), ...lines.map((line) => `  ${visible(line)}`)];
  return [
    renderTable(
      ["contract", "address", "is"],
      contracts.map(({ name, address, kinds }) => [
        visible(name),
        address,
        kinds.length === 0 ? "unknown" : kinds.join(", "),
      ]),
    ),
    "",
    renderTable(
      ["what", "who together", "at least", ""],
      rules.map(({ rule, effect, ways, seconds, status }) => [
        visible(effect === "blocks" ? `${rule}: blocked` : rule),
        tellCoalitions(ways.map(({ who }) => who)),
        seconds === undefined ? "" : formatDuration(BigInt(seconds)),
        STATUS[status](status),
      ]),
    ),
    ...list("To be known", notices),
    ...list("Not proven", gaps),
    ...(findings.length === 0
      ? [
          "",
          colors.bold(
            "Nobody was found who does any of this alone. That is no verdict: what was not found may be there.",
          ),
        ]
      : list(
          "Single actors",
          findings.map(({ sentence }) => sentence),
        ).map((line, index) => (index > 1 ? colors.red(line) : line))),
    "",
    `${figures.accounts} accounts tried: ${figures.passed} were let through, ${figures.refused} were refused.`,
    "What no audit proves:",
    ...ASSUMPTIONS.map((assumption) => `  ${assumption}`),
  ].join("\n");
}

function tellCoalitions(coalitions: readonly string[]): string {
  if (coalitions.length === 0) return "nobody who is known";
  const more = coalitions.length - MOST_COALITIONS;
  const shown = coalitions.slice(0, MOST_COALITIONS).map(visible);
  return [...shown, ...(more > 0 ? [`one of ${more} more`] : [])].join("\nor ");
}
