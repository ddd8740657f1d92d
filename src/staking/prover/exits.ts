import { call } from "../../protocol/calls.js";
import { UnreadableError } from "../../protocol/errors.js";
import type { PlannedCall } from "../../protocol/plannedCall.js";
import { WITHDRAWAL_REQUESTS } from "../../protocol/predeploys.js";
import { tryRead } from "../../protocol/tryRead.js";
import { readStateOf } from "../beaconNode/beaconNode.js";
import { FAR_FUTURE_EPOCH, type ValidatorFields } from "../leaves.js";
import { proveState } from "../proveState.js";
import type { ReadState } from "../stream/readState.js";
import { balanceOf } from "./proveKeys.js";
import type { VaultKeys } from "./keys.js";
import { hasPlace, inBatches, packKeys, packPlaces } from "./keySet.js";
import type { OperatorState } from "./pool.js";
import { readRecentBlock, recentProof, tryCall, type Prover, type RecentBlock } from "./prover.js";

/** A block takes so many requests. */
const MOST_EXITS = 16;
/** A validator may exit so many epochs after its activation. */
const YOUTH = 256n;
const GWEI = 10n ** 9n;

/** A live key, and what the beacon chain says of it. */
interface LiveKey {
  readonly pubkey: string;
  readonly index: number;
  readonly place: number;
  readonly fields: ValidatorFields;
  /** [gwei] */
  readonly balance: bigint;
}

export interface ExitsOutcome {
  /** What was shown of keys: by operator. */
  readonly shown: readonly { readonly operatorId: bigint; readonly pubkeys: readonly string[] }[];
  readonly forced: readonly { readonly operatorId: bigint; readonly pubkeys: readonly string[] }[];
  /** How much more must exit. [wei] */
  readonly demand: bigint;
  /** Why no more was forced, where there is demand. */
  readonly refusal: string | undefined;
}

/**
 * Shows keys that are slashed, exiting or too young, and makes as many exit as are needed, in the pool's order. The beacon
 * chain's state is read once.
 */
export async function proveExits(
  prover: Prover,
  operators: readonly OperatorState[],
  keys: ReadonlyMap<bigint, VaultKeys>,
): Promise<ExitsOutcome> {
  const { registry } = prover.contracts;
  const live = new Map<bigint, { readonly pubkey: string; readonly index: number; readonly place: number }[]>();
  for (const { id, vault } of operators) {
    const sets = await vault.keySets();
    live.set(
      id,
      (keys.get(id)?.activated ?? []).filter(({ place }) => hasPlace(sets.live, place)),
    );
  }
  const indices = [...live.values()].flat().map(({ index }) => index);
  if (indices.length === 0) return { shown: [], forced: [], demand: await registry.exitDemand(), refusal: undefined };
  const recent = await readRecentBlock(prover);
  const state = await readStateOf(prover.node, recent.block, { indices }, prover.onProgress);
  const run = new ExitRun(prover, recent, state, operators, live);
  const shown = await run.showNews();
  const { forced, refusal } = await run.force();
  return { shown, forced, demand: await registry.exitDemand(), refusal };
}

class ExitRun {
  private readonly epoch: bigint;

  constructor(
    private readonly prover: Prover,
    private readonly recent: RecentBlock,
    private readonly state: ReadState,
    private readonly operators: readonly OperatorState[],
    private readonly live: ReadonlyMap<bigint, readonly { pubkey: string; index: number; place: number }[]>,
  ) {
    this.epoch = recent.block.header.slot / prover.network.slotsPerEpoch;
  }

  /** Keys of which the vault does not know yet that they are slashed or exiting. */
  async showNews(): Promise<ExitsOutcome["shown"]> {
    const shown: { operatorId: bigint; pubkeys: string[] }[] = [];
    for (const operator of this.operators) {
      const { slashed, exiting } = await operator.vault.keySets();
      const news = this.keysOf(operator).filter(({ place, fields }) =>
        fields.slashed
          ? !hasPlace(slashed, place)
          : fields.exitEpoch !== FAR_FUTURE_EPOCH && !hasPlace(exiting, place) && !hasPlace(slashed, place),
      );
      await this.show(operator, news);
      if (news.length > 0) shown.push({ operatorId: operator.id, pubkeys: news.map(({ pubkey }) => pubkey) });
    }
    return shown;
  }

  async force(): Promise<Pick<ExitsOutcome, "forced" | "refusal">> {
    const { registry } = this.prover.contracts;
    const forced: { operatorId: bigint; pubkeys: string[] }[] = [];
    for (;;) {
      const demand = await registry.exitDemand();
      const next = await registry.nextToExit();
      const operator = this.operators.find(({ id }) => id === next);
      if (demand === 0n || next === 0n) return { forced, refusal: undefined };
      if (operator === undefined) return { forced, refusal: `operator ${next} is next, and was left out` };
      const { inFlight, slashed, exiting, requested, young } = await operator.vault.keySets();
      const staying = this.keysOf(operator).filter(
        ({ place, fields }) =>
          !hasPlace(slashed | exiting | requested, place) && !fields.slashed && fields.exitEpoch === FAR_FUTURE_EPOCH,
      );
      const able = staying.filter(({ fields }) => fields.activationEpoch + YOUTH <= this.epoch);
      if (able.length === 0) {
        // The pool takes them for keys that could exit until somebody shows that they could not.
        const unknown = staying.filter(({ place }) => !hasPlace(young | inFlight, place));
        if (unknown.length === 0) return { forced, refusal: `operator ${next} has no key that can exit yet` };
        await this.show(operator, unknown);
        continue;
      }
      const asked = await this.forceSome(operator, upTo(able, demand));
      if (typeof asked === "string") return { forced, refusal: asked };
      forced.push({ operatorId: operator.id, pubkeys: asked.map(({ pubkey }) => pubkey) });
    }
  }

  /** As many as it is the operator's turn to give: half, if not all. @returns What was asked to exit, or why nothing was. */
  private async forceSome(operator: OperatorState, keys: readonly LiveKey[]): Promise<readonly LiveKey[] | string> {
    for (let count = keys.length; ; count = Math.floor(count / 2)) {
      const some = keys.slice(0, count);
      const forcing = await this.forcing(operator, some);
      const refusal = await tryCall(this.prover, forcing);
      if (refusal === undefined) {
        await this.prover.send([forcing]);
        return some;
      }
      if (count <= 1) return refusal.words;
    }
  }

  private async show(operator: OperatorState, keys: readonly LiveKey[]): Promise<void> {
    for (const some of inBatches(keys, this.prover.batch)) {
      const what = `shows what ${some.length} keys of operator ${operator.id} have come to`;
      const values = [this.proofOf(some), packPlaces(some.map(({ place }) => place))];
      await this.prover.send([{ what, call: await call(operator.vault, "show", values) }]);
    }
  }

  private async forcing(operator: OperatorState, keys: readonly LiveKey[]): Promise<PlannedCall> {
    const pubkeys = packKeys(keys.map(({ pubkey }) => pubkey));
    const places = packPlaces(keys.map(({ place }) => place));
    const forcing = await call(operator.vault, "forceExits", [pubkeys, this.proofOf(keys), places]);
    // The fee may rise until the transaction is on the chain; what is too much comes back.
    const value = 2n * BigInt(keys.length) * (await readExitFee(this.prover));
    const what = `makes ${keys.length} keys of operator ${operator.id} exit`;
    return { what, call: { ...forcing, value } };
  }

  private proofOf(keys: readonly LiveKey[]) {
    const indices = keys.map(({ index }) => index);
    const { proof } = proveState(this.state.tree, this.state.layout, { fields: indices, balances: indices });
    return recentProof(this.recent, proof);
  }

  /** Live keys by the index of their validators. */
  private keysOf({ id }: OperatorState): LiveKey[] {
    const keys = [...(this.live.get(id) ?? [])].sort((one, other) => one.index - other.index);
    const indices = keys.map(({ index }) => index);
    const { fields } = proveState(this.state.tree, this.state.layout, { fields: indices, balances: [] }).proof;
    return keys.flatMap((key, position) => {
      const found = fields[position];
      return found === undefined ? [] : [{ ...key, fields: found, balance: balanceOf(this.state, key.index) }];
    });
  }
}

/** Keys until the demand is met, which all but the last must leave something of. @param demand [wei] */
function upTo(keys: readonly LiveKey[], demand: bigint): LiveKey[] {
  const chosen: LiveKey[] = [];
  let sum = 0n;
  for (const key of keys) {
    if (sum >= demand || chosen.length === MOST_EXITS) break;
    chosen.push(key);
    sum += key.balance * GWEI;
  }
  return chosen;
}

/** What EIP-7002 takes for a request now. [wei] */
export async function readExitFee({ provider }: Pick<Prover, "provider">): Promise<bigint> {
  const answer = await tryRead(() => provider.call({ to: WITHDRAWAL_REQUESTS }), "the fee of EIP-7002");
  if (answer.answered && answer.value.length === 66) return BigInt(answer.value);
  throw new UnreadableError(
    "The chain could not be read (eth_call of EIP-7002): it does not tell its fee.",
    "unsupported",
  );
}
