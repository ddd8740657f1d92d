import { expect } from "chai";
import { parseEther, ZeroAddress } from "ethers";
import hre from "hardhat";

import { ETHER } from "../../helpers/poolWorld.js";
import { beginWindDown, book, deployBench, stakeKeys } from "./poolFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const bench = () => deployBench(connection);
/** Worth 0.01 ETH at the first price. */
const LEAST = 10n * ETHER;

describe("StakingPool: requestRedeem", () => {
  it("moves shares into the queue, under ids from 1", async () => {
    const { pool, alice, bob } = await networkHelpers.loadFixture(bench);
    const call = pool.connect(alice).requestRedeem(LEAST, bob, alice);
    await expect(call).to.emit(pool, "RedeemRequest").withArgs(bob, alice, 1n, alice, LEAST);
    await expect(call).to.changeTokenBalances(ethers, pool, [alice, pool], [-LEAST, LEAST]);
    await pool.connect(bob).requestRedeem(2n * LEAST, bob, bob);
    expect(await pool.requestCount()).to.equal(2n);
    expect(await pool.openRequests(bob)).to.deep.equal([1n, 2n]);
    expect(await pool.openRequests(alice)).to.deep.equal([]);
    expect(await pool.pendingRedeemRequest(1n, bob)).to.equal(LEAST);
    expect(await pool.pendingRedeemRequest(1n, alice)).to.equal(0n);
    expect(await pool.pendingRedeemRequest(0n, ZeroAddress)).to.equal(0n);
    expect(await pool.claimableRedeemRequest(3n, bob)).to.equal(0n);
    const [shares, assets, oldest] = await pool.waiting();
    expect([shares, assets]).to.deep.equal([3n * LEAST, (ETHER * 3n) / 100n]);
    expect(oldest).to.equal((await ethers.provider.getBlock((await call).blockNumber ?? 0))?.timestamp);
  });

  it("takes shares of another by its allowance, or as its operator", async () => {
    const { pool, alice, bob, carol } = await networkHelpers.loadFixture(bench);
    await expect(pool.connect(bob).requestRedeem(LEAST, bob, alice))
      .to.be.revertedWithCustomError(pool, "ERC20InsufficientAllowance")
      .withArgs(bob, 0n, LEAST);
    await pool.connect(alice).approve(bob, LEAST + 1n);
    await pool.connect(bob).requestRedeem(LEAST, bob, alice);
    expect(await pool.allowance(alice, bob)).to.equal(1n);
    await expect(pool.connect(alice).setOperator(carol, true))
      .to.emit(pool, "OperatorSet")
      .withArgs(alice, carol, true);
    expect(await pool.isOperator(alice, carol)).to.equal(true);
    await pool.connect(carol).requestRedeem(LEAST, carol, alice);
    expect(await pool.allowance(alice, carol)).to.equal(0n);
    await pool.connect(alice).setOperator(carol, false);
    await expect(pool.connect(carol).requestRedeem(LEAST, carol, alice)).to.be.revertedWithCustomError(
      pool,
      "ERC20InsufficientAllowance",
    );
  });

  it("refuses nothing, nobody, and more than there is", async () => {
    const { pool, alice } = await networkHelpers.loadFixture(bench);
    await expect(pool.connect(alice).requestRedeem(0n, alice, alice)).to.be.revertedWithCustomError(pool, "ZeroShares");
    await expect(pool.connect(alice).requestRedeem(LEAST, ZeroAddress, alice)).to.be.revertedWithCustomError(
      pool,
      "ZeroAddress",
    );
    const shares = await pool.balanceOf(alice);
    await expect(pool.connect(alice).requestRedeem(shares + 1n, alice, alice)).to.be.revertedWithCustomError(
      pool,
      "ERC20InsufficientBalance",
    );
  });

  it("is for 0.01 ETH at the least, or for all that its owner has, in its own name", async () => {
    const { pool, alice, carol } = await networkHelpers.loadFixture(bench);
    await expect(pool.connect(alice).requestRedeem(LEAST - 1000n, alice, alice))
      .to.be.revertedWithCustomError(pool, "RequestTooSmall")
      .withArgs(ETHER / 100n - 1n, ETHER / 100n);
    await pool.connect(alice).transfer(carol, 1n);
    await expect(pool.connect(carol).requestRedeem(1n, alice, carol))
      .to.be.revertedWithCustomError(pool, "RequestTooSmall")
      .withArgs(0n, ETHER / 100n);
    await pool.connect(carol).requestRedeem(1n, carol, carol);
    expect(await pool.pendingRedeemRequest(1n, carol)).to.equal(1n);
  });

  it("lets everybody leave whatever shares are worth", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, alice, bob } = all;
    await stakeKeys(all, 4);
    await pool.connect(bob).requestRedeem(await pool.balanceOf(bob), bob, bob);
    await pool.finalise();
    await book(all, -parseEther("128"));
    expect(await pool.convertToAssets(await pool.balanceOf(alice))).to.equal(0n);
    await pool.connect(alice).requestRedeem(await pool.balanceOf(alice), alice, alice);
    expect(await pool.balanceOf(alice)).to.equal(0n);
  });

  it("goes by the first price while the pool winds down", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, alice, bob } = all;
    await beginWindDown(all);
    await expect(pool.connect(alice).requestRedeem(LEAST - 1000n, bob, alice))
      .to.be.revertedWithCustomError(pool, "RequestTooSmall")
      .withArgs(ETHER / 100n - 1n, ETHER / 100n);
    await pool.connect(alice).requestRedeem(LEAST, bob, alice);
    expect(await pool.pendingRedeemRequest(1n, bob)).to.equal(LEAST);
  });
});
