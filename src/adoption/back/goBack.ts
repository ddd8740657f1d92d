import type { ReturnPlan } from "../../protocol/adoption.js";
import type { Call } from "../../protocol/calls.js";
import type { Ground } from "../estate/types.js";
import { accept, missing } from "../play/handOver.js";
import { decide, type Poll } from "../play/poll.js";
import { NOTHING, type Step } from "../play/stage.js";

/** A way back that is played. */
export interface Return {
  readonly ground: Ground;
  readonly poll: Poll;
  readonly plan: ReturnPlan;
  readonly parts: readonly { readonly description: string; readonly calls: readonly Call[] }[];
  /** Of the new timelock. [seconds] */
  readonly newDelay: bigint;
}

/** Plays every proposal of the way back, what the old timelock accepts, and a decision through it. */
export async function goBack({ ground, poll, plan, parts, newDelay }: Return): Promise<Step> {
  const { oldTimelock, holdings, delay, roles } = plan;
  const what =
    parts.length === 1
      ? "A later proposal through the new timelock brings everything back"
      : `${parts.length} later proposals through the new timelock bring everything back`;
  let used = 0n;
  for (const { description, calls } of parts) {
    const { stopped, gas } = await decide(poll, description, calls, newDelay);
    if (stopped !== undefined) return { what, why: stopped };
    used = gas;
  }
  const receiver = { timelock: oldTimelock, delay, executors: roles.executors };
  const accepted = await accept(ground, holdings, receiver);
  if (accepted.why !== undefined) return { what, why: accepted.why };
  const absent = await missing(ground, oldTimelock, holdings);
  if (absent !== undefined) return { what, why: `the old timelock: ${absent}` };
  const { stopped } = await decide(poll, "Nothing, in the old timelock", [NOTHING], delay);
  return { what, why: stopped, ...(parts.length === 1 && { gas: used }) };
}
