import { expect } from "chai";
import { network } from "hardhat";

import { ProposalState } from "../../conformance/governorWorld.js";
import { impersonate } from "../../helpers/impersonate.js";
import { execute } from "../../helpers/operations.js";
import { DAY, governedFixture } from "./timelockFixture.js";

const connection = await network.create();
const { carry, deployAll, loadFixture, propose, queue, run, time } = governedFixture(connection);

/** A proposal that is queued and due, in emergency mode; the guardian is the execution committee. */
async function inMode() {
  const all = await deployAll();
  const { governor, timelock, voter, stranger, guardian, proposer, rule } = all;
  const self = await impersonate(connection, timelock);
  const protectionEndsAt = BigInt(await time.latest()) + 300n * DAY;
  const committees = { activationCommittee: proposer.address, executionCommittee: guardian.address };
  await timelock.connect(self).setEmergencyProtection({ ...committees, protectionEndsAt, modeDuration: 30n * DAY });
  const proposal = await propose(governor, voter, [
    { target: await rule.getAddress(), data: rule.interface.encodeFunctionData("setRule", [1n]) },
  ]);
  await carry(governor, voter, proposal);
  await queue(governor, stranger, proposal);
  await time.increaseTo(await governor.proposalEta(proposal.id));
  await timelock.connect(proposer).activateEmergencyMode();
  return { ...all, proposal, modeEndsAt: BigInt(await time.latest()) + 30n * DAY };
}

describe("[INV-9] DualGovernanceTimelock: a Governor in emergency mode", () => {
  it("shows Queued, and cannot execute until the mode has outlived itself", async () => {
    const { governor, timelock, stranger, guardian, rule, proposal, modeEndsAt } = await loadFixture(inMode);
    expect(await governor.state(proposal.id)).to.equal(ProposalState.Queued);
    for (const account of [stranger, guardian]) {
      await expect(run(governor, account, proposal))
        .to.be.revertedWithCustomError(timelock, "CallerIsNotExecutionCommittee")
        .withArgs(governor, guardian);
    }
    await time.increaseTo(modeEndsAt);
    expect(await governor.state(proposal.id)).to.equal(ProposalState.Queued);
    await run(governor, stranger, proposal);
    expect(await rule.rule()).to.equal(1);
    expect(await governor.state(proposal.id)).to.equal(ProposalState.Executed);
  });

  it("shows Executed once the committee has executed on the timelock itself", async () => {
    const { governor, timelock, guardian, proposal } = await loadFixture(inMode);
    await execute(timelock, guardian, proposal.operation);
    expect(await governor.state(proposal.id)).to.equal(ProposalState.Executed);
  });

  it("shows Canceled after a reset, queues again, and waits for the fallback gate's delay", async () => {
    const { governor, timelock, voter, stranger, guardian, rule, proposal } = await loadFixture(inMode);
    await timelock.connect(guardian).emergencyReset();
    expect(await governor.state(proposal.id)).to.equal(ProposalState.Canceled);
    const again = await propose(governor, voter, proposal.calls, "again");
    await carry(governor, voter, again);
    await queue(governor, stranger, again);
    const queuedAt = BigInt(await time.latest());
    await time.increaseTo(await governor.proposalEta(again.id));
    expect(await governor.state(again.id)).to.equal(ProposalState.Queued);
    const landsAt = queuedAt + 60n * DAY;
    await time.setNextBlockTimestamp(landsAt - 1n);
    await expect(run(governor, stranger, again)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
    await time.setNextBlockTimestamp(landsAt);
    await run(governor, stranger, again);
    expect(await rule.rule()).to.equal(1);
  });

  it("can still cancel, and withdraw by a vote", async () => {
    const { governor, timelock, voter, stranger, own, proposal } = await loadFixture(inMode);
    const withdrawal = await propose(governor, voter, [own.cancelAllOperations()], "withdraw");
    await carry(governor, voter, withdrawal);
    await queue(governor, stranger, withdrawal);
    await run(governor, stranger, withdrawal);
    expect(await governor.state(proposal.id)).to.equal(ProposalState.Canceled);
    expect((await timelock.emergencyStatus()).modeEndsAt).not.to.equal(0);
  });
});
