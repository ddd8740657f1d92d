import { call } from "../../protocol/calls.js";
import type { PlannedCall } from "../../protocol/plannedCall.js";
import type { OperatorState } from "./pool.js";
import { readTime, sendEach, tryCall, type Prover } from "./prover.js";

export interface StartedCheckpoints {
  readonly ids: ReadonlySet<bigint>;
  /** Why one could not be started, by operator. */
  readonly refusals: ReadonlyMap<bigint, string>;
}

interface Start extends PlannedCall {
  readonly operatorId: bigint;
}

/**
 * Starts checkpoints where none runs, or the one that runs may be replaced: it stands still, and a beacon node may have
 * forgotten its state. All are sent at once, so that one state proves as many vaults as possible.
 * @param age Only of vaults whose last check is so old. Of those without keys only where that is 0, or with others. [seconds]
 */
export async function startCheckpoints(
  prover: Prover,
  operators: readonly OperatorState[],
  age: bigint,
): Promise<StartedCheckpoints> {
  const now = await readTime(prover);
  const starts: Start[] = [];
  for (const operator of operators.filter(({ keys, mark }) => keys > 0n && now - mark >= age)) {
    const start = await startOf(operator);
    const { startedAt } = await operator.vault.checkpoint();
    if (startedAt === 0n || (await tryCall(prover, start)) === undefined) starts.push(start);
  }
  if (age === 0n || starts.length > 0) {
    for (const operator of operators.filter(({ keys }) => keys === 0n)) {
      if ((await prover.provider.getBalance(operator.vaultAddress)) > 0n) starts.push(await startOf(operator));
    }
  }
  const refused = await sendEach(prover, starts);
  const refusals = new Map(
    starts.flatMap((start) => {
      const error = refused.find(({ planned }) => planned === start);
      return error === undefined ? [] : [[start.operatorId, error.message] as const];
    }),
  );
  return { ids: new Set(starts.map(({ operatorId }) => operatorId).filter((id) => !refusals.has(id))), refusals };
}

const startOf = async ({ id, vault }: OperatorState): Promise<Start> => ({
  operatorId: id,
  what: `starts a checkpoint of operator ${id}`,
  call: await call(vault, "start"),
});
