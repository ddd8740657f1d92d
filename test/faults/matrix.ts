import {
  always,
  BAD_GATEWAY,
  HEADER_NOT_FOUND,
  inMethod,
  lagging,
  limitedLogs,
  LIMIT_EXCEEDED,
  LOG_LIMITS,
  ofChain,
  onceEach,
  onlyIn,
  pruned,
  readsOnly,
  TOO_MANY_REQUESTS,
} from "./faults.js";
import type { Answer, Fault } from "./proxy.js";
import { COMMANDS, LAG, type Command } from "./faultWorld.js";

/** How a command ends: as if nothing were wrong, or with a sentence about it and this exit code. */
export type Outcome = "goes on" | "exit 1" | "exit 2" | "not tried";

/** A fault, and how every command ends under it. */
export interface Row {
  /** As in `docs/faults.md`. */
  readonly fault: string;
  readonly suffer: () => Fault;
  readonly outcomes: Readonly<Record<Command, Outcome>>;
  /** What the sentence must say. */
  readonly words: RegExp;
}

/**
 * What judges ends with 2 where nothing is proven; 1 is a verdict. An audit that goes on takes a minute: `check`, which
 * reads the chain in the same way, goes on in its place.
 */
const all = (outcome: Outcome, others: Partial<Record<Command, Outcome>> = {}): Row["outcomes"] => {
  const judging = outcome === "exit 1" ? "exit 2" : outcome;
  return {
    ...(Object.fromEntries(COMMANDS.map((command) => [command, outcome])) as Row["outcomes"]),
    ...{ rehearse: judging, check: judging, audit: judging === "goes on" ? "not tried" : judging },
    ...others,
  };
};

/** What copies the chain, and so reads it by Hardhat's own means, which does not ask again for everything. */
const COPIES = { rehearse: "exit 2", audit: "exit 2", check: "exit 2" } as const;

const once = (fault: string, answer: Answer, others: Partial<Record<Command, Outcome>> = {}): Row => ({
  fault: `${fault}, to every request once`,
  suffer: () => readsOnly(onceEach(always(answer))),
  outcomes: all("goes on", others),
  words: /cannot be copied/,
});

const forever = (fault: string, answer: Answer, words: RegExp): Row => ({
  fault: `${fault}, to everything`,
  suffer: () => always(answer),
  outcomes: all("exit 2"),
  words,
});

const failing = (method: string, what: string, others: Partial<Record<Command, Outcome>>): Row => ({
  fault: `502 to every \`${method}\`${what}`,
  suffer: () => inMethod(method, BAD_GATEWAY),
  outcomes: all("exit 2", others),
  words: /could not be read.*502/s,
});

const limited = (fault: string, limit: Parameters<typeof limitedLogs>[0]): Row => ({
  fault,
  suffer: () => limitedLogs(limit),
  outcomes: all("goes on"),
  words: /^$/,
});

const notLogs = {
  "committee list": "goes on",
  "committee prepare": "goes on",
  "committee sign": "goes on",
  "committee execute": "goes on",
} as const;

export const MATRIX: readonly Row[] = [
  once("429, asked too often", TOO_MANY_REQUESTS),
  once("502 with a page of HTML", BAD_GATEWAY),
  once("An answer cut off in the middle", { kind: "truncated" }, COPIES),
  once("A line that goes dead", { kind: "cut" }),
  once("-32005, limit exceeded", LIMIT_EXCEEDED, COPIES),
  {
    fault: "“header not found”, to every call once",
    suffer: () => onceEach(inMethod("eth_call", HEADER_NOT_FOUND)),
    outcomes: all("goes on"),
    words: /^$/,
  },
  forever("429, asked too often", TOO_MANY_REQUESTS, /could not be read \(eth_chainId\): Limit exceeded/),
  forever("502 with a page of HTML", BAD_GATEWAY, /could not be read \(eth_chainId\): .*502/),
  forever(
    "An answer cut off in the middle",
    { kind: "truncated" },
    /could not be read \(eth_chainId\): .*Invalid JSON-RPC/,
  ),
  forever("A line that goes dead", { kind: "cut" }, /could not be read \(eth_chainId\): other side closed/),
  forever("-32005, limit exceeded", LIMIT_EXCEEDED, /could not be read \(eth_chainId\): daily request count exceeded/),
  forever("No answer at all", { kind: "silence" }, /could not be read \(eth_chainId\): .*Timeout/),
  // A rehearsal and a check call on their copies alone; an audit asks Safes of the chain itself.
  failing("eth_call", "", { rehearse: "goes on", check: "goes on" }),
  failing("eth_getCode", "", { rehearse: "not tried" }),
  // A watch looks into no Safe.
  failing("eth_getStorageAt", "", { watch: "goes on", rehearse: "not tried", audit: "not tried", check: "not tried" }),
  failing("eth_getLogs", "", notLogs),
  limited("Logs of at most 10 blocks", LOG_LIMITS.tenBlocks),
  limited("Logs of at most 499 blocks", LOG_LIMITS.hundredsOfBlocks),
  limited("At most so many logs at once", { ...LOG_LIMITS.results, results: 3 }),
  {
    fault: "Logs from a backend 40 blocks behind",
    suffer: () => onlyIn("eth_getLogs", lagging(LAG)),
    // Nothing that the others look for in logs is younger.
    outcomes: all("goes on", { deploy: "exit 2", status: "exit 2", watch: "exit 2", check: "exit 2" }),
    words:
      /The node's logs tell of 0 of the 1 operations that the timelock has counted|has an operation .*logs do not tell of it|unknown block/,
  },
  {
    fault: "The first block is pruned (4444), on a local chain",
    suffer: () => pruned("error"),
    outcomes: all("exit 2"),
    words: /could not be read \(eth_getBlockByNumber\): pruned history unavailable/,
  },
  {
    fault: "The first block is pruned (`null`), on a local chain",
    suffer: () => pruned("null"),
    outcomes: all("exit 2"),
    words: /The network does not tell its first block/,
  },
  {
    fault: "A node of another chain",
    suffer: () => ofChain(1),
    // What is prepared is for the chain of the node, and says so.
    outcomes: all("exit 1", { "committee prepare": "goes on" }),
    words: /There is no deployment of .* on chain 1|is for chain 31337, and this is chain 1|not for chain 1/,
  },
];
