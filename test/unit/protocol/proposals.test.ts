import { expect } from "chai";
import { network } from "hardhat";

import { operationOf, proposalArguments, proposalOf, proposeArguments } from "../../../src/protocol/proposals.js";
import { TIMELOCKS } from "../../conformance/deployments.js";
import { governorWorld } from "../../conformance/governorWorld.js";

const connection = await network.create();

const CALLS = [
  { target: "0x00000000000000000000000000000000000000aa", value: 7n, data: "0x12" },
  { target: "0x00000000000000000000000000000000000000bb", value: 0n, data: "0x" },
];

describe("a proposal", () => {
  for (const [name, deploy] of Object.entries(TIMELOCKS)) {
    const { deployAll, carry, loadFixture } = governorWorld(connection, deploy);
    const fixture = () => deployAll();

    it(`has the number that the Governor gives it, and becomes the operation it schedules, with ${name}`, async () => {
      const { governor, timelock, voter } = await loadFixture(fixture);
      const proposal = proposalOf("Words\nand more", CALLS);
      await governor.connect(voter).propose(...proposeArguments(proposal));
      expect(await governor.proposalSnapshot(proposal.id)).to.be.greaterThan(0n);
      const operation = operationOf(await governor.getAddress(), proposal);
      await carry(governor, voter, { ...proposal, operation });
      await governor.queue(...proposalArguments(proposal));
      expect(await timelock.isOperationPending(operation.id)).to.equal(true);
    });
  }
});
