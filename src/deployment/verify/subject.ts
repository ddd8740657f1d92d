import { ZeroAddress, type Provider } from "ethers";

import type { DualGovernanceTimelock, GovernanceToken } from "../../../types/index.js";
import { queryLogs, type LogProgress } from "../../protocol/logs.js";
import type { DaoConfig } from "../../config/schema.js";
import type { Terms } from "../terms.js";
import type { TribuneAddresses } from "../../protocol/addresses.js";
import { connectProtocol, type BodyContracts, type ProtocolContracts } from "../../protocol/contracts.js";

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
  /** Of the last transaction that was sent, if it is known: what an earlier block lacks is no finding. */
  readonly lastBlock?: number;
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

/** With the contracts at its addresses, and what their logs tell. */
export type ConnectedSubject = DatedSubject & {
  readonly contracts: ProtocolContracts & BodyContracts;
  readonly told: ToldLogs;
};

type LogsOf<Query extends (...args: never[]) => unknown> = Awaited<ReturnType<Query>>;

/** Logs since the deployment began that more than one check concludes from. */
export interface ToldLogs {
  /** Roles of the timelock, given and taken. */
  readonly granted: LogsOf<typeof queryGranted>;
  readonly revoked: LogsOf<typeof queryRevoked>;
  /** Of the token. */
  readonly mints: LogsOf<typeof queryMints>;
}

export async function readToldLogs(subject: Subject): Promise<ToldLogs> {
  const { timelock, token } = connectProtocol(subject.addresses, subject.provider);
  const [granted, revoked, mints] = await Promise.all([
    queryGranted(subject, timelock),
    queryRevoked(subject, timelock),
    queryMints(subject, token),
  ]);
  return { granted, revoked, mints };
}

const queryGranted = (subject: Subject, timelock: DualGovernanceTimelock) =>
  queryLogsOf(subject, (from, to) => timelock.queryFilter(timelock.filters.RoleGranted(), from, to));

const queryRevoked = (subject: Subject, timelock: DualGovernanceTimelock) =>
  queryLogsOf(subject, (from, to) => timelock.queryFilter(timelock.filters.RoleRevoked(), from, to));

const queryMints = (subject: Subject, token: GovernanceToken) =>
  queryLogsOf(subject, (from, to) => token.queryFilter(token.filters.Transfer(ZeroAddress), from, to));

/** All logs since the deployment began. */
export async function queryLogsOf<Log>(
  { provider, firstBlock, onProgress }: Subject,
  query: (from: number, to: number) => Promise<Log[]>,
): Promise<Log[]> {
  return await queryLogs(query, firstBlock, await provider.getBlockNumber(), onProgress);
}
