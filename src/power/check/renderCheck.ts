import { formatEther } from "ethers";
import colors from "picocolors";

import { boundedHex, boundedText } from "../../protocol/bounded.js";
import { formatAmount, formatTime } from "../../protocol/format.js";
import { visible } from "../../protocol/visible.js";
import { renderTable } from "../../terminal/table.js";
import { PROPERTIES, type Outcome } from "../report.js";
import { ROLE_NAMES } from "./encodeCall.js";
import type { CheckReport, PowerAnswer } from "./report.js";

type Calls = CheckReport["calls"];
type Effects = CheckReport["effects"];

/** So many sentences of each kind are shown; `--json` has them all. */
const MOST = 6;

/** The first of them, and how many more there are. */
function firstOf(sentences: readonly string[]): string[] {
  const more = sentences.length - MOST;
  return [...sentences.slice(0, MOST).map(visible), ...(more > 0 ? [`… and ${more} more`] : [])];
}

/** What a person reads before a vote, or before an objection. */
export function renderCheck(report: CheckReport): string {
  const { id, description, scheduledIn, calls, ending, effects, warnings } = report;
  const name = (address: string) => report.names[address] ?? address;
  const hypothetical = ending.kind === "executes" ? "" : ", if the timelock made its calls all the same";
  const sections: (string | undefined)[] = [
    `Operation ${id}, ${scheduledIn === undefined ? "not scheduled yet" : `scheduled in block ${scheduledIn}`}`,
    description === undefined ? undefined : `  ${visible(boundedText(description))}`,
    "",
    colors.bold("What it calls"),
    renderCalls(calls),
    "",
    ending.kind === "executes"
      ? `It executes from ${formatTime(ending.at)} on.`
      : colors.red(`It does not execute: ${visible(ending.why)}.`),
    "",
    colors.bold(`What it changes${hypothetical}`),
    renderEffects(effects),
    ...renderHoldings(report, name),
    "",
    ...renderPower(report.power),
    "",
    colors.bold("Warnings"),
    warnings.length === 0
      ? "None."
      : warnings
          .map(({ isFailure, text }) => `${isFailure ? colors.red("!") : colors.yellow("-")} ${visible(text)}`)
          .join("\n"),
  ];
  return sections.filter((section) => section !== undefined).join("\n");
}

function renderCalls(calls: Calls): string {
  return calls
    .map((call, index) => {
      const { target, name, value, data, understood } = call;
      const whom = name === undefined ? target : `the ${name} (${target})`;
      const lines = [`${index}. ${whom}`];
      if (understood === "by nobody") {
        lines.push(`     ${(data.length - 2) / 2} bytes that no contract of Tribune understands: ${boundedHex(data)}`);
      }
      if (call.function !== undefined) {
        const doubt = understood === "by another" ? ", if the target is what its selector says" : "";
        lines.push(`     ${call.function}${doubt}`);
        for (const argument of call.arguments) {
          lines.push(`       ${visible(argument.name)} = ${visible(boundedText(argument.value))}`);
        }
      }
      if (value > 0n) lines.push(`     with ${formatEther(value)} ETH`);
      return lines.join("\n");
    })
    .join("\n");
}

/** Rules first, and what moves who may decide before them. */
function renderEffects(effects: Effects): string {
  if (effects.length === 0) return "Nothing in storage.";
  const rank = ({ power, class: declared }: Effects[number]): number =>
    power !== undefined ? 0 : declared === "rule" ? 1 : 2;
  const rows = effects
    .toSorted((one, other) => rank(one) - rank(other))
    .map((effect) => [
      effect.name,
      visible(tellPlace(effect)),
      effect.power ?? effect.class,
      visible(boundedText(effect.before)),
      visible(boundedText(effect.after)),
    ]);
  return renderTable(["contract", "what", "", "before", "after"], rows);
}

/** Roles by name. */
function tellPlace({ place, power, keys }: Effects[number]): string {
  const [role = "", account = ""] = keys;
  const name = ROLE_NAMES.get(role);
  return power === "role" && name !== undefined && account !== "" ? `${name} of ${account}` : place;
}

function renderHoldings({ ether, holdings }: CheckReport, name: (address: string) => string): string[] {
  const lines = [
    ...ether.map(
      ({ account, before, after }) => `  ${name(account)}: ${formatAmount(before)} → ${formatAmount(after)} ETH`,
    ),
    ...holdings.map(({ token, owner, spender, before, after }) =>
      spender === undefined
        ? `  ${name(owner)} has of ${name(token)}: ${before} → ${after}`
        : `  ${name(spender)} may take of ${name(token)} from ${name(owner)}: ${before} → ${after}`,
    ),
  ];
  return lines.length === 0 ? [] : ["", colors.bold("Balances and allowances, in the smallest units"), ...lines];
}

const COLOURS: Readonly<Record<Outcome, (text: string) => string>> = {
  holds: colors.green,
  fails: colors.red,
  unproven: colors.yellow,
};

function renderPower(power: PowerAnswer): string[] {
  const title = colors.bold("Who can do what");
  switch (power.kind) {
    case "untouched":
      return [title, "Nothing that anybody's power depends on moves: no rule, no role, no code, no votes."];
    case "never":
      return [title, "It does not execute, so nothing changes."];
    case "unjudged":
      return [
        title,
        colors.yellow(
          `Something of it moves, and coalitions before and after were not computed: ${visible(power.why)}`,
        ),
      ];
    case "broken":
      return [title, colors.red(`Afterwards the audit comes to no end: ${visible(power.why)}`)];
    case "compared": {
      const { verdicts, worse, better } = power.difference;
      const table = renderTable(
        ["", "property", "before", "after", "because"],
        verdicts.map(({ property, before, after, fresh }) => [
          property,
          PROPERTIES[property],
          COLOURS[before](before),
          COLOURS[after](after),
          firstOf(fresh).join("\n"),
        ]),
      );
      const list = (heading: string, lines: readonly string[]) =>
        lines.length === 0 ? [] : [heading, ...firstOf(lines).map((line) => `  ${line}`)];
      const same = worse.length + better.length === 0 ? ["Coalitions are what they were."] : [];
      return [title, table, ...list("Worse:", worse), ...list("Better:", better), ...same];
    }
  }
}
