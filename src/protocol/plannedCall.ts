import type { Provider } from "ethers";

import { parseRevert } from "./abis.js";
import type { Call } from "./calls.js";
import { explainRefusal } from "./explain.js";
import type { Refusal } from "./failure.js";
import { tryRead } from "./tryRead.js";

/** A call for somebody to make. */
export interface PlannedCall {
  /** `"locks 100 shares"` */
  readonly what: string;
  readonly call: Call;
}

/** What a contract refuses a call with. */
export interface CallRefusal {
  /** Of the error; undefined if nobody here knows it. */
  readonly name: string | undefined;
  /** `"NotFirst(2, 64000000000000000000, 32000000000000000000)"` */
  readonly words: string;
}

/**
 * Tries a call without sending it; undefined if it works.
 * @param block On which: a backend that lags refuses on its own newest what works, and says of this one that it has not
 * got it. The newest by default.
 */
export async function tryCallFrom(
  provider: Provider,
  sender: string,
  { target, value, data }: Call,
  what: string,
  block?: number,
): Promise<CallRefusal | undefined> {
  const at = block === undefined ? {} : { blockTag: block };
  const answer = await tryRead(() => provider.call({ from: sender, to: target, value, data, ...at }), what);
  return answer.answered ? undefined : describeRefusal(answer.refusal);
}

/** The error's name tells what to do about it; the words are for people. */
export const describeRefusal = (refusal: Refusal): CallRefusal => ({
  name: parseRevert(refusal.data)?.name,
  words: explainRefusal(refusal),
});
