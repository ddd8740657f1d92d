import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";

import { OperationState } from "../../../src/protocol/enums.js";
import { batch, execute, schedule } from "../../helpers/operations.js";
import { isDeep } from "../../helpers/testProfile.js";
import { EmergencyModel } from "./emergency-model.js";
import { emergencyFixture, NO_TERMS, readStatus } from "./emergency-world.js";
import { BOUNDS, DAY, DELAY, FALLBACK_DELAY } from "./timelockFixture.js";

const { at, deployProtected, loadFixture, now: readNow } = emergencyFixture(await network.create());

const OPTIONS = { seed: 20_261_121, numRuns: isDeep ? 500 : 6 };
const COUNT = 3;

const which = fc.nat({ max: COUNT - 1 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("schedule" as const), which }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("execute" as const), which, byWarden: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("activate" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("end" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reset" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("giveTerm" as const),
      length: fc.constantFrom(0n, 2n * DAY, 100n * DAY, 400n * DAY),
      duration: fc.constantFrom(1n, DELAY, BOUNDS.emergencyLimit),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("clearTerm" as const) }) },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      moment: fc.nat({ max: 20 }),
      offset: fc.constantFrom(-1n, 0n, 1n),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What has happened in all stories together, so that none is only refused. */
const outcomes = new Set<string>();

/** Plays one story on the contract and on the model; after each step they must agree on everything. */
async function play(steps: readonly Step[]): Promise<void> {
  const { timelock, dao, stranger, alarm, warden, terms, setTerms, setRule, protectionEndsAt } =
    await loadFixture(deployProtected);
  const hardEnd = await timelock.PROTECTION_HARD_END();
  const model = new EmergencyModel({ delay: DELAY, grace: BOUNDS.grace, fallbackDelay: FALLBACK_DELAY, hardEnd });
  model.giveTerm(0n, protectionEndsAt, terms.modeDuration);
  const operations = Array.from({ length: COUNT }, (_, index) => batch([setRule(BigInt(index))]));
  const pick = (index: number) => {
    const operation = operations[index];
    if (operation === undefined) throw new Error(`there is no operation ${index}`);
    return operation;
  };
  const fallbackGate = await timelock.FALLBACK_GATE();
  let now = await readNow();
  let leap: bigint | undefined;

  for (const [index, current] of steps.entries()) {
    if (current.do === "wait") {
      const ahead = model.moments().filter((moment) => moment > now + 2n);
      const moment = ahead[current.moment % Math.max(ahead.length, 1)];
      leap = moment === undefined ? undefined : moment + current.offset;
      continue;
    }
    now = leap !== undefined && leap > now ? leap : now + 1n;
    leap = undefined;
    await at(now);
    const [expected, sending] = ((): readonly [boolean, Promise<unknown>] => {
      switch (current.do) {
        case "schedule": {
          const operation = pick(current.which);
          return [model.schedule(now, operation.id), schedule(timelock, dao, operation, DELAY)];
        }
        case "execute": {
          const operation = pick(current.which);
          const by = current.byWarden ? warden : stranger;
          return [model.execute(now, operation.id, current.byWarden), execute(timelock, by, operation)];
        }
        case "activate":
          return [model.activate(now), timelock.connect(alarm).activateEmergencyMode()];
        case "end":
          return [model.end(now), timelock.connect(stranger).endEmergencyMode()];
        case "reset":
          return [model.reset(now), timelock.connect(warden).emergencyReset()];
        case "giveTerm": {
          const endsAt = now + current.length;
          const values = { protectionEndsAt: endsAt, modeDuration: current.duration };
          return [model.giveTerm(now, endsAt, current.duration), setTerms(values)];
        }
        case "clearTerm":
          return [model.clearTerm(now), setTerms(NO_TERMS)];
      }
    })();
    const context = `step ${index}, ${current.do}`;
    const succeeded = await sending.then(() => true).catch(() => false);
    expect(succeeded, context).to.equal(expected);
    outcomes.add(`${current.do} ${succeeded}`);
    if (now > hardEnd) outcomes.add(`${current.do} ${succeeded} after the hard end`);
    // A refused transaction is not mined: the clock stands where it stood.
    now = await readNow();
    const [, , endsAt, , modeEndsAt, last] = await readStatus(timelock);
    expect([endsAt, modeEndsAt, last], context).to.deep.equal(model.statusAt(now));
    expect((await timelock.gate()) === fallbackGate, context).to.equal(model.hasFallbackGate);
    for (const { id } of operations) {
      const state = await timelock.getOperationState(id);
      expect(state, context).to.equal(OperationState[model.stateAt(now, id)]);
    }
  }
}

describe("[INV-9] DualGovernanceTimelock: random walks through emergencies", () => {
  it("agree with a plain model after every step", async function () {
    this.timeout(isDeep ? 600_000 : 60_000);
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 50 }), play), OPTIONS);
    for (const action of ["schedule", "execute", "activate", "end", "reset", "giveTerm"]) {
      for (const outcome of [true, false]) expect(outcomes).to.include(`${action} ${outcome}`);
    }
    for (const late of ["clearTerm true", "giveTerm false", "execute true"]) {
      expect(outcomes).to.include(`${late} after the hard end`);
    }
    expect(outcomes).not.to.include("giveTerm true after the hard end");
  });
});
