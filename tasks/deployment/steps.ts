import type { Sent, Watcher } from "../../src/deployment/watchTransactions.js";

/** How often somebody who waits is told so: at a terminal the line is drawn anew. [ms] */
const REDRAWN = 1_000;
const RETOLD = 15_000;

/** Tells on standard error which step is under way, and since when. */
export interface StepTeller extends Watcher {
  /** Takes away the line that is drawn anew, before somebody else writes one. */
  readonly clear: () => void;
  readonly hasSent: () => boolean;
  readonly stop: () => void;
}

/** What is waited for. */
interface Awaited {
  /** [32 bytes, hex] */
  readonly hash: string;
  /** `"waits for a block"` */
  readonly what: string;
  /** [unix ms] */
  readonly since: number;
}

export function tellSteps(stderr: Pick<NodeJS.WriteStream, "isTTY" | "write"> = process.stderr): StepTeller {
  const isWatched = stderr.isTTY;
  const open = new Map<string, Sent>();
  /** The last block that has one of them: after it blocks are waited for, and nothing is open. */
  let included: Awaited | undefined;
  let hasSent = false;
  let isDrawn = false;

  const clear = (): void => {
    if (isDrawn) stderr.write("\r\u001b[K");
    isDrawn = false;
  };
  const remind = (): void => {
    const [oldest] = open.values();
    const awaited = oldest === undefined ? included : { ...oldest, what: "waits for a block" };
    if (awaited === undefined) return;
    const { hash, what, since } = awaited;
    const seconds = `${Math.round((Date.now() - since) / 1000)} s`;
    // What is drawn anew must fit into one line of any terminal.
    if (isWatched) stderr.write(`\r\u001b[K  ${hash.slice(0, 10)}… ${what}, ${seconds}`);
    else stderr.write(`  ${hash} ${what} since ${clock(since)}, ${seconds}\n`);
    isDrawn = isWatched;
  };
  const end = (): void => {
    open.clear();
    included = undefined;
    clear();
  };
  const timer = setInterval(remind, isWatched ? REDRAWN : RETOLD);
  // Nobody waits for who only tells.
  timer.unref();

  return {
    onHandedOver: () => {
      hasSent = true;
    },
    onSent: (sent) => {
      open.set(sent.key, sent);
      clear();
      stderr.write(`${describe(sent)}: ${sent.hash}\n`);
    },
    onIncluded: ({ key, hash }, block) => {
      open.delete(key);
      included = { hash, what: `is in block ${block}, waiting for confirmations`, since: Date.now() };
      if (isWatched) remind();
    },
    onEnd: end,
    clear,
    hasSent: () => hasSent,
    stop: () => {
      clearInterval(timer);
      end();
    },
  };
}

const describe = ({ name, position, count, isAgain }: Sent): string =>
  `${position === undefined ? "Beside the steps" : `Step ${position} of ${count}, ${name}`}${isAgain ? ", sent again" : ""}`;

const clock = (time: number): string => `${new Date(time).toISOString().slice(11, 19)} UTC`;
