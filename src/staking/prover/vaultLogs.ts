import type { Log, Provider } from "ethers";

import { queryLogs, type LogProgress } from "../../protocol/logs.js";

export interface LogRange {
  /** The first block in which there may be one: that of the pool's creation, or any before. */
  readonly since: number;
  /** The last one that is looked at; the newest if not told. */
  readonly until?: number;
  readonly onProgress?: (progress: LogProgress) => void;
}

/** So many vaults a node is asked about at once. */
export const VAULTS_AT_ONCE = 100;

/** Logs of vaults, of at most {@link VAULTS_AT_ONCE}. */
export async function readVaultLogs(
  provider: Provider,
  address: string[],
  topics: (string | string[] | null)[],
  { since, until, onProgress }: LogRange,
): Promise<Log[]> {
  const query = (fromBlock: number, toBlock: number) => provider.getLogs({ address, topics, fromBlock, toBlock });
  return await queryLogs(query, since, until ?? (await provider.getBlockNumber()), onProgress);
}
