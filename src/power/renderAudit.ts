import colors from "picocolors";

import { formatDuration } from "../protocol/format.js";
import { visible } from "../protocol/visible.js";
import { renderTable } from "../terminal/table.js";
import { ASSUMPTIONS, PROPERTIES, type AuditReport, type Outcome, type RuleReport, type Verdict } from "./report.js";

const COLOURS: Readonly<Record<Outcome, (text: string) => string>> = {
  holds: colors.green,
  fails: colors.red,
  unproven: colors.yellow,
};
/** So many sentences of each kind are shown; `--json` has them all. */
const MOST = 6;
/** So many coalitions of a rule are shown. */
const MOST_COALITIONS = 3;

/** What a person reads. */
export function renderAudit(report: AuditReport): string {
  const { verdicts, rules, bypasses, figures, carrier } = report;
  const reached = figures.modes.filter(({ why }) => why === undefined).length;
  return [
    carrier === undefined
      ? "Nobody carries the DAO's decisions alone."
      : `${visible(carrier)} alone carries what the DAO decides: the stakers are the only check that is left.`,
    "",
    renderTable(
      ["", "property", "", "because"],
      verdicts.map((verdict) => [
        verdict.property,
        PROPERTIES[verdict.property],
        COLOURS[verdict.outcome](verdict.outcome.toUpperCase()),
        sentencesOf(verdict).join("\n"),
      ]),
    ),
    "",
    colors.bold("By way of the DAO: stakers can object, and leave first"),
    renderRules(rules.filter(({ isDaos }) => isDaos)),
    "",
    colors.bold("Without the DAO: bounded powers"),
    bypasses.length === 0 ? "Nobody can change anything." : renderRules(bypasses),
    "",
    `${figures.functions} functions, each called by ${figures.accounts} accounts in ${reached} of ${figures.modes.length} modes: ` +
      `${figures.passed} calls worked, ${figures.refused} were refused. ${figures.decisions} decisions were played from proposal to execution.`,
    "",
    "What no audit proves:",
    ...ASSUMPTIONS.map((assumption) => `  ${assumption}`),
  ].join("\n");
}

function sentencesOf({ outcome, evidence, failures, gaps }: Verdict): string[] {
  const shown = outcome === "fails" ? failures : outcome === "unproven" ? gaps : evidence;
  const more = shown.length - MOST;
  return [...shown.slice(0, MOST).map(visible), ...(more > 0 ? [`… and ${more} more`] : [])];
}

const renderRules = (rules: readonly RuleReport[]): string =>
  renderTable(
    ["rule", "by", "who together", "at least", "bounded"],
    rules.map(({ rule, by, coalitions, seconds, bound }) => [
      rule,
      [...new Set(by.map((one) => one.slice(0, one.indexOf("("))))].join("\n"),
      tellCoalitions(coalitions),
      seconds === undefined ? "" : formatDuration(BigInt(seconds)),
      bound ?? "",
    ]),
  );

function tellCoalitions(coalitions: readonly string[]): string {
  const more = coalitions.length - MOST_COALITIONS;
  const shown = coalitions.slice(0, MOST_COALITIONS).map(visible);
  return [...shown, ...(more > 0 ? [`one of ${more} more`] : [])].join("\nor ");
}
