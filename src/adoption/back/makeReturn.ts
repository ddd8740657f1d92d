import { returningCalls, type ReturnPlan } from "../../protocol/adoption.js";
import type { Call } from "../../protocol/calls.js";
import { SentenceError } from "../../protocol/errors.js";
import { saltAcceptances } from "../acceptances.js";
import type { Ground } from "../estate/types.js";
import { readMarks } from "../marks.js";
import { measureCalls } from "../play/measure.js";
import { splitReturn } from "../proposals.js";

/** The way back, and the calls of each proposal that it takes; or why it cannot be made. */
export interface MadeReturn {
  readonly plan: ReturnPlan;
  /** None where it cannot be made. */
  readonly parts: readonly (readonly Call[])[];
  readonly why: string | undefined;
}

/**
 * @param gas What one proposal may use; a transaction's by default. [gas]
 * @param taken Marks of other ways back that may still be executed: what takes these away must not take ours.
 */
export async function makeReturn(
  { reader }: Pick<Ground, "reader">,
  wanted: ReturnPlan,
  gas: bigint | undefined,
  taken: readonly number[],
): Promise<MadeReturn> {
  const holdings = await saltAcceptances({ reader }, wanted.oldTimelock, wanted.holdings);
  const plan = { ...wanted, holdings };
  // The Governor's own are made by way of it alone.
  const direct = returningCalls(plan).filter(({ target }) => target !== plan.governor);
  const { refused, gasOf } = await measureCalls(reader.snapshot, plan.newTimelock, direct);
  if (refused !== undefined) {
    return { plan, parts: [], why: `${refused.call.target} refuses ${refused.call.data}: ${refused.why}` };
  }
  const used = [...(await readMarks({ reader }, plan.oldTimelock)), ...taken];
  try {
    return { plan, parts: splitReturn(plan, gasOf, gas, used), why: undefined };
  } catch (error) {
    if (!(error instanceof SentenceError)) throw error;
    return { plan, parts: [], why: error.message.replace(/\.$/, "") };
  }
}
