import { zeroPadValue, type Log, type Provider } from "ethers";

import { OperatorVault__factory, type OperatorVault } from "../../../types/index.js";
import { inBatches } from "./keySet.js";
import type { OperatorState } from "./pool.js";
import { readVaultLogs, VAULTS_AT_ONCE, type LogRange } from "./vaultLogs.js";

/** Keys that somebody has proven in a checkpoint, and was not credited with. */
interface ProvenKeys {
  readonly operator: OperatorState;
  /** Of the checkpoint. */
  readonly number: bigint;
  readonly keys: bigint;
}

export interface Proven {
  /** As the vaults say. */
  readonly proven: readonly ProvenKeys[];
  /** Where the node's logs say something else, in sentences. */
  readonly doubts: readonly string[];
}

/** Keys, by the number of their checkpoint. */
type Counts = ReadonlyMap<bigint, bigint>;

const events = OperatorVault__factory.createInterface();
const TOPIC = events.getEvent("KeysProven").topicHash;
/** So many checkpoints are asked for at once. */
const ASKED_AT_ONCE = 16;
/**
 * Of each vault so many checkpoints, the newest, are asked for whatever the logs say: what a backend that lags leaves out
 * is new. Where to look among older ones the logs tell alone, for each takes a call.
 */
const NEWEST = 100n;

/** What `prover` has proven and was not credited with. Logs tell where to look, and the vaults what is there. */
export async function readProven(
  provider: Provider,
  operators: readonly OperatorState[],
  prover: string,
  range: LogRange,
): Promise<Proven> {
  const block = await provider.getBlockNumber();
  const proven: ProvenKeys[] = [];
  const doubts: string[] = [];
  for (const some of inBatches(operators, VAULTS_AT_ONCE)) {
    // Before the logs, which may take long: nodes forget states.
    const newest: Newest[] = [];
    for (const operator of some) newest.push(await askNewest(operator, prover, block));
    const vaults = some.map(({ vaultAddress }) => vaultAddress);
    const logs = await readVaultLogs(provider, vaults, [TOPIC, null, zeroPadValue(prover, 32)], {
      ...range,
      until: block,
    });
    for (const { operator, last, counts } of newest) {
      const told = countTold(logs.filter(({ address }) => address === operator.vaultAddress));
      // Nothing is added to them any more.
      const older = [...told.keys()].filter((number) => number <= last && !counts.has(number));
      const found = new Map([...(await ask(operator.vault, prover, older)), ...counts]);
      for (const [number, keys] of found) if (keys > 0n) proven.push({ operator, number, keys });
      doubts.push(...listDoubts(operator.id, last, told, found));
    }
  }
  return { proven, doubts };
}

/** Of an operator's vault. */
interface Newest {
  readonly operator: OperatorState;
  /** The number of its newest checkpoint; 0 if there was none. */
  readonly last: bigint;
  readonly counts: Counts;
}

async function askNewest(operator: OperatorState, prover: string, block: number): Promise<Newest> {
  const { number: last } = await operator.vault.checkpoint({ blockTag: block });
  const count = last < NEWEST ? last : NEWEST;
  const numbers = Array.from({ length: Number(count) }, (_, place) => last - BigInt(place));
  return { operator, last, counts: await ask(operator.vault, prover, numbers.reverse(), block) };
}

/** @param block The newest one if none is told. */
async function ask(vault: OperatorVault, prover: string, numbers: readonly bigint[], block?: number): Promise<Counts> {
  const counts = new Map<bigint, bigint>();
  for (const some of inBatches(numbers, ASKED_AT_ONCE)) {
    const keys = await Promise.all(
      some.map((number) => vault.provenBy(number, prover, block === undefined ? {} : { blockTag: block })),
    );
    some.forEach((number, place) => counts.set(number, keys[place] ?? 0n));
  }
  return counts;
}

function countTold(logs: readonly Log[]): Counts {
  const told = new Map<bigint, bigint>();
  for (const log of logs) {
    const event = events.parseLog(log);
    if (event?.name !== "KeysProven") continue;
    const number = BigInt(String(event.args.number));
    told.set(number, (told.get(number) ?? 0n) + BigInt(String(event.args.keyCount)));
  }
  return told;
}

/** What was credited, a vault counts no more: only what is left can differ. */
function listDoubts(id: bigint, last: bigint, told: Counts, found: Counts): string[] {
  const doubts = [...told.keys()]
    .filter((number) => number > last)
    .map((number) => `operator ${id}: logs tell of checkpoint ${number}, and its vault has had ${last}`);
  for (const [number, keys] of found) {
    const inLogs = told.get(number) ?? 0n;
    if (keys === 0n || keys === inLogs) continue;
    doubts.push(`operator ${id}, checkpoint ${number}: logs tell of ${inLogs} keys, and its vault of ${keys}`);
  }
  return doubts;
}
