import { MATRIX, type Outcome, type Row } from "./matrix.js";
import { POOL_COMMANDS, type PoolCommand } from "./poolFaultWorld.js";

/** A fault, and how every command of a pool ends under it. */
export interface PoolRow extends Omit<Row, "outcomes"> {
  readonly outcomes: Readonly<Record<PoolCommand, Outcome>>;
}

/** They know a pool by its calls alone. */
const CALLS_ALONE: Partial<Record<PoolCommand, Outcome>> = Object.fromEntries(
  POOL_COMMANDS.filter((command) => command.includes(" ")).map((command) => [command, "goes on"]),
);
/** Which keys there are, and what was proven, they find in logs. */
const IN_LOGS = {
  ...CALLS_ALONE,
  "operator add-keys": "exit 2",
  "prove activate": "exit 2",
  "prove exits": "exit 2",
  "prove claim": "exit 2",
} as const;

/** Where a command of the pool's ends otherwise than one of committees, or the same of another DAO. */
const OTHERWISE: Readonly<Record<string, Partial<Record<PoolCommand, Outcome>>>> = {
  "502 to every `eth_getStorageAt`": CALLS_ALONE,
  "502 to every `eth_getLogs`": IN_LOGS,
  // No operation waits in this world, so its status lacks nothing.
  "Logs from a backend 40 blocks behind": { ...IN_LOGS, status: "goes on" },
};

const INCOMPLETE =
  /The node's logs tell of 0 of the 1 keys that operator 1 runs|operator 1, checkpoint 1: logs tell of 0 keys, and its vault of 1|logs/;

/** The same faults as for every other command. */
export const POOL_MATRIX: readonly PoolRow[] = MATRIX.map((row) => {
  const { deploy, status, "committee list": usual } = row.outcomes;
  const others = POOL_COMMANDS.map((command) => [command, usual] as const);
  return {
    ...row,
    outcomes: {
      ...(Object.fromEntries(others) as PoolRow["outcomes"]),
      ...{ deploy, status },
      ...OTHERWISE[row.fault],
    },
    words: row.fault.startsWith("Logs from a backend") ? INCOMPLETE : row.words,
  };
});
