import { expect } from "chai";
import hre from "hardhat";

import { Action, COMMITTEE_DELAY, deployTiebreakerWorld, MOTION_MARGIN } from "../../helpers/tiebreakerWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;
const deploy = () => deployTiebreakerWorld(connection);

const DAY = 86_400n;
const DIRTY = 1n << 160n;

describe("TiebreakerCommittee", () => {
  describe("construction", () => {
    it("tells what it is", async () => {
      const { committee, timelock, breaker, members } = await networkHelpers.loadFixture(deploy);
      expect(await Promise.all([committee.TIMELOCK(), committee.breaker()])).to.deep.equal([
        timelock.target,
        breaker.target,
      ]);
      expect(await committee.members()).to.deep.equal(members.map(({ address }) => address));
      expect(await Promise.all([committee.quorum(), committee.DELAY(), committee.MOTION_MARGIN()])).to.deep.equal([
        3n,
        COMMITTEE_DELAY,
        MOTION_MARGIN,
      ]);
    });

    it("refuses accounts without code for timelock and breaker; a breaker of zero is none", async () => {
      const { committee, timelock, stranger, members, breaker } = await networkHelpers.loadFixture(deploy);
      const deployWith = (lock: string, circuit: string) =>
        ethers.deployContract("TiebreakerCommittee", [lock, circuit, [...members], 3, COMMITTEE_DELAY]);
      const address = await timelock.getAddress();
      await expect(deployWith(stranger.address, await breaker.getAddress()))
        .to.be.revertedWithCustomError(committee, "NoCode")
        .withArgs(stranger.address);
      await expect(deployWith(address, stranger.address))
        .to.be.revertedWithCustomError(committee, "NoCode")
        .withArgs(stranger.address);
      expect(await (await deployWith(address, ethers.ZeroAddress)).breaker()).to.equal(ethers.ZeroAddress);
    });

    it("takes a delay of one second to a year", async () => {
      const { committee, timelock, members } = await networkHelpers.loadFixture(deploy);
      const deployWith = (delay: bigint) =>
        ethers.deployContract("TiebreakerCommittee", [timelock, ethers.ZeroAddress, [...members], 3, delay]);
      for (const delay of [0n, 365n * DAY + 1n, ethers.MaxUint256]) {
        await expect(deployWith(delay))
          .to.be.revertedWithCustomError(committee, "DelayOutOfRange")
          .withArgs(delay, 365n * DAY);
      }
      for (const delay of [1n, 365n * DAY]) await deployWith(delay);
    });

    /** Members, and the least quorum of them; below one cannot be. */
    const LEAST = { 0: 2, 1: 2, 2: 2, 3: 2, 4: 3, 5: 3, 6: 4, 31: 16, 32: 17 };
    for (const [text, least] of Object.entries(LEAST)) {
      const count = Number(text);
      it(`takes quorums from ${least} to ${count} of ${count}`, async () => {
        const { committee, governance } = await networkHelpers.loadFixture(deploy);
        const list = Array.from({ length: count }, (_, index) => ethers.toBeHex(0xabc00 + index, 20));
        const set = (quorum: number) => committee.connect(governance).setMembers(list, quorum);
        for (const quorum of [0, 1, least - 1, count + 1, 256 + least]) {
          if (quorum >= least && quorum <= count) continue;
          await expect(set(quorum))
            .to.be.revertedWithCustomError(committee, "QuorumOutOfRange")
            .withArgs(quorum, least, count);
        }
        for (const quorum of [least, count]) {
          if (quorum < least || quorum > count) continue;
          await set(quorum);
          expect(await committee.quorum()).to.equal(quorum);
        }
      });
    }

    it("refuses 33 members, a member of zero, and one twice", async () => {
      const { committee, governance, a, b, c } = await networkHelpers.loadFixture(deploy);
      const set = (list: readonly string[]) => committee.connect(governance).setMembers([...list], 3);
      const many = Array.from({ length: 33 }, (_, index) => ethers.toBeHex(0xabc00 + index, 20));
      await expect(set(many)).to.be.revertedWithCustomError(committee, "TooManyMembers").withArgs(33n, 32n);
      await expect(set([a.address, ethers.ZeroAddress, b.address])).to.be.revertedWithCustomError(
        committee,
        "MemberZero",
      );
      await expect(set([a.address, b.address, c.address, b.address]))
        .to.be.revertedWithCustomError(committee, "MemberRepeated")
        .withArgs(b.address);
    });

    it("lets nobody but the timelock change members or breaker", async () => {
      const { committee, a, stranger, deployer, timelock, members } = await networkHelpers.loadFixture(deploy);
      for (const caller of [a, stranger, deployer]) {
        const ours = committee.connect(caller);
        for (const change of [() => ours.setMembers([...members], 3), () => ours.setBreaker(ethers.ZeroAddress)]) {
          await expect(change())
            .to.be.revertedWithCustomError(committee, "CallerIsNotTimelock")
            .withArgs(caller.address, timelock.target);
        }
      }
    });
  });

  describe("approve", () => {
    it("counts members, once each", async () => {
      const { committee, release, a, b, approve, motionOf, stranger, countOf } =
        await networkHelpers.loadFixture(deploy);
      await expect(committee.connect(a).approve(...release))
        .to.emit(committee, "Approved")
        .withArgs(...release, a.address, 1n);
      const lapse = BigInt(await time.latest()) + MOTION_MARGIN;
      await expect(committee.connect(a).approve(...release))
        .to.be.revertedWithCustomError(committee, "AlreadyApproved")
        .withArgs(a.address);
      await expect(committee.connect(stranger).approve(...release))
        .to.be.revertedWithCustomError(committee, "CallerIsNotMember")
        .withArgs(stranger.address);
      await approve(release, b);
      const { lapsesAfter, quorumAt, approvals } = await motionOf(release);
      expect([lapsesAfter, quorumAt, approvals, await countOf(release)]).to.deep.equal([lapse, 0n, 3n, 2]);
      const has = (address: string) => committee.hasApproved(...release, address);
      expect([await has(a.address), await has(b.address)]).to.deep.equal([true, true]);
      await expect(has(stranger.address)).to.be.revertedWithCustomError(committee, "CallerIsNotMember");
    });

    it("starts the delay with the quorum, and later approvals leave it alone", async () => {
      const { committee, release, a, b, c, d, approve, motionOf } = await networkHelpers.loadFixture(deploy);
      await approve(release, a, b);
      await time.increase(DAY);
      const moment = BigInt(await time.latest()) + 10n;
      await time.setNextBlockTimestamp(moment);
      await expect(committee.connect(c).approve(...release))
        .to.emit(committee, "QuorumReached")
        .withArgs(...release, moment + COMMITTEE_DELAY);
      await expect(committee.connect(d).approve(...release)).not.to.emit(committee, "QuorumReached");
      expect((await motionOf(release)).quorumAt).to.equal(moment);
    });

    it("knows what it is about: a pending operation, a named pausable, the present gate", async () => {
      const { committee, a, wordOf, timelock, breaker, release, resume, replace, governance, stranger } =
        await networkHelpers.loadFixture(deploy);
      const refuses = async (action: bigint, subject: string) => {
        const ours = committee.connect(a);
        for (const call of [ours.approve, ours.withdrawApproval, ours.execute]) {
          await expect(call(action, subject))
            .to.be.revertedWithCustomError(committee, "InvalidSubject")
            .withArgs(action, subject);
        }
      };
      await refuses(Action.Release, ethers.id("unknown"));
      await refuses(Action.Release, ethers.ZeroHash);
      await refuses(Action.Resume, await wordOf(timelock));
      await refuses(Action.Resume, ethers.ZeroHash);
      await refuses(Action.ReplaceGate, await wordOf(breaker));
      await refuses(Action.ReplaceGate, ethers.ZeroHash);
      // The same addresses with dirt above them.
      for (const [action, subject] of [resume, replace]) {
        for (const dirt of [DIRTY, 1n << 255n, ethers.MaxUint256 - (DIRTY - 1n)]) {
          await refuses(action, ethers.toBeHex(BigInt(subject) | dirt, 32));
        }
      }
      await timelock.cancel(release[1]);
      await refuses(...release);
      await committee.connect(governance).setBreaker(ethers.ZeroAddress);
      await refuses(...resume);
      expect(await committee.breaker()).to.equal(ethers.ZeroAddress);
      // No fourth action.
      const data = committee.interface.encodeFunctionData("approve", [...release]);
      const fourth = ethers.concat([data.slice(0, 10), ethers.toBeHex(3n, 32), release[1]]);
      await expect(a.sendTransaction({ to: committee, data: fourth })).to.revert(ethers);
      expect(stranger.address).to.not.equal(a.address);
    });

    it("keeps the motions apart, by action and by subject", async () => {
      const { a, b, c, d, approve, countOf, release, resume, replace, wordOf, pausables } =
        await networkHelpers.loadFixture(deploy);
      const other = [Action.Resume, await wordOf(pausables[1])] as const;
      await approve(release, a);
      await approve(resume, a, b);
      await approve(other, c);
      await approve(replace, b, c, d);
      expect(await Promise.all([release, resume, other, replace].map(countOf))).to.deep.equal([1, 2, 1, 3]);
    });

    it("keeps 32 members apart", async () => {
      const { committee, governance, release, countOf, execute, aside, at } = await networkHelpers.loadFixture(deploy);
      const list = Array.from({ length: 32 }, (_, index) => ethers.toBeHex(0xabc00 + index, 20));
      await committee.connect(governance).setMembers(list, 32);
      for (const [index, member] of list.entries()) {
        await networkHelpers.setBalance(member, 10n ** 18n);
        await committee.connect(await ethers.getImpersonatedSigner(ethers.getAddress(member))).approve(...release);
        expect(await countOf(release)).to.equal(index + 1);
        if (index === 30) await expect(execute(release)).to.be.revertedWithCustomError(committee, "NoQuorum");
      }
      const { quorumAt, approvals } = await committee.motion(...release);
      expect(approvals).to.equal((1n << 32n) - 1n);
      await aside(async () => {
        await at(quorumAt + COMMITTEE_DELAY);
        await execute(release);
      });
    });
  });

  describe("withdrawApproval", () => {
    it("takes an approval back; nobody takes one that he has not given", async () => {
      const { committee, release, a, b, approve, countOf, stranger } = await networkHelpers.loadFixture(deploy);
      await approve(release, a, b);
      await expect(committee.connect(a).withdrawApproval(...release))
        .to.emit(committee, "ApprovalWithdrawn")
        .withArgs(...release, a.address, 1n);
      expect(await countOf(release)).to.equal(1);
      await expect(committee.connect(a).withdrawApproval(...release))
        .to.be.revertedWithCustomError(committee, "NotApproved")
        .withArgs(a.address);
      await expect(committee.connect(stranger).withdrawApproval(...release)).to.be.revertedWithCustomError(
        committee,
        "CallerIsNotMember",
      );
    });

    it("works until the motion is executed, also after the delay; a quorum reached again waits anew", async () => {
      const { committee, release, a, b, c, d, approve, withdraw, execute, motionOf, at } =
        await networkHelpers.loadFixture(deploy);
      await approve(release, a, b, c);
      const { quorumAt } = await motionOf(release);
      await time.increaseTo(quorumAt + COMMITTEE_DELAY + DAY);
      await withdraw(release, b);
      await expect(execute(release)).to.be.revertedWithCustomError(committee, "NoQuorum").withArgs(2n, 3n);
      await approve(release, d);
      const again = (await motionOf(release)).quorumAt;
      expect(again).to.be.greaterThan(quorumAt);
      await at(again + COMMITTEE_DELAY - 1n);
      await expect(execute(release))
        .to.be.revertedWithCustomError(committee, "MotionTooYoung")
        .withArgs(again + COMMITTEE_DELAY);
    });

    it("above the quorum leaves the delay alone", async () => {
      const { release, a, b, c, d, approve, withdraw, motionOf } = await networkHelpers.loadFixture(deploy);
      await approve(release, a, b, c, d);
      const { quorumAt } = await motionOf(release);
      await withdraw(release, a);
      expect((await motionOf(release)).quorumAt).to.equal(quorumAt);
    });

    it("by the last one leaves nothing: the motion's life begins anew", async () => {
      const { release, a, b, approve, withdraw, motionOf } = await networkHelpers.loadFixture(deploy);
      await approve(release, a);
      const { lapsesAfter } = await motionOf(release);
      await time.increase(DAY);
      await withdraw(release, a);
      expect([...(await motionOf(release))]).to.deep.equal([0n, 0n, 0n]);
      await approve(release, b);
      expect((await motionOf(release)).lapsesAfter).to.be.greaterThan(lapsesAfter);
    });
  });
});
