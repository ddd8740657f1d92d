import Table from "cli-table3";
import colors from "picocolors";

import { widthOf, wrap } from "./wrap.js";

/** Of the terminal; undefined where the text goes into a file or another program, which gets lines as they are. */
const terminalWidth = (): number | undefined => (process.stdout.isTTY ? process.stdout.columns : undefined);

/**
 * A table. Cells may be coloured, and hold lines of their own. Where the terminal is narrower than the table, cells are
 * wrapped between words, the widest first; words stay whole, even if the table is then too wide.
 */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number | undefined = terminalWidth(),
): string {
  const table = new Table({
    head: head.map((title) => colors.bold(title)),
    style: { head: [], border: [], compact: true },
  });
  const columns = width === undefined ? [] : fitColumns([head, ...rows], width);
  table.push(...rows.map((row) => row.map((cell, index) => wrapLines(cell, columns[index]))));
  return table.toString();
}

/** A bar on the left of each column, one on the right of the last, and a blank on either side of each cell. */
const BORDERS = 3;

/** How wide each column's text may be. */
function fitColumns(rows: readonly (readonly string[])[], width: number): number[] {
  const measure = (split: RegExp) =>
    (rows[0] ?? []).map((_, index) =>
      Math.max(...rows.flatMap((row) => (row[index] ?? "").split(split).map((part) => widthOf(part)))),
    );
  const columns = measure(/\n/);
  const least = measure(/\s/);
  const room = width - columns.length * BORDERS - 1;
  for (let excess = columns.reduce((sum, column) => sum + column, 0) - room; excess > 0; excess--) {
    const widest = columns.reduce<number | undefined>((best, column, index) => {
      if (column <= (least[index] ?? 0)) return best;
      return best === undefined || column > (columns[best] ?? 0) ? index : best;
    }, undefined);
    if (widest === undefined) break;
    columns[widest] = (columns[widest] ?? 0) - 1;
  }
  return columns;
}

const wrapLines = (cell: string, width: number | undefined): string =>
  width === undefined
    ? cell
    : cell
        .split("\n")
        .flatMap((line) => wrap(line, width))
        .join("\n");

/** Names and values, one pair a line, the values in one column, in which they are wrapped between words. */
export function renderPairs(
  pairs: readonly (readonly [name: string, value: string])[],
  width: number | undefined = terminalWidth(),
): string {
  const left = Math.max(0, ...pairs.map(([name]) => widthOf(name))) + 2;
  return pairs
    .flatMap(([name, value]) => {
      const lines = width === undefined ? [value] : wrap(value, Math.max(1, width - left));
      return lines.map((line, index) => `${(index === 0 ? name : "").padEnd(left)}${line}`);
    })
    .join("\n");
}
