import { expect } from "chai";
import { network } from "hardhat";

import { ProposalState } from "../../conformance/governorWorld.js";
import { BOUNDS, CLOSED, OPEN, governedFixture } from "./timelockFixture.js";

const { cancel, carry, deployAll, loadFixture, propose, queue, run, time } = governedFixture(await network.create());

/** A contested proposal that is queued and due. */
async function due() {
  const all = await deployAll();
  const { governor, voter, stranger, rule } = all;
  const contested = await propose(governor, voter, [
    { target: await rule.getAddress(), data: rule.interface.encodeFunctionData("setRule", [666n]) },
  ]);
  await carry(governor, voter, contested);
  await queue(governor, stranger, contested);
  await time.increaseTo(await governor.proposalEta(contested.id));
  return { ...all, contested };
}

describe("DualGovernanceTimelock: under a Governor", () => {
  describe("a proposal that the gate holds back", () => {
    it("stays Queued, past its eta, and runs once the gate opens", async () => {
      const { governor, timelock, gate, stranger, rule, contested } = await loadFixture(due);
      for (const answer of Object.values(CLOSED)) {
        await gate.setAllAnswers(answer);
        expect(await governor.state(contested.id)).to.equal(ProposalState.Queued);
        await expect(run(governor, stranger, contested))
          .to.be.revertedWithCustomError(timelock, "ExecutionClosed")
          .withArgs(contested.operation.id, gate);
      }
      await gate.setAllAnswers(OPEN["says yes"]);
      await run(governor, stranger, contested);
      expect(await rule.rule()).to.equal(666);
      expect(await governor.state(contested.id)).to.equal(ProposalState.Executed);
    });

    it("shows Canceled once it has expired", async () => {
      const { governor, stranger, contested } = await loadFixture(due);
      await time.increaseTo((await governor.proposalEta(contested.id)) + BOUNDS.grace);
      expect(await governor.state(contested.id)).to.equal(ProposalState.Queued);
      await time.increase(1n);
      expect(await governor.state(contested.id)).to.equal(ProposalState.Canceled);
      await expect(run(governor, stranger, contested)).to.be.revertedWithCustomError(
        governor,
        "GovernorUnexpectedProposalState",
      );
    });
  });

  describe("cancelling a queued proposal", () => {
    for (const [behaviour, answer] of Object.entries(CLOSED)) {
      it(`works while the gate ${behaviour}, for a bounded amount of gas`, async () => {
        const { governor, timelock, gate, guardian, contested } = await loadFixture(due);
        await gate.setAllAnswers(answer);
        const sent = await cancel(governor, guardian, contested);
        await expect(sent).to.emit(timelock, "Cancelled").withArgs(contested.operation.id);
        expect(await governor.state(contested.id)).to.equal(ProposalState.Canceled);
        // The Governor asks for the state on its way, and the gate gets half a million at the most each time.
        expect((await sent.wait())?.gasUsed).to.be.lessThan(1_900_000n);
      });
    }
  });

  describe("de-escalation", () => {
    it("withdraws a contested proposal as soon as the vote is over, while the gate is closed", async () => {
      const { governor, timelock, gate, voter, stranger, own, contested } = await loadFixture(due);
      await gate.setAllAnswers(CLOSED["says no"]);
      const withdrawal = await propose(governor, voter, [own.cancelOperations(contested.operation.id)]);
      await carry(governor, voter, withdrawal);
      await queue(governor, stranger, withdrawal);
      expect(await governor.state(withdrawal.id)).to.equal(ProposalState.Queued);
      await expect(run(governor, stranger, withdrawal))
        .to.emit(timelock, "Cancelled")
        .withArgs(contested.operation.id);
      expect(await governor.state(contested.id)).to.equal(ProposalState.Canceled);
      expect(await governor.state(withdrawal.id)).to.equal(ProposalState.Executed);
    });

    it("can withdraw the DAO's own repair, a change of the gate", async () => {
      const { governor, gate, voter, stranger, own, contested } = await loadFixture(due);
      const repair = await propose(governor, voter, [own.setGate(await gate.getAddress())], "repair");
      await carry(governor, voter, repair);
      await queue(governor, stranger, repair);
      const withdrawal = await propose(governor, voter, [own.cancelAllOperations()]);
      await carry(governor, voter, withdrawal);
      await queue(governor, stranger, withdrawal);
      await run(governor, stranger, withdrawal);
      expect(await governor.state(repair.id)).to.equal(ProposalState.Canceled);
      expect(await governor.state(contested.id)).to.equal(ProposalState.Canceled);
    });
  });
});
