import { expect } from "chai";
import { ZeroAddress } from "ethers";

import type { GovernorWorld } from "./governorWorld.js";
import { BASE_DELAY, ProposalState } from "./governorWorld.js";
import { execute, schedule, single } from "../helpers/operations.js";
import { ROLES } from "./timelockWorld.js";

/** What only the timelock may ask of the Governor, and by which way. */
export function describeGovernorAdministration(world: GovernorWorld): void {
  const { connection, deploy, loadFixture, time, deployAll, propose, carry, queue, run } = world;

  /** A Governor that owns the rule itself, and a proposal to change it by `relay`. */
  async function relaying() {
    const all = await deployAll();
    const { governor } = all;
    const rule = await world.ethers.deployContract("RuleTargetMock", [governor]);
    const setRule = rule.interface.encodeFunctionData("setRule", [9n]);
    const data = governor.interface.encodeFunctionData("relay", [await rule.getAddress(), 0n, setRule]);
    const relay = { target: await governor.getAddress(), value: 0n, data };
    return { ...all, rule, relay };
  }

  async function moving() {
    const all = await deployAll();
    const { governor, deployer, voter, stranger } = all;
    const next = await deploy(connection, BASE_DELAY, [], [ZeroAddress], deployer.address);
    await next.grantRole(ROLES.proposer, governor);
    await next.grantRole(ROLES.canceller, governor);
    await next.renounceRole(ROLES.admin, deployer);
    const data = governor.interface.encodeFunctionData("updateTimelock", [await next.getAddress()]);
    const proposal = await propose(governor, voter, [{ target: await governor.getAddress(), data }]);
    await carry(governor, voter, proposal);
    await queue(governor, stranger, proposal);
    await time.increase(BASE_DELAY);
    return { ...all, next, proposal };
  }

  describe("relay", () => {
    it("is for the timelock alone", async () => {
      const { governor, voter, stranger } = await loadFixture(relaying);
      for (const account of [voter, stranger]) {
        await expect(governor.connect(account).relay(stranger, 0n, "0x"))
          .to.be.revertedWithCustomError(governor, "GovernorOnlyExecutor")
          .withArgs(account);
      }
    });

    it("makes the Governor act for a proposal that went through the timelock", async () => {
      const { governor, voter, stranger, rule, relay } = await loadFixture(relaying);
      const proposal = await propose(governor, voter, [relay]);
      await carry(governor, voter, proposal);
      await queue(governor, stranger, proposal);
      await time.increase(BASE_DELAY);
      await expect(run(governor, stranger, proposal))
        .to.emit(rule, "RuleSet")
        .withArgs(0, 9);
    });

    it("refuses an operation of the timelock that no proposal stands behind", async () => {
      const { governor, timelock, proposer, stranger, relay } = await loadFixture(relaying);
      const operation = single(relay);
      await schedule(timelock, proposer, operation, BASE_DELAY);
      await time.increase(BASE_DELAY);
      // The Governor looks for the call in the queue of what it executes itself, which is empty.
      await expect(execute(timelock, stranger, operation)).to.be.revertedWithPanic(0x31);
      expect(await governor.timelock()).to.equal(timelock);
    });

    it("refuses a proposal that is executed past the Governor", async () => {
      const { governor, timelock, voter, stranger, relay } = await loadFixture(relaying);
      const proposal = await propose(governor, voter, [relay]);
      await carry(governor, voter, proposal);
      await queue(governor, stranger, proposal);
      await time.increase(BASE_DELAY);
      await expect(execute(timelock, stranger, proposal.operation)).to.be.revertedWithPanic(0x31);
      await run(governor, stranger, proposal);
    });
  });

  describe("ether", () => {
    it("is for the timelock: the Governor takes none", async () => {
      const { governor, stranger } = await loadFixture(deployAll);
      await expect(stranger.sendTransaction({ to: governor, value: 1n })).to.be.revertedWithCustomError(
        governor,
        "GovernorDisabledDeposit",
      );
    });
  });

  describe("updateTimelock", () => {
    it("is for the timelock alone", async () => {
      const { governor, voter, timelock } = await loadFixture(deployAll);
      await expect(governor.connect(voter).updateTimelock(timelock))
        .to.be.revertedWithCustomError(governor, "GovernorOnlyExecutor")
        .withArgs(voter);
    });

    it("moves the Governor to another timelock, by one proposal", async () => {
      const { governor, timelock, next, voter, stranger, proposal } = await loadFixture(moving);
      await expect(run(governor, stranger, proposal))
        .to.emit(governor, "TimelockChange")
        .withArgs(timelock, next);
      expect(await governor.timelock()).to.equal(next);

      const rule = await world.ethers.deployContract("RuleTargetMock", [next]);
      const setRule = rule.interface.encodeFunctionData("setRule", [3n]);
      const proposed = await propose(governor, voter, [{ target: await rule.getAddress(), data: setRule }]);
      await carry(governor, voter, proposed);
      await queue(governor, stranger, proposed);
      expect(await next.isOperationPending(proposed.operation.id)).to.be.true;
      expect(await timelock.isOperation(proposed.operation.id)).to.be.false;
      await time.increase(BASE_DELAY);
      await run(governor, stranger, proposed);
      expect(await rule.rule()).to.equal(3);
      expect(await governor.state(proposed.id)).to.equal(ProposalState.Executed);
    });
  });
}
