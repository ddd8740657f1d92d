import { renderTable } from "../../terminal/table.js";
import type { Outcome } from "../report.js";
import { wrap } from "./timeline.js";

/** The outcomes of a scenario's runs, side by side. */
export function renderOutcome({ columns, rows, moral }: Outcome): string {
  const table = renderTable(
    ["", ...columns],
    rows.map(({ question, answers }) => [question, ...answers]),
  );
  return `${table}\n${wrap(moral, 100).join("\n")}`;
}
