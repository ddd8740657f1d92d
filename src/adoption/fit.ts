import { parseCall } from "../protocol/abis.js";
import { adoptionCalls, closingCalls, openingCalls, type AdoptionPlan } from "../protocol/adoption.js";
import type { Call } from "../protocol/calls.js";
import { givingCalls, type Handover } from "../protocol/handovers.js";
import { saltedAs } from "./acceptances.js";
import type { Finding } from "./estate/types.js";
import { kindOf, sumOf } from "./giving.js";
import { canComeLate, holdingKey } from "./holdingKey.js";
import { isMark } from "./marks.js";

/** What calls that somebody has proposed hand over, beside what there is to hand over now. */
export interface Fitted {
  /** As the calls have it: their amounts, and nothing that they leave out. */
  readonly plan: AdoptionPlan;
  /** What the old timelock keeps: it came later, or was left out. */
  readonly stays: readonly Handover[];
  readonly findings: readonly Finding[];
  readonly notices: readonly string[];
}

/**
 * @param now What would be handed over if it were prepared now.
 * @param parts The calls of each proposal, in their order.
 */
export function fitPlan(now: AdoptionPlan, parts: readonly (readonly Call[])[]): Fitted {
  const { oldTimelock, newTimelock } = now;
  const calls = parts.flat();
  const made = new Set(calls.map((call) => kindOf(call, newTimelock)));
  const holdings: Handover[] = [];
  const stays: Handover[] = [];
  for (const one of saltedAs(calls, newTimelock, now.holdings)) {
    const giving = givingCalls([one], oldTimelock, newTimelock);
    if (one.kind === "ether" || one.kind === "tokens") {
      const amount = giving.reduce((sum, call) => sum + sumOf(calls, call, newTimelock), 0n);
      if (amount > 0n) holdings.push({ ...one, amount });
      if (one.amount > amount) stays.push({ ...one, amount: one.amount - amount });
      continue;
    }
    const isMade = giving.every((call) => made.has(kindOf(call, newTimelock)));
    (isMade ? holdings : stays).push(one);
  }
  const plan = { ...now, holdings };
  return {
    plan,
    stays,
    findings: [
      ...stays.filter((one) => !canComeLate(one)).map(tellLeftOut),
      ...tellOpening(plan, parts.at(-1) ?? []),
      ...closingCalls(plan)
        .filter((call) => !made.has(kindOf(call, newTimelock)))
        .map(tellMissing),
      ...tellForeign(plan, calls),
    ],
    notices: stays
      .filter(canComeLate)
      .map(
        (one) =>
          `The proposal does not hand over ${holdingKey(one)}, which stays in the old timelock until a later decision fetches it.`,
      ),
  };
}

const tellLeftOut = (one: Handover): Finding => ({
  key: `left out: ${holdingKey(one)}`,
  sentence: `The proposal leaves out ${holdingKey(one)}, which stays with the old timelock.`,
});

const tellMissing = ({ target, value, data }: Call): Finding => ({
  key: `left out: call of ${target}, ${value} wei, ${data}`,
  sentence: `The proposal leaves out ${inWords(data)}, which it must ask ${target} for.`,
});

/** Where it is not the first of all, something that others schedule in the new timelock outlives the adoption. */
function tellOpening(plan: AdoptionPlan, last: readonly Call[]): Finding[] {
  const kinds = last.filter((one) => !isMark(one, plan.newTimelock)).map((one) => kindOf(one, plan.newTimelock));
  return openingCalls(plan).flatMap((call, index) => {
    const kind = kindOf(call, plan.newTimelock);
    if (!kinds.includes(kind)) return [tellMissing(call)];
    if (kinds.indexOf(kind) === index && kinds.lastIndexOf(kind) === index) return [];
    const sentence =
      `The proposal asks ${call.target} for ${inWords(call.data)} more than once, or after other calls: that withdraws what ` +
      "the proposal itself schedules, or comes too late for what others have scheduled.";
    return [{ key: `late: call of ${call.target}, ${call.value} wei, ${call.data}`, sentence }];
  });
}

const inWords = (data: string): string => {
  const call = parseCall(data)?.call;
  return call === undefined ? data : `${call.name}(${call.args.toArray().map(String).join(", ")})`;
};

/** What belongs to no adoption as it would be prepared now: whoever votes for it should know it. */
function tellForeign(plan: AdoptionPlan, calls: readonly Call[]): Finding[] {
  const expected = new Set(adoptionCalls(plan).map((call) => kindOf(call, plan.newTimelock)));
  return calls
    .filter((one) => !expected.has(kindOf(one, plan.newTimelock)) && !isMark(one, plan.newTimelock))
    .map(({ target, value, data }) => ({
      key: `call of ${target}, ${value} wei, ${data}`,
      sentence:
        `The proposal calls ${target} with ${value} wei and ${data}, which no adoption would do that is prepared now: ` +
        "something has changed since it was proposed, or it asks for more.",
    }));
}
