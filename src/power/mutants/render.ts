import { visible } from "../../protocol/visible.js";
import { renderTable } from "../../terminal/table.js";
import { isRight, type Judged } from "./run.js";

/** How many of each operator's mutants were judged rightly, and each that was not. */
export function renderMutants(judged: readonly Judged[]): string {
  const operators = [...new Set(judged.map(({ operator }) => operator))];
  const rows = operators.map((operator) => [operator, ...countsOf(judged.filter((one) => one.operator === operator))]);
  const wrong = judged.filter((one) => !isRight(one));
  return [
    renderTable(
      ["operator", "matter", "shown", "without a verdict", "do not matter", "stay green"],
      [...rows, ["all", ...countsOf(judged)]],
    ),
    "",
    wrong.length === 0 ? "None was misjudged." : "Misjudged:",
    ...wrong.map(({ operator, name, matters, says }) =>
      visible(`  ${operator}: ${name}: ${matters ? "matters, and stays green" : (says ?? "")}`),
    ),
    "",
  ].join("\n");
}

function countsOf(judged: readonly Judged[]): string[] {
  const [those, others] = [judged.filter(({ matters }) => matters), judged.filter(({ matters }) => !matters)];
  const silent = those.filter(({ colour }) => colour === "no verdict").length;
  return [those.length, those.filter(isRight).length, silent, others.length, others.filter(isRight).length].map(String);
}
