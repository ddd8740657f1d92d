import { expect } from "chai";
import { network } from "hardhat";

import { execute, schedule, single } from "../helpers/operations.js";
import { TIMELOCKS } from "./deployments.js";
import { MIN_DELAY, ROLES, timelockWorld } from "./timelockWorld.js";

const connection = await network.create();

/** What the two timelocks do differently on purpose, also behind an open gate: shown on both. */
describe("where DualGovernanceTimelock is not as OpenZeppelin's TimelockController", () => {
  for (const [name, deploy] of Object.entries(TIMELOCKS)) {
    const isOurs = name.startsWith("DualGovernanceTimelock");
    const { time, loadFixture, deployAll } = timelockWorld(connection, deploy);

    describe(name, () => {
      it(`${isOurs ? "refuses" : "executes as done"} a call with data to an account without code`, async () => {
        const { timelock, proposer, executor, stranger } = await loadFixture(deployAll);
        const operation = single({ target: stranger.address, data: "0xdeadbeef" });
        await schedule(timelock, proposer, operation, MIN_DELAY);
        await time.increase(MIN_DELAY);
        if (isOurs) {
          const { interface: abi } = await connection.ethers.getContractFactory("DualGovernanceTimelock");
          await expect(execute(timelock, executor, operation))
            .to.be.revertedWithCustomError({ interface: abi }, "NoCode")
            .withArgs(stranger);
        } else await execute(timelock, executor, operation);
        expect(await timelock.isOperationDone(operation.id)).to.equal(!isOurs);
        expect(await timelock.isOperationReady(operation.id)).to.equal(isOurs);
      });

      it(`${isOurs ? "keeps" : "loses"} its last proposer`, async () => {
        const { timelock, admin, proposer } = await loadFixture(deployAll);
        const remove = () => timelock.connect(admin).revokeRole(ROLES.proposer, proposer);
        if (isOurs) {
          const { interface: abi } = await connection.ethers.getContractFactory("DualGovernanceTimelock");
          await expect(remove()).to.be.revertedWithCustomError({ interface: abi }, "LastProposer").withArgs(proposer);
        } else await remove();
        expect(await timelock.hasRole(ROLES.proposer, proposer)).to.equal(isOurs);
      });
    });
  }
});
