import { renderTable } from "../../terminal/table.js";
import { wrap } from "../../terminal/wrap.js";
import type { Outcome } from "../scenarioReport.js";
import { LINE_WIDTH } from "./timeline.js";

/** The outcomes of a scenario's runs, side by side. */
export function renderOutcome({ columns, rows, moral }: Outcome, width = LINE_WIDTH): string {
  const table = renderTable(
    ["", ...columns],
    rows.map(({ question, answers }) => [question, ...answers]),
  );
  return `${table}\n${wrap(moral, width).join("\n")}`;
}
