import { getAddress, id, zeroPadValue } from "ethers";

import { CALL_EXECUTED, toldExecution } from "../../protocol/operations/told.js";
import type { Ground, ReadAnyLogs } from "./types.js";

/** Events that name a holder in their second indexed place, and what follows for it. */
const RECEIVED = [
  "OwnershipTransferred(address,address)",
  "OwnershipTransferStarted(address,address)",
  "RoleGranted(bytes32,address,address)",
  "RoleGranted(uint64,address,uint32,uint48,bool)",
  "Transfer(address,address,uint256)",
].map(id);
/** In their first: what the old timelock has allowed somebody. */
const ALLOWED = ["Approval(address,address,uint256)", "ApprovalForAll(address,address,bool)"].map(id);
/** In their third: ERC-1155. */
const RECEIVED_MANY = [
  "TransferSingle(address,address,address,uint256,uint256)",
  "TransferBatch(address,address,address,uint256[],uint256[])",
].map(id);

/** Contracts in which the old timelock may hold something. */
export interface Candidates {
  /** The DAO has decided to call them by way of the old timelock, or lists them: they will hardly stand in its way. */
  readonly known: readonly string[];
  /** It has called them by way of the new one alone: what the old one has there is looked for all the same. */
  readonly later: readonly string[];
  /** Say of themselves that it has to do with them, as anybody's contract can. */
  readonly claimed: readonly string[];
}

/** Reads the logs of any contract that name the old timelock. */
export async function readTold(
  readAnyLogs: ReadAnyLogs,
  oldTimelock: string,
): Promise<Pick<Ground, "received" | "allowed">> {
  const self = zeroPadValue(oldTimelock, 32);
  const received = await readAnyLogs([RECEIVED, null, self]);
  const many = await readAnyLogs([RECEIVED_MANY, null, null, self]);
  return { received: [...received, ...many], allowed: await readAnyLogs([ALLOWED, self]) };
}

/** What the chain's logs name. */
export async function findCandidates(ground: Ground): Promise<Candidates> {
  const { reader, received, allowed, oldTimelock, newTimelock, governor, token, vault, holdings } = ground;
  const calledBy = async (timelock: string): Promise<string[]> =>
    (await reader.place.readLogs(timelock, [CALL_EXECUTED])).map((log) => toldExecution(log).target);
  const own = new Set([oldTimelock, newTimelock]);
  const called = await calledBy(oldTimelock);
  const known = [...new Set([...holdings, vault, token, governor, ...called])].filter((one) => !own.has(one));
  const since = new Set(await calledBy(newTimelock));
  const later = [...since].filter((one) => !own.has(one) && !known.includes(one));
  const told = [...received, ...allowed].map(({ address }) => getAddress(address));
  const named = new Set([...own, ...known, ...later]);
  return { known, later, claimed: [...new Set(told)].filter((one) => !named.has(one)) };
}
