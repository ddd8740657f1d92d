import { expect } from "chai";
import { parseEther } from "ethers";
import hre from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { State } from "../../helpers/deployCore.js";
import { ETHER } from "../../helpers/poolWorld.js";
import { book, deployBench, payBack, request, stakeKeys } from "./poolFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const bench = () => deployBench(connection);

describe("StakingPool: governance", () => {
  const powers = [
    ["setFee", [0n]],
    ["setCap", [1n]],
    ["stopDeposits", []],
    ["resumeDeposits", []],
  ] as const;

  for (const [name, args] of powers) {
    it(`[POL-6] lets the timelock alone call ${name}, and not in RageQuit`, async () => {
      const { pool, gate, governance, alice } = await networkHelpers.loadFixture(bench);
      const data = pool.interface.encodeFunctionData(name as "setFee", args as unknown as [bigint]);
      await expect(alice.sendTransaction({ to: pool, data }))
        .to.be.revertedWithCustomError(pool, "NotGovernance")
        .withArgs(alice);
      await gate.setState(State.RageQuit);
      await expect(governance.sendTransaction({ to: pool, data })).to.be.revertedWithCustomError(
        pool,
        "RageQuitRunning",
      );
      for (const state of [State.Normal, State.VetoSignalling, State.VetoSignallingDeactivation, State.VetoCooldown]) {
        await gate.setState(state);
        await governance.sendTransaction({ to: pool, data });
      }
      // What silences the gate must not take a power away for good: the timelock decides what such a gate lets through.
      await gate.setAnswer(Answer.Revert);
      await governance.sendTransaction({ to: pool, data });
    });
  }

  it("must bring gas enough for the gate to answer", async () => {
    const { pool, governance } = await networkHelpers.loadFixture(bench);
    await expect(pool.connect(governance).setCap(1n, { gasLimit: 1_000_000n })).to.be.revertedWithCustomError(
      pool,
      "InsufficientGas",
    );
  });

  it("sets a fee of 10 % at most, and tells", async () => {
    const { pool, governance } = await networkHelpers.loadFixture(bench);
    const limit = ETHER / 10n;
    await expect(pool.connect(governance).setFee(limit + 1n))
      .to.be.revertedWithCustomError(pool, "FeeTooHigh")
      .withArgs(limit + 1n, limit);
    await expect(pool.connect(governance).setFee(1n)).to.emit(pool, "FeeSet").withArgs(limit, 1n);
    await expect(pool.connect(governance).setCap(7n)).to.emit(pool, "CapSet").withArgs(parseEther("1000000"), 7n);
    expect([await pool.fee(), await pool.cap()]).to.deep.equal([1n, 7n]);
    await expect(pool.connect(governance).setCap(2n ** 96n)).to.be.revertedWithCustomError(
      pool,
      "SafeCastOverflowedUintDowncast",
    );
  });

  it("cannot be given a timelock without code", async () => {
    const { terms, implementation, alice, pool } = await networkHelpers.loadFixture(bench);
    const factory = await ethers.getContractFactory("StakingPool");
    await expect(factory.deploy({ ...terms, timelock: alice }, implementation))
      .to.be.revertedWithCustomError(pool, "NoCode")
      .withArgs(alice);
    await expect(factory.deploy({ ...terms, fee: ETHER }, implementation)).to.be.revertedWithCustomError(
      pool,
      "FeeTooHigh",
    );
  });
});

describe("StakingPool: registry and vaults", () => {
  it("takes bookings from its registry, and ETH from vaults of it", async () => {
    const { pool, alice, vault } = await networkHelpers.loadFixture(bench);
    for (const call of [
      () => pool.connect(alice).stake(vault, 1n),
      () => pool.connect(alice).book(1n, 0n, 0n),
      () => pool.connect(alice).replaceHaircut(0n, 1n),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(pool, "NotRegistry").withArgs(alice);
    }
    await expect(pool.connect(alice).collect({ value: 1n }))
      .to.be.revertedWithCustomError(pool, "NotVault")
      .withArgs(alice);
  });

  it("[QUE-2] stakes only what neither the queue nor the reserve needs", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, keeper, vault, alice } = all;
    await request(all, alice, 56_000n * ETHER);
    const needed = parseEther("93") + parseEther("56") + (await pool.totalAssets()) / 200n;
    await pool.connect(keeper).stake(vault, 3n);
    await expect(pool.connect(keeper).stake(vault, 1n)).to.be.revertedWithCustomError(pool, "IdleTooLow");
    expect(needed).to.be.lt(parseEther("150"));
    await pool.finalise();
    const { idle, reserved } = await pool.books();
    expect([idle, reserved]).to.deep.equal([parseEther("1"), parseEther("56")]);
    await expect(pool.connect(keeper).stake(vault, 1n))
      .to.be.revertedWithCustomError(pool, "IdleTooLow")
      .withArgs(idle, parseEther("31") + (await pool.totalAssets()) / 200n);
    await pool.connect(alice).claim(1n, alice, alice);
    expect(await ethers.provider.getBalance(pool)).to.equal(parseEther("1"));
  });

  it("[POL-5] does not stake beyond its cap, and takes the bond as a deposit", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, keeper, vault, governance, registry } = all;
    await pool.connect(governance).setCap(parseEther("64"));
    await expect(pool.connect(keeper).stake(vault, 3n))
      .to.be.revertedWithCustomError(pool, "StakeAboveCap")
      .withArgs(parseEther("96"), parseEther("64"));
    const call = pool.connect(keeper).stake(vault, 2n);
    await expect(call)
      .to.emit(pool, "Staked")
      .withArgs(vault, parseEther("62"), 2000n * ETHER);
    await expect(call).to.changeEtherBalance(ethers, vault, parseEther("62"));
    expect(await pool.balanceOf(registry)).to.equal(2000n * ETHER);
    expect(await pool.totalAssets()).to.equal(parseEther("152"));
  });

  it("[POL-5] books a loss on the bond first, then on carried gain and its fee, then on all shares", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, registry, keeper } = all;
    await stakeKeys(all, 3);
    await expect(pool.connect(keeper).book(parseEther("2"), parseEther("0.2"), 0n))
      .to.emit(pool, "GainBooked")
      .withArgs(parseEther("2"), parseEther("0.2"));
    const price = await pool.convertToAssets(1000n * ETHER);
    const bond = await pool.balanceOf(registry);
    await expect(pool.connect(keeper).book(-parseEther("3.5"), 0n, bond)).to.emit(pool, "LossBooked");
    const [event] = await pool.queryFilter(pool.filters.LossBooked());
    expect(event?.args.bondBurned).to.equal(bond);
    expect(await pool.balanceOf(registry)).to.equal(0n);
    const { carry, due } = await pool.books();
    expect(carry).to.be.closeTo(parseEther("1.5"), parseEther("0.001"));
    expect(due).to.be.closeTo(parseEther("0.15"), parseEther("0.001"));
    expect(await pool.convertToAssets(1000n * ETHER)).to.be.closeTo(price, price / 10n ** 6n);
    await pool.connect(keeper).book(-parseEther("3"), 0n, 0n);
    expect((await pool.books()).carry).to.equal(0n);
    expect((await pool.books()).due).to.equal(0n);
    expect(await pool.convertToAssets(1000n * ETHER)).to.be.closeTo((price * 99n) / 100n, price / 10n ** 5n);
  });

  it("[POL-4] lets gain in by 0.075 % of assets a day at most, however often somebody asks", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool } = all;
    await stakeKeys(all, 4);
    await book(all, parseEther("10"), 0n);
    const before = await pool.totalAssets();
    for (let hour = 0; hour < 24; hour++) {
      await networkHelpers.time.increase(3_599n);
      await pool.settle();
    }
    const gained = (await pool.totalAssets()) - before;
    // An hour's gain earns a little of its own.
    expect(gained).to.be.gt((before * 75n) / 100_000n - 10n ** 6n);
    expect(gained).to.be.lt((before * 7504n) / 10_000_000n);
    await payBack(all, parseEther("1"));
    expect(await pool.totalAssets()).to.be.closeTo(before + gained, before / 10n ** 6n);
  });
});

describe("StakingPool: views", () => {
  it("say what it supports: asynchronous redemption, not deposits", async () => {
    const { pool } = await networkHelpers.loadFixture(bench);
    for (const id of ["0x01ffc9a7", "0xe3bc4e65", "0x2f0a18c5", "0x620ee8e4"]) {
      expect(await pool.supportsInterface(id), id).to.equal(true);
    }
    expect(await pool.supportsInterface(pool.interface.getFunction("votableSupply").selector)).to.equal(true);
    for (const id of ["0xce3bbe50", "0xffffffff"]) expect(await pool.supportsInterface(id), id).to.equal(false);
  });

  it("[POL-7] count as votable every share once that is not queued, a bond or the treasury's", async () => {
    const all = await networkHelpers.loadFixture(bench);
    const { pool, alice, bob, timelock, keeper, vault } = all;
    await stakeKeys(all, 2);
    expect(await pool.votableSupply()).to.equal(150_000n * ETHER);
    await request(all, alice, 10_000n * ETHER);
    expect(await pool.votableSupply()).to.equal(140_000n * ETHER);
    await pool.connect(bob).transfer(timelock, 5_000n * ETHER);
    expect(await pool.votableSupply()).to.equal(135_000n * ETHER);
    await pool.finalise();
    await pool.connect(alice).claim(1n, alice, alice);
    expect(await pool.votableSupply()).to.equal(135_000n * ETHER);
    await book(all, parseEther("1"), parseEther("0.1"));
    await networkHelpers.time.increase(86_400n * 30n);
    await pool.settle();
    expect(await pool.votableSupply()).to.equal(135_000n * ETHER);
    await pool.connect(keeper).stake(vault, 1n);
    expect(await pool.votableSupply()).to.equal(135_000n * ETHER);
    expect(await pool.votableSupply.estimateGas()).to.be.lt(200_000n);
  });
});
