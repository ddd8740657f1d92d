import type { Signer } from "ethers";
import { ZeroAddress, ZeroHash, id as hashText, toBeHex } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { GovernorMock } from "../../types/index.js";
import type { Call, Operation } from "../helpers/operations.js";
import { batch } from "../helpers/operations.js";
import type { DeployTimelock } from "./timelockWorld.js";
import { DAY, ROLES } from "./timelockWorld.js";

/** `IGovernor.ProposalState`, as far as the suites name it. */
export const ProposalState = { Pending: 0n, Canceled: 2n, Succeeded: 4n, Queued: 5n, Executed: 7n } as const;

export const BASE_DELAY = 2n * DAY;
const VOTING_DELAY = 3_600n;
const VOTING_PERIOD = DAY;
const IN_FAVOUR = 1n;

/** What a Governor is asked to do. */
export interface Proposal {
  id: bigint;
  calls: readonly Call[];
  description: string;
  /** The same as the timelock knows it. */
  operation: Operation;
}

type GovernorArguments = [targets: string[], values: bigint[], calldatas: string[]];

function proposalArguments({ calls }: Proposal): GovernorArguments {
  return [calls.map(({ target }) => target), calls.map(({ value }) => value), calls.map(({ data }) => data)];
}

function makeProposal(governor: string, proposalId: bigint, calls: readonly Call[], description: string): Proposal {
  const descriptionHash = hashText(description);
  // The Governor's address in the first 20 bytes, so that two Governors never make the same operation.
  const salt = toBeHex((BigInt(governor) << 96n) ^ BigInt(descriptionHash), 32);
  return { id: proposalId, calls, description, operation: batch(calls, { salt }) };
}

/** A Governor on top of one implementation of the timelock, with one voter who decides everything. */
export function governorWorld(connection: NetworkConnection, deploy: DeployTimelock) {
  const { ethers, networkHelpers } = connection;
  const { time } = networkHelpers;
  const loadFixture = <T>(fixture: () => Promise<T>) => networkHelpers.loadFixture(fixture);

  async function deployAll() {
    const [deployer, voter, guardian, proposer, stranger] = await ethers.getSigners();
    if (!deployer || !voter || !guardian || !proposer || !stranger) throw new Error("too few accounts");
    const token = await ethers.deployContract("GovernanceToken", [
      "Vote",
      "VOTE",
      [{ holder: voter.address, amount: 10n ** 18n }],
    ]);
    await token.connect(voter).delegate(voter);
    const timelock = await deploy(connection, BASE_DELAY, [proposer.address], [ZeroAddress], deployer.address);
    const governor = await ethers.deployContract("GovernorMock", [token, timelock, guardian]);
    await timelock.grantRole(ROLES.proposer, governor);
    await timelock.grantRole(ROLES.canceller, governor);
    await timelock.renounceRole(ROLES.admin, deployer);
    const target = await ethers.deployContract("CallTargetMock");
    const rule = await ethers.deployContract("RuleTargetMock", [timelock]);
    return { deployer, voter, guardian, proposer, stranger, token, timelock, governor, target, rule };
  }

  async function propose(
    governor: GovernorMock,
    by: Signer,
    calls: readonly (Partial<Call> & { target: string })[],
    description = "change the rule",
  ): Promise<Proposal> {
    const full = calls.map(({ target, value = 0n, data = "0x" }) => ({ target, value, data }));
    const lists = proposalArguments(makeProposal(ZeroHash, 0n, full, description));
    await governor.connect(by).propose(...lists, description);
    const proposalId = await governor.getProposalId(...lists, hashText(description));
    return makeProposal(await governor.getAddress(), proposalId, full, description);
  }

  async function carry(governor: GovernorMock, voter: Signer, proposal: Proposal): Promise<void> {
    await time.increase(VOTING_DELAY + 1n);
    await governor.connect(voter).castVote(proposal.id, IN_FAVOUR);
    await time.increase(VOTING_PERIOD);
  }

  const queue = (governor: GovernorMock, by: Signer, proposal: Proposal) =>
    governor.connect(by).queue(...proposalArguments(proposal), hashText(proposal.description));

  const run = (governor: GovernorMock, by: Signer, proposal: Proposal, value = 0n) =>
    governor.connect(by).execute(...proposalArguments(proposal), hashText(proposal.description), { value });

  const cancel = (governor: GovernorMock, by: Signer, proposal: Proposal) =>
    governor.connect(by).cancel(...proposalArguments(proposal), hashText(proposal.description));

  return { connection, ethers, deploy, loadFixture, time, deployAll, propose, carry, queue, run, cancel };
}

export type GovernorWorld = ReturnType<typeof governorWorld>;
