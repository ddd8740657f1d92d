import { call } from "../../protocol/calls.js";
import { tryCallFrom, type PlannedCall } from "../../protocol/plannedCall.js";
import { inBatches } from "./keySet.js";
import type { OperatorState } from "./pool.js";
import { readProven } from "./proven.js";
import type { Prover } from "./prover.js";
import type { LogRange } from "./vaultLogs.js";

/** What has been shown, and was not credited: a checkpoint that earned nothing, or runs, is left out. */
interface CreditedCheckpoint {
  readonly operatorId: bigint;
  readonly number: bigint;
  readonly keys: bigint;
}

export interface ClaimedFees {
  readonly credited: readonly CreditedCheckpoint[];
  /** Sent to whoever proved. [shares] */
  readonly shares: bigint;
  /** Where the node's logs say something else than the vaults, in sentences: they may leave out more. */
  readonly doubts: readonly string[];
}

/** So many transactions are sent before any is waited for. */
const SENT_AT_ONCE = 16;

/**
 * Credits what `prover` has proven with its part of the fees, and sends it what has come of that so far: gains are let in
 * over days, and fees are paid as they are. Anybody may do that for anybody; no proof is needed.
 * @param sender Who sends, and pays the gas.
 */
export async function claimProverFees(
  { provider, contracts, sender, send }: Pick<Prover, "provider" | "contracts" | "sender" | "send">,
  operators: readonly OperatorState[],
  prover: string,
  range: LogRange,
): Promise<ClaimedFees> {
  const { proven, doubts } = await readProven(provider, operators, prover, range);
  const credited: CreditedCheckpoint[] = [];
  const credits: PlannedCall[] = [];
  for (const { operator, number, keys } of proven) {
    const what = `credits what was proven in checkpoint ${number} of operator ${operator.id}`;
    const credit = { what, call: await call(operator.vault, "creditProver", [prover, number]) };
    if ((await tryCallFrom(provider, sender, credit.call, what)) !== undefined) continue;
    credited.push({ operatorId: operator.id, number, keys });
    credits.push(credit);
  }
  for (const some of inBatches(credits, SENT_AT_ONCE)) await send(some);
  const { pool, registry } = contracts;
  const before = await pool.balanceOf(prover);
  // What is not let in yet may be by now: the call lets it in first.
  if ((await registry.collectProverFees.staticCall(prover, { from: sender })) > 0n) {
    const collect = await call(registry, "collectProverFees", [prover]);
    await send([{ what: `sends ${prover} its part of fees`, call: collect }]);
  }
  return { credited, shares: (await pool.balanceOf(prover)) - before, doubts };
}
