import type { LogDescription, Provider } from "ethers";

import { OperatorVault__factory } from "../../../types/index.js";
import { UnreadableError } from "../../protocol/errors.js";
import { inBatches, placesIn } from "./keySet.js";
import type { OperatorState } from "./pool.js";
import { readVaultLogs, VAULTS_AT_ONCE, type LogRange } from "./vaultLogs.js";

/** A key for which the pool has deposited. */
interface ActivatedKey {
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
  /** All that were ever activated, withdrawn ones too. */
  readonly everActivated: ReadonlySet<string>;
}

const events = OperatorVault__factory.createInterface();
const TOPICS = [events.getEvent("Predeposited").topicHash, events.getEvent("Activated").topicHash];

/** Keys of one vault, as its logs tell of them one after another. */
class ToldKeys {
  readonly predeposited = new Set<string>();
  readonly #activated: ActivatedKey[] = [];

  add({ name, args }: LogDescription): void {
    const pubkey = String(args.pubkey);
    if (name === "Predeposited") this.predeposited.add(pubkey);
    else this.#activated.push({ pubkey, index: Number(args.index), place: Number(args.place) });
  }

  get keys(): VaultKeys {
    const everActivated = new Set(this.#activated.map(({ pubkey }) => pubkey));
    return {
      waiting: [...this.predeposited].filter((pubkey) => !everActivated.has(pubkey)),
      activated: newestOfEachPlace(this.#activated),
      everActivated,
    };
  }
}

/** Keys by the id of their operator, out of the logs of the vaults. */
export async function readKeys(
  provider: Provider,
  operators: readonly OperatorState[],
  range: LogRange,
): Promise<ReadonlyMap<bigint, VaultKeys>> {
  const told = new Map(operators.map(({ vaultAddress }) => [vaultAddress, new ToldKeys()]));
  const until = range.until ?? (await provider.getBlockNumber());
  for (const addresses of inBatches([...told.keys()], VAULTS_AT_ONCE)) {
    for (const log of await readVaultLogs(provider, addresses, [TOPICS], { ...range, until })) {
      const event = events.parseLog(log);
      if (event !== null) told.get(log.address)?.add(event);
    }
  }
  const keys = new Map<bigint, VaultKeys>();
  for (const operator of operators) {
    const found = told.get(operator.vaultAddress) ?? new ToldKeys();
    await refuseGaps(operator, found);
    keys.set(operator.id, found.keys);
  }
  return keys;
}

/**
 * A backend that lags leaves logs out without an error. The logs must tell of all that the chain itself knows: every key
 * that runs, as many that wait as are announced, and some key of whoever has a place, which takes one. Of keys that have
 * only been deposited for the chain keeps no count.
 */
async function refuseGaps({ id, vault, isPlaced, view }: OperatorState, told: ToldKeys): Promise<void> {
  const { waiting, activated, everActivated } = told.keys;
  const places = new Set(activated.map(({ place }) => place));
  const live = view.keyCount === 0n ? [] : placesIn((await vault.keySets()).live);
  const known = live.filter((place) => places.has(place)).length;
  if (known < live.length) throw incomplete(`${known} of the ${live.length} keys that operator ${id} runs`);
  const ready = Number(view.readyKeys);
  if (waiting.length < ready) throw incomplete(`${waiting.length} of the ${ready} keys that operator ${id} has ready`);
  if (isPlaced && told.predeposited.size === 0)
    throw incomplete(`no key that operator ${id} has deposited for, and it has a place`);
  const unseen = [...everActivated].find((pubkey) => !told.predeposited.has(pubkey));
  if (unseen !== undefined) throw incomplete(`${unseen} of operator ${id}, and not of its first deposit`);
}

const incomplete = (what: string): UnreadableError =>
  new UnreadableError(
    `The node's logs tell of ${what}: they are not complete, or --since is too late. Nothing is concluded from them.`,
    "behind",
  );

/** A place that became free may have been taken again. */
const newestOfEachPlace = (keys: readonly ActivatedKey[]): ActivatedKey[] => [
  ...new Map(keys.map((key) => [key.place, key])).values(),
];
