import { sendFrom, type Sending, type SendingAccount, type SentCall, type UnderWay } from "../src/sending/sendCalls.js";
import { untilInterrupted } from "./deployment/interrupt.js";
import { tellWait } from "./progress.js";

/** How a verb sends. */
export interface TellingSending extends Pick<Sending, "isAgain"> {
  /** For where nobody knows what became of a transaction: whether the same command may be run again. */
  readonly advice: string;
  readonly onSent?: ((sent: SentCall) => void) | undefined;
  /** Told all that is handed over and not known to be on the chain, whenever that changes. */
  readonly onUnderWay?: ((underWay: readonly UnderWay[]) => void) | undefined;
}

/**
 * Sends from an account of the network. Tells the hash of a transaction as soon as it has one, then its block, and on
 * Ctrl-C what may still arrive.
 */
export function sendTelling(from: SendingAccount, print: (line: string) => void, how: TellingSending) {
  const underWay = new Map<number, UnderWay>();
  const list = () => [...underWay.values()];
  const send = sendFrom(from, {
    ...how,
    onUnderWay: (one) => {
      underWay.set(one.nonce, one);
      how.onUnderWay?.(list());
      if (one.hash !== undefined) tellWait(`${one.what}: sent as ${one.hash}, and not on the chain yet …`);
    },
    onNotSent: ({ nonce }) => {
      underWay.delete(nonce);
      how.onUnderWay?.(list());
    },
    onSilence: (one, since, left) => {
      tellWait(describeSilence(one, since, left));
    },
    onSent: (sent, { nonce }) => {
      underWay.delete(nonce);
      how.onUnderWay?.(list());
      print(describeSent(sent));
      how.onSent?.(sent);
    },
  });
  return async (calls: Parameters<typeof send>[0]) =>
    await untilInterrupted(send(calls), () => describeStop(list(), how.advice));
}

/** `"proves 32 keys of operator 3: 0x… in block 17"` */
const describeSent = ({ what, hash, block }: SentCall): string => `${what}: ${hash} in block ${block}`;

/** @param since For so long nobody has answered. [ms] @param left So long it is asked on. [ms] */
export const describeSilence = ({ what, hash = "It" }: UnderWay, since: number, left: number): string =>
  `${what}: the node has not answered for ${Math.round(since / 1000)} s. ${hash} may be on the chain, or come later; the node is ` +
  `asked for ${Math.ceil(left / 60_000)} min more at most. Ctrl-C stops that, and takes nothing back.`;

/** What whoever stops a command should know. @param underWay What is not on the chain, as far as this process knows. */
export function describeStop(underWay: readonly UnderWay[], advice: string): string {
  if (underWay.length === 0) return "Stopped. What is told above is on the chain; nothing else was sent.";
  const each = underWay.map(({ what, account, nonce, hash }) =>
    hash === undefined
      ? `${what}: it was being sent, with nonce ${nonce} of ${account}`
      : `${what}: ${hash}, nonce ${nonce} of ${account}`,
  );
  return `Stopped. This may come on the chain still:\n${each.map((line) => `  ${line}`).join("\n")}\n${advice}`;
}
