import type { Sent, Watcher } from "../../src/deployment/watchTransactions.js";

/** How often somebody who waits is told so: at a terminal the line is drawn anew. [ms] */
const REDRAWN = 1_000;
const RETOLD = 15_000;

/** Tells on standard error which step is under way, and since when. */
export interface StepTeller extends Watcher {
  readonly hasSent: () => boolean;
  readonly stop: () => void;
}

export function tellSteps(): StepTeller {
  const { stderr } = process;
  const isWatched = stderr.isTTY;
  const open = new Map<string, Sent>();
  let hasSent = false;
  let isDrawn = false;

  const tell = (line: string): void => {
    stderr.write(`${isDrawn ? "\r\u001b[K" : ""}${line}\n`);
    isDrawn = false;
  };
  const remind = (): void => {
    const [oldest] = open.values();
    if (oldest === undefined) return;
    const seconds = Math.round((Date.now() - oldest.since) / 1000);
    const line = `  waiting for ${oldest.hash} since ${clock(oldest.since)}, ${seconds} s`;
    if (isWatched) stderr.write(`\r\u001b[K${line}`);
    else stderr.write(`${line}\n`);
    isDrawn = isWatched;
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
      tell(`${describe(sent)}: ${sent.hash}`);
    },
    onIncluded: ({ key }) => {
      open.delete(key);
    },
    hasSent: () => hasSent,
    stop: () => {
      clearInterval(timer);
      if (isDrawn) stderr.write("\r\u001b[K");
      isDrawn = false;
    },
  };
}

const describe = ({ name, position, count, isAgain }: Sent): string =>
  `${position === undefined ? "Beside the steps" : `Step ${position} of ${count}`}, ${name}${isAgain ? ", sent again" : ""}`;

const clock = (time: number): string => `${new Date(time).toISOString().slice(11, 19)} UTC`;
