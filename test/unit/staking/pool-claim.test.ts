import { expect } from "chai";
import { parseEther, ZeroAddress } from "ethers";
import hre from "hardhat";

import { isInstrumented } from "../../helpers/instrumented.js";
import { ETHER } from "../../helpers/poolWorld.js";
import { book, deployBench, payBack, request, requestMany, stakeKeys } from "./poolFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** Alice's first request is finalised, her second one in part; between them stands one of bob's. */
async function twoRates() {
  const all = await deployBench(connection);
  await stakeKeys(all, 3);
  await request(all, all.alice, 10_000n * ETHER);
  await all.pool.finalise();
  await book(all, -parseEther("48"));
  await request(all, all.bob, 10_000n * ETHER);
  await request(all, all.alice, 90_000n * ETHER);
  await all.pool.finalise();
  return all;
}

const finalised = async () => {
  const all = await deployBench(connection);
  await request(all, all.alice, 10_000n * ETHER);
  await all.pool.finalise();
  return all;
};

describe("StakingPool: claims", () => {
  describe("claim", () => {
    it("pays what of a request is finalised, as WETH or as ETH, to anybody the controller names", async () => {
      const { pool, weth, alice, carol } = await networkHelpers.loadFixture(twoRates);
      const worth = await pool.connect(alice).claim.staticCall(1n, carol, alice);
      expect(worth).to.be.closeTo(parseEther("10"), 10n);
      const call = pool.connect(alice).claim(1n, carol, alice);
      await expect(call)
        .to.emit(pool, "Withdraw")
        .withArgs(alice, carol, alice, worth, 10_000n * ETHER);
      await expect(call).to.changeTokenBalance(ethers, weth, carol, worth);
      const part = await pool.claimableRedeemRequest(3n, alice);
      expect(part).to.be.lt(90_000n * ETHER);
      const late = await pool.connect(alice).claimETH.staticCall(3n, carol, alice);
      await expect(pool.connect(alice).claimETH(3n, carol, alice)).to.changeEtherBalance(ethers, carol, late);
      expect(await pool.openRequests(alice)).to.deep.equal([3n]);
      expect(await pool.pendingRedeemRequest(3n, alice)).to.equal(90_000n * ETHER - part);
      expect(await pool.connect(alice).claim.staticCall(3n, alice, alice)).to.equal(0n);
    });

    it("is for the controller and its operator alone, of requests that are open", async () => {
      const { pool, alice, bob } = await networkHelpers.loadFixture(finalised);
      for (const call of [
        () => pool.connect(bob).claim(1n, bob, alice),
        () => pool.connect(bob).claimETH(1n, bob, alice),
        () => pool.connect(bob).redeem(1n, bob, alice),
        () => pool.connect(bob).withdraw(1n, bob, alice),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(pool, "NotController").withArgs(bob, alice);
      }
      await expect(pool.connect(bob).claim(1n, bob, bob))
        .to.be.revertedWithCustomError(pool, "RequestUnknown")
        .withArgs(1n, bob);
      await expect(pool.connect(alice).claim(1n, ZeroAddress, alice)).to.be.revertedWithCustomError(
        pool,
        "ZeroAddress",
      );
      await pool.connect(alice).setOperator(bob, true);
      await pool.connect(bob).claim(1n, bob, alice);
      await expect(pool.connect(alice).claim(1n, alice, alice))
        .to.be.revertedWithCustomError(pool, "RequestUnknown")
        .withArgs(1n, alice);
    });

    it("fails where the receiver refuses ETH, and can be sent elsewhere", async () => {
      const { pool, registry, alice, bob } = await networkHelpers.loadFixture(finalised);
      await expect(pool.connect(alice).claimETH(1n, registry, alice)).to.be.revertedWithCustomError(pool, "FailedCall");
      await pool.connect(alice).claimETH(1n, bob, alice);
    });
  });

  describe("redeem", () => {
    it("[QUE-3] pays all that maxRedeem tells, across requests and rates, and no more", async () => {
      const { pool, weth, alice } = await networkHelpers.loadFixture(twoRates);
      const shares = await pool.maxRedeem(alice);
      const assets = await pool.maxWithdraw(alice);
      await expect(pool.connect(alice).redeem(shares + 1n, alice, alice))
        .to.be.revertedWithCustomError(pool, "RedemptionAboveLimit")
        .withArgs(shares + 1n, shares);
      const call = pool.connect(alice).redeem(shares, alice, alice);
      await expect(call).to.emit(pool, "Withdraw").withArgs(alice, alice, alice, assets, shares);
      await expect(call).to.changeTokenBalance(ethers, weth, alice, assets);
      expect([await pool.maxRedeem(alice), await pool.maxWithdraw(alice)]).to.deep.equal([0n, 0n]);
    });

    it("pays a part at the average of its rates, rounded down, and leaves the rest", async () => {
      const all = await networkHelpers.loadFixture(twoRates);
      const { pool, alice } = all;
      const whole = await pool.maxWithdraw(alice);
      let left = await pool.maxRedeem(alice);
      let paid = 0n;
      for (const part of [1n, 999n, 10_000n * ETHER - 7n, 5_000n * ETHER]) {
        paid += await pool.connect(alice).redeem.staticCall(part, alice, alice);
        await pool.connect(alice).redeem(part, alice, alice);
        left -= part;
        expect(await pool.maxRedeem(alice)).to.equal(left);
        expect((await pool.maxWithdraw(alice)) + paid).to.equal(whole);
      }
      await payBack(all, parseEther("48"));
      await pool.finalise();
      expect(await pool.maxRedeem(alice)).to.equal(85_000n * ETHER - 993n);
    });
  });

  describe("withdraw", () => {
    it("[QUE-3] pays exactly what is asked, for shares rounded up, up to what maxWithdraw tells", async () => {
      const { pool, weth, alice } = await networkHelpers.loadFixture(twoRates);
      const assets = await pool.maxWithdraw(alice);
      const shares = await pool.maxRedeem(alice);
      await expect(pool.connect(alice).withdraw(assets + 1n, alice, alice))
        .to.be.revertedWithCustomError(pool, "WithdrawalAboveLimit")
        .withArgs(assets + 1n, assets);
      const first = await pool.connect(alice).withdraw.staticCall(1n, alice, alice);
      expect(first).to.be.closeTo(1000n, 2n);
      await expect(pool.connect(alice).withdraw(1n, alice, alice)).to.changeTokenBalance(ethers, weth, alice, 1n);
      // The rest of the first request, and a wei of the one after the next.
      await pool.connect(alice).withdraw(parseEther("10"), alice, alice);
      expect(await pool.openRequests(alice)).to.deep.equal([3n]);
      const rest = await pool.maxWithdraw(alice);
      expect(rest).to.equal(assets - 1n - parseEther("10"));
      expect(await pool.maxRedeem(alice)).to.be.lt(shares - 10_000n * ETHER);
      await pool.connect(alice).withdraw(rest, alice, alice);
      expect([await pool.maxRedeem(alice), await pool.maxWithdraw(alice)]).to.deep.equal([0n, 0n]);
    });
  });

  it("[QUE-3] of more than 16 requests pays the first 16, and any other by its id", async () => {
    const all = await deployBench(await hre.network.create());
    const { pool, alice } = all;
    await requestMany(all, alice, 18, 100n * ETHER);
    await pool.finalise();
    expect((await pool.openRequests(alice)).length).to.equal(16);
    expect(await pool.maxRedeem(alice)).to.equal(1_600n * ETHER);
    await pool.connect(alice).claim(18n, alice, alice);
    await pool.connect(alice).claim(2n, alice, alice);
    expect(await pool.maxRedeem(alice)).to.equal(1_600n * ETHER);
    expect((await pool.openRequests(alice)).at(-1)).to.equal(17n);
    await expect(pool.connect(alice).redeem(1_600n * ETHER + 1n, alice, alice)).to.be.revertedWithCustomError(
      pool,
      "RedemptionAboveLimit",
    );
    await pool.connect(alice).redeem(await pool.maxRedeem(alice), alice, alice);
    expect(await pool.openRequests(alice)).to.deep.equal([]);
    expect((await pool.books()).reserved).to.equal(0n);
    await request(all, alice, 100n * ETHER);
    expect(await pool.openRequests(alice)).to.deep.equal([19n]);
  });

  if (!isInstrumented) {
    it("[QUE-3] tells what 16 requests in ranges of their own pay within half of what a vessel grants", async () => {
      const all = await deployBench(await hre.network.create());
      const { pool, alice, bob } = all;
      for (let i = 0; i < 16; i++) {
        await request(all, alice, 10n * ETHER);
        await request(all, bob, 10n * ETHER);
        await pool.finalise();
      }
      // Half of it, so that access to storage may get twice as dear, and what is paid before it is asked.
      expect(await pool.maxRedeem.estimateGas(alice)).to.be.lt(171_000n);
    });
  }
});
