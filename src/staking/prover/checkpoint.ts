import { call } from "../../protocol/calls.js";
import { UnreadableError } from "../../protocol/errors.js";
import { readHeader, readStateOf, type KnownBlock } from "../beaconNode/beaconNode.js";
import type { OperatorState } from "./pool.js";
import { proveKeys } from "./proveKeys.js";
import { asRoot, findExecution, sendEach, type Prover } from "./prover.js";
import { groupByRoot, readRunning, type RunningCheckpoint } from "./runningCheckpoints.js";
import { startCheckpoints } from "./startCheckpoints.js";

export interface CheckpointOutcome {
  readonly operatorId: bigint;
  readonly number: bigint;
  /** Proven here, in the whole of it. */
  readonly proven: number;
  readonly isFinished: boolean;
  /** Why it is not finished. */
  readonly reason?: string;
}

/** How old a vault's last check must be. [seconds] */
export interface CheckAges {
  /** For a checkpoint to be started. */
  readonly start: bigint;
  /** For one that somebody has started to be taken to its end. */
  readonly goOn: bigint;
}

/** Once. */
export const AT_ANY_AGE: CheckAges = { start: 0n, goOn: 0n };
/**
 * Again and again: once a day, and what a stranger starts no more often than every eight hours, so that nobody makes others
 * pay for proofs at every look. One that is held up for the 27 hours that it can be began early enough for 36 to be kept.
 */
export const DAILY: CheckAges = { start: 24n * 3600n, goOn: 8n * 3600n };

/**
 * Takes the checkpoints of operators to their end: starts what does not run, or stands still, opens it, and proves every
 * key that is left. What is proven stands on the chain, so it goes on where it, or somebody else, stopped. Operators whose
 * checkpoints start in one block are proven from one state, which is read once. One that cannot be finished holds up no
 * other: a stranger may have started it on a block that a beacon node has forgotten.
 */
export async function proveCheckpoints(
  prover: Prover,
  operators: readonly OperatorState[],
  ages: CheckAges = AT_ANY_AGE,
): Promise<CheckpointOutcome[]> {
  const started = await startCheckpoints(prover, operators, ages.start);
  const running = await readRunning(prover, operators, ages.goOn);
  const outcomes = new Map<bigint, CheckpointOutcome>();
  for (const group of groupByRoot(running)) {
    for (const outcome of await proveGroup(prover, group)) outcomes.set(outcome.operatorId, outcome);
  }
  for (const { id, vault } of operators) {
    const reason = started.refusals.get(id);
    if (outcomes.has(id) || (reason === undefined && !started.ids.has(id))) continue;
    const { number } = await vault.checkpoint();
    // Vaults without keys have finished as they were started.
    outcomes.set(id, reason === undefined ? finished(id, number, 0) : unfinished(id, number, 0, reason));
  }
  return operators.flatMap(({ id }) => outcomes.get(id) ?? []);
}

const finished = (operatorId: bigint, number: bigint, proven: number): CheckpointOutcome => ({
  operatorId,
  number,
  proven,
  isFinished: true,
});

const unfinished = (operatorId: bigint, number: bigint, proven: number, reason: string): CheckpointOutcome => ({
  operatorId,
  number,
  proven,
  isFinished: false,
  reason,
});

/** Those that were started on one block. */
async function proveGroup(prover: Prover, group: readonly RunningCheckpoint[]): Promise<CheckpointOutcome[]> {
  const outcomes: CheckpointOutcome[] = [];
  const giveUp = (some: readonly RunningCheckpoint[], reason: string): void => {
    outcomes.push(...some.map(({ operator, number }) => unfinished(operator.id, number, 0, reason)));
  };
  const root = asRoot(group[0]?.blockRoot ?? "0x");
  const block = await orReason(readHeader(prover.node, root));
  if (typeof block === "string") {
    giveUp(group, block);
    return outcomes;
  }
  const executedAt = await findExecution(prover, block);
  const open = group.filter(({ isOpened }) => isOpened || executedAt !== undefined);
  giveUp(
    group.filter((one) => !open.includes(one)),
    `the payload of block ${block.root}, on which it was started, was withheld or is forgotten`,
  );
  if (open.length === 0) return outcomes;
  const indices = open.flatMap((one) => one.open.map(({ index }) => index));
  const state = await orReason(readStateOf(prover.node, block, { indices }, prover.onProgress));
  if (typeof state === "string") {
    giveUp(open, state);
    return outcomes;
  }
  if (executedAt !== undefined) await openAll(prover, block, executedAt, open);
  for (const checkpoint of open) {
    const { operator, number } = checkpoint;
    const { proven, reason } = await proveKeys(prover, state, checkpoint);
    outcomes.push(
      reason === undefined ? finished(operator.id, number, proven) : unfinished(operator.id, number, proven, reason),
    );
  }
  return outcomes;
}

/** What a beacon node tells, or why it does not. */
async function orReason<Value>(reading: Promise<Value>): Promise<Value | string> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof UnreadableError) return error.message;
    throw error;
  }
}

/** Whoever was first has opened it as well as we would have; of any other refusal the proofs will tell. */
async function openAll(
  prover: Prover,
  block: KnownBlock,
  executedAt: bigint,
  group: readonly RunningCheckpoint[],
): Promise<void> {
  const calls = group
    .filter(({ isOpened }) => !isOpened)
    .map(async ({ operator, number }) => ({
      what: `opens checkpoint ${number} of operator ${operator.id}`,
      call: await call(operator.vault, "open", [block.header, executedAt]),
    }));
  await sendEach(prover, await Promise.all(calls));
}
