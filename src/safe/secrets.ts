import { AbiCoder, id as hash, keccak256, toQuantity, type Provider } from "ethers";
import { z } from "zod";

import type { Trouble } from "../protocol/errors.js";
import { judgeFailure } from "../protocol/failure.js";
import type { LogProgress } from "../protocol/logs.js";
import { canSend } from "../protocol/sender.js";
import { agreementsIn, dropSpent, readSafeLogs, refuseGaps, type Agreement } from "./agreements.js";
import { refusalIn } from "../protocol/tryRead.js";
import { calcStorageRoot, type StorageEntry } from "./storageRoot.js";

/** What a Safe tells of itself. */
export interface SafeFacts {
  readonly address: string;
  /** What it delegates to: Safe or SafeL2. */
  readonly singleton: string;
  readonly version: string;
  readonly owners: readonly string[];
  /** How many of them must sign. */
  readonly threshold: number;
  /** May act in the Safe's name without any signature; the first 50. */
  readonly modules: readonly string[];
  /** May forbid transactions. */
  readonly guard: string | undefined;
  /** Answers calls that the Safe does not know. */
  readonly fallbackHandler: string | undefined;
  /** Number of the next transaction. */
  readonly nonce: bigint;
}

/** Where Safe 1.4.1 keeps what. */
export const SLOTS = {
  singleton: 0n,
  modules: 1n,
  owners: 2n,
  ownerCount: 3n,
  threshold: 4n,
  nonce: 5n,
  signedMessages: 7n,
  approvedHashes: 8n,
  guard: BigInt(hash("guard_manager.guard.address")),
  fallbackHandler: BigInt(hash("fallback_manager.handler.address")),
} as const;

/** Lists of owners and modules begin and end here. */
export const SENTINEL = "0x0000000000000000000000000000000000000001";

/**
 * Whether a Safe's storage holds more than its functions tell; unknown where the node gives no proof of it. What events
 * explain is no secret, and still may move the Safe one day.
 */
export type Secrets = "none" | "some" | "unknown" | StandingAgreements;

/** Agreements that somebody could still make use of; at least one. */
interface StandingAgreements {
  readonly agreements: readonly Agreement[];
}

/**
 * A delegatecall, when a Safe is set up or later, may write an owner or a module that no list names: it can sign, or act
 * alone, unseen. So the root of the whole storage is computed from what the Safe tells, and compared with the chain's.
 */
export async function findSecrets(
  safe: SafeFacts,
  provider: Provider,
  block: number,
  onProgress?: (progress: LogProgress) => void,
): Promise<Secrets> {
  const actual = await readStorageRoot(safe.address, provider, block);
  if (actual === undefined) return "unknown";
  const told = listEntries(safe);
  if (calcStorageRoot(told) === actual) return "none";
  // Hashes approved by a transaction, and messages signed by the Safe itself, stay for ever: events tell of them.
  const [{ chainId }, logs] = await Promise.all([
    provider.getNetwork(),
    readSafeLogs(safe, provider, block, onProgress),
  ]);
  const agreements = agreementsIn(logs);
  const isExplained = calcStorageRoot([...told, ...agreements.map(entryOf)]) === actual;
  const standing = isExplained ? dropSpent(agreements, safe.address, safe.nonce, chainId, logs) : undefined;
  if (standing?.length === 0) return "none";
  // What logs leave out would be told as a secret, or as standing.
  refuseGaps(safe.address, safe.nonce, logs);
  return standing === undefined ? "some" : { agreements: standing };
}

function listEntries(safe: SafeFacts): StorageEntry[] {
  return [
    [SLOTS.singleton, BigInt(safe.singleton)],
    ...linkedList(SLOTS.modules, safe.modules),
    ...linkedList(SLOTS.owners, safe.owners),
    [SLOTS.ownerCount, BigInt(safe.owners.length)],
    [SLOTS.threshold, BigInt(safe.threshold)],
    [SLOTS.nonce, safe.nonce],
    [SLOTS.guard, BigInt(safe.guard ?? 0n)],
    [SLOTS.fallbackHandler, BigInt(safe.fallbackHandler ?? 0n)],
  ];
}

/** Each member leads to the next, the last one back to the beginning. */
const linkedList = (slot: bigint, members: readonly string[]): StorageEntry[] =>
  [SENTINEL, ...members].map((member, index) => [slotOf("address", member, slot), BigInt(members[index] ?? SENTINEL)]);

/** Slot of a mapping's value. */
const slotOf = (type: "address" | "bytes32", key: string, slot: bigint): bigint =>
  BigInt(keccak256(AbiCoder.defaultAbiCoder().encode([type, "uint256"], [key, slot])));

function entryOf(agreement: Agreement): StorageEntry {
  const slot =
    agreement.kind === "message" ? SLOTS.signedMessages : slotOf("address", agreement.owner, SLOTS.approvedHashes);
  return [slotOf("bytes32", agreement.hash, slot), 1n];
}

const proofSchema = z.object({ storageHash: z.string() });

/** What says nothing of whether the node offers proofs. */
const PASSING: ReadonlySet<Trouble> = new Set(["refused", "broken", "timeout", "busy", "behind", "garbled"]);

/**
 * Undefined where the node gives no proof: not all offer that, or keep what it needs, and each words it differently. What
 * then stays unknown is told as that.
 */
async function readStorageRoot(address: string, provider: Provider, block: number): Promise<string | undefined> {
  if (!canSend(provider)) return undefined;
  let proof: unknown;
  try {
    proof = await provider.send("eth_getProof", [address, [], toQuantity(block)]);
  } catch (error) {
    const failure = judgeFailure(error);
    if (failure === undefined) throw error;
    if (failure.kind === "unread" && PASSING.has(failure.trouble)) refusalIn(error, `eth_getProof of ${address}`);
    return undefined;
  }
  return proofSchema.safeParse(proof).data?.storageHash;
}
