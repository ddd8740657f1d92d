import { expect } from "chai";
import hre from "hardhat";

import { rejectionOf } from "../helpers/rejection.js";
import { callAs, createSafeOf } from "../helpers/safe.js";
import { Action, COMMITTEE_DELAY, deployTiebreakerWorld } from "../helpers/tiebreakerWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;
const DAY = 86_400n;

/** Three of five agree to everything, and the delay has passed. */
async function deploy() {
  const world = await deployTiebreakerWorld(connection);
  const { approve, a, b, c, release, resume, replace, pausable } = world;
  for (const motion of [release, resume, replace]) await approve(motion, a, b, c);
  await time.increase(COMMITTEE_DELAY);
  await pausable.pauseFor(400n * DAY);
  const revived = async (motion: readonly [bigint, string]) => {
    expect([...(await world.motionOf(motion))]).to.deep.equal([0n, 0n, 0n]);
    const { committee, execute } = world;
    await expect(execute(motion))
      .to.be.revertedWithCustomError(committee, "NoQuorum")
      .withArgs(0n, await committee.quorum());
  };
  return { ...world, expectNothing: revived };
}

describe("approvals of a committee that has changed", () => {
  it("[INV-9] are void with other members, and with the same members again", async () => {
    const { setMembers, a, b, c, d, members, release, resume, replace, expectNothing, approve, countOf } =
      await networkHelpers.loadFixture(deploy);
    await setMembers([a, b, d], 2);
    for (const motion of [release, resume, replace]) await expectNothing(motion);
    await approve(release, d);
    await setMembers(members, 3);
    for (const motion of [release, resume, replace]) await expectNothing(motion);
    // Nor do they come back piece by piece.
    await approve(release, c);
    expect(await countOf(release)).to.equal(1);
  });

  it("[INV-9] are void with a smaller quorum: two of four do not become two of three", async () => {
    const { setMembers, a, b, c, d, members, release, approve, withdraw, expectNothing } =
      await networkHelpers.loadFixture(deploy);
    await withdraw(release, c);
    await setMembers([a, b, c], 2);
    await expectNothing(release);
    await setMembers(members, 3);
    await expectNothing(release);
    await approve(release, a, d);
  });

  it("[INV-9] are void with the same members and quorum set once more", async () => {
    const { setMembers, members, release, expectNothing } = await networkHelpers.loadFixture(deploy);
    await setMembers(members, 3);
    await expectNothing(release);
  });

  it("[INV-9] of those who have left do not count, nor may they approve or withdraw", async () => {
    const { committee, setMembers, a, b, c, d, e, release, approve, countOf } =
      await networkHelpers.loadFixture(deploy);
    await setMembers([d, e], 2);
    for (const gone of [a, b, c]) {
      for (const call of [
        () => committee.connect(gone).approve(...release),
        () => committee.connect(gone).withdrawApproval(...release),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(committee, "CallerIsNotMember").withArgs(gone.address);
      }
    }
    await approve(release, d);
    expect(await countOf(release)).to.equal(1);
  });

  it("[INV-9] of a member whose place in the list another has taken are not that other's", async () => {
    const { committee, setMembers, a, b, c, d, e, release, countOf } = await networkHelpers.loadFixture(deploy);
    await setMembers([d, e, a, b, c], 3);
    expect(await countOf(release)).to.equal(0);
    for (const member of [a, b, c, d, e]) expect(await committee.hasApproved(...release, member)).to.be.false;
  });
});

describe("approvals whose subject has changed", () => {
  it("[INV-9] of a release do not count for the operation scheduled anew", async () => {
    const { timelock, release, schedule, expectNothing, committee, execute } = await networkHelpers.loadFixture(deploy);
    await timelock.cancel(release[1]);
    await expect(execute(release)).to.be.revertedWithCustomError(committee, "InvalidSubject");
    await schedule();
    await expectNothing(release);
  });

  it("[INV-9] of a release die with the operation that has executed", async () => {
    const { timelock, release, deployer, committee, execute } = await networkHelpers.loadFixture(deploy);
    await timelock.execute(deployer, 0n, "0x", ethers.ZeroHash, ethers.ZeroHash);
    await expect(execute(release)).to.be.revertedWithCustomError(committee, "InvalidSubject");
  });

  it("[INV-9] of a release end with the gate, which takes every pending operation along", async () => {
    const { timelock, governance, release, schedule, committee, execute, expectNothing } =
      await networkHelpers.loadFixture(deploy);
    await timelock.connect(governance).setGate(await ethers.deployContract("DeadlockGateMock"));
    await expect(execute(release)).to.be.revertedWithCustomError(committee, "InvalidSubject");
    await schedule();
    await expectNothing(release);
  });

  it("[INV-9] of a resumption are void with another breaker, and with the same breaker again", async () => {
    const { committee, governance, breaker, resume, release, expectNothing, countOf } =
      await networkHelpers.loadFixture(deploy);
    const other = await ethers.deployContract("BreakerMock");
    await committee.connect(governance).setBreaker(other);
    await expectNothing(resume);
    await committee.connect(governance).setBreaker(breaker);
    await expectNothing(resume);
    // What is about something else lives on.
    expect(await countOf(release)).to.equal(3);
  });

  it("[INV-9] of a replacement do not count against the gate that came after", async () => {
    const { timelock, governance, committee, replace, execute, wordOf, motionOf } =
      await networkHelpers.loadFixture(deploy);
    const next = await ethers.deployContract("DeadlockGateMock");
    await timelock.connect(governance).setGate(next);
    await expect(execute(replace)).to.be.revertedWithCustomError(committee, "InvalidSubject");
    expect((await motionOf([Action.ReplaceGate, await wordOf(next)])).approvals).to.equal(0n);
  });
});

describe("a gate or breaker that calls back", () => {
  it("[INV-9] cannot have a motion executed twice", async () => {
    const { committee, gate, release, execute } = await networkHelpers.loadFixture(deploy);
    const data = committee.interface.encodeFunctionData("execute", [...release]);
    await gate.setReentryOfRelease(committee, data);
    await expect(execute(release)).to.be.revertedWithCustomError(committee, "NoQuorum").withArgs(0n, 3n);
    expect(await gate.releaseCount()).to.equal(0n);
  });

  it("may have another ripe motion executed, as anybody may, once", async () => {
    const { committee, gate, release, resume, execute, pausable } = await networkHelpers.loadFixture(deploy);
    const data = committee.interface.encodeFunctionData("execute", [...resume]);
    await gate.setReentryOfRelease(committee, data);
    await execute(release);
    expect([await gate.releaseCount(), await pausable.isPaused()]).to.deep.equal([1n, false]);
    for (const motion of [release, resume]) {
      await expect(execute(motion)).to.be.revertedWithCustomError(committee, "NoQuorum");
    }
  });

  it("[INV-9] cannot approve in a member's name, nor revive the motion under execution", async () => {
    const { committee, governance, wordOf, pausable, approve, a, b, c, d, stranger, setMembers } =
      await networkHelpers.loadFixture(deploy);
    const hostile = await ethers.deployContract("BreakerMock");
    await committee.connect(governance).setBreaker(hostile);
    const motion = [Action.Resume, await wordOf(pausable)] as const;
    const approval = committee.interface.encodeFunctionData("approve", [...motion]);
    await approve(motion, a, b, c);
    await time.increase(COMMITTEE_DELAY);
    await hostile.setReentry(committee, approval);
    await expect(committee.connect(stranger).execute(...motion))
      .to.be.revertedWithCustomError(committee, "CallerIsNotMember")
      .withArgs(hostile.target);
    // Even where it is a member: its approval opens a new motion, of one.
    await setMembers([a, b, c, { address: await hostile.getAddress() }, d], 3);
    await approve(motion, a, b, c);
    await time.increase(COMMITTEE_DELAY);
    await committee.connect(stranger).execute(...motion);
    const { quorumAt, approvals } = await committee.motion(...motion);
    expect([quorumAt, approvals]).to.deep.equal([0n, 0b1000n]);
    expect(await hostile.callCount()).to.equal(1n);
  });
});

describe("too little gas for what a motion does", () => {
  it("[INV-9] never spends approvals without doing it", async () => {
    const { committee, stranger, release, resume, replace, gate, pausable, motionOf } =
      await networkHelpers.loadFixture(deploy);
    const execute = committee.connect(stranger).getFunction("execute");
    for (const motion of [release, resume]) {
      const enough = await execute.estimateGas(...motion);
      for (let gasLimit = 60_000n; gasLimit < enough; gasLimit += enough / 16n) {
        const done = await (await execute(...motion, { gasLimit }).catch(() => undefined))?.wait();
        if (done !== undefined) break;
        expect((await motionOf(motion)).approvals).to.equal(0b111n);
      }
    }
    const left = await Promise.all([release, resume].map(motionOf));
    expect(left.map(({ approvals }) => approvals === 0n)).to.deep.equal([
      (await gate.releaseCount()) === 1n,
      !(await pausable.isPaused()),
    ]);
    expect((await motionOf(replace)).approvals).to.equal(0b111n);
  });
});

describe("Safes as sub-committees", () => {
  /** Three Safes of two owners each; two must agree. `owners` of the first are rotated in the tests. */
  async function deploySafes() {
    const world = await deployTiebreakerWorld(connection);
    const { committee, governance } = world;
    const [owner, other, third, heir, heiress] = (await ethers.getSigners()).slice(12, 17);
    if (!owner || !other || !third || !heir || !heiress) throw new Error("too few accounts for the Safes");
    const safes = [
      await createSafeOf([owner, other], 2, 1n),
      await createSafeOf([other, third], 2, 2n),
      await createSafeOf([third, owner], 2, 3n),
    ] as const;
    await committee.connect(governance).setMembers([...safes], 2);
    const target = await committee.getAddress();
    const approval = committee.interface.encodeFunctionData("approve", [...world.release]);
    const withdrawal = committee.interface.encodeFunctionData("withdrawApproval", [...world.release]);
    return { ...world, safes, owner, other, third, heir, heiress, target, approval, withdrawal };
  }

  it("approve by ordinary transactions, and their owners approve nothing by themselves", async () => {
    const { committee, safes, owner, other, third, target, approval, release, execute, gate, motionOf } =
      await networkHelpers.loadFixture(deploySafes);
    for (const each of [owner, other, third]) {
      await expect(committee.connect(each).approve(...release)).to.be.revertedWithCustomError(
        committee,
        "CallerIsNotMember",
      );
    }
    await callAs(safes[0], [owner, other], approval, target);
    await callAs(safes[1], [other, third], approval, target);
    await time.increaseTo((await motionOf(release)).quorumAt + COMMITTEE_DELAY);
    await execute(release);
    expect(await gate.releaseCount()).to.equal(1n);
  });

  it("[INV-9] whose owners are rotated keep what the Safe has approved, and the new owners may take it back", async () => {
    const { committee, safes, owner, other, third, heir, heiress, target, approval, withdrawal, release, execute } =
      await networkHelpers.loadFixture(deploySafes);
    const [first, second] = safes;
    await callAs(first, [owner, other], approval, target);
    await callAs(second, [other, third], approval, target);
    await time.increase(COMMITTEE_DELAY);
    const owners = new ethers.Interface(["function swapOwner(address previous, address old, address next)"]);
    const SENTINEL = "0x0000000000000000000000000000000000000001";
    const swap = (old: string, next: string, previous = SENTINEL) =>
      owners.encodeFunctionData("swapOwner", [previous, old, next]);
    await callAs(first, [owner, other], swap(owner.address, heir.address));
    await callAs(first, [heir, other], swap(other.address, heiress.address, heir.address));
    expect(new Set(await first.getOwners())).to.deep.equal(new Set([heir.address, heiress.address]));
    // The approval is the body's, not its members': it counts once, and stands.
    expect(await committee.hasApproved(...release, first)).to.be.true;
    await rejectionOf(callAs(first, [heir, heiress], approval, target));
    // Those who have gone can do nothing more; the new ones can.
    await rejectionOf(callAs(first, [owner, other], withdrawal, target));
    await callAs(first, [heir, heiress], withdrawal, target);
    await expect(execute(release)).to.be.revertedWithCustomError(committee, "NoQuorum").withArgs(1n, 2n);
  });

  it("[INV-9] one of which the DAO replaces takes every approval along, its own and the others'", async () => {
    const { committee, governance, safes, owner, other, third, heir, target, approval, release, execute } =
      await networkHelpers.loadFixture(deploySafes);
    await callAs(safes[0], [owner, other], approval, target);
    await callAs(safes[1], [other, third], approval, target);
    await time.increase(COMMITTEE_DELAY);
    const next = await createSafeOf([heir, third], 2, 4n);
    await committee.connect(governance).setMembers([next, safes[1], safes[2]], 2);
    await expect(execute(release)).to.be.revertedWithCustomError(committee, "NoQuorum").withArgs(0n, 2n);
    await callAs(next, [heir, third], approval, target);
    await expect(execute(release)).to.be.revertedWithCustomError(committee, "NoQuorum").withArgs(1n, 2n);
  });
});

describe("a committee that is asked too early", () => {
  it("[INV-9] can gather approvals before there is a deadlock, and still act in one only", async () => {
    const { gate, breaker, resume, execute } = await networkHelpers.loadFixture(deploy);
    await gate.setDeadlocked(false);
    await expect(execute(resume)).to.be.revertedWithCustomError(breaker, "CallerCannotResume");
    await gate.setDeadlocked(true);
    await execute(resume);
  });
});
