import { keccak256, toBeHex, toQuantity } from "ethers";

import { addressIn } from "../protocol/topics.js";
import { hashedBy, onStack, type Step } from "../protocol/evmSteps.js";
import { refusalIn } from "../protocol/tryRead.js";
import { GAS, type Call, type Snapshot } from "./snapshot.js";

/** One storage slot that a call read. */
export interface SlotRead {
  readonly contract: string;
  /** [hex, 32 bytes] */
  readonly slot: string;
  /** What was hashed to find the slot, if it was found so. [hex] */
  readonly preimage: string | undefined;
  /** Whether the call wrote it as well. */
  readonly isWritten: boolean;
}

/** How far behind a hash a field of a struct may lie. [slots] */
const STRUCT = 8n;
/** Keys of mappings are hashed with a slot, and no texts are asked about here. [bytes] */
const LONGEST = 128;

const word = (value: string | bigint): string => toBeHex(BigInt(value), 32);

/** The storage that a call reads, whoever's it is; it changes nothing. */
export async function traceReads(snapshot: Snapshot, { from, to, data }: Call): Promise<SlotRead[]> {
  try {
    return readSlots(to, await traceSteps(snapshot, { from, to, data }, "memory"));
  } catch (error) {
    // Of a call that reverts nothing was read that counts; whatever else went wrong is thrown.
    refusalIn(error);
    return [];
  }
}

/** Every step of a call. What memory holds makes the trace of a long call many times as large. */
export async function traceSteps(
  snapshot: Snapshot,
  { from, to, data, value }: Call,
  detail: "memory" | "no memory",
): Promise<readonly Step[]> {
  const call = { from, to, data, gas: toQuantity(GAS), ...(value !== undefined && { value: toQuantity(value) }) };
  const options = { enableMemory: detail === "memory", disableStorage: true };
  const trace = await snapshot.request("debug_traceCall", [call, "latest", options]);
  return (trace as { readonly structLogs: readonly Step[] }).structLogs;
}

function readSlots(to: string, steps: readonly Step[]): SlotRead[] {
  /** Whose storage each depth works on. */
  const contexts = [to];
  const preimages = new Map<string, string>();
  const read = new Map<string, Omit<SlotRead, "isWritten">>();
  const written = new Set<string>();
  const key = (contract: string, slot: string) => `${contract.toLowerCase()} ${slot}`;
  for (const step of steps) {
    const { op, depth } = step;
    const contract = contexts[depth - 1] ?? to;
    const top = (position: number): string => onStack(step, position);
    const preimage = hashedBy(step, LONGEST);
    if (preimage !== undefined) preimages.set(keccak256(preimage), preimage);
    switch (op) {
      case "SLOAD": {
        const slot = word(top(0));
        read.set(key(contract, slot), { contract, slot, preimage: preimageOf(slot, preimages) });
        break;
      }
      case "SSTORE":
        written.add(key(contract, word(top(0))));
        break;
      case "CALL":
      case "STATICCALL":
        contexts[depth] = addressIn(word(top(1)));
        break;
      case "DELEGATECALL":
      case "CALLCODE":
        contexts[depth] = contract;
        break;
    }
  }
  return [...read].map(([id, slot]) => ({ ...slot, isWritten: written.has(id) }));
}

function preimageOf(slot: string, preimages: ReadonlyMap<string, string>): string | undefined {
  for (const [hash, preimage] of preimages) {
    const distance = BigInt(slot) - BigInt(hash);
    if (distance >= 0n && distance < STRUCT) return preimage;
  }
  return undefined;
}

/** The same slot for another account; undefined if `account` does not decide where it is. */
export function slotFor({ slot, preimage }: SlotRead, account: string, other: string): string | undefined {
  if (preimage === undefined) return undefined;
  const mine = account.slice(2).toLowerCase();
  if (!preimage.includes(mine)) return undefined;
  const distance = BigInt(slot) - BigInt(keccak256(preimage));
  return word(BigInt(keccak256(preimage.replace(mine, other.slice(2).toLowerCase()))) + distance);
}
