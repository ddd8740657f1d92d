import { isError, isHexString } from "ethers";

import { UnreadableError, type Trouble } from "./errors.js";
import { REFUSALS, TROUBLES } from "./nodeWords.js";
import { findRevertData } from "./revertData.js";
import { visible } from "./visible.js";

/** A contract's own no. */
export interface Refusal {
  /** It reverted, or used up its gas; gave no answer, as where it has no such function; or one of another shape. */
  readonly kind: "reverted" | "empty" | "misshaped";
  /** What it reverted with, or answered. [hex] */
  readonly data: string;
}

/** A node that did not answer. */
export interface NodeFailure {
  readonly kind: "unread";
  readonly trouble: Trouble;
  /** Whether the node itself says so, and not the line to it. */
  readonly isNodes: boolean;
  readonly words: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a failed request says: only revert data, or an empty or misshaped answer, is a contract's answer. Undefined for
 * an error that has nothing to do with a chain.
 */
export function judgeFailure(thrown: unknown): Refusal | NodeFailure | undefined {
  if (thrown instanceof UnreadableError) {
    const cause = thrown.cause === undefined ? undefined : judgeFailure(thrown.cause);
    const isNodes = cause?.kind === "unread" && cause.isNodes;
    return { kind: "unread", trouble: thrown.trouble, isNodes, words: thrown.message };
  }
  const answer = judgeAnswer(thrown);
  if (answer !== undefined) return answer;
  const nested = unfold(thrown);
  // The innermost error is the node's; those around it are of whoever passes it on.
  const told = nested.filter(isNodeError).reverse();
  for (const error of told) {
    const data = findRefusal(error);
    if (data !== undefined) return { kind: "reverted", data };
  }
  if (told.length === 0 && isError(thrown, "CALL_EXCEPTION") && (thrown.data !== null || thrown.receipt)) {
    return { kind: "reverted", data: thrown.data ?? "0x" };
  }
  const words = wordsOf(told[0] ?? nested.at(-1) ?? {}, thrown);
  const byLine = nested.map(troubleOfLine).find((trouble) => trouble !== undefined);
  if (byLine !== undefined) return { kind: "unread", trouble: byLine, isNodes: false, words };
  const byNode = told.map(troubleOf);
  const trouble = byNode.find((one) => one !== "other") ?? byNode[0];
  return trouble && { kind: "unread", trouble, isNodes: true, words };
}

/** An answer that came, and is not of the kind that was asked for. */
function judgeAnswer(thrown: unknown): Refusal | NodeFailure | undefined {
  if (isError(thrown, "BAD_DATA") && isHexString(thrown.value)) {
    const data = thrown.value;
    if (data === "0x") return { kind: "empty", data };
    // Contracts answer in whole words: less is what is left of an answer that was cut off.
    const bytes = (data.length - 2) / 2;
    return bytes % 32 === 0
      ? { kind: "misshaped", data }
      : {
          kind: "unread",
          trouble: "garbled",
          isNodes: true,
          words: `an answer of ${bytes} bytes, which are no whole words`,
        };
  }
  // Whole, and still not the text or the address that it should be.
  const isDeferred = thrown instanceof Error && thrown.message.startsWith("deferred error during ABI decoding");
  return isDeferred ? { kind: "misshaped", data: "0x" } : undefined;
}

/** An error and all that it was made of, the outermost first. */
function unfold(thrown: unknown): Fields[] {
  const found = new Set<Fields>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null || found.has(value as Fields)) return;
    const fields = value as Fields;
    found.add(fields);
    for (const key of ["info", "error", "cause", "data"]) visit(fields[key]);
  };
  visit(thrown);
  return [...found];
}

/** Hardhat's own error of the line has the code -1; some that carry revert data have none. */
const isNodeError = ({ code, message, data }: Fields): boolean =>
  typeof message === "string" && (code === undefined ? isHexString(data) : Number.isInteger(code) && code !== -1);

/** What a node says that a call reverted with. */
function findRefusal(error: Fields): string | undefined {
  const { code, message, data: told } = error;
  const data = findRevertData(error) ?? /^Reverted (0x(?:[0-9a-f]{2})*)/i.exec(String(told))?.[1] ?? "0x";
  if (code === 3) return data;
  if (REFUSALS.some(({ words }) => words.test(String(message)))) return data;
  // A selector at least, and no reason of the node's own: other errors have data as well.
  const trouble = troubleOf(error);
  return data.length >= 10 && (trouble === "other" || trouble === "internal") ? data : undefined;
}

const troubleOf = ({ code, message }: Fields): Trouble =>
  TROUBLES.find(({ codes, words }) => codes?.includes(Number(code)) === true || words?.test(String(message)) === true)
    ?.trouble ?? "other";

const CODES: Readonly<Record<string, Trouble>> = {
  ECONNREFUSED: "refused",
  ENOTFOUND: "refused",
  EAI_AGAIN: "refused",
  ECONNRESET: "broken",
  ECONNABORTED: "broken",
  EPIPE: "broken",
  EHOSTUNREACH: "broken",
  ENETUNREACH: "broken",
  UND_ERR_SOCKET: "broken",
  ETIMEDOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  UND_ERR_BODY_TIMEOUT: "timeout",
  // of ethers
  NETWORK_ERROR: "broken",
  TIMEOUT: "timeout",
};

/** Of Hardhat's errors: invalid response, connection refused, time-out. */
const NUMBERS: Readonly<Record<number, Trouble>> = { 702: "garbled", 703: "refused", 704: "timeout" };

/** What the line to the node says, and not the node. */
function troubleOfLine(error: Fields): Trouble | undefined {
  const { code, number, name, message, statusCode, responseStatus, operation } = error;
  if (typeof code === "string" && CODES[code] !== undefined) return CODES[code];
  if (name === "HardhatError") return NUMBERS[Number(number)];
  // ethers, of a body that is no JSON
  if (code === "UNSUPPORTED_OPERATION" && operation === "bodyJson") return "garbled";
  // fetch, as browsers word it
  if (error instanceof TypeError && /fetch|NetworkError|Load failed/.test(String(message))) return "broken";
  const status = typeof statusCode === "number" ? statusCode : parseInt(String(responseStatus), 10);
  return status >= 400 ? troubleOfStatus(status) : undefined;
}

function troubleOfStatus(status: number): Trouble {
  if (status === 429) return "busy";
  if (status === 413) return "too-much";
  if (status === 408 || status === 504 || status === 524) return "timeout";
  return status >= 500 ? "broken" : "other";
}

/** One line of at most so many characters, without the keys that addresses of nodes carry. */
const MOST_WORDS = 200;

function wordsOf(innermost: Fields, thrown: unknown): string {
  const { message } = innermost;
  const outer = isFields(thrown) ? (thrown.shortMessage ?? thrown.message) : thrown;
  const text = String(typeof message === "string" && message !== "" ? message : outer)
    .replace(/\b(https?:\/\/[^\s/?#]+)\S*/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
  return visible(text.length > MOST_WORDS ? `${text.slice(0, MOST_WORDS)}…` : text.replace(/\.$/, ""));
}

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
