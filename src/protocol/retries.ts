import { isHexString } from "ethers";

import { UnreadableError } from "./errors.js";
import { judgeFailure, type NodeFailure } from "./failure.js";
import { describeRequest, describeUnread } from "./tryRead.js";

/** How often a node is asked again, and when. */
export interface Retries {
  /** Before each further attempt. [milliseconds] */
  readonly delays: readonly number[];
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** A minute's trouble is worth some seconds. */
export const RETRIES: Retries = {
  delays: [250, 500, 1_000, 2_000],
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

export interface Request {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Whatever sends is never asked for twice: it may have arrived. */
const READS =
  /^(eth_(accounts|call|chainId|blockNumber|estimateGas|gasPrice|maxPriorityFeePerGas|feeHistory|get\w+)|net_version|web3_clientVersion|hardhat_(getAutomine|metadata))$/;
/** Whoever estimates looks for certain words in a node's error. */
const isKept = ({ method }: Request): boolean => method === "eth_estimateGas" || !READS.test(method);

/**
 * Asks a node, and asks again where that may help. What is then still no reply of a contract is thrown as an
 * `UnreadableError` that names the request; a contract's own no is thrown as it came.
 * @param ask Sends the request once.
 */
export async function askWithRetries(
  request: Request,
  ask: () => Promise<unknown>,
  { delays, wait }: Retries = RETRIES,
): Promise<unknown> {
  for (let attempt = 0; ; ++attempt) {
    try {
      return refuseGarbled(request, await ask());
    } catch (error) {
      // A request that this one needed has been asked patiently already.
      if (error instanceof UnreadableError && error.cause !== undefined) throw error;
      const failure = judgeFailure(error);
      if (failure?.kind !== "unread") throw error;
      const delay = delays[attempt];
      if (delay !== undefined && mayPass(failure, request)) await wait(delay);
      else if (isKept(request)) throw error;
      else {
        const what = describeRequest(request.method, request.params);
        throw new UnreadableError(describeUnread(what, failure.words), failure.trouble, { cause: error });
      }
    }
  }
}

function mayPass({ trouble, isNodes }: NodeFailure, { method }: Request): boolean {
  if (!READS.test(method)) return false;
  switch (trouble) {
    // Whoever carries requests waits by itself where the front door says so.
    case "busy":
      return isNodes;
    case "broken":
    case "behind":
    case "garbled":
      return true;
    // Of logs it may mean that the range is too long: a shorter one is the better question.
    case "internal":
      return method !== "eth_getLogs";
    // Nobody is there, or each attempt takes as long again.
    case "refused":
    case "timeout":
    case "too-much":
    case "forgotten":
    case "unsupported":
    case "other":
      return false;
  }
}

const BYTES: ReadonlySet<string> = new Set(["eth_call", "eth_getCode", "eth_getStorageAt"]);
const QUANTITIES: ReadonlySet<string> = new Set([
  "eth_blockNumber",
  "eth_chainId",
  "eth_getBalance",
  "eth_getTransactionCount",
]);

/** A result that cannot be one was cut off on its way, or was never there. */
function refuseGarbled(request: Request, result: unknown): unknown {
  if (mayBeResult(request, result)) return result;
  throw new UnreadableError("the answer is none, or a part of one", "garbled");
}

function mayBeResult({ method, params }: Request, result: unknown): boolean {
  if (BYTES.has(method)) return isHexString(result) && result.length % 2 === 0;
  if (QUANTITIES.has(method)) return isHexString(result) && result !== "0x";
  if (method === "eth_getLogs") return Array.isArray(result);
  // Every chain has a newest block; of others, none is an answer.
  return method !== "eth_getBlockByNumber" || params[0] !== "latest" || result !== null;
}
