import { expect } from "chai";
import { AbiCoder, id as hashText, toBeHex, type Log, type Provider } from "ethers";
import { network } from "hardhat";

import { governorSince } from "../../../../src/protocol/addresses.js";
import { planCancel } from "../../../../src/protocol/plans/cancellation.js";
import { planVote } from "../../../../src/protocol/plans/decision.js";
import { readParticipant } from "../../../../src/protocol/plans/participant.js";
import { readPositionOf } from "../../../../src/protocol/position.js";
import { proposalOf, proposeArguments, type Proposal } from "../../../../src/protocol/proposals.js";
import { withMethods } from "../../../../src/protocol/withMethods.js";
import { deployTribune } from "../../../helpers/deployTribune.js";
import { rejectionOf } from "../../../helpers/rejection.js";
import { deployWizardDao } from "../../../helpers/wizardDao.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const FIRST = 7_000_001n;
const PROPOSER = hashText("proposalProposer(uint256)").slice(0, 10);
const STATE = hashText("state(uint256)").slice(0, 10);
const UNKNOWN = hashText("GovernorNonexistentProposal(uint256)").slice(0, 10);

/** As a node shows a Governor that numbers its proposals, tells no proposers, and has forgotten the last of them. */
function numbering(provider: Provider, governor: string, proposals: readonly Proposal[]): Provider {
  const words = proposals.map(({ id }, index) => [toBeHex(id, 32), toBeHex(FIRST + BigInt(index), 32)] as const);
  const forgotten = words.at(-1)?.[1].slice(2) ?? "";
  return withMethods(provider, {
    call: async (request) => {
      const data = request.data ?? "0x";
      if (request.to !== governor) return await provider.call(request);
      if (data.startsWith(PROPOSER)) return "0x";
      if (data === `${STATE}${forgotten}`) {
        const revert = `${UNKNOWN}${forgotten}`;
        throw Object.assign(new Error("execution reverted"), { code: 3, data: revert });
      }
      const hash = words.find(([, number]) => data.slice(10, 74) === number.slice(2))?.[0] ?? `0x${data.slice(10, 74)}`;
      return await provider.call({ ...request, data: `${data.slice(0, 10)}${hash.slice(2)}${data.slice(74)}` });
    },
    getLogs: async (filter) => {
      const logs = await provider.getLogs(filter);
      return logs.map((log) => {
        const number = words.find(([hash]) => log.data.startsWith(hash))?.[1];
        const data = number === undefined ? log.data : `${number}${log.data.slice(66)}`;
        return Object.create(log, { data: { value: data, enumerable: true } }) as Log;
      });
    },
  });
}

/** A Governor of somebody else's, of a token with 6 decimals, and two of its proposals. */
async function deploy() {
  const { addresses } = await deployTribune(connection);
  const old = await deployWizardDao(connection);
  const governor = await ethers.getContractAt("WizardGovernorMock", old.governor);
  const call = { target: old.stranger.address, value: 0n, data: "0x" };
  const proposals = ["One", "Two"].map((text) => proposalOf(text, [call]));
  for (const one of proposals) await governor.connect(old.majority).propose(...proposeArguments(one));
  const provider = numbering(ethers.provider, old.governor, proposals);
  const deployment = {
    firstBlock: await ethers.provider.getBlockNumber(),
    addresses: { ...addresses, governor: old.governor, token: old.token, oldTimelock: await old.timelock.getAddress() },
  };
  return { old, provider, deployment };
}
const fixture = () => networkHelpers.loadFixture(deploy);

describe("a Governor that numbers its proposals, and is older than the deployment", () => {
  it("is spoken of by its numbers, and what it has forgotten is left out", async () => {
    const { old, provider, deployment } = await fixture();
    const account = old.majority.address;
    const participant = await readParticipant(deployment, provider, account);
    const { block } = participant;
    const position = await readPositionOf(account, { deployment, provider, block });
    expect(position.proposals.map(({ id }) => id)).to.deep.equal([FIRST]);
    await networkHelpers.mine(11);
    const { calls } = await planVote(
      await readParticipant(deployment, provider, account),
      `${FIRST}`,
      "for",
      undefined,
    );
    const [voted] = AbiCoder.defaultAbiCoder().decode(["uint256"], `0x${calls[0]?.call.data.slice(10) ?? ""}`);
    expect(voted).to.equal(FIRST);
  });

  it("takes nothing back where it tells nobody's proposals apart", async () => {
    const { old, provider, deployment } = await fixture();
    const participant = await readParticipant(deployment, provider, old.stranger.address);
    const refused = await rejectionOf(planCancel(participant, `${FIRST}`));
    expect(refused.message).to.contain("proposers cannot take theirs back");
  });

  it("counts votes in the token's own decimals", async () => {
    const { old, provider, deployment } = await fixture();
    const token = await (await ethers.deployContract("AssetMock", ["Six", "SIX", 6])).getAddress();
    const addresses = { ...deployment.addresses, token };
    const { decimals } = await readParticipant({ ...deployment, addresses }, provider, old.majority.address);
    expect(decimals.votes).to.equal(6);
  });
});

describe("since when a Governor's proposals are read", () => {
  it("is the deployment, unless the Governor existed before it", () => {
    const oldTimelock = `0x${"11".repeat(20)}`;
    expect(governorSince({ addresses: {}, firstBlock: 9, configuration: { fromBlock: 3 } })).to.equal(9);
    expect(governorSince({ addresses: { oldTimelock }, firstBlock: 9, configuration: { fromBlock: 3 } })).to.equal(3);
    expect(governorSince({ addresses: { oldTimelock }, firstBlock: 9, configuration: {} })).to.equal(0);
  });
});
