import { expect } from "chai";
import { ZeroHash, id as hashText } from "ethers";
import { network } from "hardhat";

import type { DualGovernanceTimelock } from "../../../types/index.js";
import { Answer } from "../../helpers/answer.js";
import type { Operation } from "../../helpers/operations.js";
import { OperationState } from "../../../src/protocol/enums.js";
import { batch, batchArguments, execute, schedule } from "../../helpers/operations.js";
import { BOUNDS, CLOSED, DAY, DELAY, OPEN, timelockFixture } from "./timelockFixture.js";

const { deployAll, loadFixture, networkHelpers, time } = timelockFixture(await network.create());

/** One ordinary operation and one de-escalation, just scheduled. */
async function scheduled() {
  const all = await deployAll();
  const ordinary = batch([all.setRule(1n)]);
  const deEscalation = batch([all.own.cancelOperations(hashText("nothing"))]);
  await schedule(all.timelock, all.dao, ordinary, DELAY);
  const scheduledAt = BigInt(await time.latest());
  await time.setNextBlockTimestamp(scheduledAt + 1n);
  await schedule(all.timelock, all.dao, deEscalation, DELAY);
  return { ...all, ordinary, deEscalation, scheduledAt, dueAt: scheduledAt + DELAY };
}

const { Unset, Waiting, Ready, Done } = OperationState;

/** Every view of one operation; how they hang together is checked on the way. */
async function look(timelock: DualGovernanceTimelock, { id }: Operation) {
  const state = await timelock.getOperationState(id);
  expect(await timelock.isOperation(id)).to.equal(state !== Unset);
  expect(await timelock.isOperationPending(id)).to.equal(state === Waiting || state === Ready);
  expect(await timelock.isOperationReady(id)).to.equal(state === Ready);
  expect(await timelock.isOperationDone(id)).to.equal(state === Done);
  return {
    state,
    timestamp: await timelock.getTimestamp(id),
    expiry: await timelock.getExpiry(id),
    sequence: (await timelock.getOperation(id)).sequence,
  };
}

/** Whether it executes in the block that the views speak of. */
async function executes(timelock: DualGovernanceTimelock, operation: Operation): Promise<boolean> {
  try {
    await timelock.executeBatch.staticCall(...batchArguments(operation));
    return true;
  } catch {
    return false;
  }
}

describe("DualGovernanceTimelock: views", () => {
  describe("of an ordinary operation", () => {
    it("give the end of the base delay, the expiry and the place in the order while it waits", async () => {
      const { timelock, ordinary, dueAt } = await loadFixture(scheduled);
      const expiry = dueAt + BOUNDS.grace;
      const waiting = { state: Waiting, timestamp: dueAt, expiry, sequence: 1n };
      expect(await look(timelock, ordinary)).to.deep.equal(waiting);
      await time.increaseTo(dueAt - 1n);
      expect(await look(timelock, ordinary)).to.deep.equal(waiting);
      await time.increaseTo(dueAt);
      expect(await look(timelock, ordinary)).to.deep.equal({ ...waiting, state: Ready });
    });

    for (const [behaviour, answer] of Object.entries(CLOSED)) {
      it(`say Waiting, not Ready, when it is due and the gate ${behaviour}`, async () => {
        const { timelock, gate, ordinary, dueAt } = await loadFixture(scheduled);
        await time.increaseTo(dueAt);
        await gate.setAllAnswers(answer);
        const expiry = dueAt + BOUNDS.grace;
        expect(await look(timelock, ordinary)).to.deep.equal({
          state: Waiting,
          timestamp: dueAt,
          expiry,
          sequence: 1n,
        });
      });
    }

    it("forget all but the expiry and the place in the order once it has expired", async () => {
      const { timelock, ordinary, dueAt } = await loadFixture(scheduled);
      const expiry = dueAt + BOUNDS.grace;
      await time.increaseTo(expiry);
      expect(await look(timelock, ordinary)).to.deep.equal({ state: Ready, timestamp: dueAt, expiry, sequence: 1n });
      await time.increase(1n);
      expect(await look(timelock, ordinary)).to.deep.equal({ state: Unset, timestamp: 0n, expiry, sequence: 1n });
    });

    it("forget everything once it is cancelled, one by one, by a list or with all others", async () => {
      for (const way of ["cancel", "cancelOperations", "cancelAllOperations"] as const) {
        const { timelock, canceller, ordinary, dueAt } = await loadFixture(scheduled);
        const connected = timelock.connect(canceller);
        if (way === "cancel") await connected.cancel(ordinary.id);
        else if (way === "cancelOperations") await connected.cancelOperations([ordinary.id]);
        else await connected.cancelAllOperations();
        for (const now of [0n, dueAt, dueAt + BOUNDS.grace + DAY]) {
          if (now > 0n) await time.increaseTo(now);
          expect(await look(timelock, ordinary)).to.deep.equal({
            ...{ state: Unset, timestamp: 0n, expiry: 0n, sequence: 0n },
          });
        }
      }
    });

    it("say Done for ever once it is done", async () => {
      const { timelock, stranger, ordinary, dueAt } = await loadFixture(scheduled);
      await time.increaseTo(dueAt);
      await execute(timelock, stranger, ordinary);
      for (const wait of [1n, BOUNDS.grace * 2n]) {
        await time.increase(wait);
        expect(await look(timelock, ordinary)).to.deep.equal({
          ...{ state: Done, timestamp: 1n, expiry: 0n, sequence: 0n },
        });
      }
    });
  });

  describe("of a de-escalation", () => {
    it("say Ready from its scheduling to its expiry, whatever the gate does", async () => {
      const { timelock, gate, deEscalation, scheduledAt, dueAt } = await loadFixture(scheduled);
      const ready = { state: Ready, timestamp: scheduledAt + 1n, expiry: dueAt + 1n + BOUNDS.grace, sequence: 2n };
      for (const answer of Object.values(CLOSED)) {
        await gate.setAllAnswers(answer);
        expect(await look(timelock, deEscalation)).to.deep.equal(ready);
      }
      await time.increaseTo(ready.expiry);
      expect(await look(timelock, deEscalation)).to.deep.equal(ready);
      await time.increase(1n);
      expect(await look(timelock, deEscalation)).to.deep.equal({ ...ready, state: Unset, timestamp: 0n });
    });
  });

  it("know nothing of what was never scheduled", async () => {
    const { timelock } = await loadFixture(scheduled);
    for (const id of [ZeroHash, hashText("never scheduled")]) {
      expect(
        await look(timelock, { id, calls: [], predecessor: ZeroHash, salt: ZeroHash, isBatch: true }),
      ).to.deep.equal({ state: Unset, timestamp: 0n, expiry: 0n, sequence: 0n });
    }
  });

  describe("promise nothing that this very block does not keep", () => {
    const moments: Readonly<Record<string, (dueAt: bigint) => bigint>> = {
      "a second before it is due": (dueAt) => dueAt - 1n,
      "when it is due": (dueAt) => dueAt,
      "when its life ends": (dueAt) => dueAt + BOUNDS.grace,
      "a second after its life": (dueAt) => dueAt + BOUNDS.grace + 1n,
    };
    for (const [moment, timeOf] of Object.entries(moments)) {
      it(`${moment}, whatever the gate does`, async () => {
        const { timelock, gate, ordinary, deEscalation, dueAt } = await loadFixture(scheduled);
        await time.increaseTo(timeOf(dueAt));
        for (const answer of Object.values({ ...OPEN, ...CLOSED })) {
          await gate.setAllAnswers(answer);
          for (const operation of [ordinary, deEscalation]) {
            const { state } = await look(timelock, operation);
            expect(state === Ready).to.equal(await executes(timelock, operation));
          }
        }
      });
    }

    it("when the gate's code is gone", async () => {
      const { timelock, gate, ordinary, deEscalation, dueAt } = await loadFixture(scheduled);
      await time.increaseTo(dueAt);
      await networkHelpers.setCode(await gate.getAddress(), "0x");
      expect((await look(timelock, ordinary)).state).to.equal(Waiting);
      expect(await executes(timelock, ordinary)).to.be.false;
      expect((await look(timelock, deEscalation)).state).to.equal(Ready);
      expect(await executes(timelock, deEscalation)).to.be.true;
    });

    it("and cost a bounded amount of gas even if the gate burns all it gets", async () => {
      const { timelock, gate, ordinary, dueAt } = await loadFixture(scheduled);
      await time.increaseTo(dueAt);
      await gate.setAllAnswers(Answer.BurnGas);
      const spent = await timelock.isOperationPending.estimateGas(ordinary.id);
      expect(spent).to.be.greaterThan(1_700_000n);
      expect(spent).to.be.lessThan(1_800_000n);
    });
  });
});
