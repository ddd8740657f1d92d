import type { Answer, Fault, NodeAnswer, RpcRequest } from "./proxy.js";

/** Of a node that has had enough of us. */
export const TOO_MANY_REQUESTS: Answer = {
  kind: "http",
  status: 429,
  body: '{"jsonrpc":"2.0","id":null,"error":{"code":429,"message":"Your app has exceeded its compute units per second capacity."}}',
  headers: { "retry-after": "0" },
};
/** Of what stands before a node that is down. */
export const BAD_GATEWAY: Answer = {
  kind: "http",
  status: 502,
  body: "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>",
  headers: { "content-type": "text/html" },
};
/** Of a provider whose daily allowance is used up. */
export const LIMIT_EXCEEDED: Answer = {
  kind: "error",
  code: -32005,
  message: "daily request count exceeded, request rate limited",
};
/** Of a backend that has not got the block yet which another one has announced. */
export const HEADER_NOT_FOUND: Answer = { kind: "error", code: -32000, message: "header not found" };

/** Of a backend that is asked for the logs of such a block by its hash. */
const UNKNOWN_BLOCK: Answer = { kind: "error", code: -32000, message: "unknown block" };

export const isTransaction = ({ method }: RpcRequest): boolean =>
  method === "eth_sendTransaction" || method === "eth_sendRawTransaction";

/** Everything meets the same answer. */
export const always =
  (answer: Answer): Fault =>
  () =>
    answer;

/** Everything but what sends and signs: what may have arrived is never asked for twice. */
export const readsOnly =
  (fault: Fault): Fault =>
  (request, ask) =>
    isTransaction(request) || request.method.startsWith("eth_sign") ? undefined : fault(request, ask);

/** One method meets a fault. */
export const onlyIn =
  (name: string, fault: Fault): Fault =>
  (request, ask) =>
    request.method === name ? fault(request, ask) : undefined;

/** One method fails. */
export const inMethod =
  (name: string, answer: Answer): Fault =>
  ({ method }) =>
    method === name ? answer : undefined;

/**
 * One call fails.
 * @param data What its data begins with: a selector, and arguments if they matter.
 */
export const inCall =
  (to: string, data: string, answer: Answer): Fault =>
  ({ method, params: [call] }) => {
    if (method !== "eth_call" || typeof call !== "object" || call === null) return undefined;
    const { to: target, data: input, input: other } = call as Record<"to" | "data" | "input", string | undefined>;
    const isMeant = target?.toLowerCase() === to.toLowerCase() && (input ?? other ?? "").startsWith(data.toLowerCase());
    return isMeant ? answer : undefined;
  };

/** Every request meets a fault the first time, and passes when it is sent again. */
export function onceEach(fault: Fault): Fault {
  const met = new Set<string>();
  return async (request, ask) => {
    const key = JSON.stringify([request.method, request.params]);
    if (met.has(key)) return undefined;
    const answer = await fault(request, ask);
    if (answer !== undefined) met.add(key);
    return answer;
  };
}

/** So many requests meet a fault, then it is over. */
export function firstOnly(times: number, fault: Fault): Fault {
  let left = times;
  return async (request, ask) => {
    if (left === 0) return undefined;
    const answer = await fault(request, ask);
    if (answer !== undefined) --left;
    return answer;
  };
}

/**
 * As if the power went out once so many transactions have been sent: the next one meets a dead line, and so does
 * everything after it.
 * @param arrives Whether that next one still arrives, and only its answer is lost.
 */
export function powerCut(transactions: number, arrives: boolean): Fault {
  let sent = 0;
  return async (request, ask) => {
    if (isTransaction(request)) ++sent;
    if (sent <= transactions) return undefined;
    if (arrives && sent === transactions + 1 && isTransaction(request)) await ask(request.method, request.params);
    return { kind: "cut" };
  };
}

/** As if the node died, for so many requests, right after it has taken a transaction and told its hash. */
export function deadAfterSending(requests: number): Fault {
  let left = 0;
  return (request) => {
    if (left-- > 0) return { kind: "cut" };
    if (isTransaction(request)) left = requests;
    return undefined;
  };
}

/** Where the block stands among a method's parameters. */
const BLOCK_AT: Readonly<Record<string, number>> = {
  eth_call: 1,
  eth_estimateGas: 1,
  eth_getBalance: 1,
  eth_getBlockByNumber: 0,
  eth_getCode: 1,
  eth_getStorageAt: 2,
  eth_getTransactionCount: 1,
};

/** A backend that is behind the others, and does not know it: what is newer is not there, and no error says so. */
export const lagging =
  (blocks: number): Fault =>
  async ({ method, params }, ask) => {
    const head = Math.max(0, numberOf(await ask("eth_blockNumber", [])) - blocks);
    const at = BLOCK_AT[method];
    if (method === "eth_blockNumber") return { kind: "result", result: hex(head) };
    if (method === "eth_getLogs") return await logsUpTo(head, params, ask);
    if (at === undefined) return undefined;
    const tag = params[at] ?? "latest";
    if (isNewest(tag)) return await ask(method, params.with(Math.min(at, params.length), hex(head)));
    if (typeof tag !== "string" || Number(tag) <= head) return undefined;
    return method === "eth_getBlockByNumber" ? { kind: "result", result: null } : HEADER_NOT_FOUND;
  };

async function logsUpTo(head: number, params: readonly unknown[], ask: Parameters<Fault>[1]): Promise<Answer> {
  const filter = params[0] as { readonly fromBlock?: string; readonly toBlock?: string; readonly blockHash?: string };
  if (filter.blockHash !== undefined) {
    const block = await ask("eth_getBlockByHash", [filter.blockHash, false]);
    const found = block.kind === "result" ? (block.result as { readonly number: string } | null) : null;
    return found === null || Number(found.number) > head ? UNKNOWN_BLOCK : await ask("eth_getLogs", params);
  }
  const end = (tag: string | undefined) => (tag === undefined || isNewest(tag) ? head : Math.min(head, Number(tag)));
  const from = filter.fromBlock ?? "latest";
  if (!isNewest(from) && Number(from) > head) return { kind: "result", result: [] };
  return await ask("eth_getLogs", [{ ...filter, fromBlock: hex(end(from)), toBlock: hex(end(filter.toBlock)) }]);
}

const isNewest = (tag: unknown): boolean =>
  tag === "latest" || tag === "pending" || tag === "safe" || tag === "finalized";
const hex = (value: number): string => `0x${value.toString(16)}`;
const numberOf = (answer: NodeAnswer): number => (answer.kind === "result" ? Number(answer.result) : 0);

/** What a range of logs may be, and how a provider words that it is not. */
export interface LogLimit {
  readonly blocks?: number;
  readonly results?: number;
  readonly refusal: (from: number, to: number) => Answer;
}

/** As providers word it. */
export const LOG_LIMITS = {
  tenBlocks: {
    blocks: 10,
    refusal: (from) => ({
      kind: "error",
      code: -32600,
      message:
        "Under the Free tier plan, you can make eth_getLogs requests with up to a 10 block range. Based on your " +
        `parameters, this block range should work: [${hex(from)}, ${hex(from + 9)}].`,
    }),
  },
  hundredsOfBlocks: {
    blocks: 499,
    refusal: () => ({ kind: "error", code: -32701, message: "exceed maximum block range: 499" }),
  },
  results: {
    results: 20_000,
    refusal: (from, to) => ({
      kind: "error",
      code: -32602,
      message: `query exceeds max results 20000, retry with the range ${from}-${Math.floor((from + to) / 2)}`,
    }),
  },
} as const satisfies Record<string, LogLimit>;

/** A node that limits what it is asked for at once. */
export const limitedLogs =
  ({ blocks = Infinity, results = Infinity, refusal }: LogLimit): Fault =>
  async ({ method, params }, ask) => {
    if (method !== "eth_getLogs") return undefined;
    const { fromBlock, toBlock, blockHash } = params[0] as Record<
      "fromBlock" | "toBlock" | "blockHash",
      string | undefined
    >;
    if (blockHash !== undefined) return undefined;
    const head = numberOf(await ask("eth_blockNumber", []));
    const [from, to] = [fromBlock, toBlock].map((tag) => (tag === undefined || isNewest(tag) ? head : Number(tag)));
    if (from === undefined || to === undefined) return undefined;
    if (to - from + 1 > blocks) return refusal(from, to);
    const answer = await ask(method, params);
    return answer.kind === "result" && (answer.result as unknown[]).length > results ? refusal(from, to) : answer;
  };

/** A node that has thrown away its oldest blocks, and says so, or does not. */
export const pruned =
  (answer: "error" | "null"): Fault =>
  ({ method, params: [block] }) => {
    if (method !== "eth_getBlockByNumber" || Number(block) !== 0) return undefined;
    return answer === "null"
      ? { kind: "result", result: null }
      : { kind: "error", code: 4444, message: "pruned history unavailable" };
  };

/** A node of another chain. */
export const ofChain = (id: number): Fault => inMethod("eth_chainId", { kind: "result", result: hex(id) });
