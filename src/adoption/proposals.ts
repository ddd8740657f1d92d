import {
  closingCalls,
  markingCall,
  openingCalls,
  returningClosing,
  returningGiving,
  unmarkingCall,
  type AdoptionPlan,
  type ReturnPlan,
} from "../protocol/adoption.js";
import type { Call } from "../protocol/calls.js";
import { SentenceError } from "../protocol/errors.js";
import { givingCalls } from "../protocol/handovers.js";
import { numberParts } from "./marks.js";

/** What a transaction may use (EIP-7825, 16,777,216), less what Governor and timelock need around the calls. [gas] */
const PROPOSAL_GAS = 12_000_000n;
/** What Governor and timelock use for each call beside the call itself, calldata included. [gas] */
const AROUND = 30_000n;

/** What goes before the proposals that are prepared: by default nothing. */
export interface Begun {
  /** What is left to hand over. */
  readonly left: readonly Call[];
  /** The part whose mark the first of them takes away; undefined where none goes before it. */
  readonly after: number | undefined;
  /** Marks that the timelock does not take. */
  readonly used: readonly number[];
}

/** What is done at once, before and after what is handed over; and how parts are marked. */
interface Frame {
  readonly opening: readonly Call[];
  readonly closing: readonly Call[];
  readonly marking: (part: number) => Call;
  readonly unmarking: (part: number) => Call;
}

/**
 * The calls of one proposal after the other: as many as a transaction's gas allows, in the order in which they are made.
 * @param gasOf What a call uses. [gas]
 * @throws SentenceError where what must be done at once does not fit into one transaction.
 */
export const splitAdoption = (
  plan: AdoptionPlan,
  gasOf: (call: Call) => bigint,
  budget?: bigint,
  begun: Begun = {
    left: givingCalls(plan.holdings, plan.oldTimelock, plan.newTimelock),
    after: undefined,
    used: [],
  },
): readonly (readonly Call[])[] =>
  split(
    {
      opening: openingCalls(plan),
      closing: closingCalls(plan),
      marking: (part) => markingCall(plan, part),
      unmarking: (part) => unmarkingCall(plan, part),
    },
    gasOf,
    budget,
    begun,
  );

/**
 * The same for the way back, whose marks are in the old timelock: there the new one schedules and cancels.
 * @param used Marks that the old timelock does not take: they stand there, or are done.
 */
export function splitReturn(
  plan: ReturnPlan,
  gasOf: (call: Call) => bigint,
  budget: bigint | undefined,
  used: readonly number[],
): readonly (readonly Call[])[] {
  const marked = { newTimelock: plan.oldTimelock, delay: plan.delay };
  return split(
    {
      opening: [],
      closing: returningClosing(plan),
      marking: (part) => markingCall(marked, part),
      unmarking: (part) => unmarkingCall(marked, part),
    },
    gasOf,
    budget,
    { left: returningGiving(plan), after: undefined, used },
  );
}

function split(
  { opening, closing, marking, unmarking }: Frame,
  gasOf: (call: Call) => bigint,
  budget = PROPOSAL_GAS,
  { left, after, used }: Begun,
): readonly (readonly Call[])[] {
  const cost = (calls: readonly Call[]): bigint => calls.reduce((sum, call) => sum + gasOf(call) + AROUND, 0n);
  const first = after === undefined ? [] : [unmarking(after)];
  const whole = [...first, ...opening, ...left, ...closing];
  if (cost(whole) <= budget) return [whole];
  // Whatever its number, a mark costs the same.
  const [marks, unmarks] = [cost([marking(1)]), cost([unmarking(1)])];
  const last = cost([...opening, ...closing]) + unmarks;
  if (last > budget) {
    throw new SentenceError(
      `What must be done at once takes about ${last} gas, and a transaction may use ${budget}: hand over what changes ` +
        "owners in two steps by an earlier proposal of its own.",
    );
  }
  const parts: Call[][] = [[]];
  for (const call of left) {
    const part = parts.at(-1) ?? [];
    if (part.length > 0 && cost([...part, call]) + marks + unmarks > budget) parts.push([call]);
    else part.push(call);
  }
  const numbers = numberParts(parts.length, after, used);
  const starts = [first, ...numbers.map((one) => [unmarking(one)])];
  const marked = numbers.map((one, index) => [...(starts[index] ?? []), ...(parts[index] ?? []), marking(one)]);
  return [...marked, [...(starts.at(-1) ?? []), ...opening, ...closing]];
}
