import { FunctionFragment, getAddress, Interface, isAddress, type ParamType } from "ethers";

import { SentenceError } from "../../protocol/errors.js";
import { ROLES } from "../../protocol/roles.js";
import { quoted, reasonOf } from "../../protocol/visible.js";
import type { Entry } from "./addressBook.js";

/** Roles of the timelock, as contracts call them. */
export const ROLE_NAMES: ReadonlyMap<string, string> = new Map([
  [ROLES.admin, "DEFAULT_ADMIN_ROLE"],
  [ROLES.proposer, "PROPOSER_ROLE"],
  [ROLES.canceller, "CANCELLER_ROLE"],
  [ROLES.executor, "EXECUTOR_ROLE"],
]);
const ROLES_BY_NAME = new Map([...ROLE_NAMES].map(([role, name]) => [name, role]));

/** An address as it is written, or that of a name in the book. */
export function targetIn(book: readonly Entry[], text: string): string {
  if (isAddress(text) && text.startsWith("0x")) return getAddress(text);
  const entry = book.find(({ name }) => name === text);
  if (entry !== undefined) return entry.address;
  const names = book.map(({ name }) => name).join(", ");
  throw new SentenceError(
    `${quoted(text)} is no address (0x, 40 hexadecimal digits, and a checksum that fits), and none of: ${names}.`,
  );
}

/**
 * Calldata for a contract of the book.
 * @param name Of the function, or its signature: `setFee`, `release(address)`
 * @param args Addresses may be given by name, and roles of the timelock, too.
 */
export function encodeCall(book: readonly Entry[], target: string, name: string, args: readonly unknown[]): string {
  const entry = book.find(({ address }) => address === target);
  if (entry === undefined) {
    throw new SentenceError(`The functions of ${target} are not known here: give "data", the calldata.`);
  }
  const fragments = entry.abi.fragments.filter(
    (one): one is FunctionFragment =>
      one instanceof FunctionFragment && (one.name === name || one.format("sighash") === name),
  );
  const [fragment, other] = fragments;
  if (fragment === undefined) throw new SentenceError(`The ${entry.name} has no function ${quoted(name)}.`);
  if (other !== undefined) {
    const signatures = fragments.map((one) => one.format("sighash")).join(", ");
    throw new SentenceError(`The ${entry.name} has several functions ${quoted(name)}; give one of: ${signatures}.`);
  }
  return encode(fragment, args, (type, value) => lookUp(book, type, value));
}

/**
 * Calldata of a function that a file describes itself.
 * @param values By the arguments' names; all of them as text, lists as JSON.
 */
export function encodeMethod(
  {
    name,
    inputs,
  }: { readonly name: string; readonly inputs: readonly { readonly name: string; readonly type: string }[] },
  values: Readonly<Record<string, string>>,
): string {
  const fragment = FunctionFragment.from({ type: "function", name, inputs });
  const args = inputs.map(({ name: input, type }): unknown => {
    const text = values[input];
    return text !== undefined && /\[|^tuple/.test(type) ? (JSON.parse(quoteItems(text)) as unknown) : text;
  });
  return encode(fragment, args, (type, value) => {
    if (type === "bool") return value === "true" || value === true;
    return typeof value === "string" ? fillBytes(type, value) : value;
  });
}

/**
 * Bytes as the app completes them: those of a fixed length with zeros on their right, so that `0x0` is nothing and `0x1`
 * begins with 10; of others, an odd digit gets a zero before it. (Observed of web3-eth-abi 1.10, which the app encodes with.)
 */
function fillBytes(type: string, value: string): string {
  const [, size] = /^bytes(\d*)$/.exec(type) ?? [];
  if (size === undefined || !/^0x[0-9a-f]*$/i.test(value)) return value;
  if (size !== "") return value.padEnd(2 + 2 * Number(size), "0");
  return value.length % 2 === 1 ? `0x0${value.slice(2)}` : value;
}

/** Lists as people type them into the app, `[0x12, 500000000000000000000]`: quoted, so that no number is rounded. */
const quoteItems = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|[^\s,[\]]+/g, (item) => (item.startsWith('"') ? item : JSON.stringify(item)));

function encode(
  fragment: FunctionFragment,
  args: readonly unknown[],
  prepare: (type: string, value: unknown) => unknown,
): string {
  const { inputs } = fragment;
  const signature = fragment.format("sighash");
  if (args.length !== inputs.length) {
    throw new SentenceError(`${signature} takes ${inputs.length} arguments, and ${args.length} are given.`);
  }
  try {
    const prepared = inputs.map((input: ParamType, index) => input.walk(args[index], prepare) as unknown);
    return new Interface([fragment]).encodeFunctionData(fragment, prepared);
  } catch (error) {
    throw new SentenceError(`The arguments do not fit ${signature}: ${reasonOf(error)}.`);
  }
}

function lookUp(book: readonly Entry[], type: string, value: unknown): unknown {
  if (type === "address") return targetIn(book, String(value));
  if (type === "bytes32" && typeof value === "string") return ROLES_BY_NAME.get(value) ?? value;
  if (type === "bool" && typeof value !== "boolean")
    throw new Error("a bool is true or false, without quotation marks");
  return value;
}
