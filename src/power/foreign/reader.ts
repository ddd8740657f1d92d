import {
  getAddress,
  id,
  Interface,
  isAddress,
  toQuantity,
  ZeroAddress,
  type FunctionFragment,
  type ParamType,
  type Provider,
  type Result,
} from "ethers";

import { addressIn } from "../../protocol/topics.js";
import { inventAccount, type Log, type Snapshot } from "../../rehearsal/snapshot.js";
import { readSafe, type FoundSafe } from "../../safe/readSafe.js";
import { VIEWS } from "./views.js";

/** Reads the logs of one contract, those with one of these first topics. */
export type ReadLogs = (address: string, topics: readonly string[]) => Promise<readonly Log[]>;

/** What one unit of a token is worth. */
export interface Price {
  /** Of a whole token. */
  readonly amount: number;
  /** "USD" */
  readonly currency: string;
}

/** Where a system is read. */
export interface Place {
  readonly snapshot: Snapshot;
  /** Reads the snapshot. */
  readonly provider: Provider;
  /** Reads Safes: a copy of a chain does not tell what their storage holds beyond their lists. */
  readonly safeProvider: Provider;
  /** In which block, so that a chain that goes on meanwhile changes nothing; the newest by default. */
  readonly safeBlock?: number;
  readonly readLogs: ReadLogs;
  /** From one block to the next, for clocks that count blocks. [seconds] */
  readonly secondsPerBlock: number;
  /** By the token's address. */
  readonly prices?: ReadonlyMap<string, Price>;
  /** ABIs that somebody gave, by the contract's address. */
  readonly interfaces?: ReadonlyMap<string, Interface>;
}

/** Whoever nobody has ever heard of, and whoever would be given something. */
export const STRANGER = inventAccount("stranger");
export const HEIR = inventAccount("heir");

const ABI = new Interface(VIEWS);
const ALIASES = new Map([[ZeroAddress, "nobody"]]);

/** What contracts of others answer, told apart from what they do not have. */
export class Reader {
  readonly #names = new Map<string, string>(ALIASES);
  readonly #known = new Set<string>();
  readonly #code = new Map<string, string>();
  readonly #safes = new Map<string, Promise<FoundSafe>>();
  readonly #implementations = new Map<string, string>();

  constructor(readonly place: Place) {}

  get snapshot(): Snapshot {
    return this.place.snapshot;
  }

  /** Everybody who was met so far: who is asked about roles, and who tries everything. */
  get known(): readonly string[] {
    return [...this.#known];
  }

  /** Reads a Safe once: its whole storage is hashed. */
  safe(address: string): Promise<FoundSafe> {
    const { safeProvider, safeBlock } = this.place;
    const reading = safeBlock === undefined ? {} : { block: safeBlock };
    const known = this.#safes.get(address) ?? readSafe(address, safeProvider, reading);
    this.#safes.set(address, known);
    return known;
  }

  meet(account: string): void {
    if (account !== ZeroAddress) this.#known.add(getAddress(account));
  }

  /** Names an account, unless it has a name, or another has that one. */
  name(account: string, name: string): void {
    const address = getAddress(account);
    const isTaken = [...this.#names.values()].includes(name);
    if (!this.#names.has(address)) this.#names.set(address, isTaken ? `${name} ${address}` : name);
  }

  /** @param account An entity that several keys stand for is its own name. */
  nameOf(account: string): string {
    if (!isAddress(account)) return account;
    return this.#names.get(getAddress(account)) ?? getAddress(account);
  }

  /** What a view answers; undefined where it reverts, or the answer is of another shape. */
  async ask(to: string, view: string, args: readonly unknown[] = []): Promise<unknown> {
    const answer = await this.snapshot.call({ to, data: ABI.encodeFunctionData(view, args) });
    if (!answer.ok || answer.data === "0x") return undefined;
    let result: Result;
    try {
      result = ABI.decodeFunctionResult(view, answer.data);
      // Errors of values hide until these are read.
      return result.length === 1 ? (result[0] as unknown) : result.toArray();
    } catch {
      return undefined;
    }
  }

  async address(to: string, view: string, args: readonly unknown[] = []): Promise<string | undefined> {
    const answer = await this.ask(to, view, args);
    return typeof answer === "string" ? getAddress(answer) : undefined;
  }

  async amount(to: string, view: string, args: readonly unknown[] = []): Promise<bigint | undefined> {
    const answer = await this.ask(to, view, args);
    return typeof answer === "bigint" ? answer : undefined;
  }

  /** The address in a slot; undefined where there is none. */
  async slot(account: string, slot: bigint): Promise<string | undefined> {
    const found = addressIn(await this.snapshot.storage(account, toQuantity(slot)));
    return found === ZeroAddress ? undefined : found;
  }

  async code(account: string): Promise<string> {
    const known = this.#code.get(account) ?? (await this.snapshot.code(account));
    this.#code.set(account, known);
    return known;
  }

  /** Remembers what a proxy delegates to. */
  delegates(proxy: string, implementation: string): void {
    this.#implementations.set(proxy, implementation);
  }

  /** The code that works at an address: its own, and what it delegates to. */
  async codes(account: string): Promise<string[]> {
    const implementation = this.#implementations.get(account);
    return [await this.code(account), ...(implementation === undefined ? [] : [await this.code(implementation)])];
  }

  /** How a function may be called. */
  guess(account: string, selector: string): Guess {
    const abi = this.place.interfaces?.get(account);
    const fragment = abi?.getFunction(selector) ?? undefined;
    if (abi === undefined || fragment === undefined) return { name: selector, data: selector + ZEROS };
    return { name: fragment.name, data: abi.encodeFunctionData(fragment, guessArguments(fragment)) };
  }

  /** Whether an ABI that somebody gave, or a standard, says that a function changes nothing. */
  isView(account: string, selector: string): boolean {
    const fragment = this.place.interfaces?.get(account)?.getFunction(selector) ?? ABI.getFunction(selector);
    return fragment?.stateMutability === "view" || fragment?.stateMutability === "pure";
  }

  /** Whether a contract has a function: looked for in its bytes, since calling it may not work. */
  async has(account: string, signature: string): Promise<boolean> {
    const selector = id(signature).slice(2, 10);
    return (await this.codes(account)).some((code) => code.includes(selector));
  }
}

/** A call of a function with arguments that are of the right shape, and may not fit. */
export interface Guess {
  /** "setFee", or the selector where nobody named an ABI. */
  readonly name: string;
  /** [calldata] */
  readonly data: string;
}

/** Enough zeros for the arguments of nearly every function. */
const ZEROS = "00".repeat(32 * 12);

function guessArguments({ inputs }: FunctionFragment): unknown[] {
  return inputs.map(guessArgument);
}

function guessArgument({ baseType, type, components }: ParamType): unknown {
  if (baseType === "array") return [];
  if (baseType === "tuple") return (components ?? []).map(guessArgument);
  if (type === "address") return HEIR;
  if (type === "bool") return false;
  if (type === "string") return "";
  if (type.startsWith("bytes")) return type === "bytes" ? "0x" : `0x${"00".repeat(Number(type.slice(5)))}`;
  return 1n;
}

/** Of a call. [calldata] */
export function encode(signature: string, args: readonly unknown[] = []): string {
  return new Interface([`function ${signature}`]).encodeFunctionData(signature.slice(0, signature.indexOf("(")), args);
}
