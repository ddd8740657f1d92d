import { hasPlace, placesIn } from "./keySet.js";
import type { OperatorState, ConnectedPool } from "./pool.js";
import { readTime, type Prover } from "./prover.js";

/** A key that a checkpoint still waits for. */
export interface OpenKey {
  readonly place: number;
  /** Of the validator. */
  readonly index: number;
  readonly isInFlight: boolean;
}

/** A checkpoint that runs, as the chain has it. */
export interface RunningCheckpoint {
  readonly operator: OperatorState;
  readonly number: bigint;
  /** [unix seconds] */
  readonly startedAt: bigint;
  readonly blockRoot: string;
  readonly isOpened: boolean;
  /** By the index of the validator. */
  readonly open: readonly OpenKey[];
}

/** @param age Only of vaults whose last check is so old. [seconds] */
export async function readRunning(
  prover: Prover,
  operators: readonly OperatorState[],
  age: bigint,
): Promise<RunningCheckpoint[]> {
  const now = await readTime(prover);
  const checkpoints: RunningCheckpoint[] = [];
  for (const operator of operators.filter(({ mark }) => now - mark >= age)) {
    const { startedAt, number, blockRoot, stateRoot, left } = await operator.vault.checkpoint();
    if (startedAt === 0n) continue;
    const { inFlight } = await operator.vault.keySets();
    const open = await Promise.all(
      placesIn(left).map(async (place) => ({
        place,
        index: Number(await operator.vault.indexAt(place)),
        isInFlight: hasPlace(inFlight, place),
      })),
    );
    open.sort((one, other) => one.index - other.index);
    checkpoints.push({ operator, number, startedAt, blockRoot, isOpened: BigInt(stateRoot) !== 0n, open });
  }
  return checkpoints;
}

/** Those of one block can be proven from one state. Newest first: a beacon node has their state for certain. */
export function groupByRoot(checkpoints: readonly RunningCheckpoint[]): RunningCheckpoint[][] {
  const groups = new Map<string, RunningCheckpoint[]>();
  const newestFirst = [...checkpoints].sort((one, other) => Number(other.startedAt - one.startedAt));
  for (const checkpoint of newestFirst) {
    groups.set(checkpoint.blockRoot, [...(groups.get(checkpoint.blockRoot) ?? []), checkpoint]);
  }
  return [...groups.values()];
}

/** Keys that a checkpoint waits for now; undefined if it runs no longer. */
export async function readLeft({ operator, number, open }: RunningCheckpoint): Promise<readonly OpenKey[] | undefined> {
  const now = await operator.vault.checkpoint();
  if (now.startedAt === 0n || now.number !== number) return undefined;
  return open.filter(({ place }) => hasPlace(now.left, place));
}

/** Whether it, or one that began later, has been taken to its end. */
export async function isFinished(
  { registry }: ConnectedPool,
  { operator, startedAt }: RunningCheckpoint,
): Promise<boolean> {
  const { keyCount, mark } = await registry.getOperator(operator.id);
  return keyCount === 0n || mark >= startedAt;
}
