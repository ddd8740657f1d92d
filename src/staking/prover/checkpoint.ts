import { call } from "../../protocol/calls.js";
import { SentenceError } from "../../protocol/errors.js";
import type { PlannedCall } from "../../protocol/plannedCall.js";
import { readHeader, readStateOf, type KnownBlock } from "../beaconNode/beaconNode.js";
import { BALANCES_DEPTH, BALANCES_PER_CHUNK, LAYOUTS, type Layout } from "../layouts.js";
import { leafOf } from "../batchNodes.js";
import { readNumber } from "../leaves.js";
import { proveState } from "../proveState.js";
import type { ReadState } from "../stream/readState.js";
import { hasPlace, inBatches, packPlaces, placesIn } from "./keySet.js";
import type { OperatorState } from "./pool.js";
import { asRoot, findExecution, type Prover } from "./prover.js";

/** A key that a checkpoint still waits for. */
interface OpenKey {
  readonly place: number;
  readonly index: number;
  readonly isInFlight: boolean;
}

/** A checkpoint that runs, as the chain has it. */
interface RunningCheckpoint {
  readonly operator: OperatorState;
  readonly number: bigint;
  readonly blockRoot: string;
  readonly isOpened: boolean;
  readonly open: readonly OpenKey[];
}

export interface CheckpointOutcome {
  readonly operatorId: bigint;
  readonly number: bigint;
  /** Proven here, in the whole of it. */
  readonly proven: number;
  readonly isFinished: boolean;
}

/** A checkpoint may be replaced after so long, whatever it has come to: EIP-4788 has forgotten its block. [seconds] */
const FORGOTTEN_AFTER = 27n * 3600n;
/** One that has accepted no proof. [seconds] */
const REPLACEABLE_AFTER = 3600n;

/**
 * Takes the checkpoints of operators to their end: starts what does not run, opens it, and proves every key that is left.
 * What is proven stands on the chain, so it goes on where it, or somebody else, stopped. Operators whose checkpoints start
 * in one block are proven from one state, which is read once.
 */
export async function proveCheckpoints(
  prover: Prover,
  operators: readonly OperatorState[],
): Promise<CheckpointOutcome[]> {
  const started = await startWhereNoneRuns(prover, operators);
  const running = await readAllRunning(prover, operators);
  const outcomes: CheckpointOutcome[] = [];
  for (const [root, group] of groupByRoot(running)) {
    const block = await readHeader(prover.node, asRoot(root));
    await openAll(prover, block, group);
    const indices = group.flatMap(({ open }) => open.map(({ index }) => index));
    const state = await readStateOf(prover.node, block, { indices }, prover.onProgress);
    for (const checkpoint of group) outcomes.push(await proveAll(prover, state, checkpoint));
  }
  // Vaults without keys have finished as they were started.
  const without = operators.filter(({ id }) => started.has(id) && !running.some(({ operator }) => operator.id === id));
  for (const { id, vault } of without) {
    outcomes.push({ operatorId: id, number: (await vault.checkpoint()).number, proven: 0, isFinished: true });
  }
  return outcomes;
}

/** @returns Whose checkpoints were started. */
async function startWhereNoneRuns(prover: Prover, operators: readonly OperatorState[]): Promise<ReadonlySet<bigint>> {
  const started = new Set<bigint>();
  const calls: PlannedCall[] = [];
  const now = await readTime(prover);
  for (const operator of operators) {
    const { startedAt, blockRoot, stateRoot } = await operator.vault.checkpoint();
    const age = now - startedAt;
    const runs =
      startedAt !== 0n &&
      age <= FORGOTTEN_AFTER &&
      (BigInt(stateRoot) !== 0n || age < REPLACEABLE_AFTER || (await canBeOpened(prover, blockRoot)));
    if (runs || !(await hasAnything(prover, operator))) continue;
    started.add(operator.id);
    calls.push({
      what: `starts a checkpoint of operator ${operator.id}`,
      call: await call(operator.vault, "start"),
    });
  }
  if (calls.length > 0) await prover.send(calls);
  return started;
}

/** Not if the block's payload was withheld. */
async function canBeOpened(prover: Prover, blockRoot: string): Promise<boolean> {
  return (await findExecution(prover, await readHeader(prover.node, asRoot(blockRoot)))) !== undefined;
}

/** [unix seconds] */
async function readTime({ provider }: Prover): Promise<bigint> {
  return BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
}

async function hasAnything({ provider }: Prover, { keys, vaultAddress }: OperatorState): Promise<boolean> {
  return keys > 0n || (await provider.getBalance(vaultAddress)) > 0n;
}

async function readAllRunning(prover: Prover, operators: readonly OperatorState[]): Promise<RunningCheckpoint[]> {
  const now = await readTime(prover);
  const checkpoints: RunningCheckpoint[] = [];
  for (const operator of operators) {
    const { startedAt, number, blockRoot, stateRoot, left } = await operator.vault.checkpoint();
    if (startedAt === 0n || now - startedAt > FORGOTTEN_AFTER) continue;
    const { inFlight } = await operator.vault.keySets();
    const open = await Promise.all(
      placesIn(left).map(async (place) => ({
        place,
        index: Number(await operator.vault.indexAt(place)),
        isInFlight: hasPlace(inFlight, place),
      })),
    );
    open.sort((one, other) => one.index - other.index);
    checkpoints.push({ operator, number, blockRoot, isOpened: BigInt(stateRoot) !== 0n, open });
  }
  return checkpoints;
}

function groupByRoot(checkpoints: readonly RunningCheckpoint[]): Map<string, RunningCheckpoint[]> {
  const groups = new Map<string, RunningCheckpoint[]>();
  for (const checkpoint of checkpoints) {
    groups.set(checkpoint.blockRoot, [...(groups.get(checkpoint.blockRoot) ?? []), checkpoint]);
  }
  return groups;
}

async function openAll(prover: Prover, block: KnownBlock, group: readonly RunningCheckpoint[]): Promise<void> {
  const closed = group.filter(({ isOpened }) => !isOpened);
  if (closed.length === 0) return;
  const executedAt = await findExecution(prover, block);
  if (executedAt === undefined) {
    const ids = closed.map(({ operator }) => operator.id.toString()).join(", ");
    throw new SentenceError(
      `The checkpoint of operator ${ids} was started on block ${block.root}, whose payload was withheld or is forgotten: ` +
        `it can be started again an hour after it was started.`,
    );
  }
  const calls = closed.map(async ({ operator, number }) => ({
    what: `opens checkpoint ${number} of operator ${operator.id}`,
    call: await call(operator.vault, "open", [block.header, executedAt]),
  }));
  await prover.send(await Promise.all(calls));
}

async function proveAll(prover: Prover, state: ReadState, checkpoint: RunningCheckpoint): Promise<CheckpointOutcome> {
  const { operator, number, open } = checkpoint;
  let left = open.length;
  for (const keys of inBatches(open, prover.batch)) {
    left -= keys.length;
    await prover.send([
      {
        what: `proves ${keys.length} keys of operator ${operator.id} in checkpoint ${number}, ${left} are left`,
        call: await proofCall(state, operator, keys),
      },
    ]);
  }
  return { operatorId: operator.id, number, proven: open.length, isFinished: true };
}

/** Balances; of keys in flight, or with nothing, fields as well. */
function proofCall(state: ReadState, { vault }: OperatorState, keys: readonly OpenKey[]) {
  const fields = keys.filter(({ index, isInFlight }) => isInFlight || balanceOf(state, index) === 0n);
  const { proof } = proveState(state.tree, state.layout, {
    fields: fields.map(({ index }) => index),
    balances: keys.map(({ index }) => index),
  });
  return call(vault, "prove", [proof, packPlaces(keys.map(({ place }) => place))]);
}

/** [gwei] */
export function balanceOf({ tree, layout, length }: ReadState, index: number): bigint {
  const one: Layout = LAYOUTS[layout];
  const chunks = one.split(2n * one.balances, Math.ceil(length / BALANCES_PER_CHUNK), BALANCES_DEPTH);
  const leaf = tree(leafOf(chunks, Math.floor(index / BALANCES_PER_CHUNK)));
  return readNumber(leaf, index % BALANCES_PER_CHUNK);
}
