import { formatAmount } from "../../protocol/format.js";
import { visible } from "../../protocol/visible.js";
import {
  ASSUMPTIONS,
  PROPERTIES,
  type AuditReport,
  type BodyReport,
  type PropertyName,
  type RuleReport,
} from "../report.js";
import {
  groupRules,
  shortName,
  sinceBeginning,
  tellAnswer,
  tellCarrier,
  tellEnd,
  tellSeconds,
  tellShare,
  tellUntil,
  tellWays,
} from "./words.js";

/** What a page is told beside the audit. */
export interface PageOptions {
  /** Of the DAO. */
  readonly name: string;
  /** What writes the page again, where it is kept in this repository; then it links to what is beside it. */
  readonly command?: string;
  /** A picture beside the page, relative to it. */
  readonly picture?: string;
  /** What a reader has to know of this deployment. */
  readonly remark?: string | undefined;
}

/**
 * The decentralization model of a deployment, as an audit has proved it: the same for the same system, whenever it is
 * deployed, and wherever.
 */
export function renderMarkdown(report: AuditReport, { name, command, picture, remark }: PageOptions): string {
  const { verdicts, rules, bypasses, bodies, figures } = report;
  const reached = figures.modes.filter(({ why }) => why === undefined).length;
  const evidenceOf = (wanted: PropertyName): readonly string[] =>
    verdicts.find(({ property }) => property === wanted)?.evidence ?? [];
  const sections = [
    `# Who holds power over ${text(name)}`,
    `**${text(tellCarrier(report))}**${remark === undefined ? "" : ` ${text(remark)}`}`,
    `An audit wrote this page. It takes the deployment on a copy of its chain, calls every function from every known account in every mode, plays the DAO's decisions and the defence against one, and writes down what it saw: ${figures.functions} functions, ${figures.accounts} accounts, ${reached} modes, ${figures.decisions} decisions.${command === undefined ? "" : ` [How that is done](docs/power.md); \`${command}\` writes the page again.`} The last four headings are the principles of Vitalik Buterin's "Balance of Power": distribution of power, openness, token distribution, exit.`,
    ...(picture === undefined ? [] : [`![Who holds what over whom](${picture})`]),
    "## What holds",
    ...verdicts.map(
      ({ property, outcome, evidence, failures, gaps }) =>
        `**${property}. ${PROPERTIES[property]}: ${outcome}.**\n\n${list([...failures, ...gaps, ...evidence].map(text))}`,
    ),
    "## Distribution of power",
    "### What the DAO decides",
    renderRules(report, rules),
    "### What others can do without the DAO",
    bypasses.length === 0 ? "Nothing." : renderRules(report, bypasses),
    ...(bypasses.length === 0 ? [] : ["How that is bounded:", list(boundsOf(bypasses))]),
    "### Until when",
    "Days count from the beginning of the deployment. An end is hard if nobody can move it.",
    renderEnds(report),
    "### Who can bypass the DAO, whom the DAO can override",
    "A committee is a Safe: so many of its owners have to agree, and a module would act without them.",
    renderBodies(bodies),
    "### How few it takes",
    renderCoefficients(report),
    "## Openness",
    list([
      `${figures.open} of ${figures.functions} functions ask for nobody in particular: what they move is the caller's own, or due.`,
      ...evidenceOf("P5").map(text),
      ...(command === undefined
        ? []
        : [
            "Who may call what, in which state, is on record in [power.lock](power.lock), and an audit that finds more fails.",
            "The guard of every function and the class of every variable are declared in [src/power/manifest](src/power/manifest): a function that is missing there does not compile, and what is declared is not believed but tried.",
          ]),
    ]),
    "## Token distribution",
    renderVotes(report),
    "## Exit",
    list(evidenceOf("P3").map(text)),
    "Figures that all of this rests on; days count from the beginning of the deployment:",
    table(
      ["", ""],
      Object.entries(report.record.figures).map(([figure, { value }]) => [text(figure), value]),
    ),
    "## What no audit proves",
    list([
      ...ASSUMPTIONS,
      "What a change may cost is read of the contracts' holdings, or declared; it is not executed.",
    ]),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** What comes from a chain is text, not markup. */
const text = (raw: string): string => visible(raw).replaceAll(/[\\`*_[\]<>|#]/g, "\\$&");
const code = (raw: string): string => `\`${visible(raw).replaceAll("`", "'").replaceAll("|", "\\|")}\``;
const list = (sentences: readonly string[]): string => sentences.map((one) => `- ${one}`).join("\n");
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

function renderRules(report: AuditReport, rules: readonly RuleReport[]): string {
  const moment = sinceBeginning(report);
  return table(
    ["rule", "who together", "how fast", "can object", "can leave first", "until when", "may cost"],
    groupRules(rules).map(({ rules: names, told }) => [
      names.map(code).join("<br>"),
      tellWays(told).map(text).join("<br>or "),
      tellSeconds(told.seconds),
      tellAnswer(told.canObject),
      tellAnswer(told.canLeave),
      [...new Set((told.ways ?? []).map((way) => tellUntil(way, moment)))].map(text).join("<br>or "),
      text(told.cost),
    ]),
  );
}

const boundsOf = (bypasses: readonly RuleReport[]): string[] => {
  const bounds = new Map(bypasses.flatMap(({ bounds }) => bounds).map((bound) => [bound.by, bound.says]));
  return [...bounds].map(([by, says]) => `${code(shortName(by))} ${text(says)}.`);
};

function renderEnds(report: AuditReport): string {
  const { ends } = report;
  if (ends.length === 0) return "No power beside the DAO's has an end by the calendar.";
  const moment = sinceBeginning(report);
  return table(
    ["power", "held by", "can be used until", "what it does lasts"],
    ends.map((end) => [
      code(shortName(end.by)),
      end.holders.map(text).join("<br>"),
      text(tellEnd(end, moment)),
      end.lasts === undefined ? "" : tellSeconds(end.lasts),
    ]),
  );
}

function renderBodies(bodies: readonly BodyReport[]): string {
  const functions = (names: readonly string[]) => names.map((by) => code(shortName(by))).join("<br>");
  return table(
    [
      "body",
      "quorum",
      "nonce",
      "modules",
      "guard",
      "fallback handler",
      "bypasses the DAO by",
      "the DAO overrides it by",
    ],
    bodies.map(({ name, quorum, safe, bypasses, overriddenBy }) => [
      text(name),
      text(quorum),
      safe?.nonce ?? "",
      safe === undefined ? "" : safe.modules.length === 0 ? "none" : safe.modules.map(text).join("<br>"),
      safe === undefined ? "" : code(safe.guard ?? "none"),
      safe === undefined ? "" : code(safe.fallbackHandler ?? "none"),
      bypasses.length === 0 ? "nothing of its own" : functions(bypasses.map(({ by }) => by)),
      overriddenBy.length === 0 ? "nothing that was played" : functions(overriddenBy),
    ]),
  );
}

/** Nakamoto coefficients: the least number of entities that control a rule, and that can keep it from being changed. */
function renderCoefficients({ rules, bypasses, votes, bodies }: AuditReport): string {
  const least = (values: readonly (number | undefined)[]): string => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? "not even all" : String(Math.min(...known));
  };
  const lines = (reports: readonly RuleReport[], title: string) => [
    title,
    least(reports.map(({ smallest }) => smallest)),
    least(reports.map(({ smallestBlock }) => smallestBlock)),
  ];
  return [
    "The least number of entities that have to act together (Nakamoto coefficients), over the rules above:",
    table(
      ["", "to control", "to block"],
      [
        lines(rules, "a rule, by way of the DAO"),
        ...(bypasses.length === 0 ? [] : [lines(bypasses, "a bounded power, without the DAO")]),
      ],
    ),
    `A decision takes ${votes.unopposed ?? "more than all known"} of the voters where nobody else votes, and ${votes.opposed ?? "more than all known"} against everybody else. Keys of ${bodies.length} bodies count as people of their own unless an identity file says who is behind them.`,
  ].join("\n\n");
}

function renderVotes({ votes, holdings }: AuditReport): string {
  const tokens = (amount: string) => formatAmount(BigInt(amount));
  const [largest] = votes.holders;
  return [
    `${tokens(votes.total)} votes can be cast; a decision needs ${tokens(votes.quorum)} of them. ` +
      (largest === undefined
        ? "Nobody who has any is known."
        : `The largest entity, ${text(largest.name)}, has ${tellShare(largest.share)}.`),
    table(
      ["holder", "votes", "share"],
      votes.holders.map(({ name, votes: held, share }) => [text(name), tokens(held), tellShare(share)]),
    ),
    "What the system's own contracts hold, and what lies behind each power therefore:",
    table(
      ["holder", "holds"],
      holdings.map(({ holder, amount, decimals, token }) => [
        text(holder),
        `${formatAmount(BigInt(amount), decimals)} ${text(token)}`,
      ]),
    ),
  ].join("\n\n");
}
