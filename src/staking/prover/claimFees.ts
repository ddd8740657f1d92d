import { zeroPadValue } from "ethers";

import { OperatorVault__factory } from "../../../types/index.js";
import { call } from "../../protocol/calls.js";
import { queryLogs } from "../../protocol/logs.js";
import { tryCallFrom, type PlannedCall } from "../../protocol/plannedCall.js";
import type { LogRange } from "./keys.js";
import { inBatches } from "./keySet.js";
import type { OperatorState } from "./pool.js";
import type { Prover } from "./prover.js";

/** What has been shown, and was not credited: a checkpoint that earned nothing, or runs, is left out. */
export interface CreditedCheckpoint {
  readonly operatorId: bigint;
  readonly number: bigint;
  readonly keys: bigint;
}

export interface ClaimedFees {
  readonly credited: readonly CreditedCheckpoint[];
  /** Sent to whoever proved. [shares] */
  readonly shares: bigint;
}

const events = OperatorVault__factory.createInterface();
/** So many addresses are given to a node at once. */
const AT_ONCE = 100;
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
  { since, onProgress }: LogRange,
): Promise<ClaimedFees> {
  const newest = await provider.getBlockNumber();
  const topics = [events.getEvent("KeysProven").topicHash, null, zeroPadValue(prover, 32)];
  const credited: CreditedCheckpoint[] = [];
  const credits: PlannedCall[] = [];
  for (const some of inBatches(operators, AT_ONCE)) {
    const address = some.map(({ vaultAddress }) => vaultAddress);
    const logs = await queryLogs(
      (fromBlock, toBlock) => provider.getLogs({ address, topics, fromBlock, toBlock }),
      since,
      newest,
      onProgress,
    );
    for (const { id, vault, vaultAddress } of some) {
      const own = logs.filter((log) => log.address === vaultAddress);
      for (const number of new Set(own.map((log) => BigInt(log.topics[1] ?? 0)))) {
        const keys = await vault.provenBy(number, prover);
        if (keys === 0n) continue;
        const what = `credits what was proven in checkpoint ${number} of operator ${id}`;
        const credit = { what, call: await call(vault, "creditProver", [prover, number]) };
        if ((await tryCallFrom(provider, sender, credit.call, what)) !== undefined) continue;
        credited.push({ operatorId: id, number, keys });
        credits.push(credit);
      }
    }
  }
  for (const some of inBatches(credits, SENT_AT_ONCE)) await send(some);
  const { pool, registry } = contracts;
  const before = await pool.balanceOf(prover);
  // What is not let in yet may be by now: the call lets it in first.
  if ((await registry.collectProverFees.staticCall(prover, { from: sender })) > 0n) {
    const collect = await call(registry, "collectProverFees", [prover]);
    await send([{ what: `sends ${prover} its part of fees`, call: collect }]);
  }
  return { credited, shares: (await pool.balanceOf(prover)) - before };
}
