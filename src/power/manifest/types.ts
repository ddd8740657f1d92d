import type { BaseContract } from "ethers";

import type { TypedContractMethod } from "../../../types/common.js";

/**
 * Who a function asks for. What a guard says is not believed: the audit makes the same call as the holder and as everybody
 * else, and compares.
 */
export type Guard =
  /** Nobody in particular: what it moves is the caller's own, or what is due. */
  | { readonly kind: "anyone" }
  /** The contract itself. */
  | { readonly kind: "self" }
  /** Whoever holds a role of OpenZeppelin's AccessControl; one that the zero address holds is open. */
  | { readonly kind: "role"; readonly role: string }
  /** The account that a view of the contract names, or each of several. */
  | { readonly kind: "named"; readonly by: Reading }
  /** Another contract of the system, by what it is called there. */
  | { readonly kind: "part"; readonly part: string }
  /** Several guards, one of which is enough. */
  | { readonly kind: "any"; readonly guards: readonly Guard[] }
  /** Whoever the thing belongs to, or whom its owner has allowed. */
  | { readonly kind: "owner" }
  /** Whoever owns the operator of the staking pool that is looked at. */
  | { readonly kind: "operator" }
  /** Whoever has signed, whoever sends it. */
  | { readonly kind: "signature" }
  /** Nobody any more: its one use is over once the deployment is. */
  | { readonly kind: "nobody" };

/** How an address is read of a contract. */
export interface Reading {
  /** A view that names the contract which is asked instead. */
  readonly of?: string;
  readonly view: string;
  /** Within what the view returns, a name for each level. */
  readonly path?: readonly string[];
}

export const anyone: Guard = { kind: "anyone" };
export const self: Guard = { kind: "self" };
export const owner: Guard = { kind: "owner" };
export const operator: Guard = { kind: "operator" };
export const signature: Guard = { kind: "signature" };
export const nobody: Guard = { kind: "nobody" };
export const role = (id: string): Guard => ({ kind: "role", role: id });
export const named = (view: string, ...path: string[]): Guard => ({ kind: "named", by: { view, path } });
export const namedAt = (of: string, view: string): Guard => ({ kind: "named", by: { of, view, path: [] } });
export const part = (name: string): Guard => ({ kind: "part", part: name });
export const any = (...guards: Guard[]): Guard => ({ kind: "any", guards });

/**
 * What a state variable is.
 *
 * - `rule`: decides what anybody may do, or what a share is worth.
 * - `record`: belongs to the account that it is filed under, and moves with its consent.
 * - `ballot`: counts towards a quorum.
 * - `derived`: moves by steps that nobody has to be asked for: timers, sums, what is due.
 */
export type Class = "rule" | "record" | "ballot" | "derived";

/** What a power does for a decision of the DAO's, against those who object to it. */
export type Help =
  /** Puts another gate in place, before the decision is scheduled: what was scheduled earlier is cancelled by that. */
  | "reset"
  /** Keeps those in who want to leave. */
  | "pause"
  /** Lets the decision through in a deadlock, as was agreed on before. */
  | "release";

/** A power that is bounded in what it does, in uses or in time, so that who has it may use it alone. */
export interface Bound {
  /** In a sentence, for people. */
  readonly says: string;
  /** Rules that it may move, as `Contract.variable`. */
  readonly moves: readonly string[];
  /** Modes whose names begin so; in any by default. */
  readonly onlyIn?: readonly string[];
  /** A moment that it moves, as `Contract.variable`, and how far from now at the most. [seconds] */
  readonly until?: { readonly variable: string; readonly within: bigint };
  /** Whether it is used up by its first use. */
  readonly isOneShot?: true;
  readonly term?: Term;
  /** As `part.signature`, without which there is no occasion for it: it ends with that. */
  readonly follows?: string;
  /** Every power says so: coalitions of the DAO and bodies that help it are made of that. */
  readonly helps: Help | "nobody";
}

/** Until when a bounded power can be used, and how long what it does lasts: where the contract tells. */
interface Term {
  /** The last moment in which it works. [unix seconds] */
  readonly end?: Reading;
  /** No renewal reaches beyond. [unix seconds] */
  readonly hardEnd?: Reading;
  /** What gives it another end, as `part.function`: whoever may call one of them renews. Without any the end is hard. */
  readonly renewedBy?: readonly string[];
  /** [seconds] */
  readonly lasts?: Reading;
}

type Changing<Contract extends BaseContract> = {
  [Name in keyof Contract]: Contract[Name] extends TypedContractMethod<infer Arguments, infer Result, infer Mutability>
    ? [Arguments, Result, Mutability] extends [unknown, unknown, "view"]
      ? never
      : Name
    : never;
}[keyof Contract] &
  string;

/** Of an entry that comes into being: that it says of a clone which the same call makes, and whose code is right, which one it is. */
export const A_NEW_CLONE = Symbol("a new clone");

/** What the audit knows of a contract, beside its ABI and its storage layout. A function that is missing does not compile. */
export interface Manifest<Contract extends BaseContract = BaseContract> {
  /** Of the artifact. */
  readonly contract: string;
  readonly functions: Readonly<Record<Changing<Contract>, Guard>>;
  /**
   * By name, structs that stand in storage directly taken apart: `_ledger.gate`. Those in mappings and arrays may be, too,
   * where their members are not all of one class: `_operators.cap`, and `_operators.length` of an array.
   */
  readonly variables: Readonly<Record<string, Class>>;
  /** With which value of a rule an entry may come into being, so that no rule is changed by it: told as a difference is. */
  readonly born?: Readonly<Record<string, string | typeof A_NEW_CLONE>>;
  /** Records that are offers of whoever owns the thing: until they are taken, their owner may write another one. */
  readonly offers?: readonly string[];
  /** Functions that are bounded powers. */
  readonly bounded?: Readonly<Partial<Record<Changing<Contract>, Bound>>>;
  /**
   * What a change of a rule can cost, in a sentence, where that is less than everything the contract holds. Declared, for
   * people: nothing is judged by it.
   */
  readonly costs?: Readonly<Record<string, string>>;
  /** Where a view that guards name keeps what it tells, by view and path: whoever changes that gains what they guard. */
  readonly kept?: Readonly<Record<string, string>>;
}

/** Keeps the keys as they are, and holds them against the contract's. */
export const manifest = <Contract extends BaseContract>(entries: Manifest<Contract>): Manifest<Contract> => entries;

/** A manifest whose contract's type is not at hand. */
export interface AnyManifest {
  readonly contract: string;
  readonly functions: Readonly<Record<string, Guard>>;
  readonly variables: Readonly<Record<string, Class>>;
  readonly born?: Readonly<Record<string, string | typeof A_NEW_CLONE>>;
  readonly offers?: readonly string[];
  readonly bounded?: Readonly<Partial<Record<string, Bound>>>;
  readonly costs?: Readonly<Record<string, string>>;
  readonly kept?: Readonly<Record<string, string>>;
}
