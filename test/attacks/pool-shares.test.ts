import { expect } from "chai";
import { parseEther } from "ethers";
import hre from "hardhat";

import { ETHER } from "../helpers/poolWorld.js";
import {
  beginWindDown,
  book,
  DAY,
  deployBench,
  deployEmptyBench,
  payBack,
  request,
  stakeKeys,
  type Bench,
} from "../unit/staking/poolFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const bench = () => deployBench(connection);
const empty = () => deployEmptyBench(connection);

/** Deposits, and leaves as fast as the queue lets. @returns What was won or lost. [wei] */
async function roundTrip(all: Bench, assets: bigint, between: () => Promise<void>): Promise<bigint> {
  const { pool, carol } = all;
  await pool.connect(carol).depositETH(carol, { value: assets });
  await between();
  await request(all, carol, await pool.balanceOf(carol));
  await pool.finalise();
  return (await pool.maxWithdraw(carol)) - assets;
}

describe("attacks on the pool's shares", () => {
  it("[POL-1] the first depositor inflates the price neither by gifts nor by gains, and pays for the attempt", async () => {
    const all = await networkHelpers.loadFixture(empty);
    const { pool, alice, bob, keeper } = all;
    await pool.connect(alice).depositETH(alice, { value: 1n });
    // A gift to a vault is a gain at the next checkpoint; one to the pool is nobody's.
    await pool.connect(keeper).book(parseEther("1000"), 0n, 0n);
    await networkHelpers.setBalance(await pool.getAddress(), parseEther("1000"));
    await networkHelpers.time.increase(365n * DAY);
    await pool.settle();
    const victim = ETHER;
    await pool.connect(bob).depositETH(bob, { value: victim });
    await networkHelpers.time.increase(1n);
    expect(await pool.convertToAssets(await pool.balanceOf(bob))).to.be.gte(victim - victim / 10n ** 6n);
    expect(await pool.convertToAssets(await pool.balanceOf(alice))).to.be.lt(1000n);
  });

  it("[POL-1] a gift to the pool changes no price and covers no claim", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool } = all;
    const before = [await pool.totalAssets(), await pool.convertToAssets(ETHER), await pool.books()];
    const address = await pool.getAddress();
    await networkHelpers.setBalance(address, (await ethers.provider.getBalance(address)) + parseEther("1000"));
    expect([await pool.totalAssets(), await pool.convertToAssets(ETHER), await pool.books()]).to.deep.equal(before);
  });

  for (const factor of [1n, 10n, 60n]) {
    it(`[POL-4] who brings ${factor}/10 of the pool for a day around a gain that is shown wins less than 0.02 % of it`, async () => {
      const all = await networkHelpers.loadFixture(bench);
      const { pool } = all;
      await stakeKeys(all, 4);
      await book(all, parseEther("5"), parseEther("0.5"));
      const amount = (parseEther("150") * factor) / 10n;
      const won = await roundTrip(all, amount, async () => {
        await networkHelpers.time.increase(DAY);
        await pool.settle();
      });
      expect(won * 10_000n).to.be.lt(amount * 2n);
    });
  }

  it("[POL-3] who asks before a loss that only he has seen bears it like everybody", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, alice, bob } = all;
    await stakeKeys(all, 4);
    await request(all, alice, 20_000n * ETHER);
    await book(all, -parseEther("15.4"));
    await pool.finalise();
    const price = await pool.maxWithdraw(alice);
    expect(price).to.be.closeTo((await pool.convertToAssets(1000n * ETHER)) * 20n, 1_000n);
    expect(await pool.convertToAssets(await pool.balanceOf(bob))).to.be.closeTo((price * 50n) / 20n, 10_000n);
  });

  it("[POL-1] a thousand small round trips take nothing from those who stay", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, carol, bob } = all;
    await stakeKeys(all, 3);
    await book(all, parseEther("0.777777777777777777"), 0n);
    const before = await pool.convertToAssets(1000n * ETHER);
    for (let i = 0; i < 25; i++) {
      await pool.connect(carol).depositETH(carol, { value: ETHER + BigInt(i * 7) });
      await request(all, carol, await pool.balanceOf(carol));
      await pool.finalise();
    }
    expect(await pool.convertToAssets(1000n * ETHER)).to.be.gte(before);
    expect(await pool.maxWithdraw(carol)).to.be.lte(25n * ETHER + 7n * 300n);
    expect(await pool.balanceOf(bob)).to.equal(50_000n * ETHER);
  });

  it("[POL-4] a loss and its recovery pay no second fee, nor does what a loss takes", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, registry, timelock } = all;
    await stakeKeys(all, 3);
    await book(all, ETHER, ETHER / 10n);
    await book(all, -ETHER);
    expect((await pool.books()).due).to.equal(0n);
    await networkHelpers.time.increase(100n * DAY);
    const held = [await pool.balanceOf(registry), await pool.balanceOf(timelock)];
    await pool.settle();
    expect([await pool.balanceOf(registry), await pool.balanceOf(timelock)]).to.deep.equal(held);
    expect(await pool.feeRound()).to.equal(1n);
  });

  it("[QUE-2] receivers that call back while they are paid find every door shut, and nothing half done", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, alice } = all;
    const hostile = await ethers.deployContract("CallTargetMock");
    await pool.connect(alice).setOperator(hostile, true);
    await request(all, alice, 1_000n * ETHER);
    await request(all, alice, 1_000n * ETHER);
    await pool.finalise();
    const address = await hostile.getAddress();
    for (const data of [
      pool.interface.encodeFunctionData("claimETH", [2n, address, alice.address]),
      pool.interface.encodeFunctionData("claim", [2n, address, alice.address]),
      pool.interface.encodeFunctionData("redeem", [1n, address, alice.address]),
      pool.interface.encodeFunctionData("withdraw", [1n, address, alice.address]),
      pool.interface.encodeFunctionData("requestRedeem", [ETHER * 100n, address, alice.address]),
      pool.interface.encodeFunctionData("depositETH", [address]),
      pool.interface.encodeFunctionData("finalise"),
      pool.interface.encodeFunctionData("settle"),
      pool.interface.encodeFunctionData("collectWindDown", [address]),
    ]) {
      await hostile.setReentry(pool, data);
      // OpenZeppelin passes the inner error on.
      await expect(pool.connect(alice).claimETH(1n, hostile, alice)).to.be.revertedWithCustomError(
        pool,
        "ReentrancyGuardReentrantCall",
      );
    }
    expect((await pool.books()).reserved).to.be.closeTo(parseEther("2"), 2n);
  });
});

describe("[WND-2] attacks on the wind-down", () => {
  const begun = async () => {
    const all = await deployBench(connection);
    await stakeKeys(all, 4);
    await request(all, all.bob, 50_000n * ETHER);
    await beginWindDown(all);
    return all;
  };

  it("whoever moves shares about, gives them up in parts or asks twice gets no more than its part", async () => {
    const all = await networkHelpers.loadFixture(begun);
    const { pool, weth, alice, carol } = all;
    await payBack(all, parseEther("64"));
    const [, , , supply, received] = await pool.windDown();
    const part = (received * 100_000n * ETHER) / supply;
    for (let i = 0; i < 5; i++) {
      await pool.connect(alice).surrender(10_000n * ETHER);
      await pool.collectWindDown(alice);
      await pool.collectWindDown(alice);
    }
    await pool.connect(alice).transfer(carol, 50_000n * ETHER);
    await pool.connect(carol).requestRedeem(25_000n * ETHER, carol, carol);
    await pool.connect(carol).surrenderRequest(2n, carol, carol);
    await pool.connect(carol).surrender(25_000n * ETHER);
    await pool.collectWindDown(carol);
    expect((await weth.balanceOf(alice)) + (await weth.balanceOf(carol))).to.be.closeTo(part, 10n);
    await expect(pool.connect(carol).surrender(1n)).to.be.revertedWithCustomError(pool, "ERC20InsufficientBalance");
    await expect(pool.connect(carol).surrenderRequest(2n, carol, carol)).to.be.revertedWithCustomError(
      pool,
      "RequestUnknown",
    );
  });

  it("everybody who is paid in whatever order, before and after settling, is paid the same for a share", async () => {
    const all = await networkHelpers.loadFixture(begun);
    const { pool, weth, alice, bob } = all;
    await pool.connect(alice).surrender(50_000n * ETHER);
    for (const assets of ["40", "8", "64"]) {
      await payBack(all, parseEther(assets));
      await pool.collectWindDown(alice);
      await networkHelpers.time.increase(30n * DAY);
    }
    expect(await pool.isWindDownSettled()).to.equal(true);
    await pool.connect(bob).redeem(30_000n * ETHER, bob, bob);
    await payBack(all, parseEther("5"));
    await pool.connect(bob).redeem(20_000n * ETHER, bob, bob);
    await pool.collectWindDown(bob);
    await pool.collectWindDown(alice);
    expect(await weth.balanceOf(bob)).to.be.closeTo(await weth.balanceOf(alice), 10n);
  });
});
