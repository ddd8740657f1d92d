import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";

import type { Operation } from "../../helpers/operations.js";
import { OperationState } from "../../../src/protocol/enums.js";
import { batch, execute, schedule, single } from "../../helpers/operations.js";
import { isDeep } from "../../helpers/testProfile.js";
import { BOUNDS, CLOSED, DELAY, OPEN, timelockFixture } from "./timelockFixture.js";
import type { Plan } from "./ledger-model.js";
import { LedgerModel } from "./ledger-model.js";

const { deployAll, loadFixture, time } = timelockFixture(await network.create());

const OPTIONS = { seed: 20_260_202, numRuns: isDeep ? 500 : 12 };

/** Enough operations to be in each other's way: two ordinary ones, two that withdraw, one that changes the gate. */
async function deployWithPlans() {
  const all = await deployAll();
  const { own, setRule, gate } = all;
  const first = single(setRule(1n));
  const second = batch([setRule(2n)], { predecessor: `0x${"00".repeat(32)}` });
  const some = single(own.cancelOperations(first.id, second.id, first.id));
  const everything = batch([own.cancelAllOperations()]);
  const change = single(own.setGate(await gate.getAddress()));
  const operations: readonly Operation[] = [first, second, some, everything, change];
  const plans: readonly Plan[] = [
    { id: first.id },
    { id: second.id },
    { id: some.id, withdraws: [first.id, second.id] },
    { id: everything.id, withdraws: "all" },
    { id: change.id, changesGate: true },
  ];
  return { ...all, plans, operations };
}

const which = fc.nat({ max: 4 });
/** A gate that is closed, or a life that ends, cuts most stories short: each is made rarer than its contrary. */
const openMostly = fc.constantFrom(true, true, false);
const moment = fc.record({
  /** After the base delay of that operation, mostly; after its life otherwise. */
  life: fc.constantFrom(0n, 0n, 0n, BOUNDS.grace),
  offset: fc.constantFrom(-1n, 0n, 1n),
});
const step = fc.oneof(
  { weight: 7, arbitrary: fc.record({ do: fc.constant("schedule" as const), which, byCanceller: fc.boolean() }) },
  { weight: 7, arbitrary: fc.record({ do: fc.constant("execute" as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), which }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("cancelSome" as const), some: fc.array(which, { maxLength: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancelAll" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("turnGate" as const), isOpen: openMostly }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), which, moment }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Plays one sequence on the contract and on the model; after each step they must agree on everything. */
async function play(steps: readonly Step[]): Promise<void> {
  const { timelock, gate, dao, scheduler, canceller, stranger, plans, operations } = await loadFixture(deployWithPlans);
  const model = new LedgerModel(DELAY, BOUNDS.grace);
  const pick = (index: number) => {
    const [plan, operation] = [plans[index], operations[index]];
    if (plan === undefined || operation === undefined) throw new Error(`there is no operation ${index}`);
    return { plan, operation };
  };
  const connected = timelock.connect(canceller);
  const succeeded = async (transaction: Promise<unknown>) => transaction.then(() => true).catch(() => false);

  for (const [index, current] of steps.entries()) {
    const now = BigInt(await time.latest()) + 1n;
    await time.setNextBlockTimestamp(now);
    const context = `step ${index}, ${current.do}`;
    switch (current.do) {
      case "schedule": {
        const { plan, operation } = pick(current.which);
        const expected = model.schedule(now, plan, current.byCanceller);
        const by = current.byCanceller ? dao : scheduler;
        expect(await succeeded(schedule(timelock, by, operation, DELAY)), context).to.equal(expected);
        break;
      }
      case "execute": {
        const { plan, operation } = pick(current.which);
        const expected = model.execute(now, plan);
        expect(await succeeded(execute(timelock, stranger, operation)), context).to.equal(expected);
        break;
      }
      case "cancel": {
        const { id } = pick(current.which).plan;
        const expected = model.cancel(now, id);
        expect(await succeeded(connected.cancel(id)), context).to.equal(expected);
        break;
      }
      case "cancelSome": {
        const ids = current.some.map((each) => pick(each).plan.id);
        model.cancelPending(now, ids);
        await connected.cancelOperations(ids);
        break;
      }
      case "cancelAll":
        model.cancelAll();
        await connected.cancelAllOperations();
        break;
      case "turnGate":
        model.isGateOpen = current.isOpen;
        await gate.setAllAnswers(model.isGateOpen ? OPEN["says yes"] : CLOSED["says no"]);
        break;
      case "wait": {
        const { life, offset } = current.moment;
        const until = (model.dueOf(pick(current.which).plan.id) ?? now) + life + offset;
        await time.increaseTo(until > now ? until : now);
        break;
      }
    }

    const seenAt = BigInt(await time.latest());
    expect(await timelock.lastSequence(), context).to.equal(model.lastSequence);
    for (const [place, { id }] of plans.entries()) {
      const expected = OperationState[model.stateAt(seenAt, id)];
      expect(await timelock.getOperationState(id), `${context}, state of ${place}`).to.equal(expected);
      const { sequence } = await timelock.getOperation(id);
      expect(sequence, `${context}, sequence of ${place}`).to.equal(model.sequenceOf(id));
    }
  }
}

describe("DualGovernanceTimelock: random walks", () => {
  it("agree with a plain model after every step", async function () {
    this.timeout(isDeep ? 600_000 : 60_000);
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 40 }), play), OPTIONS);
  });
});
