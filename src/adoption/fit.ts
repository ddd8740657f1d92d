import { Interface } from "ethers";

import { adoptionCalls, type AdoptionPlan } from "../protocol/adoption.js";
import type { Call } from "../protocol/calls.js";
import { givingCalls, type Handover } from "../protocol/handovers.js";
import type { Finding } from "./estate/types.js";
import { holdingKey } from "./holdingKey.js";
import { markSetBy, markTakenBy } from "./marks.js";

const TOKEN = new Interface(["function transfer(address,uint256)"]);

/** What calls that somebody has proposed hand over, beside what there is to hand over now. */
export interface Fitted {
  /** As the calls have it: their amounts, and nothing that they leave out. */
  readonly plan: AdoptionPlan;
  /** What the old timelock keeps: it came later, or was left out. */
  readonly stays: readonly Handover[];
  readonly findings: readonly Finding[];
  readonly notices: readonly string[];
}

const keyOf = ({ target, value, data }: Call): string => `${target} ${value} ${data}`;

/** @param now What would be handed over if it were prepared now. */
export function fitPlan(now: AdoptionPlan, calls: readonly Call[]): Fitted {
  const { oldTimelock, newTimelock } = now;
  const made = new Set(calls.map(keyOf));
  const holdings: Handover[] = [];
  const stays: Handover[] = [];
  for (const one of now.holdings) {
    const amount = amountIn(calls, one, newTimelock);
    if (amount !== undefined && (one.kind === "ether" || one.kind === "tokens")) {
      if (amount > 0n) holdings.push({ ...one, amount });
      if (one.amount > amount) stays.push({ ...one, amount: one.amount - amount });
      continue;
    }
    const isMade = givingCalls([one], oldTimelock, newTimelock).every((call) => made.has(keyOf(call)));
    (isMade ? holdings : stays).push(one);
  }
  const plan = { ...now, holdings };
  const isLate = ({ kind }: Handover): boolean => ["ether", "tokens", "token id"].includes(kind);
  return {
    plan,
    stays,
    findings: [...stays.filter((one) => !isLate(one)).map(tellLeftOut), ...tellForeign(plan, calls)],
    notices: stays
      .filter(isLate)
      .map(
        (one) =>
          `The proposal does not hand over ${holdingKey(one)}, which stays in the old timelock until a later decision fetches it.`,
      ),
  };
}

/** How much of it the calls send; undefined for what is no amount. */
function amountIn(calls: readonly Call[], one: Handover, to: string): bigint | undefined {
  if (one.kind === "ether") {
    return calls
      .filter(({ target, data }) => target === to && data === "0x")
      .reduce((sum, { value }) => sum + value, 0n);
  }
  if (one.kind !== "tokens") return undefined;
  return calls
    .filter(({ target }) => target === one.target)
    .map(({ data }) => TOKEN.parseTransaction({ data }))
    .filter((call) => call?.args[0] === to)
    .reduce((sum, call) => sum + (call?.args[1] as bigint), 0n);
}

const tellLeftOut = (one: Handover): Finding => ({
  key: `left out: ${holdingKey(one)}`,
  sentence: `The proposal leaves out ${holdingKey(one)}, which stays with the old timelock.`,
});

/** What belongs to no adoption as it would be prepared now: whoever votes for it should know it. */
function tellForeign(plan: AdoptionPlan, calls: readonly Call[]): Finding[] {
  const expected = new Set(adoptionCalls(plan).map(keyOf));
  const isMark = (one: Call): boolean =>
    markSetBy(one, plan.newTimelock) !== undefined || markTakenBy(one, plan.newTimelock) !== undefined;
  return calls
    .filter((one) => !expected.has(keyOf(one)) && !isMark(one))
    .map(({ target, value, data }) => ({
      key: `call of ${target}, ${value} wei, ${data}`,
      sentence:
        `The proposal calls ${target} with ${value} wei and ${data}, which no adoption would do that is prepared now: ` +
        "something has changed since it was proposed, or it asks for more.",
    }));
}
