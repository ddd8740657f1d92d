import { keccak256, toBeHex, toQuantity } from "ethers";

import { refusalIn } from "../protocol/tryRead.js";
import { addressIn, GAS, type Call, type Snapshot } from "./snapshot.js";

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

interface Entry {
  readonly op: string;
  readonly depth: number;
  readonly stack: readonly string[];
  readonly memory?: readonly string[];
}

/** How far behind a hash a field of a struct may lie. [slots] */
const STRUCT = 8n;

const word = (value: string | bigint): string => toBeHex(BigInt(value), 32);
const slice = (memory: readonly string[], offset: number, size: number): string => {
  const bytes = memory.map((part) => part.replace(/^0x/, "").padStart(64, "0")).join("");
  return `0x${bytes.slice(offset * 2, (offset + size) * 2).padEnd(size * 2, "0")}`;
};

/** The storage that a call reads, whoever's it is; it changes nothing. */
export async function traceReads(snapshot: Snapshot, { from, to, data }: Call): Promise<SlotRead[]> {
  const call = { from, to, data, gas: toQuantity(GAS) };
  let trace: { readonly structLogs: readonly Entry[] };
  try {
    trace = (await snapshot.request("debug_traceCall", [call, "latest", { enableMemory: true }])) as typeof trace;
  } catch (error) {
    // Of a call that reverts nothing was read that counts; whatever else went wrong is thrown.
    refusalIn(error);
    return [];
  }
  return readSlots(to, trace.structLogs);
}

function readSlots(to: string, entries: readonly Entry[]): SlotRead[] {
  /** Whose storage each depth works on. */
  const contexts = [to];
  const preimages = new Map<string, string>();
  const read = new Map<string, Omit<SlotRead, "isWritten">>();
  const written = new Set<string>();
  const key = (contract: string, slot: string) => `${contract.toLowerCase()} ${slot}`;
  for (const { op, depth, stack, memory = [] } of entries) {
    const contract = contexts[depth - 1] ?? to;
    const top = (index: number): string => stack[stack.length - 1 - index] ?? "0x0";
    switch (op) {
      case "KECCAK256":
      case "SHA3": {
        const size = Number(top(1));
        // Keys of mappings; code and long texts are hashed for other reasons.
        if (size <= 128) {
          const preimage = slice(memory, Number(top(0)), size);
          preimages.set(keccak256(preimage), preimage);
        }
        break;
      }
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
