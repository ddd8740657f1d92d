import { dataLength, toBeHex, type Provider } from "ethers";

import { SentenceError, UnreadableError } from "../../protocol/errors.js";
import { tryCallFrom, type CallRefusal, type PlannedCall } from "../../protocol/plannedCall.js";
import { BEACON_ROOTS } from "../../protocol/predeploys.js";
import { RefusedError } from "../../protocol/refusedError.js";
import { tryRead } from "../../protocol/tryRead.js";
import {
  readHeader,
  timeOfSlot,
  type BeaconNetwork,
  type KnownBlock,
  type StateProgress,
} from "../beaconNode/beaconNode.js";
import type { Transport } from "../beaconNode/transport.js";
import type { StateProof } from "../proveState.js";
import type { ConnectedPool } from "./pool.js";

/** Sends calls one after another, and returns when all of them are on the chain. Throws a RefusedError if one reverts. */
export type Send = (calls: readonly PlannedCall[]) => Promise<unknown>;

/** What proving needs. */
export interface Prover {
  /** Of the execution chain. */
  readonly provider: Provider;
  readonly contracts: ConnectedPool;
  readonly node: Transport;
  readonly network: BeaconNetwork;
  /** Who sends. */
  readonly sender: string;
  /** How many keys a transaction proves at most. */
  readonly batch: number;
  readonly send: Send;
  readonly onProgress?: (progress: StateProgress) => void;
}

/** The beacon block that is the parent of the one whose payload is the execution block of that time, if it is served. */
async function readParentRoot(provider: Provider, timestamp: bigint): Promise<string | undefined> {
  const data = toBeHex(timestamp, 32);
  const answer = await tryRead(() => provider.call({ to: BEACON_ROOTS, data }), `EIP-4788 of time ${timestamp}`);
  return answer.answered && dataLength(answer.value) === 32 ? answer.value : undefined;
}

/** A block that contracts take proofs against, and the time under which they find it. */
export interface RecentBlock {
  /** Of an execution block. [unix seconds] */
  readonly timestamp: bigint;
  readonly block: KnownBlock;
}

/** The newest beacon block that the execution chain knows. */
export async function readRecentBlock({ provider, node }: Prover): Promise<RecentBlock> {
  const latest = await provider.getBlock("latest");
  if (latest === null)
    throw new UnreadableError("The chain could not be read (eth_getBlockByNumber): there is no block.");
  const timestamp = BigInt(latest.timestamp);
  const root = await readParentRoot(provider, timestamp);
  if (root === undefined) {
    throw new SentenceError(
      `The chain has no root of a beacon block at ${timestamp} (EIP-4788): it has no beacon chain, or its node is not at the head.`,
    );
  }
  return { timestamp, block: await readHeader(node, asRoot(root)) };
}

/** A root as block ids are written. */
export function asRoot(root: string): `0x${string}` {
  return `0x${root.slice(2)}`;
}

/** `RecentProof` of contracts/types/Staking.sol. */
export const recentProof = ({ timestamp, block }: RecentBlock, proof: StateProof) => ({
  timestamp,
  header: block.header,
  proof,
});

/**
 * When the payload of a block was executed; undefined if it was withheld, or so long ago that EIP-4788 has forgotten it.
 * [unix seconds]
 */
export async function findExecution(
  { provider, network }: Prover,
  { header }: KnownBlock,
): Promise<bigint | undefined> {
  const time = timeOfSlot(network, header.slot);
  const parent = await readParentRoot(provider, time);
  return parent === header.parentRoot ? time : undefined;
}

/** Tries a call without sending it. */
export async function tryCall(
  { provider, sender }: Prover,
  { call, what }: PlannedCall,
): Promise<CallRefusal | undefined> {
  return await tryCallFrom(provider, sender, call, what);
}

/**
 * Sends calls that need nothing of each other: what one of them is refused keeps no other back.
 * @returns What was refused.
 */
export async function sendEach({ send }: Prover, calls: readonly PlannedCall[]): Promise<readonly RefusedError[]> {
  const refused: RefusedError[] = [];
  for (let left = calls; left.length > 0;) {
    try {
      await send(left);
      break;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      refused.push(error);
      left = error.unsent;
    }
  }
  return refused;
}

/** [unix seconds] */
export async function readTime({ provider }: Prover): Promise<bigint> {
  return BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
}
