import type { Handover } from "../../protocol/handovers.js";
import type { Reader } from "../../power/foreign/reader.js";
import type { Log } from "../../rehearsal/snapshot.js";

/** Reads the logs of the whole chain with these topics. */
export type ReadAnyLogs = (topics: readonly (string | readonly string[] | null)[]) => Promise<readonly Log[]>;

/** Where an estate is read. */
export interface Ground {
  readonly reader: Reader;
  readonly readAnyLogs: ReadAnyLogs;
  readonly governor: string;
  readonly token: string;
  readonly vault: string;
  readonly oldTimelock: string;
  readonly newTimelock: string;
  /** The first block whose logs are read. */
  readonly from: number;
  /** Contracts of which the node does not tell whether they are older, or since when they are. */
  readonly unsure: ReadonlySet<string>;
  /** Listed in the file. */
  readonly holdings: readonly string[];
  /** Logs of any contract that name the old timelock: who received something, who allowed somebody something. */
  readonly received: readonly Log[];
  readonly allowed: readonly Log[];
}

/** Something that cannot be handed over, or stays as it is: the DAO must know it, and say so in its file. */
export interface Finding {
  /** What the file accepts, word by word: "owner of 0x…: 0x…". */
  readonly key: string;
  readonly sentence: string;
}

/** What is in one contract, of the old timelock and of others. */
export interface Found {
  readonly address: string;
  readonly kinds: readonly string[];
  readonly handovers: readonly Handover[];
  /** About what the old timelock holds itself. */
  readonly own: readonly Finding[];
  /** About what others hold: told of contracts that the DAO has listed. */
  readonly others: readonly Finding[];
  readonly notices: readonly string[];
  /** Contracts that belong to it. */
  readonly parts: readonly string[];
}

/** What one kind of contract tells; what is left out is empty. */
export type Part = Partial<Omit<Found, "address" | "kinds">> & { readonly kind: string };
