import { expect } from "chai";
import { network } from "hardhat";

import { planVote } from "../../../src/protocol/plans/decision.js";
import { readParticipant } from "../../../src/protocol/plans/participant.js";
import { planPropose } from "../../../src/protocol/plans/proposal.js";
import { readPositionOf } from "../../../src/protocol/position.js";
import { describeVoteMoment } from "../../../src/status/moment.js";
import { deployTribune } from "../../helpers/deployTribune.js";
import { deployWizardDao } from "../../helpers/wizardDao.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { provider } = ethers;

describe("an account of a DAO whose Governor counts blocks", () => {
  it("is told the blocks in which a vote begins and ends, before it has begun and after", async () => {
    const { addresses } = await deployTribune(connection);
    const dao = await deployWizardDao(connection);
    const governor = await ethers.getContractAt("WizardGovernorMock", dao.governor);
    const deployment = { addresses: { ...addresses, governor: dao.governor, token: dao.token }, firstBlock: 0 };
    const voter = dao.majority.address;
    await governor.connect(dao.majority).propose([voter], [0n], ["0x"], "Pay");
    const read = async () => {
      const block = await provider.getBlock("latest");
      if (block === null) throw new Error("no block");
      const at = { number: block.number, timestamp: BigInt(block.timestamp) };
      const { proposals } = await readPositionOf(voter, { deployment, provider, block: at });
      return { block: at, proposal: proposals[0] };
    };
    const { block, proposal } = await read();
    const votes = 600n * 10n ** 18n;
    const begins = BigInt(block.number) + (await governor.votingDelay());
    expect(proposal).to.deep.include({ state: "Pending", clock: "blocks", votes, voteBegins: begins });
    expect(describeVoteMoment(begins, "blocks", { block })).to.equal(
      `in block ${begins} (in ${await governor.votingDelay()} blocks)`,
    );
    await networkHelpers.mine((await governor.votingDelay()) + 1n);
    expect((await read()).proposal).to.deep.include({ state: "Active", votes });

    const participant = await readParticipant(deployment, provider, voter);
    const { means } = await planVote(participant, String(proposal?.id), "for", undefined);
    expect(means.at(-1)).to.contain(`The vote ends in block ${proposal?.voteEnds}, and`);
    const payment = { target: voter, value: 0n, data: "0x" };
    const planned = await planPropose(participant, [payment], "Pay again");
    const next = BigInt(participant.block.number) + (await governor.votingDelay());
    expect(planned.means[1])
      .to.contain(`The vote begins about in block ${next}`)
      .and.to.contain("lands 2 d after that at the earliest");
  });
});
