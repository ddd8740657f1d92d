import type { Provider } from "ethers";

import { queryLogs, type LogProgress } from "../../protocol/logs.js";
import type { DaoConfig } from "../../config/schema.js";
import type { Terms } from "../terms.js";
import type { TribuneAddresses } from "../../protocol/addresses.js";
import type { BodyContracts, ProtocolContracts } from "../../protocol/contracts.js";

/** What a compiler says of a contract's code. */
export interface CompiledCode {
  readonly deployedBytecode: string;
  /** Where immutables stand, by the id of their declaration. [bytes] */
  readonly immutableReferences?: Readonly<Record<string, readonly { start: number; length: number }[]>>;
}

/** What is verified, and against what. */
export interface Subject {
  readonly provider: Provider;
  readonly dao: DaoConfig;
  readonly addresses: TribuneAddresses;
  readonly deployer: string;
  /** The chain's newest block before anything was sent. */
  readonly firstBlock: number;
  /** Finds the compiled contract of that name. */
  readonly readArtifact: (contractName: string) => Promise<CompiledCode>;
  /** Told how far the reading of logs has come. */
  readonly onProgress?: ((progress: LogProgress) => void) | undefined;
}

/** With the dates that follow from the file, the first block and the timelock's. */
export type DatedSubject = Subject & {
  readonly terms: Terms;
  /** No term of emergency protection may end later; 0 if the timelock's creation cannot be found. [unix seconds] */
  readonly protectionHardEnd: bigint;
};

/** With the contracts at its addresses. */
export type ConnectedSubject = DatedSubject & { readonly contracts: ProtocolContracts & BodyContracts };

/** All logs since the deployment began. */
export async function queryLogsOf<Log>(
  { provider, firstBlock, onProgress }: Subject,
  query: (from: number, to: number) => Promise<Log[]>,
): Promise<Log[]> {
  return await queryLogs(query, firstBlock, await provider.getBlockNumber(), onProgress);
}
