import { expect } from "chai";
import { ZeroHash, parseEther } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { describeGovernorAdministration } from "./governorAdministration.js";
import { BASE_DELAY, ProposalState, governorWorld } from "./governorWorld.js";
import { batchArguments, execute, stateBitmap } from "../helpers/operations.js";
import type { DeployTimelock } from "./timelockWorld.js";

/** Everything that `GovernorTimelockControl` promises on top of a timelock. */
export function describeGovernorTimelockControl(
  name: string,
  connection: NetworkConnection,
  deploy: DeployTimelock,
): void {
  const world = governorWorld(connection, deploy);
  const { ethers, loadFixture, time, deployAll, propose, carry, queue, run, cancel } = world;

  async function proposed() {
    const all = await deployAll();
    const proposal = await propose(all.governor, all.voter, [
      { target: await all.rule.getAddress(), data: all.rule.interface.encodeFunctionData("setRule", [7n]) },
      { target: await all.target.getAddress(), data: "0x1234" },
    ]);
    return { ...all, proposal };
  }

  async function carried() {
    const all = await proposed();
    await carry(all.governor, all.voter, all.proposal);
    return all;
  }

  async function queued() {
    const all = await carried();
    await queue(all.governor, all.stranger, all.proposal);
    return all;
  }

  async function due() {
    const all = await queued();
    await time.increase(BASE_DELAY);
    return all;
  }

  describe(name, () => {
    it("names its timelock, and queues everything there", async () => {
      const { governor, timelock, proposal } = await loadFixture(proposed);
      expect(await governor.timelock()).to.equal(timelock);
      expect(await governor.proposalNeedsQueuing(proposal.id)).to.be.true;
    });

    describe("queue", () => {
      it("schedules the calls for the minimum delay and says until when", async () => {
        const { governor, timelock, stranger, proposal } = await loadFixture(carried);
        expect(await governor.state(proposal.id)).to.equal(ProposalState.Succeeded);
        expect(await governor.proposalEta(proposal.id)).to.equal(0);
        const transaction = queue(governor, stranger, proposal);
        for (const [index, { target, value, data }] of proposal.calls.entries()) {
          await expect(transaction)
            .to.emit(timelock, "CallScheduled")
            .withArgs(proposal.operation.id, index, target, value, data, ZeroHash, BASE_DELAY);
        }
        const eta = BigInt(await time.latest()) + BASE_DELAY;
        await expect(transaction).to.emit(governor, "ProposalQueued").withArgs(proposal.id, eta);
        await expect(transaction)
          .to.emit(timelock, "CallSalt")
          .withArgs(proposal.operation.id, proposal.operation.salt);
        expect(await governor.proposalEta(proposal.id)).to.equal(eta);
        expect(await timelock.getTimestamp(proposal.operation.id)).to.equal(eta);
        expect(await governor.state(proposal.id)).to.equal(ProposalState.Queued);
      });

      it("refuses a proposal that has not succeeded", async () => {
        const { governor, stranger, proposal } = await loadFixture(proposed);
        await expect(queue(governor, stranger, proposal))
          .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
          .withArgs(proposal.id, ProposalState.Pending, encodeStates(ProposalState.Succeeded));
      });

      it("refuses a second time", async () => {
        const { governor, stranger, proposal } = await loadFixture(queued);
        await expect(queue(governor, stranger, proposal))
          .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
          .withArgs(proposal.id, ProposalState.Queued, encodeStates(ProposalState.Succeeded));
      });

      it("fails when somebody has scheduled the very operation already", async () => {
        const { governor, timelock, proposer, stranger, proposal } = await loadFixture(carried);
        await timelock.connect(proposer).scheduleBatch(...batchArguments(proposal.operation), BASE_DELAY);
        await expect(queue(governor, stranger, proposal))
          .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
          .withArgs(proposal.operation.id, stateBitmap("Unset"));
      });
    });

    describe("execute", () => {
      it("runs the calls as the timelock, once", async () => {
        const { governor, timelock, stranger, target, rule, proposal } = await loadFixture(due);
        const transaction = run(governor, stranger, proposal);
        await expect(transaction).to.emit(governor, "ProposalExecuted").withArgs(proposal.id);
        await expect(transaction).to.emit(target, "Called").withArgs(timelock, 0, "0x1234");
        for (const [index, { target: to, value, data }] of proposal.calls.entries()) {
          await expect(transaction)
            .to.emit(timelock, "CallExecuted")
            .withArgs(proposal.operation.id, index, to, value, data);
        }
        expect(await rule.rule()).to.equal(7);
        expect(await governor.state(proposal.id)).to.equal(ProposalState.Executed);
        expect(await timelock.isOperationDone(proposal.operation.id)).to.be.true;
        await expect(run(governor, stranger, proposal))
          .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
          .withArgs(proposal.id, ProposalState.Executed, encodeStates(ProposalState.Queued));
      });

      it("refuses before the delay has passed", async () => {
        const { governor, timelock, stranger, proposal } = await loadFixture(queued);
        await time.setNextBlockTimestamp((await governor.proposalEta(proposal.id)) - 1n);
        await expect(run(governor, stranger, proposal))
          .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
          .withArgs(proposal.operation.id, stateBitmap("Ready"));
        await time.setNextBlockTimestamp(await governor.proposalEta(proposal.id));
        await run(governor, stranger, proposal);
      });

      it("refuses what is not queued", async () => {
        const { governor, stranger, proposal } = await loadFixture(carried);
        await expect(run(governor, stranger, proposal))
          .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
          .withArgs(proposal.id, ProposalState.Succeeded, encodeStates(ProposalState.Queued));
      });

      it("counts as done when the timelock ran it without the Governor", async () => {
        const { governor, timelock, stranger, rule, proposal } = await loadFixture(due);
        await execute(timelock, stranger, proposal.operation);
        expect(await rule.rule()).to.equal(7);
        expect(await governor.state(proposal.id)).to.equal(ProposalState.Executed);
        await expect(run(governor, stranger, proposal)).to.be.revertedWithCustomError(
          governor,
          "GovernorUnexpectedProposalState",
        );
      });

      it("passes value through the Governor, and takes the rest from the timelock", async () => {
        const { governor, timelock, voter, stranger, target } = await loadFixture(deployAll);
        const value = parseEther("1");
        const proposal = await propose(governor, voter, [{ target: await target.getAddress(), value }]);
        await carry(governor, voter, proposal);
        await queue(governor, stranger, proposal);
        await time.increase(BASE_DELAY);
        await stranger.sendTransaction({ to: timelock, value: value / 2n });
        await expect(run(governor, stranger, proposal, value / 2n)).to.changeEtherBalances(
          ethers,
          [stranger, governor, timelock, target],
          [-value / 2n, 0n, -value / 2n, value],
        );
      });
    });

    describe("cancel", () => {
      it("by the proposer, before the vote: nothing can be queued", async () => {
        const { governor, voter, stranger, proposal } = await loadFixture(proposed);
        await expect(cancel(governor, voter, proposal))
          .to.emit(governor, "ProposalCanceled")
          .withArgs(proposal.id);
        expect(await governor.state(proposal.id)).to.equal(ProposalState.Canceled);
        await expect(queue(governor, stranger, proposal)).to.be.revertedWithCustomError(
          governor,
          "GovernorUnexpectedProposalState",
        );
      });

      for (const [stage, fixture] of Object.entries({ queued, due })) {
        it(`of a proposal that is ${stage} cancels the operation`, async () => {
          const { governor, timelock, guardian, stranger, proposal } = await loadFixture(fixture);
          const transaction = cancel(governor, guardian, proposal);
          await expect(transaction).to.emit(governor, "ProposalCanceled").withArgs(proposal.id);
          await expect(transaction).to.emit(timelock, "Cancelled").withArgs(proposal.operation.id);
          expect(await timelock.isOperation(proposal.operation.id)).to.be.false;
          expect(await governor.state(proposal.id)).to.equal(ProposalState.Canceled);
          await expect(run(governor, stranger, proposal)).to.be.revertedWithCustomError(
            governor,
            "GovernorUnexpectedProposalState",
          );
        });
      }

      it("is for the proposer and the guardian", async () => {
        const { governor, stranger, proposal } = await loadFixture(queued);
        await expect(cancel(governor, stranger, proposal))
          .to.be.revertedWithCustomError(governor, "GovernorUnableToCancel")
          .withArgs(proposal.id, stranger);
      });

      it("on the timelock itself shows in the Governor", async () => {
        const { governor, timelock, proposer, stranger, proposal } = await loadFixture(due);
        await timelock.connect(proposer).cancel(proposal.operation.id);
        expect(await governor.state(proposal.id)).to.equal(ProposalState.Canceled);
        await expect(run(governor, stranger, proposal)).to.be.revertedWithCustomError(
          governor,
          "GovernorUnexpectedProposalState",
        );
      });

      it("comes too late once executed", async () => {
        const { governor, guardian, stranger, proposal } = await loadFixture(due);
        await run(governor, stranger, proposal);
        await expect(cancel(governor, guardian, proposal)).to.be.revertedWithCustomError(
          governor,
          "GovernorUnexpectedProposalState",
        );
      });
    });

    describeGovernorAdministration(world);
  });
}

/** The bitmap by which a Governor names the states it expected. */
function encodeStates(...states: readonly bigint[]): string {
  const bitmap = states.reduce((sum, state) => sum | (1n << state), 0n);
  return `0x${bitmap.toString(16).padStart(64, "0")}`;
}
