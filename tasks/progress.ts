import { formatAmount } from "../src/protocol/format.js";
import type { LogProgress } from "../src/protocol/logs.js";
import { visible } from "../src/protocol/visible.js";

/** What takes no longer needs no word. [ms] */
const QUIET = 5_000;

/** Tells on standard error how far a long reading of logs has come, now and then. */
export function tellProgress(): (progress: LogProgress) => void {
  let told = Date.now();
  return ({ read, total, mayEndEarlier = false }) => {
    if (read === total || Date.now() - told < QUIET) return;
    told = Date.now();
    const blocks = (count: number) => formatAmount(BigInt(count), 0);
    process.stderr.write(
      `Reading logs: ${blocks(read)} of ${mayEndEarlier ? "at most " : ""}${blocks(total)} blocks …\n`,
    );
  };
}

/** Tells on standard error what is waited for. */
export const tellWait = (what: string): void => {
  process.stderr.write(`${visible(what)}\n`);
};
