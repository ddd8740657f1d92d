import { call } from "../../protocol/calls.js";
import type { CallRefusal, PlannedCall } from "../../protocol/plannedCall.js";
import { readStateOf } from "../beaconNode/beaconNode.js";
import { FAR_FUTURE_EPOCH } from "../leaves.js";
import { proveState } from "../proveState.js";
import type { ReadState } from "../stream/readState.js";
import type { FoundValidator } from "../stream/selection.js";
import type { VaultKeys } from "./keys.js";
import { packKeys } from "./keySet.js";
import type { OperatorState } from "./pool.js";
import { announceWaiting } from "./announce.js";
import { readRecentBlock, recentProof, tryCall } from "./prover.js";
import type { Prover, RecentBlock } from "./prover.js";

/** What became of a key that its operator has deposited for. */
type ActivationOutcome =
  | "activated"
  /** The beacon chain has not processed the operator's deposit. */
  | "not seen yet"
  /** Somebody else's credentials came first: that key is lost to the pool, and the operator's ETH with it. */
  | "other credentials"
  | "slashed"
  | "exiting"
  /** Ready, and the pool refuses for now: order, caps, idle ETH. */
  | "refused";

export interface ActivatedOrNot {
  readonly operatorId: bigint;
  readonly pubkey: string;
  readonly outcome: ActivationOutcome;
  /** Of a refusal. */
  readonly reason?: string;
  /** Until then nobody with more stake goes before the operator. [unix seconds] */
  readonly announcedUntil?: bigint;
}

interface ReadyKey {
  readonly pubkey: string;
  readonly index: number;
}

/** What is still to be activated of an operator's. */
interface Candidate {
  readonly operator: OperatorState;
  ready: ReadyKey[];
  /** [wei] */
  staked: bigint;
}

/** What a key adds to an operator's stake. [wei] */
const KEY = 32n * 10n ** 18n;

/**
 * Activates keys that are ready, operators with the least stake first, and announces those that have to wait. Which keys
 * are ready, the beacon chain's state tells: it is read once.
 */
export async function activateKeys(
  prover: Prover,
  operators: readonly OperatorState[],
  keys: ReadonlyMap<bigint, VaultKeys>,
): Promise<ActivatedOrNot[]> {
  const waiting = operators.flatMap((operator) =>
    (keys.get(operator.id)?.waiting ?? []).map((pubkey) => ({ operator, pubkey })),
  );
  if (waiting.length === 0) return [];
  const recent = await readRecentBlock(prover);
  const pubkeys = waiting.map(({ pubkey }) => pubkey);
  const state = await readStateOf(prover.node, recent.block, { pubkeys }, prover.onProgress);

  const outcomes: ActivatedOrNot[] = [];
  const candidates = new Map<bigint, Candidate>();
  const validators = new Map(state.found.map((validator) => [validator.pubkey, validator]));
  for (const { operator, pubkey } of waiting) {
    const found = judge(state, operator, pubkey, validators.get(pubkey.toLowerCase()));
    if (typeof found === "string") {
      outcomes.push({ operatorId: operator.id, pubkey, outcome: found });
      continue;
    }
    const candidate = candidates.get(operator.id) ?? { operator, ready: [], staked: operator.staked };
    candidate.ready.push(found);
    candidates.set(operator.id, candidate);
  }
  for (const candidate of candidates.values()) candidate.ready.sort((one, other) => one.index - other.index);
  outcomes.push(...(await activateInOrder(prover, recent, state, [...candidates.values()])));
  return outcomes;
}

function judge(
  state: ReadState,
  { credentials }: OperatorState,
  pubkey: string,
  validator: FoundValidator | undefined,
): ReadyKey | ActivationOutcome {
  if (validator === undefined) return "not seen yet";
  if (validator.withdrawalCredentials !== credentials) return "other credentials";
  const [fields] = proveState(state.tree, state.layout, { fields: [validator.index], balances: [] }).proof.fields;
  if (fields?.slashed === true) return "slashed";
  return fields?.exitEpoch === FAR_FUTURE_EPOCH ? { pubkey, index: validator.index } : "exiting";
}

/** As the pool allocates: one key after another to whoever has least. What is refused is tried again after the others. */
async function activateInOrder(
  prover: Prover,
  recent: RecentBlock,
  state: ReadState,
  candidates: readonly Candidate[],
): Promise<ActivatedOrNot[]> {
  const outcomes: ActivatedOrNot[] = [];
  const refusals = new Map<bigint, CallRefusal>();
  for (;;) {
    const open = candidates
      .filter(({ ready, operator }) => ready.length > 0 && !refusals.has(operator.id))
      .sort((one, other) => (one.staked < other.staked ? -1 : one.staked > other.staked ? 1 : 0));
    const [candidate, next] = open;
    if (candidate === undefined) break;
    const { operator } = candidate;
    const count = countInTurn(candidate, next, prover.batch);
    const sent = await activateSome(prover, recent, state, candidate, count);
    if ("words" in sent) {
      refusals.set(operator.id, sent);
      continue;
    }
    outcomes.push(...sent.map(({ pubkey }) => ({ operatorId: operator.id, pubkey, outcome: "activated" as const })));
    candidate.ready = candidate.ready.slice(sent.length);
    candidate.staked += KEY * BigInt(sent.length);
    // Others may have been waiting for this one.
    refusals.clear();
  }
  return [...outcomes, ...(await tellRefused(prover, recent, state, candidates, refusals))];
}

/** What is left, with the reason. */
async function tellRefused(
  prover: Prover,
  recent: RecentBlock,
  state: ReadState,
  candidates: readonly Candidate[],
  refusals: ReadonlyMap<bigint, CallRefusal>,
): Promise<ActivatedOrNot[]> {
  const waiting = candidates.flatMap(({ operator, ready }) => {
    const refusal = refusals.get(operator.id);
    return refusal === undefined ? [] : [{ operator, ready, indices: ready.map(({ index }) => index), refusal }];
  });
  const announced = await announceWaiting(prover, recent, state, waiting);
  return waiting.flatMap(({ operator, ready, refusal }) => {
    const announcedUntil = announced.get(operator.id);
    const told = { reason: refusal.words, ...(announcedUntil === undefined ? {} : { announcedUntil }) };
    return ready.map(({ pubkey }) => ({ operatorId: operator.id, pubkey, outcome: "refused" as const, ...told }));
  });
}

/** How many keys until it is the turn of whoever has more. */
function countInTurn({ ready, staked }: Candidate, next: Candidate | undefined, batch: number): number {
  const untilNext = next === undefined ? BigInt(batch) : (next.staked - staked) / KEY + 1n;
  return Math.min(ready.length, batch, Number(untilNext));
}

/** As many as the pool takes: half, if not all. @returns What was activated, or why nothing was. */
async function activateSome(
  prover: Prover,
  recent: RecentBlock,
  state: ReadState,
  { operator, ready }: Candidate,
  most: number,
): Promise<readonly ReadyKey[] | CallRefusal> {
  for (let count = most; ; count = Math.floor(count / 2)) {
    const some = ready.slice(0, count);
    const activation = await activationOf(recent, state, operator, some);
    const refusal = await tryCall(prover, activation);
    if (refusal === undefined) {
      await prover.send([activation]);
      return some;
    }
    if (count <= 1) return refusal;
  }
}

async function activationOf(
  recent: RecentBlock,
  state: ReadState,
  operator: OperatorState,
  keys: readonly ReadyKey[],
): Promise<PlannedCall> {
  const { proof } = proveState(state.tree, state.layout, { fields: keys.map(({ index }) => index), balances: [] });
  const pubkeys = packKeys(keys.map(({ pubkey }) => pubkey));
  return {
    what: `activates ${keys.length} keys of operator ${operator.id}`,
    call: await call(operator.vault, "activate", [pubkeys, recentProof(recent, proof)]),
  };
}
