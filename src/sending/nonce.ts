import type { Provider } from "ethers";

import { SentenceError } from "../protocol/errors.js";

/**
 * The nonce for what is sent next. Behind what is not on the chain yet a second one would wait, and very likely do the same
 * once more.
 * @param what Is to be sent, in words.
 * @param used Nonces that were seen on the chain: a backend that lags counts fewer.
 * @param isAgain Whether to send behind it all the same; undefined where nobody can ask for it.
 * @throws SentenceError where something waits, and nobody has asked to send behind it.
 */
export async function readNonce(
  provider: Provider,
  account: string,
  what: string,
  used: number,
  isAgain: boolean | undefined,
): Promise<number> {
  const [counted, expected] = await Promise.all([
    provider.getTransactionCount(account, "latest"),
    provider.getTransactionCount(account, "pending"),
  ]);
  const latest = Math.max(counted, used);
  const pending = Math.max(expected, latest);
  if (pending === latest || isAgain === true) return pending;
  const count = pending - latest;
  const which =
    count === 1
      ? `an earlier transaction, with nonce ${latest},`
      : `${count} earlier transactions, from nonce ${latest} on,`;
  throw new SentenceError(
    `${what}: not sent. ${account} has ${which} not on the chain yet, and this one would wait behind, or do ` +
      `the same a second time. Wait, or let its wallet hurry it${isAgain === false ? "; --again sends all the same" : ""}.`,
  );
}
