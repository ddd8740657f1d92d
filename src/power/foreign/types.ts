import type { Formula } from "../core/index.js";
import type { Reader } from "./reader.js";

/** Who stands somewhere, and how long it must wait before it acts. */
export interface Member {
  readonly account: string;
  /** From what it announces to what it does; 0 where it need not announce. [seconds] */
  readonly seconds: number;
}

/** A place in a contract whose holders are let through: "owner of the vault", "PROPOSER_ROLE of the timelock". */
export interface Seat {
  /** One place, one name. */
  readonly name: string;
  readonly members: readonly Member[];
  /** Everybody holds it. */
  readonly isOpen?: boolean;
  /** What it takes where one member is not enough: k of n, votes. One member by default. */
  readonly needs?: (actAs: (account: string) => Formula) => Formula;
  /** The same, with whoever is not named as somebody who may act with others: for who can keep them from it. */
  readonly needsWithUnnamed?: (actAs: (account: string) => Formula) => Formula;
}

/** A call on the way to a change. */
export interface Step {
  /** The member by default. */
  readonly from?: string;
  readonly to: string;
  readonly data: string;
  /** After the step before. [seconds] */
  readonly wait?: number;
}

/** What became of something that was played. */
export interface Played {
  /** What is wrong; undefined if it went as computed. */
  readonly why: string | undefined;
  /** What was executed, in a sentence. */
  readonly says: string;
}

/** How a power is shown. Of `steps` everybody tries the first; each member goes all the way. */
type Proof =
  | {
      readonly kind: "steps";
      readonly steps: (member: Member) => readonly Step[];
      /** What must be there before: something to cancel. */
      readonly setup?: readonly (Step & { readonly from: string })[];
    }
  | { readonly kind: "play"; readonly play: (reader: Reader) => Promise<Played> };

/** What a power gives beside what it changes. */
interface Gain {
  /** A place that it fills; or a contract whose code it chooses, and with it everything that contract holds. */
  readonly what: { readonly seat: string } | { readonly contract: string };
  /** Until it can be used. [seconds] */
  readonly seconds: number;
}

/** Something that can be done to a contract, and who the contract says may. */
export interface Power {
  /** "code of the vault", "what the timelock does" */
  readonly rule: string;
  readonly effect: "changes" | "blocks";
  readonly contract: string;
  /** "upgradeToAndCall" */
  readonly by: string;
  /** Undefined: whoever is let through, which only trying tells. */
  readonly seat: Seat | undefined;
  /** From the last call of a member to the change. [seconds] */
  readonly seconds?: number;
  /** Whoever is needed after the members: executors. */
  readonly then?: Formula;
  readonly gains?: readonly Gain[];
  /** None where no valid call is known: then it is inferred, and said so. */
  readonly proof?: Proof;
  /** Others whom the contract rightly lets through: who scheduled may cancel. */
  readonly alsoPass?: readonly string[];
}

/** What one resolver found in one contract. */
export interface Resolved {
  /** "TimelockController", "transparent proxy" */
  readonly kind: string;
  readonly powers: readonly Power[];
  /** Seats without a power of their own. */
  readonly seats?: readonly Seat[];
  /** Contracts that belong to it, with what they are called. */
  readonly parts?: readonly { readonly address: string; readonly name: string }[];
  /** Whoever else was met: tried like everybody, and asked about roles. */
  readonly met?: readonly string[];
  /** What a person should know and is no power, in sentences. */
  readonly notices?: readonly string[];
  /** What could not be found out, in sentences. */
  readonly gaps?: readonly string[];
}

/** Looks whether a contract is of its kind, and reads who holds what; undefined if it is not. */
export type Resolver = (reader: Reader, address: string) => Promise<Resolved | undefined>;

/** The power to act as a contract is named so: whoever has it makes every call that the contract may make. */
export const doesOf = (name: string): string => `what ${name} does`;
/** Everybody whose votes count in a contract, and who is not asked one by one. */
export const unnamedIn = (name: string): string => `${UNNAMED} ${name}`;
const UNNAMED = "whoever else has votes of";
export const isUnnamed = (principal: string): boolean => principal.startsWith(UNNAMED);
export const immediately = (account: string): Member => ({ account, seconds: 0 });
