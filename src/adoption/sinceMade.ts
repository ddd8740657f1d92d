import { id, toQuantity } from "ethers";

import { rememberingLogs } from "../power/foreign/openPlace.js";
import type { ReadLogs } from "../power/foreign/reader.js";
import { UnreadableError } from "../protocol/errors.js";
import { judgeFailure } from "../protocol/failure.js";
import type { LogProgress } from "../protocol/logs.js";
import type { OpenSnapshot } from "../rehearsal/open.js";

type ReadChain = OpenSnapshot["readChain"];

/** What is told once, however long ago, and still holds: who has a role. */
const LASTING = [
  "RoleGranted(bytes32,address,address)",
  "RoleAdminChanged(bytes32,bytes32,bytes32)",
  "RoleGranted(uint64,address,uint32,uint48,bool)",
].map(id);

/** Whether a contract was there in a block; undefined where the node has no state of it. */
export async function wasThere(readChain: ReadChain, address: string, block: number): Promise<boolean | undefined> {
  try {
    return (await readChain("eth_getCode", [address, toQuantity(block)])) !== "0x";
  } catch (error) {
    if (error instanceof UnreadableError || judgeFailure(error)?.kind === "unread") return undefined;
    throw error;
  }
}

/** The first block in which a contract was there, which it was in `until`; undefined where the node has no state of some. */
async function findMaking(readChain: ReadChain, address: string, until: number): Promise<number | undefined> {
  let [first, last] = [0, until];
  while (first < last) {
    const middle = Math.floor((first + last) / 2);
    const isThere = await wasThere(readChain, address, middle);
    if (isThere === undefined) return undefined;
    if (isThere) last = middle;
    else first = middle + 1;
  }
  return first;
}

/**
 * Reads logs from `from` on; those that tell of roles from the block that made the contract, where it is older.
 * @returns Also the contracts of which the node does not tell whether they are older, or since when they are.
 */
export function readingSinceMade(
  { readChain, block }: Pick<OpenSnapshot, "readChain" | "block">,
  from: number,
  onProgress?: (progress: LogProgress) => void,
): { readonly readLogs: ReadLogs; readonly unsure: ReadonlySet<string> } {
  const unsure = new Set<string>();
  const starts = new Map<string, Promise<number>>();
  const readers = new Map<number, ReadLogs>();
  const startOf = async (address: string): Promise<number> => {
    if (from === 0) return 0;
    const isOlder = await wasThere(readChain, address, from - 1);
    if (isOlder === false) return from;
    const made = isOlder === true ? await findMaking(readChain, address, from - 1) : undefined;
    if (made === undefined) unsure.add(address);
    return made ?? from;
  };
  const readFrom = (start: number): ReadLogs => {
    const known = readers.get(start) ?? rememberingLogs(readChain, start, block, onProgress);
    readers.set(start, known);
    return known;
  };
  const readLogs: ReadLogs = async (address, topics) => {
    if (!topics.some((topic) => LASTING.includes(topic))) return await readFrom(from)(address, topics);
    const start = starts.get(address) ?? startOf(address);
    starts.set(address, start);
    return await readFrom(await start)(address, topics);
  };
  return { readLogs, unsure };
}
