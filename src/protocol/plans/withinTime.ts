import type { Provider } from "ethers";

import { SentenceError } from "../errors.js";
import { withMethods } from "../withMethods.js";

/**
 * Reads what is good to know before something is sent, and not worth waiting for. Once the time is over the provider gives
 * no logs any more, so that nothing is read on beside what is sent.
 * @param time [ms]
 * @returns Undefined if it took longer.
 */
export async function withinTime<Result>(
  time: number,
  provider: Provider,
  read: (provider: Provider) => Promise<Result>,
): Promise<Result | undefined> {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      isOver = true;
      resolve(undefined);
    }, time);
  });
  const getLogs: Provider["getLogs"] = async (filter) => {
    if (isOver) throw new SentenceError("It took too long.");
    return await provider.getLogs(filter);
  };
  const reading = read(withMethods(provider, { getLogs }));
  try {
    return await Promise.race([reading, over]);
  } finally {
    clearTimeout(timer);
    // It fails where its time was over, and nobody waits for it.
    reading.catch(() => undefined);
  }
}
