import type { Provider } from "ethers";

import type { TribuneAddresses } from "../../protocol/addresses.js";
import type { OperationPlace } from "../../protocol/operations/history.js";
import type { Log, Snapshot } from "../../rehearsal/snapshot.js";
import type { ReadAnyLogs } from "./logs.js";
import type { ReadLogs } from "../foreign/reader.js";
import type { Account } from "./world.js";

/** What an audit is given. */
export interface AuditInput {
  readonly snapshot: Snapshot;
  /** Reads the snapshot. */
  readonly provider: Provider;
  readonly addresses: TribuneAddresses;
  readonly deployer: string;
  /** Who may have votes. */
  readonly tokenHolders: readonly string[];
  /** Who may have shares of the vault. */
  readonly shareHolders: readonly string[];
  /** Reads Safes: a copy of a chain does not tell what their storage holds beyond their lists. The snapshot by default. */
  readonly safeProvider?: Provider;
  /** The block in which Safes are read, so that a chain that goes on meanwhile changes nothing; the newest by default. */
  readonly safeBlock?: number;
  /** When the deployment began, from which its terms count; unknown by default, and then they are told as they are. [unix seconds] */
  readonly began?: number;
  /** Where the chain tells of operations that were scheduled; the snapshot by default. */
  readonly history?: OperationPlace;
  /** What was told on the snapshot and `history` does not know, as it reads another chain; nothing by default. */
  readonly heard?: readonly Log[];
  /** Reads logs of the chain since the deployment; the snapshot's by default. */
  readonly readAnyLogs?: ReadAnyLogs;
  /** Reads the chain's own logs, for a vault that is not the example; those that the copy tells by default. */
  readonly readLogs?: ReadLogs;
  /** Whoever else logs name: who was ever given a role. */
  readonly others?: readonly string[];
  /** Whoever somebody asks about. */
  readonly named?: readonly Account[];
}
