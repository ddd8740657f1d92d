import colors from "picocolors";

import { visible } from "../protocol/visible.js";
import { renderTable } from "../terminal/table.js";
import { isReady, type AdoptionReport, type PreparedProposal } from "./report.js";

const list = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", colors.bold(title), ...lines.map((line) => `  ${line}`)];

/** What a delegate reads before the vote. */
export function renderAdoption(report: AdoptionReport): string {
  const { contracts, holdings, notices, findings, accepted, proposals, steps, hasAdopted, isBack } = report;
  const kindsOf = (kinds: readonly string[]): string => (kinds.length === 0 ? "unknown" : kinds.join(", "));
  const calls = proposals.reduce((sum, proposal) => sum + proposal.calls.length, 0);
  return [
    renderTable(
      ["contract", "address", "is"],
      contracts.map(({ name, address, kinds }) => [visible(name), address, kindsOf(kinds)]),
    ),
    ...list(isBack ? "Given back" : hasAdopted ? "The old timelock still has" : "Handed over", holdings.map(visible)),
    ...list("To be known", notices.map(visible)),
    ...list(
      "Accepted in the file",
      accepted.map(({ sentence }) => visible(sentence)),
    ),
    ...list(
      "Played on a copy of the chain",
      steps.map(({ what, why, gas }) => {
        const used = gas === undefined || gas === 0n ? "" : `, with ${gas} gas`;
        return why === undefined ? colors.green(`${what}${used}.`) : colors.red(`${what}: no, ${visible(why)}.`);
      }),
    ),
    ...list(
      "Open: hand it over, or write the words behind the arrow under accepted in the file",
      findings.flatMap(({ key, sentence }) => [colors.red(visible(sentence)), `→ ${visible(key)}`]),
    ),
    "",
    verdict(report, calls),
  ].join("\n");
}

function verdict(report: AdoptionReport, calls: number): string {
  const { hasAdopted, isBack, proposals, oldTimelock, newTimelock } = report;
  if (!isReady(report))
    return colors.bold(hasAdopted && !isBack ? "Adopted, and not everything came along." : "Not ready for a vote.");
  if (hasAdopted && !isBack) {
    const left =
      report.holdings.length === 0
        ? "nothing left of what was looked into"
        : "nothing left but what anybody can send it and what the file accepts";
    return colors.bold(`The Governor obeys the new timelock, and the old one has ${left}.`);
  }
  const count = proposals.length === 1 ? "one proposal" : `${proposals.length} proposals, in their order,`;
  const known = proposals.flatMap(({ id, state }) => (state === undefined ? [] : [`${id}, which is ${state}`]));
  const which = known.length === 0 ? "" : ` The Governor has it already: proposal ${known.join("; ")}.`;
  return colors.bold(
    `Ready: ${count} of ${calls} calls, after which the Governor obeys ${isBack ? oldTimelock : newTimelock}.${which}`,
  );
}

/** What whoever proposes sends, and every call that it asks for. */
export function renderProposal({ id, propose, calls, description }: PreparedProposal): string {
  return [
    colors.bold(`Proposal ${id}`),
    ...description.split("\n").map((line) => `  ${visible(line)}`),
    ...calls.map(
      ({ target, value, data }, index) => `  call ${index + 1}: to ${target}, value ${value} wei, data ${data}`,
    ),
    `  To propose it, send to ${propose.target}, value 0 wei, data ${propose.data}`,
  ].join("\n");
}
