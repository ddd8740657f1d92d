import { expect } from "chai";
import { parseEther } from "ethers";
import hre from "hardhat";

import type { StakingPool } from "../../../types/index.js";
import { ETHER } from "../../helpers/poolWorld.js";
import { beginWindDown, book, deployBench, payBack, request, stakeKeys } from "./poolFixture.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const bench = () => deployBench(connection);

describe("StakingPool: finalise", () => {
  it("[QUE-1] goes by the order of requests, and in part where ETH is short", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, alice, bob } = all;
    await stakeKeys(all, 4);
    await request(all, alice, 20_000n * ETHER);
    await request(all, bob, 20_000n * ETHER);
    const { idle } = await pool.books();
    expect(idle).to.equal(parseEther("26"));
    await expect(pool.finalise())
      .to.emit(pool, "Finalised")
      .withArgs(0n, 26_000n * ETHER, parseEther("26"));
    expect(await pool.claimableRedeemRequest(1n, alice)).to.equal(20_000n * ETHER);
    expect(await pool.claimableRedeemRequest(2n, bob)).to.equal(6_000n * ETHER);
    expect(await pool.pendingRedeemRequest(2n, bob)).to.equal(14_000n * ETHER);
    expect((await pool.waiting()).oldest).to.equal(await timeOf(pool, 2));
    const books = await pool.books();
    expect([books.idle, books.reserved]).to.deep.equal([0n, parseEther("26")]);
    expect(await pool.finalise.staticCall()).to.deep.equal([0n, 0n]);
    await payBack(all, parseEther("32"));
    await expect(pool.finalise()).to.emit(pool, "Finalised");
    expect(await pool.pendingRedeemRequest(2n, bob)).to.equal(0n);
    expect((await pool.waiting()).oldest).to.equal(0n);
  });

  it("[QUE-1] keeps the rate of what is finalised, whatever happens afterwards", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, alice, bob } = all;
    await stakeKeys(all, 4);
    await request(all, alice, 20_000n * ETHER);
    await pool.finalise();
    const worth = await pool.maxWithdraw(alice);
    await book(all, -parseEther("64"));
    await request(all, bob, 1_000n * ETHER);
    await pool.finalise();
    expect(await pool.maxWithdraw(alice)).to.equal(worth);
    expect(await pool.maxWithdraw(bob)).to.be.lt(parseEther("0.6"));
    await book(all, parseEther("64"));
    expect(await pool.maxWithdraw(alice)).to.equal(worth);
  });

  it("lets what waits bear losses", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, alice } = all;
    await stakeKeys(all, 4);
    await request(all, alice, 10_000n * ETHER);
    await book(all, -parseEther("77"));
    await pool.finalise();
    expect(await pool.maxWithdraw(alice)).to.be.closeTo(parseEther("5"), 10n);
  });

  it("leaves a tenth of slashed keys behind", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, keeper, alice } = all;
    await stakeKeys(all, 1);
    await request(all, alice, 15_100n * ETHER);
    await expect(pool.connect(keeper).replaceHaircut(0n, parseEther("15.1")))
      .to.emit(pool, "HaircutSet")
      .withArgs(0n, parseEther("15.1"));
    await pool.finalise();
    expect(await pool.maxWithdraw(alice)).to.be.closeTo(parseEther("13.59"), 10n);
    expect(await pool.convertToAssets(1000n * ETHER)).to.be.gt(ETHER);
  });

  it("[POL-3] takes no request that is as young as the watermark, and needs proofs of the last 36 hours", async () => {
    // A beacon chain does not go back with a snapshot.
    const own = await hre.network.create();
    const all = await deployBench(own);
    const { pool, registry, alice, world, vault } = all;
    await world.enlist(vault);
    await request(all, alice, 10_000n * ETHER);
    await pool.finalise();
    expect(await pool.maxRedeem(alice)).to.equal(0n);
    await world.check(vault);
    await pool.finalise();
    expect(await pool.maxRedeem(alice)).to.equal(10_000n * ETHER);
    const mark = await registry.watermark();
    await own.networkHelpers.time.setNextBlockTimestamp(mark + 36n * 3600n);
    await expect(pool.finalise()).to.be.revertedWithCustomError(pool, "ProofsTooOld").withArgs(mark, mark);
  });

  it("finalises dust that is worth less than a wei, so that it holds nobody up", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, alice, bob, carol } = all;
    await pool.connect(alice).transfer(carol, 1n);
    await request(all, carol, 1n);
    await request(all, bob, 1_000n * ETHER);
    await pool.finalise();
    expect([await pool.maxRedeem(carol), await pool.maxWithdraw(carol)]).to.deep.equal([1n, 0n]);
    expect(await pool.maxWithdraw(bob)).to.be.closeTo(ETHER, 1n);
    await pool.connect(carol).redeem(1n, carol, carol);
    expect(await pool.openRequests(carol)).to.deep.equal([]);
  });

  it("ends with a wind-down", async () => {
    const all = await networkHelpers.loadFixture(bench);
    await beginWindDown(all);
    await expect(all.pool.finalise()).to.be.revertedWithCustomError(all.pool, "WindingDown");
  });
});

/** When a request was made. [unix seconds] */
async function timeOf(pool: StakingPool, id: number): Promise<bigint> {
  const [event] = await pool.queryFilter(pool.filters.RedeemRequest(undefined, undefined, id));
  if (event === undefined) throw new Error(`there is no request ${id}`);
  return BigInt((await event.getBlock()).timestamp);
}
