import { ZeroAddress, type Addressable } from "ethers";
import { artifacts } from "hardhat";
import type { EthereumProvider } from "hardhat/types/providers";

import { traceDifference, type Change, type Difference } from "../../../../src/power/storage/difference.js";
import { readStorage } from "../../../../src/power/storage/readStorage.js";
import type { StorageLayout } from "../../../../src/power/storage/types.js";
import { Snapshot, type Call } from "../../../../src/rehearsal/snapshot.js";

/** What changes on a chain whose contracts are known. */
export interface Watch {
  readonly snapshot: Snapshot;
  readonly layoutOf: (account: string) => StorageLayout | undefined;
  readonly ask: (call: Asked) => Promise<Difference>;
  /** The same, sent as well; what refuses is an error. */
  readonly send: (call: Asked) => Promise<readonly Change[]>;
}

type Asked = Omit<Call, "from" | "to"> & { readonly from?: string; readonly to: string | Addressable };

const addressOf = async (one: string | Addressable): Promise<string> =>
  typeof one === "string" ? one : await one.getAddress();

const read = new Map<string, StorageLayout>();

/** The layouts of contracts, read once: build information is large. */
async function layoutsOf(names: readonly string[]): Promise<ReadonlyMap<string, StorageLayout>> {
  const missing = new Set(names.filter((name) => !read.has(name)));
  for (const [name, layout] of Object.entries(await readStorage(artifacts, [...missing]))) read.set(name, layout);
  return read;
}

/** @param contracts By account, the fully qualified name of the contract whose layout its storage has. */
export async function watch(
  provider: Pick<EthereumProvider, "request">,
  contracts: readonly (readonly [account: string | Addressable, name: string])[],
): Promise<Watch> {
  const snapshot = new Snapshot(provider);
  const layouts = await layoutsOf(contracts.map(([, name]) => name));
  const known = new Map<string, StorageLayout | undefined>();
  for (const [account, name] of contracts) known.set(await addressOf(account), layouts.get(name));
  const layoutOf = (account: string) => known.get(account);
  const ask = async ({ from = ZeroAddress, to, ...call }: Asked): Promise<Difference> =>
    traceDifference(snapshot, { ...call, from, to: await addressOf(to) }, { layoutOf });
  const send = async (call: Asked): Promise<readonly Change[]> => {
    const difference = await ask(call);
    if (!difference.ok) throw new Error(`refused: ${difference.why}`);
    const sent = await snapshot.send({ ...call, from: call.from ?? ZeroAddress, to: await addressOf(call.to) });
    if (!sent.ok) throw new Error(`refused when it was sent: ${sent.why}`);
    return difference.changes;
  };
  return { snapshot, layoutOf, ask, send };
}

/** `"_ledger.gate: 0x… → 0x…"`; unknown slots by number. */
export const inWords = (changes: readonly Change[]): string[] =>
  changes.map((change) => {
    const place = change.kind === "unknown" ? `slot ${BigInt(change.slot)}` : change.place;
    return `${place}: ${change.before} → ${change.after}`;
  });
