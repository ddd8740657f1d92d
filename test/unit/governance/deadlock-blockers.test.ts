import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { deployDeadlockWorld, TIMEOUT } from "../../helpers/deadlockWorld.js";
import { DAY, PERCENT, State } from "../../helpers/gateWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;
const deploy = () => deployDeadlockWorld(connection);

/** A rage quit of alice's, just begun, with a blocker that behaves. */
async function deployRageQuit() {
  const world = await deploy();
  await world.enterRageQuit();
  const { blocker } = world;
  const { selector } = blocker.getFunction("getResumeSinceTimestamp").fragment;
  return { ...world, setAnswer: (answer: number) => blocker.setAnswer(selector, answer) };
}

const WITHOUT_CODE = [
  "0x00000000000000000000000000000000000000aa",
  ...Array.from({ length: 17 }, (_, index) => ethers.zeroPadValue(ethers.toBeHex(index + 1), 20)),
  ethers.zeroPadValue("0x0100", 20),
];

describe("DualGovernance", () => {
  describe("withdrawal blockers", () => {
    it("make a rage quit a deadlock while they stay paused beyond the timeout, and not a second longer", async () => {
      const { gate, blocker, around } = await networkHelpers.loadFixture(deployRageQuit);
      await blocker.pauseFor(TIMEOUT + 30n * DAY);
      const resumesAt = await blocker.getResumeSinceTimestamp();
      expect(await gate.isDeadlocked()).to.be.true;
      // In the second in the middle, the pause ends exactly with the timeout.
      expect(await around(resumesAt - TIMEOUT, () => gate.isDeadlocked())).to.deep.equal([true, false, false]);
    });

    it("make it one at once where only a resumption ends the pause, until that comes", async () => {
      const { gate, blocker, block } = await networkHelpers.loadFixture(deployRageQuit);
      await block();
      expect(await gate.isDeadlocked()).to.be.true;
      await blocker.resume();
      expect(await gate.isDeadlocked()).to.be.false;
    });

    it("make none of any other state", async () => {
      const { gate, block, enterSignalling, machine, pokeAt, rules, state, redeemAll, lock, bob } =
        await networkHelpers.loadFixture(deploy);
      await block();
      expect(await gate.isDeadlocked()).to.be.false;
      const activatedAt = await enterSignalling(10n * PERCENT);
      expect(await gate.isDeadlocked()).to.be.false;
      const end = activatedAt + rules.signalling.maxDuration;
      await time.increaseTo(end);
      expect(await gate.isDeadlocked()).to.be.false;
      // By the effective state: the rage quit is due, nobody has poked.
      await time.increaseTo(end + 1n);
      expect([await state(), await gate.isDeadlocked()]).to.deep.equal([State.VetoSignalling, true]);
      await gate.poke();
      expect(await gate.isDeadlocked()).to.be.true;
      await lock(bob, 12n * PERCENT);
      await time.increaseTo((await redeemAll(1n)) + 1n);
      expect([await state(), await gate.isDeadlocked()]).to.deep.equal([State.RageQuit, false]);
      await pokeAt((await machine()).activatedAt + 60n * DAY);
      expect([await state(), await gate.isDeadlocked()]).to.deep.equal([State.VetoSignalling, false]);
    });

    const FAILURES = {
      reverts: Answer.Revert,
      "reverts with 200 kB": Answer.RevertBomb,
      "burns its gas": Answer.BurnGas,
      "answers one byte": Answer.Short,
      "answers nothing": Answer.Empty,
      "answers 2^256 - 1": Answer.Max,
    };
    for (const [how, answer] of Object.entries(FAILURES)) {
      it(`make it one when one ${how}, and no longer when it answers again`, async () => {
        const { gate, setAnswer } = await networkHelpers.loadFixture(deployRageQuit);
        await setAnswer(answer);
        expect(await gate.isDeadlocked()).to.be.true;
        await setAnswer(Answer.Honest);
        expect(await gate.isDeadlocked()).to.be.false;
      });
    }

    it("make none when one answers a moment that has passed, with 200 kB of zeros behind it or without", async () => {
      const { gate, setAnswer } = await networkHelpers.loadFixture(deployRageQuit);
      for (const answer of [Answer.Zero, Answer.One, Answer.Two]) {
        await setAnswer(answer);
        expect(await gate.isDeadlocked()).to.be.false;
      }
      // More than its gas pays for: no answer.
      await setAnswer(Answer.Bomb);
      expect(await gate.isDeadlocked()).to.be.true;
    });

    it("make it one when one loses its code", async () => {
      const { gate, blocker } = await networkHelpers.loadFixture(deployRageQuit);
      await networkHelpers.setCode(await blocker.getAddress(), "0x");
      expect(await gate.isDeadlocked()).to.be.true;
    });

    it("count each on its own", async () => {
      const { gate, blocker, block, governance } = await networkHelpers.loadFixture(deployRageQuit);
      const others = await Promise.all([1, 2].map(() => ethers.deployContract("PausableMock")));
      const [first, second] = others.map((other) => other.target);
      await gate.connect(governance).setWithdrawalBlockers([first ?? "", blocker, second ?? ""]);
      expect(await gate.isDeadlocked()).to.be.false;
      await block();
      expect(await gate.isDeadlocked()).to.be.true;
      await gate.connect(governance).setWithdrawalBlockers([first ?? "", second ?? ""]);
      expect(await gate.isDeadlocked()).to.be.false;
    });
  });

  describe("setWithdrawalBlockers", () => {
    it("replaces them", async () => {
      const { gate, blocker, governance } = await networkHelpers.loadFixture(deploy);
      expect(await gate.withdrawalBlockers()).to.deep.equal([blocker.target]);
      const other = await ethers.deployContract("PausableMock");
      await expect(gate.connect(governance).setWithdrawalBlockers([other, blocker]))
        .to.emit(gate, "WithdrawalBlockersSet")
        .withArgs([other.target, blocker.target]);
      expect(await gate.withdrawalBlockers()).to.deep.equal([other.target, blocker.target]);
      await gate.connect(governance).setWithdrawalBlockers([]);
      expect(await gate.withdrawalBlockers()).to.deep.equal([]);
    });

    it("is the timelock's alone", async () => {
      const { gate, timelock, stranger, tiebreaker } = await networkHelpers.loadFixture(deploy);
      for (const caller of [stranger, tiebreaker]) {
        await expect(gate.connect(caller).setWithdrawalBlockers([]))
          .to.be.revertedWithCustomError(gate, "CallerIsNotTimelock")
          .withArgs(caller.address, timelock.target);
      }
    });

    it("takes eight, and no ninth", async () => {
      const { gate, governance, blocker } = await networkHelpers.loadFixture(deploy);
      await gate.connect(governance).setWithdrawalBlockers(Array<string>(8).fill(await blocker.getAddress()));
      await expect(gate.connect(governance).setWithdrawalBlockers(Array<string>(9).fill(await blocker.getAddress())))
        .to.be.revertedWithCustomError(gate, "TooManyBlockers")
        .withArgs(9n, 8n);
    });

    it("refuses accounts without code, and precompiles that return whatever they were sent", async () => {
      const { gate, governance } = await networkHelpers.loadFixture(deploy);
      for (const account of WITHOUT_CODE) {
        await expect(gate.connect(governance).setWithdrawalBlockers([account]))
          .to.be.revertedWithCustomError(gate, "BlockerWithoutAnswer")
          .withArgs(ethers.getAddress(account));
      }
    });

    it("refuses a contract that is no pausable, and leaves those that were", async () => {
      const { gate, governance, blocker, vault, timelock } = await networkHelpers.loadFixture(deploy);
      for (const account of [vault, timelock]) {
        await expect(gate.connect(governance).setWithdrawalBlockers([blocker, account]))
          .to.be.revertedWithCustomError(gate, "BlockerWithoutAnswer")
          .withArgs(account.target);
      }
      expect(await gate.withdrawalBlockers()).to.deep.equal([blocker.target]);
    });

    for (const name of ["isPaused", "getResumeSinceTimestamp"] as const) {
      it(`refuses one whose ${name} fails`, async () => {
        const { gate, governance, blocker } = await networkHelpers.loadFixture(deploy);
        const { selector } = blocker.getFunction(name).fragment;
        const unusable: number[] = [
          Answer.Revert,
          Answer.BurnGas,
          Answer.Empty,
          Answer.Short,
          Answer.Bomb,
          Answer.RevertBomb,
        ];
        if (name === "isPaused") unusable.push(Answer.Two, Answer.Max);
        for (const answer of unusable) {
          await blocker.setAnswer(selector, answer);
          await expect(gate.connect(governance).setWithdrawalBlockers([blocker]))
            .to.be.revertedWithCustomError(gate, "BlockerWithoutAnswer")
            .withArgs(blocker.target);
        }
      });
    }
  });
});
