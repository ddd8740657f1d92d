import { expect } from "chai";
import type { AddressLike, BytesLike } from "ethers";
import hre from "hardhat";

import type { TribuneGovernor } from "../../../types/index.js";
import { getActors } from "../../helpers/actors.js";

const { ethers, networkHelpers } = await hre.network.create();

const HOUR = 3600;
const DAY = 24 * HOUR;
const SETTINGS = {
  votingDelay: 1 * DAY,
  votingPeriod: 5 * DAY,
  proposalThreshold: ethers.parseEther("1000"), // 0.1 % of the supply
  quorumNumerator: 400n, // 4 %
  lateQuorumExtension: 1 * DAY,
};
const BASE_DELAY = 4 * DAY;

const Vote = { Against: 0, For: 1, Abstain: 2 } as const;
const Proposal = {
  Pending: 0n,
  Active: 1n,
  Canceled: 2n,
  Defeated: 3n,
  Succeeded: 4n,
  Queued: 5n,
  Executed: 7n,
} as const;

async function deploy() {
  const { deployer, alice, bob, carol } = await getActors(ethers, "deployer", "alice", "bob", "carol");
  const token = await ethers.deployContract("GovernanceToken", [
    "Tribune",
    "TRIB",
    [
      { holder: alice, amount: ethers.parseEther("900000") },
      { holder: bob, amount: ethers.parseEther("99001") },
      { holder: carol, amount: ethers.parseEther("999") },
    ],
  ]);
  for (const holder of [alice, bob, carol]) await token.connect(holder).delegate(holder);
  const timelock = await ethers.deployContract("TimelockController", [
    BASE_DELAY,
    [],
    [ethers.ZeroAddress],
    deployer.address,
  ]);
  const governor = await ethers.deployContract("TribuneGovernor", ["Tribune Governor", token, timelock, SETTINGS]);
  await timelock.grantRole(await timelock.PROPOSER_ROLE(), governor);
  await timelock.grantRole(await timelock.CANCELLER_ROLE(), governor);
  const target = await ethers.deployContract("RuleTargetMock", [timelock]);
  return { governor, token, timelock, target, deployer, alice, bob, carol };
}

type Call = readonly [AddressLike[], bigint[], BytesLike[]];

function makeCall(target: AddressLike, data: string): Call {
  return [[target], [0n], [data]];
}

async function passVote(governor: TribuneGovernor, id: bigint, votes: readonly [Voter, number][]): Promise<void> {
  await networkHelpers.time.increaseTo((await governor.proposalSnapshot(id)) + 1n);
  for (const [voter, support] of votes) await governor.connect(voter).castVote(id, support);
  await networkHelpers.time.increaseTo((await governor.proposalDeadline(id)) + 1n);
}

type Voter = Awaited<ReturnType<typeof deploy>>["alice"];

describe("TribuneGovernor", () => {
  async function propose() {
    const dao = await deploy();
    const call = makeCall(dao.target, dao.target.interface.encodeFunctionData("setRule", [7n]));
    const description = "Set the rule to 7";
    await dao.governor.connect(dao.alice).propose(...call, description);
    const descriptionHash = ethers.id(description);
    const id = await dao.governor.getProposalId(...call, descriptionHash);
    return { ...dao, call, description, descriptionHash, id };
  }

  async function queue() {
    const dao = await propose();
    await passVote(dao.governor, dao.id, [[dao.alice, Vote.For]]);
    await dao.governor.queue(...dao.call, dao.descriptionHash);
    return dao;
  }

  describe("construction", () => {
    it("takes name, token, timelock and every setting", async () => {
      const { governor, token, timelock } = await networkHelpers.loadFixture(deploy);
      expect(await governor.name()).to.equal("Tribune Governor");
      expect(await governor.token()).to.equal(token);
      expect(await governor.timelock()).to.equal(timelock);
      expect(await governor.votingDelay()).to.equal(SETTINGS.votingDelay);
      expect(await governor.votingPeriod()).to.equal(SETTINGS.votingPeriod);
      expect(await governor.proposalThreshold()).to.equal(SETTINGS.proposalThreshold);
      expect(await governor.lateQuorumVoteExtension()).to.equal(SETTINGS.lateQuorumExtension);
      expect(await governor.CLOCK_MODE()).to.equal("mode=timestamp");
      expect(await governor.COUNTING_MODE()).to.equal("support=bravo&quorum=for,abstain");
    });

    it("measures the quorum in basis points of the past supply", async () => {
      const { governor, token } = await networkHelpers.loadFixture(deploy);
      const past = (await networkHelpers.time.latest()) - 1;
      expect(await governor.quorum(past)).to.equal(((await token.totalSupply()) * 4n) / 100n);
      expect(await governor.quorumDenominator()).to.equal(10_000n);
    });

    it("refuses a timelock without code", async () => {
      const { governor, token, alice } = await networkHelpers.loadFixture(deploy);
      await expect(ethers.deployContract("TribuneGovernor", ["G", token, alice.address, SETTINGS]))
        .to.be.revertedWithCustomError(governor, "NoCode")
        .withArgs(alice.address);
    });

    it("refuses a token that counts blocks", async () => {
      const { governor, timelock } = await networkHelpers.loadFixture(deploy);
      const token = await ethers.deployContract("BlockVotesMock");
      await expect(
        ethers.deployContract("TribuneGovernor", ["G", token, timelock, SETTINGS]),
      ).to.be.revertedWithCustomError(governor, "ClockIsNotTimestamp");
    });

    it("refuses a quorum above 100 %", async () => {
      const { governor, token, timelock } = await networkHelpers.loadFixture(deploy);
      const settings = { ...SETTINGS, quorumNumerator: 10_001n };
      await expect(ethers.deployContract("TribuneGovernor", ["G", token, timelock, settings]))
        .to.be.revertedWithCustomError(governor, "GovernorInvalidQuorumFraction")
        .withArgs(10_001n, 10_000n);
    });

    it("refuses a late-quorum extension longer than the vote", async () => {
      const { governor, token, timelock } = await networkHelpers.loadFixture(deploy);
      const settings = { ...SETTINGS, lateQuorumExtension: SETTINGS.votingPeriod + 1 };
      await expect(ethers.deployContract("TribuneGovernor", ["G", token, timelock, settings]))
        .to.be.revertedWithCustomError(governor, "GovernorPreventLateQuorumVoteExtensionTooLarge")
        .withArgs(SETTINGS.votingPeriod + 1, SETTINGS.votingPeriod);
    });

    it("refuses a name that does not fit an EIP-712 domain", async () => {
      const { governor, token, timelock } = await networkHelpers.loadFixture(deploy);
      await expect(
        ethers.deployContract("TribuneGovernor", ["x".repeat(32), token, timelock, SETTINGS]),
      ).to.be.revertedWithCustomError(governor, "StringTooLong");
    });
  });

  describe("propose", () => {
    it("takes a snapshot after the voting delay and ends after the period, in seconds", async () => {
      const { governor, id } = await networkHelpers.loadFixture(propose);
      const now = BigInt(await networkHelpers.time.latest());
      expect(await governor.state(id)).to.equal(Proposal.Pending);
      expect(await governor.proposalSnapshot(id)).to.equal(now + BigInt(SETTINGS.votingDelay));
      expect(await governor.proposalDeadline(id)).to.equal(
        now + BigInt(SETTINGS.votingDelay) + BigInt(SETTINGS.votingPeriod),
      );
      expect(await governor.proposalNeedsQueuing(id)).to.be.true;
    });

    context("given fewer votes than the threshold", () => {
      it("reverts with votes and threshold", async () => {
        const { governor, call, carol } = await networkHelpers.loadFixture(propose);
        await expect(governor.connect(carol).propose(...call, "mine"))
          .to.be.revertedWithCustomError(governor, "GovernorInsufficientProposerVotes")
          .withArgs(carol.address, ethers.parseEther("999"), SETTINGS.proposalThreshold);
      });
    });

    context("given a description that names its proposer", () => {
      it("refuses everybody else and accepts the one it names", async () => {
        const { governor, call, alice, bob } = await networkHelpers.loadFixture(propose);
        const description = `Only mine #proposer=${bob.address}`;
        await expect(governor.connect(alice).propose(...call, description))
          .to.be.revertedWithCustomError(governor, "GovernorRestrictedProposer")
          .withArgs(alice.address);
        await expect(governor.connect(bob).propose(...call, description)).to.emit(governor, "ProposalCreated");
      });
    });
  });

  describe("vote", () => {
    context("given fewer votes than the quorum", () => {
      it("defeats the proposal", async () => {
        const { governor, id, carol } = await networkHelpers.loadFixture(propose);
        await passVote(governor, id, [[carol, Vote.For]]);
        expect(await governor.state(id)).to.equal(Proposal.Defeated);
      });
    });

    context("given more votes against than for", () => {
      it("defeats the proposal", async () => {
        const { governor, id, alice, bob } = await networkHelpers.loadFixture(propose);
        await passVote(governor, id, [
          [alice, Vote.Against],
          [bob, Vote.For],
        ]);
        expect(await governor.state(id)).to.equal(Proposal.Defeated);
      });
    });

    context("given the quorum through abstentions", () => {
      it("lets a smaller majority succeed", async () => {
        const { governor, id, bob, carol } = await networkHelpers.loadFixture(propose);
        await passVote(governor, id, [
          [bob, Vote.Abstain],
          [carol, Vote.For],
        ]);
        expect(await governor.state(id)).to.equal(Proposal.Succeeded);
      });
    });

    context("given tokens bought after the snapshot", () => {
      it("gives them no vote", async () => {
        const { governor, token, id, alice, deployer } = await networkHelpers.loadFixture(propose);
        await token.connect(deployer).delegate(deployer);
        await networkHelpers.time.increaseTo((await governor.proposalSnapshot(id)) + 1n);
        await token.connect(alice).transfer(deployer, ethers.parseEther("500000"));
        await governor.connect(deployer).castVote(id, Vote.For);
        expect((await governor.proposalVotes(id)).forVotes).to.equal(0n);
      });
    });

    context("given a quorum reached in the last minute", () => {
      it("goes on for the extension, so that the others can answer", async () => {
        const { governor, id, alice } = await networkHelpers.loadFixture(propose);
        const deadline = await governor.proposalDeadline(id);
        await networkHelpers.time.increaseTo(deadline - 60n);
        await governor.connect(alice).castVote(id, Vote.For);
        const votedAt = BigInt(await networkHelpers.time.latest());
        expect(await governor.proposalDeadline(id)).to.equal(votedAt + BigInt(SETTINGS.lateQuorumExtension));
        await networkHelpers.time.increaseTo(deadline + 1n);
        expect(await governor.state(id)).to.equal(Proposal.Active);
      });
    });
  });

  describe("queue and execute", () => {
    it("lands the change after the base delay, executed by anyone", async () => {
      const { governor, target, call, descriptionHash, id, carol } = await networkHelpers.loadFixture(queue);
      const queuedAt = BigInt(await networkHelpers.time.latest());
      expect(await governor.state(id)).to.equal(Proposal.Queued);
      expect(await governor.proposalEta(id)).to.equal(queuedAt + BigInt(BASE_DELAY));
      await expect(governor.connect(carol).execute(...call, descriptionHash)).to.revert(ethers);
      await networkHelpers.time.increase(BASE_DELAY);
      await governor.connect(carol).execute(...call, descriptionHash);
      expect(await target.rule()).to.equal(7n);
      expect(await governor.state(id)).to.equal(Proposal.Executed);
    });

    context("given the timelock executed it directly", () => {
      it("shows Executed", async () => {
        const { governor, timelock, call, descriptionHash, id } = await networkHelpers.loadFixture(queue);
        await networkHelpers.time.increase(BASE_DELAY);
        await timelock.executeBatch(...call, ethers.ZeroHash, saltOf(governor.target, descriptionHash));
        expect(await governor.state(id)).to.equal(Proposal.Executed);
      });
    });

    context("given the timelock forgot the operation", () => {
      it("shows Canceled", async () => {
        const { governor, timelock, call, descriptionHash, id, deployer } = await networkHelpers.loadFixture(queue);
        await timelock.grantRole(await timelock.CANCELLER_ROLE(), deployer);
        const salt = saltOf(governor.target, descriptionHash);
        await timelock.cancel(await timelock.hashOperationBatch(...call, ethers.ZeroHash, salt));
        expect(await governor.state(id)).to.equal(Proposal.Canceled);
      });
    });
  });

  describe("cancel", () => {
    it("is open to the proposer, before the vote begins", async () => {
      const { governor, call, descriptionHash, id, alice } = await networkHelpers.loadFixture(propose);
      await governor.connect(alice).cancel(...call, descriptionHash);
      expect(await governor.state(id)).to.equal(Proposal.Canceled);
    });

    it("is closed to everybody else: there is no guardian", async () => {
      const { governor, call, descriptionHash, id, deployer } = await networkHelpers.loadFixture(propose);
      await expect(governor.connect(deployer).cancel(...call, descriptionHash))
        .to.be.revertedWithCustomError(governor, "GovernorUnableToCancel")
        .withArgs(id, deployer.address);
    });

    it("is closed to the proposer once the vote has begun", async () => {
      const { governor, call, descriptionHash, id, alice } = await networkHelpers.loadFixture(propose);
      await networkHelpers.time.increaseTo((await governor.proposalSnapshot(id)) + 1n);
      await expect(governor.connect(alice).cancel(...call, descriptionHash)).to.be.revertedWithCustomError(
        governor,
        "GovernorUnableToCancel",
      );
    });
  });

  describe("settings", () => {
    async function queueSetting() {
      const dao = await deploy();
      const { governor, alice } = dao;
      const call: Call = [
        [governor, governor, governor],
        [0n, 0n, 0n],
        [
          governor.interface.encodeFunctionData("setVotingDelay", [2 * DAY]),
          governor.interface.encodeFunctionData("setProposalThreshold", [1n]),
          governor.interface.encodeFunctionData("updateQuorumNumerator", [25n]),
        ],
      ];
      await governor.connect(alice).propose(...call, "Settings");
      const descriptionHash = ethers.id("Settings");
      await passVote(governor, await governor.getProposalId(...call, descriptionHash), [[alice, Vote.For]]);
      await governor.queue(...call, descriptionHash);
      await networkHelpers.time.increase(BASE_DELAY);
      return { ...dao, call, descriptionHash };
    }

    it("change by vote, executed through the Governor", async () => {
      const { governor, token, call, descriptionHash } = await networkHelpers.loadFixture(queueSetting);
      await governor.execute(...call, descriptionHash);
      expect(await governor.votingDelay()).to.equal(2 * DAY);
      expect(await governor.proposalThreshold()).to.equal(1n);
      const executedAt = await networkHelpers.time.latest();
      await networkHelpers.mine();
      expect(await governor.quorum(executedAt)).to.equal(((await token.totalSupply()) * 25n) / 10_000n);
    });

    it("do not change when the timelock executes past the Governor", async () => {
      const { governor, timelock, call, descriptionHash } = await networkHelpers.loadFixture(queueSetting);
      const salt = saltOf(governor.target, descriptionHash);
      await expect(timelock.executeBatch(...call, ethers.ZeroHash, salt)).to.revert(ethers);
      expect(await governor.votingDelay()).to.equal(SETTINGS.votingDelay);
    });

    it("are nobody's to change without a vote", async () => {
      const { governor, deployer } = await networkHelpers.loadFixture(deploy);
      await expect(governor.connect(deployer).setVotingDelay(0n))
        .to.be.revertedWithCustomError(governor, "GovernorOnlyExecutor")
        .withArgs(deployer.address);
    });
  });

  it("refuses ETH sent by mistake", async () => {
    const { governor, alice } = await networkHelpers.loadFixture(deploy);
    await expect(alice.sendTransaction({ to: governor, value: 1n })).to.be.revertedWithCustomError(
      governor,
      "GovernorDisabledDeposit",
    );
  });
});

/** The salt under which a Governor schedules: its address, left-aligned, xor the hash of the description. */
function saltOf(governor: AddressLike, descriptionHash: string): string {
  const left = BigInt(governor as string) << 96n;
  return ethers.toBeHex(left ^ BigInt(descriptionHash), 32);
}
