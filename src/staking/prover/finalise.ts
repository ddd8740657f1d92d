import { call } from "../../protocol/calls.js";
import { describeRefusal } from "../../protocol/plannedCall.js";
import { tryRead } from "../../protocol/tryRead.js";
import type { Prover } from "./prover.js";

export interface FinalisedQueue {
  /** What may be claimed now, and could not before. [shares] */
  readonly shares: bigint;
  /** What that is. [wei] */
  readonly assets: bigint;
  /** Why nobody is paid, though somebody waits. */
  readonly refusal: string | undefined;
}

/** Lets those who wait be paid, as far as ETH and proofs reach. Nothing is sent where that would change nothing. */
export async function finaliseQueue({ contracts, send }: Prover): Promise<FinalisedQueue> {
  const { pool } = contracts;
  const nobody = { shares: 0n, assets: 0n, refusal: undefined };
  const [waiting] = await pool.waiting();
  if (waiting === 0n) return nobody;
  const answer = await tryRead(() => pool.finalise.staticCall(), "finalise");
  if (!answer.answered) return { ...nobody, refusal: describeRefusal(answer.refusal).words };
  const { shares, assets } = answer.value;
  if (shares > 0n) await send([{ what: "finalises requests that wait", call: await call(pool, "finalise") }]);
  return { shares, assets, refusal: undefined };
}
