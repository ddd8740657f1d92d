import type { Provider } from "ethers";

import type { TribuneAddresses } from "../../protocol/addresses.js";
import type { connectBodies, connectProtocol } from "../../protocol/contracts.js";
import type { Operation } from "../../protocol/operations/operation.js";
import type { Proposal } from "../../protocol/proposals.js";
import type { Snapshot } from "../../rehearsal/snapshot.js";
import type { VoteLot } from "../core/index.js";
import type { KindName, Part } from "../manifest/parts.js";
import type { Prober } from "./probe.js";
import type { Staking } from "../pool/staking.js";

/** Somebody who may act, by any means that the audit knows of. */
export interface Account {
  readonly address: string;
  /** For people: "sub-committee 0", "owner 1 of seal committee", "the deployer". */
  readonly name: string;
}

/** Who votes, and with how much. */
export interface Voter {
  readonly address: string;
  /** [token units] */
  readonly votes: bigint;
  /** What acts: a key; a key whose account has code as well (EIP-7702); a contract, of whose mind nothing is known. */
  readonly kind: "key" | "key with code" | "contract";
}

/** Votes of one holder. */
export interface HeldVotes extends VoteLot {
  readonly holder: string;
}

/** Who has shares of the vault, outside the escrow. */
export interface Staker {
  readonly address: string;
  /** [shares] */
  readonly shares: bigint;
}

/** What the DAO has decided so far, each of it a poke that changes no rule. */
export interface Decisions {
  /** Nobody has proposed it. */
  readonly unheard: Proposal;
  /** Proposed; the vote has not begun. */
  readonly proposed: Proposal;
  /** The vote runs. */
  readonly active: Proposal;
  /** Voted for, not queued. */
  readonly carried: Proposal;
  /** Queued, its base delay over. */
  readonly queued: Proposal;
  /** The same, as the timelock knows it. */
  readonly batch: Operation;
  /** Scheduled, its base delay over. */
  readonly single: Operation;
  /** Not scheduled. */
  readonly unscheduled: Operation;
}

/** Arguments with signatures that fit, of an account made for it. */
export interface SignedArguments {
  readonly permit: readonly unknown[];
  readonly delegation: readonly unknown[];
  readonly vote: readonly unknown[];
  readonly voteWithReason: readonly unknown[];
  readonly sharePermit: readonly unknown[];
  /** Shares, deadline and signature. */
  readonly lock: readonly unknown[];
}

/** A system on a copy of its chain, where calls are made in the name of any account. */
export interface World {
  readonly snapshot: Snapshot;
  /** Reads the snapshot. */
  readonly provider: Provider;
  readonly addresses: TribuneAddresses;
  readonly contracts: ReturnType<typeof connectProtocol> & ReturnType<typeof connectBodies>;
  readonly parts: readonly Part[];
  /** Everybody of whom the audit knows, contracts included. */
  readonly accounts: readonly Account[];
  /** Most votes first. */
  readonly voters: readonly Voter[];
  /** Who cast which votes before anybody took theirs back for the audit. */
  readonly lots: readonly HeldVotes[];
  /** Most shares first. */
  readonly stakers: readonly Staker[];
  /** Somebody of whom nobody knows anything. */
  readonly stranger: string;
  readonly decisions: Decisions;
  readonly signed: SignedArguments;
  readonly prober: Prober;
  /** A strategy that the example vault would take. */
  readonly strategy: string;
  /** Undefined where the vault is no staking pool. */
  readonly staking: Staking | undefined;
}

/** The first part of a kind. */
export function partNamed({ parts }: Pick<World, "parts">, name: KindName): Part | undefined {
  return parts.find((part) => part.name === name);
}
