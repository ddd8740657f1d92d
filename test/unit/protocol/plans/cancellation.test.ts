import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import { planCancel } from "../../../../src/protocol/plans/cancellation.js";
import { readParticipant } from "../../../../src/protocol/plans/participant.js";
import { proposalArguments, proposalOf, proposeArguments } from "../../../../src/protocol/proposals.js";
import { deployTribune } from "../../../helpers/deployTribune.js";
import { getActors } from "../../../helpers/actors.js";
import { rejectionOf } from "../../../helpers/rejection.js";
import { deployWizardDao } from "../../../helpers/wizardDao.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const { stranger: guardian } = await getActors(ethers, "stranger");

/** A DAO whose Governor has OpenZeppelin's guardian, with a proposal whose vote has not begun. */
async function deployGuarded(by: string) {
  const { addresses } = await deployTribune(connection);
  const old = await deployWizardDao(connection, {
    token: { deploy: () => ethers.deployContract("BlockVotesTokenMock", [1_000n * 10n ** 18n]) as never },
    governor: {
      deploy: (token, timelock) => ethers.deployContract("GuardianGovernorMock", [token, timelock, by]) as never,
    },
  });
  const governor = await ethers.getContractAt("WizardGovernorMock", old.governor);
  const proposal = proposalOf("Pay nothing", [{ target: old.stranger.address, value: 0n, data: "0x" }]);
  await governor.connect(old.majority).propose(...proposeArguments(proposal));
  const deployment = {
    firstBlock: await ethers.provider.getBlockNumber(),
    addresses: { ...addresses, governor: old.governor, token: old.token, oldTimelock: await old.timelock.getAddress() },
  };
  const plan = async (account: string) =>
    await planCancel(await readParticipant(deployment, ethers.provider, account), String(proposal.id));
  const refusal = async (account: string) => (await rejectionOf(plan(account))).message;
  const begin = () => networkHelpers.mine(11);
  /** Carried, and with the timelock. */
  const queue = async () => {
    await begin();
    await governor.connect(old.majority).castVote(proposal.id, 1);
    await networkHelpers.mine(101);
    await governor.queue(...proposalArguments(proposal));
  };
  return { ...old, proposal, governor, plan, refusal, begin, queue };
}

describe("taking a proposal back in a Governor with OpenZeppelin's guardian", () => {
  it("is the guardian's at any stage, who is named to others", async () => {
    const { majority, voters, governor, proposal, plan, refusal, begin, queue } = await deployGuarded(guardian.address);
    const [, other] = voters;
    await plan(majority.address);
    await plan(guardian.address);
    await begin();
    expect(await refusal(majority.address))
      .to.contain(`is Active; the guardian, ${guardian.address}, takes it back at any stage`)
      .and.to.contain(`its proposer, ${majority.address}, before the vote begins`);
    await plan(guardian.address);
    await queue();
    expect(await refusal(other?.address ?? "")).to.contain("is Queued; the guardian");
    const { calls } = await plan(guardian.address);
    await guardian.sendTransaction({ to: calls[0]?.call.target ?? "", data: calls[0]?.call.data ?? "" });
    expect(await governor.state(proposal.id)).to.equal(2n);
    expect(await refusal(guardian.address)).to.contain("is Canceled; nothing is left of it");
  });

  it("is the proposer's at any stage while there is no guardian", async () => {
    const { majority, stranger, plan, refusal, queue } = await deployGuarded(ZeroAddress);
    await queue();
    expect(await refusal(stranger.address)).to.contain(`Only its proposer, ${majority.address}`);
    expect((await plan(majority.address)).calls).to.have.length(1);
  });
});
