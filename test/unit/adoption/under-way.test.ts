import { expect } from "chai";
import { toBeHex, ZeroAddress } from "ethers";

import type { Decision } from "../../../src/adoption/estate/decisions.js";
import { fitPlan } from "../../../src/adoption/fit.js";
import { leftToGive } from "../../../src/adoption/giving.js";
import { lackingOf } from "../../../src/adoption/holdingKey.js";
import { isMark, markSetBy, markTakenBy } from "../../../src/adoption/marks.js";
import { splitAdoption, splitReturn } from "../../../src/adoption/proposals.js";
import { findParts, findUnderWay, tellRivals } from "../../../src/adoption/underWay.js";
import {
  adoptionCalls,
  closingCalls,
  markingCall,
  openingCalls,
  returningCalls,
  unmarkingCall,
  type AdoptionPlan,
  type ReturnPlan,
} from "../../../src/protocol/adoption.js";
import type { Call } from "../../../src/protocol/calls.js";
import { givingCalls, type Handover } from "../../../src/protocol/handovers.js";
import { ROLES } from "../../../src/protocol/roles.js";

const at = (digit: string): string => `0x${digit.padStart(40, "0")}`;
const [GOVERNOR, OLD, NEW, TOKEN, VAULT, SPENDER] = ["1", "2", "3", "4", "5", "6"].map(at) as [
  ...[string, string, string, string, string, string],
];
const OWNED: Handover = { kind: "ownership", target: VAULT };
const planWith = (holdings: readonly Handover[]): AdoptionPlan => ({
  ...{ governor: GOVERNOR, oldTimelock: OLD, newTimelock: NEW, delay: 345_600n, holdings },
  roles: {
    ...{ proposers: [GOVERNOR], cancellers: [GOVERNOR], executors: [ZeroAddress], admin: ROLES.admin, admins: [] },
  },
});
const amounts = (ether: bigint, tokens: bigint): Handover[] => [
  { kind: "ether", amount: ether },
  { kind: "tokens", target: TOKEN, amount: tokens },
];
const decision = (id: bigint, calls: readonly Call[], state: Decision["state"] = "Active"): Decision => ({
  ...{ id, calls, state, description: "", descriptionHash: "" },
});
const plan = planWith([OWNED, ...amounts(7n, 100n)]);
const first = (holdings: readonly Handover[]): Call[] => [
  ...givingCalls(holdings, OLD, NEW),
  markingCall(planWith(holdings), 1),
];
const last = [unmarkingCall(plan, 1), ...openingCalls(plan), ...closingCalls(plan)];

describe("an adoption that is under way", () => {
  it("is the proposal that the Governor has and that moves it, alone or as the last of several", () => {
    const other = decision(3n, givingCalls([OWNED], OLD, NEW));
    expect(findUnderWay([other], plan, [], undefined)).to.deep.equal([]);
    const whole = decision(4n, adoptionCalls(plan));
    expect(findUnderWay([other, whole], plan, [], undefined)).to.deep.equal([whole]);
    const [one, two] = [decision(5n, first(plan.holdings), "Queued"), decision(6n, last)];
    expect(findUnderWay([two, other, one], plan, [], undefined)).to.deep.equal([one, two]);
    expect(findUnderWay([two, other, one], plan, [], "new")).to.deep.equal([]);
    // The first part was executed already.
    expect(findUnderWay([two], plan, [], undefined)).to.deep.equal([two]);
  });

  it("must be named where several move it, and be one of these", () => {
    const [one, two] = [decision(4n, adoptionCalls(plan)), decision(5n, adoptionCalls(plan), "Queued")];
    expect(() => findUnderWay([one, two], plan, [], undefined)).to.throw("4 (Active), 5 (Queued). Say which one");
    expect(findUnderWay([one, two], plan, [], 5n)).to.deep.equal([two]);
    expect(() => findUnderWay([one], plan, [], 9n)).to.throw("Proposal 9 is none that is open");
    expect(tellRivals([one, two], [5n], plan).map(({ key }) => key)).to.deep.equal(["proposal 4"]);
  });

  it("goes on after the parts that the Governor has, whatever the old timelock has received since", () => {
    const dust: Handover = { kind: "tokens", target: SPENDER, amount: 1n };
    const now = planWith([OWNED, dust, ...amounts(8n, 101n)]);
    const known = decision(5n, first(plan.holdings));
    expect(findParts([known], now, [], false)).to.deep.equal([known]);
    expect(leftToGive(now, known.calls)).to.deep.equal(givingCalls([dust, ...amounts(1n, 1n)], OLD, NEW));
    const left = leftToGive(now, known.calls);
    const rest = splitAdoption(now, () => 1n, undefined, { left, after: 1, used: [] });
    expect(rest).to.deep.equal([[unmarkingCall(now, 1), ...openingCalls(now), ...left, ...closingCalls(now)]]);
    // Nothing that is beside it, or missing from it, is told of both together.
    const { stays, findings, notices } = fitPlan(now, [known.calls, ...rest]);
    expect([stays, findings, notices]).to.deep.equal([[], [], []]);
  });

  it("goes on with nothing that a stranger has proposed: it hands over less, or something else", () => {
    const known = decision(5n, first(plan.holdings), "Succeeded");
    const less = decision(6n, first([OWNED]));
    const theft = decision(7n, [
      ...givingCalls([{ kind: "tokens", target: TOKEN, amount: 5n }], OLD, SPENDER),
      ...known.calls,
    ]);
    const broken = ["0x01d5062a", "0xc4d252f5"].map((data) => ({ target: NEW, value: 0n, data }));
    const nonsense = decision(8n, [...broken, { target: TOKEN, value: 0n, data: "0xa9059cbb" }]);
    const all = [nonsense, known, less, theft];
    expect(findParts(all, plan, [], false)).to.deep.equal([known]);
    expect(findUnderWay([...all, decision(9n, last)], plan, [], undefined).map(({ id }) => id)).to.deep.equal([5n, 9n]);
    // Nobody who needs but one proposal has begun with the first of several.
    expect(findParts(all, plan, [], true)).to.deep.equal([]);
  });

  it("goes on with no stranger's copy, nor with one that repeats calls, sends nothing or more than there is", () => {
    const known = decision(5n, first(plan.holdings));
    const mark = markingCall(plan, 1);
    const many = (one: Handover): Call[] => Array.from({ length: 10 }, () => givingCalls([one], OLD, NEW)).flat();
    const theft = givingCalls([{ kind: "tokens", target: TOKEN, amount: 5n }], OLD, SPENDER);
    const padded = [
      [...many({ kind: "tokens", target: TOKEN, amount: 0n }), mark],
      [...many({ kind: "ether", amount: 0n }), mark],
      [...many({ kind: "tokens", target: TOKEN, amount: 0n }), ...first(plan.holdings), ...theft],
      [...many(OWNED), mark],
      first([OWNED, ...amounts(7n, 2n ** 255n)]),
      [...first(plan.holdings), markingCall(plan, 64)],
    ].map((calls, index) => decision(BigInt(20 + index), calls));
    const end = decision(9n, last);
    for (const one of padded) {
      expect(findParts([one], plan, [], false), `${one.id}`).to.deep.equal([]);
      expect(findUnderWay([known, one, end], plan, [], undefined), `${one.id}`).to.deep.equal([known, end]);
    }
    const copy = decision(6n, known.calls);
    expect(findParts([known, copy], plan, [], false)).to.deep.equal([known]);
    expect(findUnderWay([known, copy, end], plan, [], undefined)).to.deep.equal([known, end]);
  });

  it("has no part that hands over what another one does", () => {
    const one = decision(5n, first(plan.holdings.slice(0, 2)));
    const partWith = (id: bigint, holdings: readonly Handover[]): Decision =>
      decision(id, [unmarkingCall(plan, 1), ...givingCalls(holdings, OLD, NEW), markingCall(plan, 2)]);
    const two = partWith(6n, plan.holdings.slice(2));
    const again = partWith(7n, plan.holdings.slice(0, 2));
    expect(findParts([again, one, two], plan, [], false)).to.deep.equal([one, two]);
    const end = decision(9n, [
      unmarkingCall(plan, 2),
      ...givingCalls(plan.holdings.slice(0, 2), OLD, NEW),
      ...last.slice(1),
    ]);
    const before = decision(8n, [...givingCalls(plan.holdings.slice(2), OLD, NEW), markingCall(plan, 2)]);
    expect(findUnderWay([again, before, end], plan, [1], undefined)).to.deep.equal([before, end]);
  });

  it("goes on with nothing whose own mark stands, nor with one that leaves out a mark", () => {
    const marked = (mark: number, ...taken: number[]): Decision =>
      decision(6n, [
        ...taken.map((one) => unmarkingCall(plan, one)),
        ...givingCalls([OWNED], OLD, NEW),
        markingCall(plan, mark),
      ]);
    const end = decision(9n, last);
    expect(findUnderWay([marked(1), end], plan, [1], undefined)).to.deep.equal([end]);
    for (const [standing, one] of [
      [[1], marked(1)],
      [[1], marked(1, 1)],
      [[1], marked(3, 1)],
      [[1, 2], marked(2, 1)],
      [[1, 3], marked(4, 1)],
      [[], marked(64)],
    ] as const) {
      expect(findParts([one], plan, standing, false)).to.deep.equal([]);
    }
    const [free, end2] = [marked(2), decision(9n, [unmarkingCall(plan, 2), ...last.slice(1)])];
    expect(findParts([free], plan, [1], false)).to.deep.equal([free]);
    expect(findParts([marked(2, 1)], plan, [1, 64], false)).to.have.lengthOf(1);
    expect(findUnderWay([free, end2], plan, [1], undefined)).to.deep.equal([free, end2]);
    expect(findUnderWay([marked(2, 1), end2], plan, [1], undefined).map(({ id }) => id)).to.deep.equal([6n, 9n]);
  });

  it("goes on after parts that were executed, under marks that are free", () => {
    const second = decision(6n, [unmarkingCall(plan, 1), ...givingCalls([OWNED], OLD, NEW), markingCall(plan, 2)]);
    expect(findParts([second], plan, [], false)).to.deep.equal([]);
    expect(findParts([second], plan, [1], true)).to.deep.equal([second]);
    const parts = splitAdoption(plan, () => 100_000n, 1_600_000n, {
      left: leftToGive(plan, []),
      after: undefined,
      used: [1],
    });
    expect(
      parts
        .flat()
        .map((one) => markSetBy(one, NEW))
        .find((part) => part !== undefined),
    ).to.equal(2);
    expect(parts.at(-1)?.map((one) => markTakenBy(one, NEW))[0]).to.equal(parts.length);
  });

  it("is split under the lowest marks that are free, whichever others have scheduled", () => {
    const used = [1, 3, 64];
    const left = leftToGive(plan, []);
    // One of them in each part.
    const gasOf = (call: Call): bigint => (left.includes(call) ? 1_000_000n : 100_000n);
    const parts = splitAdoption(plan, gasOf, 1_600_000n, { left, after: undefined, used });
    const marks = [markTakenBy, markSetBy].map((read) =>
      parts.map((calls) => calls.map((one) => read(one, NEW)).find((part) => part !== undefined)),
    );
    expect(marks).to.deep.equal([
      [undefined, 2, 4, 5],
      [2, 4, 5, undefined],
    ]);
  });
});

describe("a way back", () => {
  const back: ReturnPlan = { ...plan, waiting: Array.from({ length: 250 }, (_, index) => toBeHex(index, 32)) };

  it("cancels whatever waits before anything else, in as many proposals as that takes", () => {
    const parts = splitReturn(back, () => 40_000n, undefined, [1, 2]);
    expect(parts.length).to.equal(3);
    const calls = parts.flat().filter((one) => !isMark(one, OLD));
    expect(calls).to.deep.equal(returningCalls(back));
    const marks = parts.map((part) => part.map((one) => markSetBy(one, OLD)).filter((one) => one !== undefined));
    expect(marks).to.deep.equal([[3], [4], []]);
  });
});

describe("what has been proposed, beside what there is to hand over", () => {
  it("keeps its own amounts; what is beyond them stays, and is told", () => {
    const now = planWith([OWNED, ...amounts(8n, 101n)]);
    const fitted = fitPlan(now, [adoptionCalls(plan)]);
    expect(fitted.plan.holdings).to.deep.equal(plan.holdings);
    expect(fitted.stays).to.deep.equal(amounts(1n, 1n));
    expect(fitted.findings).to.deep.equal([]);
    expect(fitted.notices.join())
      .to.contain("does not hand over 1 wei, which stays")
      .and.to.contain(`1 of token ${TOKEN}`);
  });

  it("keeps its amounts also where less is left, so that the copy shows that it fails", () => {
    const fitted = fitPlan(planWith([OWNED, ...amounts(7n, 99n)]), [adoptionCalls(plan)]);
    expect(fitted.plan.holdings).to.deep.equal(plan.holdings);
    expect(fitted.stays).to.deep.equal([]);
  });

  it("is told what it leaves out, and what no adoption would do", () => {
    const calls = adoptionCalls(planWith(amounts(7n, 100n)));
    const theft = givingCalls([{ kind: "tokens", target: TOKEN, amount: 5n }], OLD, SPENDER);
    const keys = fitPlan(plan, [calls.concat(theft)]).findings.map(({ key }) => key);
    expect(keys[0]).to.equal(`left out: owner of ${VAULT}`);
    expect(keys.slice(1)).to.deep.equal(theft.map(({ data }) => `call of ${TOKEN}, 0 wei, ${data}`));
  });

  it("is told each call of the beginning and the end that it leaves out, and a beginning that comes late", () => {
    const calls = adoptionCalls(plan);
    const fixed = [...openingCalls(plan), ...closingCalls(plan)];
    const keyOf = (what: string, { target, data }: Call): string => `${what}: call of ${target}, 0 wei, ${data}`;
    for (const one of fixed) {
      const keys = fitPlan(plan, [calls.filter((call) => call !== one && call.data !== one.data)]).findings;
      expect(keys.map(({ key }) => key)).to.include(keyOf("left out", one));
    }
    const [opening, ...others] = calls;
    if (opening === undefined) throw new Error("an adoption withdraws first");
    const [begun, end] = [first(plan.holdings), last.slice(2)];
    for (const parts of [
      [[...others, opening]],
      [[...calls, opening]],
      [begun, [unmarkingCall(plan, 1), ...end.slice(0, 1), opening, ...end.slice(1)]],
    ]) {
      expect(fitPlan(plan, parts).findings.map(({ key }) => key)).to.deep.equal([keyOf("late", opening)]);
    }
    // In an earlier proposal it withdraws nothing of what is scheduled until the last one.
    const early = fitPlan(plan, [
      [opening, ...begun],
      [unmarkingCall(plan, 1), ...end],
    ]);
    expect(early.findings.map(({ key }) => key)).to.deep.equal([keyOf("left out", opening)]);
  });

  it("is as it is prepared where nothing has changed", () => {
    for (const parts of [[adoptionCalls(plan)], [first(plan.holdings), last]]) {
      expect(fitPlan(plan, parts)).to.deep.equal({ plan, stays: [], findings: [], notices: [] });
    }
  });
});

describe("what a holder lacks", () => {
  it("is what it has less of, not what it has more of", () => {
    expect(lackingOf(plan.holdings, [OWNED, ...amounts(8n, 100n)])).to.deep.equal([]);
    expect(lackingOf(plan.holdings, amounts(6n, 100n))).to.deep.equal(["7 wei", `owner of ${VAULT}`]);
  });
});
