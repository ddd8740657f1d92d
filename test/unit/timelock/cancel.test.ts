import { expect } from "chai";
import { network } from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { OperationState } from "../../../src/protocol/enums.js";
import { schedule, single, stateBitmap } from "../../helpers/operations.js";
import { BOUNDS, CANCELLER, CLOSED, DELAY, timelockFixture } from "./timelockFixture.js";

const { deployAll, loadFixture, networkHelpers, passDelay, time } = timelockFixture(await network.create());

async function scheduled() {
  const all = await deployAll();
  const operation = single(all.setRule(1n));
  await schedule(all.timelock, all.dao, operation, DELAY);
  return { ...all, operation };
}

async function due() {
  const all = await scheduled();
  await passDelay();
  return all;
}

describe("DualGovernanceTimelock: cancelling", () => {
  for (const [behaviour, answer] of Object.entries(CLOSED)) {
    it(`works while the gate ${behaviour}, before and after the base delay`, async () => {
      for (const fixture of [scheduled, due]) {
        const { timelock, gate, canceller, operation } = await loadFixture(fixture);
        await gate.setAllAnswers(answer);
        await expect(timelock.connect(canceller).cancel(operation.id))
          .to.emit(timelock, "Cancelled")
          .withArgs(operation.id);
        expect(await timelock.getOperationState(operation.id)).to.equal(OperationState.Unset);
      }
    });
  }

  it("does not ask the gate: it costs the same however much gas the gate would burn", async () => {
    const { timelock, gate, canceller, operation } = await loadFixture(due);
    const cost = () => timelock.connect(canceller).cancel.estimateGas(operation.id);
    const honest = await cost();
    await gate.setAllAnswers(Answer.BurnGas);
    expect(await cost()).to.equal(honest);
  });

  it("works when the gate's code is gone", async () => {
    const { timelock, gate, canceller, operation } = await loadFixture(due);
    await networkHelpers.setCode(await gate.getAddress(), "0x");
    await timelock.connect(canceller).cancel(operation.id);
  });

  it("refuses what has expired, and what another way has cancelled", async () => {
    const { timelock, canceller, operation } = await loadFixture(due);
    const expectRefusal = () =>
      expect(timelock.connect(canceller).cancel(operation.id))
        .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
        .withArgs(operation.id, stateBitmap("Waiting", "Ready"));
    await timelock.connect(canceller).cancelAllOperations();
    await expectRefusal();
    const again = await loadFixture(due);
    await time.increase(BOUNDS.grace);
    await expect(again.timelock.connect(canceller).cancel(operation.id)).to.be.revertedWithCustomError(
      timelock,
      "TimelockUnexpectedOperationState",
    );
  });

  it("is for cancellers", async () => {
    const { timelock, admin, scheduler, stranger, operation } = await loadFixture(due);
    for (const account of [admin, scheduler, stranger]) {
      await expect(timelock.connect(account).cancel(operation.id))
        .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
        .withArgs(account, CANCELLER);
    }
  });
});
