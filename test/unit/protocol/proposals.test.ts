import { expect } from "chai";
import { ZeroHash, type Interface } from "ethers";
import { network } from "hardhat";

import { acceptanceOf, adoptionCalls, adoptionRoles } from "../../../src/protocol/adoption.js";
import { operationOf, proposalArguments, proposalOf, proposeArguments } from "../../../src/protocol/proposals.js";
import { ROLES } from "../../../src/protocol/roles.js";
import {
  DualGovernanceTimelock__factory,
  ExampleVault__factory,
  TimelockController__factory,
  TribuneGovernor__factory,
} from "../../../types/index.js";
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

describe("an adoption", () => {
  const plan = {
    governor: "0x0000000000000000000000000000000000000001",
    oldTimelock: "0x0000000000000000000000000000000000000002",
    newTimelock: "0x0000000000000000000000000000000000000003",
    vault: "0x0000000000000000000000000000000000000004",
    delay: 345_600n,
  };
  const KNOWN: Readonly<Record<string, Interface>> = {
    [plan.governor]: TribuneGovernor__factory.createInterface(),
    [plan.oldTimelock]: TimelockController__factory.createInterface(),
    [plan.newTimelock]: DualGovernanceTimelock__factory.createInterface(),
    [plan.vault]: ExampleVault__factory.createInterface(),
  };

  it("hands over the vault first, and moves the Governor last", () => {
    const calls = adoptionCalls(plan).map(({ target, value, data }) => {
      const parsed = KNOWN[target]?.parseTransaction({ data });
      expect(value).to.equal(0n);
      return [target, parsed?.name, ...((parsed?.args.toArray() ?? []) as unknown[])];
    });
    const accept = KNOWN[plan.vault]?.encodeFunctionData("acceptOwnership");
    expect(calls).to.deep.equal([
      [plan.vault, "transferOwnership", plan.newTimelock],
      [plan.newTimelock, "schedule", plan.vault, 0n, accept, ZeroHash, ZeroHash, plan.delay],
      [plan.newTimelock, "renounceRole", ROLES.proposer, plan.oldTimelock],
      [plan.oldTimelock, "revokeRole", ROLES.proposer, plan.governor],
      [plan.governor, "updateTimelock", plan.newTimelock],
    ]);
  });

  it("schedules the very operation that is executed afterwards", () => {
    const scheduled = adoptionCalls(plan)[1]?.data ?? "";
    const { calls, predecessor, salt, isBatch } = acceptanceOf(plan.vault);
    const args = KNOWN[plan.newTimelock]?.parseTransaction({ data: scheduled })?.args.toArray() ?? [];
    expect(args.slice(0, 5)).to.deep.equal([
      ...calls.flatMap((call) => [call.target, call.value, call.data]),
      predecessor,
      salt,
    ]);
    expect(isBatch).to.equal(false);
  });

  it("lets the old timelock propose until it renounces, and nobody else beside the Governor", () => {
    const proposers = adoptionRoles(plan).filter(([role]) => role === ROLES.proposer);
    expect(proposers.map(([, account]) => account)).to.deep.equal([plan.oldTimelock, plan.governor]);
    expect(adoptionRoles(plan).map(([role]) => role)).not.to.include(ROLES.admin);
  });
});
