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

/** Tries a call without sending it; undefined if it works. */
export async function tryCallFrom(
  provider: Provider,
  sender: string,
  { target, value, data }: Call,
  what: string,
): Promise<CallRefusal | undefined> {
  const answer = await tryRead(() => provider.call({ from: sender, to: target, value, data }), what);
  return answer.answered ? undefined : describeRefusal(answer.refusal);
}

/** The error's name tells what to do about it; the words are for people. */
export const describeRefusal = (refusal: Refusal): CallRefusal => ({
  name: parseRevert(refusal.data)?.name,
  words: explainRefusal(refusal),
});
