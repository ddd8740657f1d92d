import { getAddress, isAddress, isError } from "ethers";

import { UnreadableError } from "./errors.js";
import { judgeFailure, type Refusal } from "./failure.js";

/** What a contract answered, or its own no. */
export type Answer<Value> =
  { readonly answered: true; readonly value: Value } | { readonly answered: false; readonly refusal: Refusal };

/**
 * Asks a contract. Only a revert, an empty answer, or a whole one of another shape, is the contract's answer: whatever
 * else goes wrong is thrown, the node's failures as an `UnreadableError`.
 * @param what Is asked for; told where the error does not tell it. `"the owner of the vault"`
 */
export async function tryRead<Value>(read: () => Promise<Value>, what?: string): Promise<Answer<Value>> {
  try {
    return { answered: true, value: await read() };
  } catch (error) {
    return { answered: false, refusal: refusalIn(error, what) };
  }
}

/** What a contract answers; undefined if it refuses: then it has no such function, or will not tell. */
export async function readAnswer<Value>(read: () => Promise<Value>, what?: string): Promise<Value | undefined> {
  const answer = await tryRead(read, what);
  return answer.answered ? answer.value : undefined;
}

/** The contract's no in an error; what is none is thrown. */
export function refusalIn(thrown: unknown, what?: string): Refusal {
  const failure = judgeFailure(thrown);
  if (failure === undefined || thrown instanceof UnreadableError) throw thrown;
  if (failure.kind !== "unread") return failure;
  throw new UnreadableError(describeUnread(what ?? describeCall(thrown), failure.words), failure.trouble, {
    cause: thrown,
  });
}

/** `"The chain could not be read (eth_call of 0x…, 0x8da5cb5b): header not found."` */
export const describeUnread = (what: string | undefined, words: string): string =>
  `The chain could not be read${what === undefined ? "" : ` (${what})`}: ${words}.`;

/** What ethers knows of the call. */
function describeCall(thrown: unknown): string | undefined {
  if (isError(thrown, "BAD_DATA")) return (thrown.info as { signature?: string } | undefined)?.signature;
  if (!isError(thrown, "CALL_EXCEPTION")) return undefined;
  const { to, data } = thrown.transaction;
  return describeRequest("eth_call", [{ to, data }]);
}

/** `"eth_call of 0x…, 0x8da5cb5b"`, `"eth_getCode of 0x…"`, `"eth_blockNumber"` */
export function describeRequest(method: string, params: readonly unknown[]): string {
  const [first] = params;
  if (isAddress(first)) return `${method} of ${getAddress(first)}`;
  if (typeof first !== "object" || first === null) return method;
  const { to, address, data } = first as { readonly to?: unknown; readonly address?: unknown; readonly data?: unknown };
  const whom = to ?? address;
  if (!isAddress(whom)) return method;
  return `${method} of ${getAddress(whom)}${typeof data === "string" && data.length >= 10 ? `, ${data.slice(0, 10)}` : ""}`;
}
