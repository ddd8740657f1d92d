import type { Provider } from "ethers";

import { OperatorVault__factory } from "../../../types/index.js";
import { queryLogs, type LogProgress } from "../../protocol/logs.js";
import { UnreadableError } from "../../protocol/errors.js";
import { inBatches, placesIn } from "./keySet.js";
import type { OperatorState } from "./pool.js";

/** A key for which the pool has deposited. */
export interface ActivatedKey {
  readonly pubkey: string;
  /** Of the validator. */
  readonly index: number;
  /** In the vault, as long as it lives. */
  readonly place: number;
}

export interface VaultKeys {
  /** The operator has deposited for them, the pool has not. */
  readonly waiting: readonly string[];
  readonly activated: readonly ActivatedKey[];
}

export interface LogRange {
  /** The first block in which there may be one: that of the pool's creation, or any before. */
  readonly since: number;
  readonly onProgress?: (progress: LogProgress) => void;
}

const events = OperatorVault__factory.createInterface();
const TOPICS = [events.getEvent("Predeposited").topicHash, events.getEvent("Activated").topicHash];
/** So many addresses are given to a node at once. */
const AT_ONCE = 100;

/** Keys by the id of their operator, out of the logs of the vaults. */
export async function readKeys(
  provider: Provider,
  operators: readonly OperatorState[],
  { since, onProgress }: LogRange,
): Promise<ReadonlyMap<bigint, VaultKeys>> {
  const ids = new Map(operators.map(({ id, vaultAddress }) => [vaultAddress, id]));
  const waiting = new Map(operators.map(({ id }) => [id, new Set<string>()]));
  const activated = new Map(operators.map(({ id }) => [id, [] as ActivatedKey[]]));
  const newest = await provider.getBlockNumber();
  for (const addresses of inBatches([...ids.keys()], AT_ONCE)) {
    const query = (fromBlock: number, toBlock: number) =>
      provider.getLogs({ address: addresses, topics: [TOPICS], fromBlock, toBlock });
    for (const log of await queryLogs(query, since, newest, onProgress)) {
      const id = ids.get(log.address);
      const event = events.parseLog(log);
      if (id === undefined || event === null) continue;
      const pubkey = String(event.args.pubkey);
      if (event.name === "Predeposited") waiting.get(id)?.add(pubkey);
      else {
        waiting.get(id)?.delete(pubkey);
        activated.get(id)?.push({ pubkey, index: Number(event.args.index), place: Number(event.args.place) });
      }
    }
  }
  const keys = new Map(
    operators.map(({ id }) => [
      id,
      { waiting: [...(waiting.get(id) ?? [])], activated: newestOfEachPlace(activated.get(id) ?? []) },
    ]),
  );
  for (const operator of operators) await refuseGaps(operator, keys.get(operator.id)?.activated ?? []);
  return keys;
}

/** A backend that lags leaves logs out without an error: what runs is on the chain, and the logs must tell of all of it. */
async function refuseGaps({ id, vault, keys }: OperatorState, told: readonly ActivatedKey[]): Promise<void> {
  if (keys === 0n) return;
  const places = new Set(told.map(({ place }) => place));
  const live = placesIn((await vault.keySets()).live);
  const known = live.filter((place) => places.has(place)).length;
  if (known === live.length) return;
  throw new UnreadableError(
    `The node's logs tell of ${known} of the ${live.length} keys that operator ${id} runs: they are not complete, or ` +
      "--since is too late. Nothing is concluded from them.",
    "behind",
  );
}

/** A place that became free may have been taken again. */
const newestOfEachPlace = (keys: readonly ActivatedKey[]): ActivatedKey[] => [
  ...new Map(keys.map((key) => [key.place, key])).values(),
];
