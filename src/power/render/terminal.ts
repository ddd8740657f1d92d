import colors from "picocolors";

import { visible } from "../../protocol/visible.js";
import { renderPairs, renderTable } from "../../terminal/table.js";
import type { Comparison } from "../record/compareAudits.js";
import { ASSUMPTIONS, PROPERTIES, type AuditReport, type Outcome, type RuleReport, type Verdict } from "../report.js";
import {
  byCalendar,
  groupRules,
  shortName,
  tellAnswer,
  tellCarrier,
  tellEnd,
  tellSeconds,
  tellUntil,
  tellWays,
  type RuleGroup,
} from "./words.js";

const COLOURS: Readonly<Record<Outcome, (text: string) => string>> = {
  holds: colors.green,
  fails: colors.red,
  unproven: colors.yellow,
};
/** So many sentences of each kind are shown; `--json` has them all. */
const MOST = 6;

/** What a person reads. */
export function renderAudit(report: AuditReport, width?: number): string {
  const { verdicts, rules, bypasses, ends, bodies, votes, figures } = report;
  const reached = figures.modes.filter(({ why }) => why === undefined).length;
  return [
    visible(tellCarrier(report)),
    "",
    renderTable(
      ["", "property", "", "because"],
      verdicts.map((verdict) => [
        verdict.property,
        PROPERTIES[verdict.property],
        COLOURS[verdict.outcome](verdict.outcome.toUpperCase()),
        sentencesOf(verdict).join("\n"),
      ]),
      width,
    ),
    "",
    colors.bold("By way of the DAO"),
    "",
    renderRules(rules, width),
    "",
    colors.bold("Without the DAO: bounded powers"),
    "",
    bypasses.length === 0 ? "Nobody can change anything." : renderRules(bypasses, width),
    "",
    colors.bold("Until when"),
    renderTable(
      ["power", "held by", "until", "lasts"],
      ends.map((end) => [
        visible(functionOf(end.by)),
        end.holders.map(visible).join("\n"),
        visible(tellEnd(end, byCalendar)),
        end.lasts === undefined ? "" : tellSeconds(end.lasts),
      ]),
      width,
    ),
    "",
    colors.bold("Who can bypass the DAO, whom the DAO can override"),
    renderTable(
      ["body", "bypasses the DAO by", "overridden by the DAO's"],
      bodies.map(({ name, quorum, bypasses, overriddenBy }) => [
        visible(`${name}, ${quorum}`),
        bypasses.map(({ by }) => visible(functionOf(by))).join("\n"),
        overriddenBy.map((by) => visible(functionOf(by))).join("\n"),
      ]),
      width,
    ),
    "",
    `To carry a decision it takes ${votes.unopposed ?? "more than all known"} of the voters if nobody else votes, ` +
      `${votes.opposed ?? "more than all known"} against everybody else.`,
    `${figures.functions} functions, each called by ${figures.accounts} accounts in ${reached} of ${figures.modes.length} modes: ` +
      `${figures.passed} calls worked, ${figures.refused} were refused. ${figures.decisions} decisions were played from proposal to execution.`,
    "",
    "What no audit proves:",
    ...ASSUMPTIONS.map((assumption) => `  ${assumption}`),
  ].join("\n");
}

/** "setFee (vault)": two words, of which a narrow column breaks between. */
function functionOf(by: string): string {
  const name = shortName(by);
  const dot = name.indexOf(".");
  return `${name.slice(dot + 1)} (${name.slice(0, dot)})`;
}

function sentencesOf({ outcome, evidence, failures, gaps }: Verdict): string[] {
  return shorten(outcome === "fails" ? failures : outcome === "unproven" ? gaps : evidence);
}

function shorten(sentences: readonly string[]): string[] {
  const more = sentences.length - MOST;
  return [...sentences.slice(0, MOST).map(visible), ...(more > 0 ? [`… and ${more} more`] : [])];
}

/** Rules of which the same is to be told stand together: a row for each has no room on a terminal. */
const renderRules = (rules: readonly RuleReport[], width: number | undefined): string =>
  groupRules(rules)
    .map((group) => renderGroup(group, width))
    .join("\n\n");

function renderGroup({ rules, told }: RuleGroup, width: number | undefined): string {
  const untils = new Set((told.ways ?? []).map((way) => tellUntil(way, byCalendar)));
  return renderPairs(
    [
      [rules.length === 1 ? "rule" : "rules", rules.map(visible).join(", ")],
      ...tellWays(told).map((who, index): [string, string] => [index === 0 ? "who together" : "  or", visible(who)]),
      ["how fast", tellSeconds(told.seconds)],
      ["can object", tellAnswer(told.canObject)],
      ["can leave first", tellAnswer(told.canLeave)],
      ["until when", [...untils].join("; or ")],
      ["may cost", visible(told.cost)],
      ...told.bounds.map(({ by, says }, index): [string, string] => [
        index === 0 ? "bounded" : "",
        visible(`${shortName(by)} ${says}`),
      ]),
    ],
    width,
  );
}

/** What differs from the audit before. */
export function renderComparison({ worse, better }: Comparison, lock: string): string {
  const against = `Compared with ${visible(lock)}`;
  if (worse.length + better.length === 0) return `${against}: nothing has changed.`;
  return [
    ...(worse.length === 0
      ? [`${against} nothing got worse.`]
      : [colors.red(`${against} this got worse:`), ...shorten(worse).map((one) => `  ${one}`)]),
    ...(better.length === 0 ? [] : ["This got better:", ...shorten(better).map((one) => `  ${one}`)]),
  ].join("\n");
}
