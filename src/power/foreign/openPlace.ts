import { toQuantity, type Provider } from "ethers";

import { SentenceError } from "../../protocol/errors.js";
import { queryLogs, type LogProgress } from "../../protocol/logs.js";
import { visible } from "../../protocol/visible.js";
import type { OpenSnapshot } from "../../rehearsal/open.js";
import type { Log } from "../../rehearsal/snapshot.js";
import type { AddressList } from "./addressFile.js";
import type { Place, ReadLogs } from "./reader.js";

/** So many blocks are looked back, to tell how long one takes. */
const SAMPLE = 1_000;

/**
 * Where a listed system is read: states on the copy, logs on the chain itself, up to the block that was copied.
 * @throws SentenceError if the list is of another chain, or of accounts without code.
 */
export async function openPlace(
  { snapshot, chain, block, readChain, connection, networkName }: OpenSnapshot,
  list: AddressList,
  source: Provider,
  onProgress?: (progress: LogProgress) => void,
): Promise<Place> {
  if (chain !== list.chain) {
    throw new SentenceError(`The addresses are of chain ${list.chain}, and ${visible(networkName)} is chain ${chain}.`);
  }
  for (const { name, address } of list.contracts) {
    if ((await snapshot.code(address)) !== "0x") continue;
    throw new SentenceError(
      `${visible(name)}, ${address}, has no code in block ${block} of chain ${chain}: list it under "accounts" if it is somebody.`,
    );
  }
  if (list.fromBlock > block) {
    throw new SentenceError(`fromBlock is ${list.fromBlock}, and the newest block is ${block}.`);
  }
  return {
    snapshot,
    provider: connection.ethers.provider,
    safeProvider: source,
    safeBlock: block,
    readLogs: rememberingLogs(readChain, list.fromBlock, block, onProgress),
    secondsPerBlock: await readPace(readChain, block),
    prices: list.prices,
    interfaces: list.interfaces,
  };
}

/** Each contract's logs are read once, however often they are asked for. */
export function rememberingLogs(
  readChain: OpenSnapshot["readChain"],
  fromBlock: number,
  toBlock: number,
  onProgress?: (progress: LogProgress) => void,
): ReadLogs {
  const known = new Map<string, Promise<readonly Log[]>>();
  return (address, topics) => {
    const key = [address, ...topics].join();
    const query = async (from: number, to: number): Promise<Log[]> =>
      (await readChain("eth_getLogs", [
        { address, topics: [[...topics]], fromBlock: toQuantity(from), toBlock: toQuantity(to) },
      ])) as Log[];
    const logs = known.get(key) ?? queryLogs(query, fromBlock, toBlock, onProgress);
    known.set(key, logs);
    return logs;
  };
}

/** From one block to the next, of late. [seconds] */
export async function readPace(readChain: OpenSnapshot["readChain"], block: number): Promise<number> {
  const timeOf = async (number: number): Promise<number> => {
    const found = (await readChain("eth_getBlockByNumber", [toQuantity(number), false])) as { timestamp: string };
    return Number(BigInt(found.timestamp));
  };
  const before = Math.max(0, block - SAMPLE);
  if (before === block) return 1;
  return Math.max(1, ((await timeOf(block)) - (await timeOf(before))) / (block - before));
}
