import { STRANGER } from "../../power/foreign/reader.js";
import type { AdoptionPlan } from "../../protocol/adoption.js";
import type { Handover } from "../../protocol/handovers.js";
import type { Call } from "../../protocol/calls.js";
import type { Proposal } from "../../protocol/proposals.js";
import type { Estate, Waiting } from "../estate/readEstate.js";
import type { Ground } from "../estate/types.js";
import type { Poll } from "./poll.js";

/** Sends nothing to nobody. */
export const NOTHING: Call = { target: STRANGER, value: 0n, data: "0x" };

/** One thing that was played on the copy, and what is wrong; undefined if it went as it should. */
export interface Step {
  readonly what: string;
  readonly why: string | undefined;
  /** Of the transaction that executes it, where there is one. [gas] */
  readonly gas?: bigint;
}

/** What is played. */
export interface Stage {
  readonly ground: Ground;
  readonly poll: Poll;
  readonly plan: AdoptionPlan;
  /** The calls of each proposal. */
  readonly parts: readonly { readonly description: string; readonly calls: readonly Call[] }[];
  readonly estate: Estate;
  /** What one proposal may use; a transaction's by default. [gas] */
  readonly gas: bigint | undefined;
  /** What the old timelock keeps, because it came after the proposal, or was left out of it. */
  readonly stays: readonly Handover[];
  /** Operations of others that wait in the old timelock. */
  readonly others: readonly Waiting[];
  /** What waits in the new timelock, where others may reach by way of the old one. */
  readonly inNew: readonly Waiting[];
  /** What became of the new timelock, as the copy has it now. */
  readonly verifyNew: () => Promise<Step>;
  readonly escrow: string;
  readonly share: string;
  /** Who locks how much, so that the first threshold is passed; fewer where hardly anybody has staked. */
  readonly locks: readonly { readonly account: string; readonly shares: bigint }[];
  /** What they lock together at least. [shares] */
  readonly needed: bigint;
  /** Makes stakers on the copy. */
  readonly invent: () => Promise<readonly string[]>;
  readonly progress: (text: string) => void;
}

/** So that what was proposed already, or lost a vote, can be played again: a Governor takes the same text but once. */
export const toBePlayed = ({ description, calls }: Proposal): Stage["parts"][number] => ({
  description: `${description}\n\nPlayed on a copy.`,
  calls,
});
