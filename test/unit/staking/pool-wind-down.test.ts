import { expect } from "chai";
import { parseEther } from "ethers";
import hre from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { State } from "../../helpers/deployCore.js";
import { ETHER } from "../../helpers/poolWorld.js";
import { beginWindDown, book, DAY, deployBench, payBack, request, stakeKeys, type Bench } from "./poolFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const running = () => deployBench(connection);

/** 96 of 153 ETH are staked; alice's first request is finalised, her second one and bob's wait. */
async function begun() {
  const all = await deployBench(connection);
  await stakeKeys(all, 3);
  await request(all, all.alice, 57_000n * ETHER);
  await request(all, all.alice, 3_000n * ETHER);
  await request(all, all.bob, 20_000n * ETHER);
  await all.pool.finalise();
  await beginWindDown(all);
  return all;
}

const settled = async () => {
  const all = await begun();
  await payBack(all, parseEther("48"));
  await networkHelpers.time.increase(60n * DAY + 1n);
  return all;
};

/** On a chain of its own: a beacon chain does not go back with a snapshot. */
async function silent() {
  const own = await hre.network.create();
  const all = await deployBench(own);
  await all.world.enlist(all.vault);
  return { own, all };
}

const supplyOf = async ({ pool }: Bench): Promise<bigint> => (await pool.windDown())[3];

describe("StakingPool: wind-down", () => {
  describe("armWindDown", () => {
    it("[WND-1] needs proofs to be missing for 30 days, or 14 in RageQuit", async () => {
      const { own, all } = await silent();
      const { pool, registry, gate } = all;
      const mark = await registry.watermark();
      await own.networkHelpers.time.setNextBlockTimestamp(mark + 14n * DAY);
      await gate.setState(State.RageQuit);
      await own.networkHelpers.time.setNextBlockTimestamp(mark + 14n * DAY + 1n);
      await gate.setState(State.Normal);
      await expect(pool.armWindDown())
        .to.be.revertedWithCustomError(pool, "ProofsRecent")
        .withArgs(14n * DAY + 2n, 30n * DAY);
      await gate.setState(State.RageQuit);
      await expect(pool.armWindDown()).to.emit(pool, "WindDownArmed").withArgs(mark);
      const [armedAt] = await pool.windDown();
      await pool.armWindDown();
      expect((await pool.windDown())[0]).to.equal(armedAt);
    });

    it("[WND-1] takes a gate that does not answer, and the fallback gate, for RageQuit", async () => {
      const { own, all } = await silent();
      const { pool, gate, timelock, fallbackGate, governance } = all;
      await own.networkHelpers.time.increase(14n * DAY);
      await expect(pool.armWindDown()).to.be.revertedWithCustomError(pool, "ProofsRecent");
      const snapshot = await own.networkHelpers.takeSnapshot();
      await gate.setAnswer(Answer.Revert);
      await expect(pool.armWindDown()).to.emit(pool, "WindDownArmed");
      await snapshot.restore();
      await timelock.connect(governance).setGate(fallbackGate);
      await expect(pool.armWindDown()).to.emit(pool, "WindDownArmed");
    });
  });

  describe("beginWindDown", () => {
    it("[WND-1] needs to be armed for 7 days, without any proof since", async () => {
      const { own, all } = await silent();
      const { pool, world, vault } = all;
      await expect(pool.beginWindDown()).to.be.revertedWithCustomError(pool, "NotArmed");
      await own.networkHelpers.time.increase(30n * DAY);
      await pool.armWindDown();
      const [armedAt] = await pool.windDown();
      await own.networkHelpers.time.setNextBlockTimestamp(armedAt + 7n * DAY - 1n);
      await expect(pool.beginWindDown())
        .to.be.revertedWithCustomError(pool, "NotYetDue")
        .withArgs(armedAt + 7n * DAY - 1n, armedAt + 7n * DAY);
      const snapshot = await own.networkHelpers.takeSnapshot();
      await world.check(vault);
      await expect(pool.beginWindDown()).to.be.revertedWithCustomError(pool, "NotArmed");
      await expect(pool.armWindDown()).to.be.revertedWithCustomError(pool, "ProofsRecent");
      await snapshot.restore();
      await own.networkHelpers.time.setNextBlockTimestamp(armedAt + 7n * DAY);
      const supply = await pool.totalSupply();
      const { idle } = await pool.books();
      await expect(pool.beginWindDown()).to.emit(pool, "WindDownBegun").withArgs(supply, idle);
      expect(await pool.isWindingDown()).to.equal(true);
    });

    it("[WND-1] never comes where no operator has keys", async () => {
      const { pool } = await networkHelpers.loadFixture(running);
      await networkHelpers.time.increase(400n * DAY);
      await expect(pool.armWindDown())
        .to.be.revertedWithCustomError(pool, "ProofsRecent")
        .withArgs(0n, 30n * DAY);
    });

    it("is for good, and closes what needs a price", async () => {
      const all = await networkHelpers.loadFixture(begun);
      const { pool, keeper, vault, alice } = all;
      for (const call of [
        () => pool.beginWindDown(),
        () => pool.armWindDown(),
        () => pool.finalise(),
        () => pool.connect(keeper).stake(vault, 1n),
        () => pool.connect(keeper).book(0n, 0n, 0n),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(pool, "WindingDown");
      }
      await expect(pool.connect(alice).depositETH(alice, { value: ETHER }))
        .to.be.revertedWithCustomError(pool, "DepositAboveLimit")
        .withArgs(ETHER, 0n);
      expect([await pool.maxDeposit(alice), await pool.totalAssets()]).to.deep.equal([0n, 0n]);
      await pool.settle();
      expect((await pool.books()).settledAt).to.be.lt(await networkHelpers.time.latest());
    });
  });

  it("[WND-2] keeps the rate of what is finalised, and divides the rest among the shares that there are", async () => {
    const all = await networkHelpers.loadFixture(begun);
    const { pool, weth, alice, bob } = all;
    expect(await supplyOf(all)).to.equal(153_000n * ETHER - 57_000n * ETHER);
    const finalised = await pool.maxWithdraw(alice);
    expect(finalised).to.be.closeTo(parseEther("57"), 10n);
    await payBack(all, parseEther("48"));
    expect(await pool.maxWithdraw(alice)).to.equal(finalised);
    // The request that waits is given up; what was finalised of it is paid at its rate.
    await expect(pool.connect(bob).surrenderRequest(3n, bob, bob))
      .to.emit(pool, "Surrendered")
      .withArgs(bob, 20_000n * ETHER);
    const call = pool.collectWindDown(bob);
    await expect(call).to.changeTokenBalance(ethers, weth, bob, ((await pool.windDown())[4] * 20n) / 96n);
    await pool.connect(alice).surrender(await pool.balanceOf(alice));
    expect((await pool.windDownOf(alice)).shares).to.equal(40_000n * ETHER);
    await expect(pool.collectWindDown(alice)).to.emit(pool, "WindDownPaid");
    await payBack(all, parseEther("48"));
    expect((await pool.windDownOf(bob)).due).to.be.closeTo(parseEther("10"), 10n);
    await pool.collectWindDown(bob);
    expect((await pool.windDownOf(bob)).due).to.equal(0n);
    expect(await supplyOf(all)).to.equal(96_000n * ETHER);
  });

  it("surrenders nothing before it begins", async () => {
    const { pool, alice } = await networkHelpers.loadFixture(running);
    await expect(pool.connect(alice).surrender(1n)).to.be.revertedWithCustomError(pool, "NotWindingDown");
    await pool.connect(alice).requestRedeem(100n * ETHER, alice, alice);
    await expect(pool.connect(alice).surrenderRequest(1n, alice, alice)).to.be.revertedWithCustomError(
      pool,
      "NotWindingDown",
    );
    expect(await pool.collectWindDown.staticCall(alice)).to.equal(0n);
  });

  it("lets the controller and its operator alone surrender a request", async () => {
    const { pool, alice, bob } = await networkHelpers.loadFixture(begun);
    await expect(pool.connect(bob).surrenderRequest(2n, bob, alice))
      .to.be.revertedWithCustomError(pool, "NotController")
      .withArgs(bob, alice);
    await expect(pool.connect(bob).surrenderRequest(2n, bob, bob))
      .to.be.revertedWithCustomError(pool, "RequestUnknown")
      .withArgs(2n, bob);
  });

  describe("settling", () => {
    it("[WND-3] comes after 60 days and 21 without an arrival of 16 ETH, and at the latest after 300", async () => {
      const all = await networkHelpers.loadFixture(begun);
      const { pool } = all;
      const [, startedAt] = await pool.windDown();
      const at = async (days: bigint) => {
        await networkHelpers.time.increaseTo(startedAt + days * DAY);
      };
      await at(59n);
      await payBack(all, parseEther("16"));
      await at(79n);
      await payBack(all, parseEther("15.999"));
      expect(await pool.isWindDownSettled()).to.equal(false);
      await at(81n);
      expect(await pool.isWindDownSettled()).to.equal(true);
    });

    it("[WND-3] cannot be put off for more than 300 days", async () => {
      const all = await networkHelpers.loadFixture(begun);
      const { pool } = all;
      const [, startedAt] = await pool.windDown();
      for (let day = 20n; day <= 300n; day += 20n) {
        await networkHelpers.time.setNextBlockTimestamp(startedAt + day * DAY);
        await payBack(all, parseEther("16"));
        expect(await pool.isWindDownSettled()).to.equal(false);
      }
      await networkHelpers.time.increaseTo(startedAt + 300n * DAY + 1n);
      expect(await pool.isWindDownSettled()).to.equal(true);
    });

    it("[WND-3] is not undone by a later arrival, and makes what waits claimable in full", async () => {
      const all = await networkHelpers.loadFixture(settled);
      const { pool, weth, alice, bob } = all;
      expect(await pool.isWindDownSettled()).to.equal(true);
      expect(await pool.pendingRedeemRequest(3n, bob)).to.equal(0n);
      expect(await pool.claimableRedeemRequest(3n, bob)).to.equal(20_000n * ETHER);
      await payBack(all, parseEther("32"));
      expect(await pool.isWindDownSettled()).to.equal(true);
      const assets = await pool.maxWithdraw(bob);
      expect(assets).to.equal((parseEther("80") * 20n) / 96n);
      await expect(pool.connect(bob).redeem(20_000n * ETHER, bob, bob)).to.changeTokenBalance(
        ethers,
        weth,
        bob,
        assets,
      );
      // Of alice's, one is finalised and the other is not.
      expect(await pool.maxRedeem(alice)).to.equal(60_000n * ETHER);
      await pool.connect(alice).redeem(58_000n * ETHER, alice, alice);
      expect(await pool.maxRedeem(alice)).to.equal(2_000n * ETHER);
      const left = await pool.maxWithdraw(alice);
      await pool.connect(alice).withdraw(left - 1n, alice, alice);
      await pool.connect(alice).withdraw(1n, alice, alice);
      expect(await pool.openRequests(alice)).to.deep.equal([]);
    });

    it("[WND-3] gives what comes later to the same controllers, who pull it", async () => {
      const all = await networkHelpers.loadFixture(settled);
      const { pool, weth, alice, bob, carol } = all;
      await pool.connect(bob).redeem(20_000n * ETHER, carol, bob);
      await pool.connect(alice).requestRedeem(40_000n * ETHER, alice, alice);
      await pool.connect(alice).redeem(await pool.maxRedeem(alice), alice, alice);
      await payBack(all, parseEther("48"));
      await expect(pool.collectWindDown(bob)).to.changeTokenBalance(ethers, weth, bob, parseEther("10"));
      await expect(pool.collectWindDown(alice)).to.changeTokenBalance(
        ethers,
        weth,
        alice,
        (parseEther("48") * 43n) / 96n,
      );
      expect(await pool.collectWindDown.staticCall(carol)).to.equal(0n);
      expect(await pool.totalSupply()).to.equal(33_000n * ETHER);
    });

    it("[WND-3] releases bonds to operators, who collect with everybody else", async () => {
      const own = await hre.network.create();
      const all = await deployBench(own);
      const { pool, registry, world, vault, operator, weth } = all;
      await world.enlist(vault);
      await beginWindDown(all);
      await expect(registry.releaseBond(1n)).to.be.revertedWithCustomError(registry, "BondHeld");
      await own.networkHelpers.time.increase(60n * DAY + 1n);
      await registry.releaseBond(1n);
      await registry.collect(1n);
      const shares = await pool.balanceOf(operator);
      expect(shares).to.equal(1000n * ETHER);
      await pool.connect(operator).surrender(shares);
      const before = await weth.balanceOf(operator);
      await own.networkHelpers.setBalance(await vault.getAddress(), parseEther("32"));
      await vault.sweep();
      await pool.collectWindDown(operator);
      expect((await weth.balanceOf(operator)) - before).to.equal(ETHER);
    });

    it("pays a request that comes after settling at once", async () => {
      const { pool, bob } = await networkHelpers.loadFixture(settled);
      const shares = await pool.balanceOf(bob);
      await pool.connect(bob).requestRedeem(shares, bob, bob);
      expect(await pool.claimableRedeemRequest(4n, bob)).to.equal(shares);
      await pool.connect(bob).redeem(shares + 20_000n * ETHER, bob, bob);
    });
  });

  it("[WND-2] pays finalised shares of a request at their rate, and the rest with everybody else", async () => {
    const all = await deployBench(await hre.network.create());
    const { pool, alice } = all;
    await stakeKeys(all, 4);
    await request(all, alice, 40_000n * ETHER);
    await pool.finalise();
    const ready = await pool.claimableRedeemRequest(1n, alice);
    expect(ready).to.equal(26_000n * ETHER);
    await book(all, -parseEther("64"));
    await beginWindDown(all);
    const paid = await pool.connect(alice).surrenderRequest.staticCall(1n, alice, alice);
    expect(paid).to.be.closeTo(parseEther("26"), 10n);
    await pool.connect(alice).surrenderRequest(1n, alice, alice);
    expect((await pool.windDownOf(alice)).shares).to.equal(14_000n * ETHER);
    expect(await pool.openRequests(alice)).to.deep.equal([]);
  });
});
