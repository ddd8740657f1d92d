import colors from "picocolors";

import { renderTable } from "../terminal/table.js";
import type { Measurement } from "./measure.js";
import { LIDO_SIZES, ROW_KEYS, ROWS, SIZE_GOAL, SIZED_CONTRACTS, type Figures, type Row } from "./rows.js";
import type { ContractSize } from "./sizes.js";

/** One line of the report, and of `--json`; sizes say so in the operation's name. [gas, or bytes] */
export interface Line {
  readonly operation: string;
  readonly gas: number | null;
  readonly lido: number | null;
  /** The least that OpenZeppelin's timelock, or a bare transfer with two writes, takes in the same run. */
  readonly floor: number | null;
  readonly goal: number | null;
  /** Under the rules of Amsterdam, as far as a development chain knows them; only of the pool, and without a goal. */
  readonly amsterdam: number | null;
}

/** @param amsterdam What was measured under other rules. */
export function gasLines({ figures, floors }: Measurement, amsterdam: Figures = {}): Line[] {
  return ROW_KEYS.map((key) => {
    const { operation, lido, goal, floor }: Row = ROWS[key];
    const least = floor === undefined ? null : floors[floor];
    return { operation, gas: figures[key] ?? null, lido, floor: least, goal, amsterdam: amsterdam[key] ?? null };
  });
}

export function sizeLines(sizes: Readonly<Record<string, ContractSize>>): Line[] {
  return SIZED_CONTRACTS.flatMap((name) => {
    const size = sizes[name];
    const lido = LIDO_SIZES[name];
    return [
      sizeLine(`${name}, deployed code [bytes]`, size?.deployed, lido?.deployed, SIZE_GOAL.deployed),
      sizeLine(`${name}, init code [bytes]`, size?.initCode, lido?.initCode, SIZE_GOAL.initCode),
    ];
  });
}

const sizeLine = (operation: string, bytes: number | undefined, lido: number | undefined, goal: number): Line => ({
  operation,
  gas: bytes ?? null,
  lido: lido ?? null,
  floor: null,
  goal,
  amsterdam: null,
});

export const isMissed = ({ gas, goal }: Line): boolean => goal !== null && (gas === null || gas > goal);

const figure = (value: number | null): string => (value === null ? "" : value.toLocaleString("en"));

/** The report a person reads: what misses its goal is red and carries the difference. */
export function renderLines(lines: readonly Line[]): string {
  const rows = lines.map((line) => {
    const { operation, gas, goal, lido, floor, amsterdam } = line;
    const missed = isMissed(line);
    const over = gas !== null && goal !== null && missed ? ` (+${figure(gas - goal)})` : "";
    const ours = missed ? colors.red(`${figure(gas)}${over}`) : figure(gas);
    const ratio = gas === null || floor === null ? "" : `${(gas / floor).toFixed(2)} ×`;
    return [operation, ours, figure(goal), figure(lido), figure(floor), ratio, figure(amsterdam)];
  });
  return renderTable(["operation", "Tribune", "goal", "Lido", "floor", "of the floor", "Amsterdam"], rows);
}

/** "38 of 40 goals are reached; not: …" */
export function summarise(lines: readonly Line[]): string {
  const bound = lines.filter(({ goal }) => goal !== null);
  const missed = bound.filter(isMissed).map(({ operation }) => operation);
  const count = `${bound.length - missed.length} of ${bound.length} goals are reached`;
  return missed.length === 0 ? `${count}.` : `${count}; not: ${missed.join("; ")}.`;
}
