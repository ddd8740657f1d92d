import { expect } from "chai";
import { parseEther } from "ethers";
import hre from "hardhat";

import { ETHER } from "../../helpers/poolWorld.js";
import { book, DAY, deployBench, deployEmptyBench, payBack, stakeKeys } from "./poolFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const bench = () => deployBench(connection);
const empty = () => deployEmptyBench(connection);

describe("StakingPool: deposits", () => {
  it("give a thousand share units for the first wei, and the same for ETH and for its wrapper", async () => {
    const { pool, weth, carol } = await networkHelpers.loadFixture(bench);
    await weth.connect(carol).deposit({ value: parseEther("2") });
    await weth.connect(carol).approve(pool, parseEther("2"));
    await expect(pool.connect(carol).deposit(ETHER, carol))
      .to.emit(pool, "Deposit")
      .withArgs(carol, carol, ETHER, 1000n * ETHER);
    await pool.connect(carol).mint(500n * ETHER, carol);
    expect(await pool.balanceOf(carol)).to.equal(1500n * ETHER);
    expect(await weth.balanceOf(carol)).to.equal(ETHER / 2n);
    await expect(pool.connect(carol).depositETH(carol, { value: ETHER })).to.changeEtherBalances(
      ethers,
      [carol, pool],
      [-ETHER, ETHER],
    );
    expect(await pool.balanceOf(carol)).to.equal(2500n * ETHER);
    expect((await pool.books()).idle).to.equal(parseEther("152.5"));
  });

  it("refuse ETH that comes by itself, and a deposit that buys nothing", async () => {
    const { pool, carol } = await networkHelpers.loadFixture(bench);
    await expect(carol.sendTransaction({ to: pool, value: 1n }))
      .to.be.revertedWithCustomError(pool, "EtherRefused")
      .withArgs(carol);
    await expect(pool.connect(carol).depositETH(carol, { value: 0n }))
      .to.be.revertedWithCustomError(pool, "DepositTooSmall")
      .withArgs(0n);
    await expect(pool.connect(carol).mint(0n, carol)).to.be.revertedWithCustomError(pool, "DepositTooSmall");
  });

  it("stop at the cap", async () => {
    const { pool, carol, governance } = await networkHelpers.loadFixture(bench);
    await pool.connect(governance).setCap(parseEther("151"));
    expect(await pool.maxDeposit(carol)).to.equal(ETHER);
    expect(await pool.maxMint(carol)).to.equal(1000n * ETHER);
    await expect(pool.connect(carol).depositETH(carol, { value: ETHER + 1n }))
      .to.be.revertedWithCustomError(pool, "DepositAboveLimit")
      .withArgs(ETHER + 1n, ETHER);
    await pool.connect(carol).depositETH(carol, { value: ETHER });
    expect(await pool.maxDeposit(carol)).to.equal(0n);
    await pool.connect(governance).setCap(1n);
    expect(await pool.maxDeposit(carol)).to.equal(0n);
  });

  it("stop while governance has stopped them", async () => {
    const { pool, carol, governance } = await networkHelpers.loadFixture(bench);
    await expect(pool.connect(governance).stopDeposits()).to.emit(pool, "DepositsStopped");
    expect([await pool.areDepositsStopped(), await pool.maxDeposit(carol), await pool.maxMint(carol)]).to.deep.equal([
      true,
      0n,
      0n,
    ]);
    await expect(pool.connect(carol).depositETH(carol, { value: ETHER }))
      .to.be.revertedWithCustomError(pool, "DepositAboveLimit")
      .withArgs(ETHER, 0n);
    await expect(pool.connect(governance).resumeDeposits()).to.emit(pool, "DepositsResumed");
    await pool.connect(carol).depositETH(carol, { value: ETHER });
  });

  it("[POL-3] stop when some operator with keys has not been checked for 36 hours", async () => {
    // A beacon chain does not go back with a snapshot.
    const own = await hre.network.create();
    const { pool, carol, world, vault } = await deployBench(own);
    await world.enlist(vault);
    await own.networkHelpers.time.increase(36n * 3600n);
    expect([await pool.isFresh(), await pool.maxDeposit(carol)]).to.deep.equal([false, 0n]);
    await expect(pool.connect(carol).depositETH(carol, { value: ETHER }))
      .to.be.revertedWithCustomError(pool, "DepositAboveLimit")
      .withArgs(ETHER, 0n);
    await world.check(vault);
    await pool.connect(carol).depositETH(carol, { value: ETHER });
  });

  it("[POL-1] pay for a gain that is shown and not let in, net of its fee, up to 5 % of assets", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, carol } = all;
    await stakeKeys(all, 3);
    await book(all, 2n * ETHER, ETHER / 5n);
    const { idle, value, carry, due } = await pool.books();
    const assets = idle + value - carry;
    const supply = await pool.totalSupply();
    const time = BigInt(await networkHelpers.time.latest());
    await networkHelpers.time.setNextBlockTimestamp(time + 1n);
    await pool.connect(carol).depositETH(carol, { value: ETHER });
    const plain = (ETHER * (supply + 1000n)) / (assets + 1n);
    const priced = (ETHER * (supply + 1000n)) / (assets + carry - due + 1n);
    expect(await pool.balanceOf(carol)).to.be.closeTo(priced, plain / 10n ** 7n);
    await book(all, parseEther("100"), 0n);
    const before = await pool.balanceOf(carol);
    const limited = (ETHER * (await pool.totalSupply())) / (((await pool.totalAssets()) * 21n) / 20n);
    await pool.connect(carol).depositETH(carol, { value: ETHER });
    expect((await pool.balanceOf(carol)) - before).to.be.closeTo(limited, limited / 10n ** 6n);
  });

  it("[POL-1] stop where shares have lost all but a millionth of their first price", async () => {
    const all = await networkHelpers.loadFixture(empty);
    const { pool, alice, carol } = all;
    await pool.connect(alice).depositETH(alice, { value: parseEther("31.5") });
    await stakeKeys(all, 1);
    await pool.connect(alice).requestRedeem(await pool.balanceOf(alice), alice, alice);
    await pool.finalise();
    expect(await pool.maxDeposit(carol)).to.be.gt(0n);
    await book(all, -parseEther("32"));
    expect([await pool.maxDeposit(carol), await pool.maxMint(carol)]).to.deep.equal([0n, 0n]);
    await expect(pool.connect(carol).depositETH(carol, { value: ETHER }))
      .to.be.revertedWithCustomError(pool, "DepositAboveLimit")
      .withArgs(ETHER, 0n);
  });

  it("let the last gains in with time, and mint the fee on them", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, registry, timelock } = all;
    await stakeKeys(all, 3);
    await book(all, ETHER, ETHER / 10n);
    const before = await pool.totalAssets();
    await networkHelpers.time.increase(DAY);
    expect((await pool.totalAssets()) - before).to.be.closeTo((before * 75n) / 100_000n, before / 10n ** 8n);
    const bond = await pool.balanceOf(registry);
    await expect(pool.settle()).to.emit(pool, "FeeCharged");
    const earned = (await pool.balanceOf(registry)) - bond;
    const kept = await pool.balanceOf(timelock);
    expect(earned * 4n).to.be.closeTo(kept * 6n, 10n);
    await networkHelpers.time.increase(30n * DAY);
    await pool.settle();
    const { carry, due } = await pool.books();
    expect([carry, due]).to.deep.equal([0n, 0n]);
    expect(await pool.convertToAssets(await pool.balanceOf(timelock))).to.be.closeTo(parseEther("0.04"), 10n ** 15n);
    expect(await pool.feeRound()).to.equal(1n);
    expect(await pool.feePaidPerUnit(0n)).to.be.gt(0n);
  });

  it("count nothing that is paid back twice", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, vault } = all;
    await stakeKeys(all, 1);
    const total = await pool.totalAssets();
    await payBack(all, parseEther("32"));
    expect(await pool.totalAssets()).to.equal(total);
    expect((await pool.books()).value).to.equal(0n);
    const [event] = await pool.queryFilter(pool.filters.Collected());
    expect(event?.args.vault).to.equal(await vault.getAddress());
    expect(event?.args.assets).to.equal(parseEther("32"));
  });
});
