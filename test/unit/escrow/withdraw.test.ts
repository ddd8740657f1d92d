import { expect } from "chai";
import hre from "hardhat";

import { EXIT, Phase, at, passExtension, passWithdrawalDelay } from "../../helpers/deployCore.js";
import { expectSolvent } from "../../helpers/solvency.js";
import { DAY, close, deployRequests, deploySync, leave, ordersOf } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** Alice and bob have left with 128 units of 18 decimals; the extension runs. */
const extension = async () => leave(await deploySync(connection));

async function withdrawable() {
  const all = await extension();
  await passWithdrawalDelay(all, 1n);
  return all;
}

/** The vault has paid 100 units and holds 28; a clock has started the extension, and the withdrawal delay has passed. */
async function late() {
  const all = await leave(await deployRequests(connection, [], { assetName: "HostileAssetMock" }));
  await all.vault.fulfil(all.clone, 0n, 100n * all.one);
  await all.escrow.claim(1n, all.clone);
  await at(all, (await all.escrow.callOffAfter(1n)) + 1n);
  await all.escrow.callOff(1n);
  await passWithdrawalDelay(all, 1n);
  const asset = await ethers.getContractAt("HostileAssetMock", await all.asset.getAddress());
  return { ...all, hostile: asset };
}

describe("VetoEscrow: withdraw", () => {
  it("pays the second after the delay, and not at it", async () => {
    const all = await networkHelpers.loadFixture(extension);
    const { escrow, asset, clone, alice, unit, one } = all;
    const { withdrawableAfter } = await escrow.getEpoch(1n);
    await at(all, withdrawableAfter);
    await expect(escrow.connect(alice).withdraw(1n, alice))
      .to.be.revertedWithCustomError(escrow, "NotYetWithdrawable")
      .withArgs(1n, withdrawableAfter, withdrawableAfter);
    await at(all, withdrawableAfter + 1n);
    const withdraw = escrow.connect(alice).withdraw(1n, alice);
    await expect(withdraw)
      .to.emit(escrow, "AssetsWithdrawn")
      .withArgs(1n, alice, alice, 96n * unit);
    await expect(withdraw).to.changeTokenBalances(ethers, asset, [clone, alice], [-96n * unit, 96n * unit]);
    // The position stays as the rage quit closed it: it is the part of whatever is still to come.
    expect((await escrow.positionOf(1n, alice)).shares).to.equal(96n * one);
    expect(await escrow.paymentsOf(1n, alice)).to.deep.equal([96n * unit, 0n]);
    expect((await escrow.getEpoch(1n)).assetsPaid).to.equal(96n * unit);
    await expectSolvent(all);
  });

  it("tells what it pays", async () => {
    const { escrow, bob, unit } = await networkHelpers.loadFixture(withdrawable);
    expect(await escrow.connect(bob).withdraw.staticCall(1n, bob)).to.equal(32n * unit);
  });

  it("pays nobody twice for the same, and nobody without a position", async () => {
    const all = await networkHelpers.loadFixture(withdrawable);
    const { escrow, alice, bob, carol } = all;
    for (const person of [alice, bob]) await escrow.connect(person).withdraw(1n, person);
    for (const person of [alice, bob, carol]) {
      await expect(escrow.connect(person).withdraw(1n, person))
        .to.be.revertedWithCustomError(escrow, "NothingToWithdraw")
        .withArgs(1n, person);
    }
    await expectSolvent(all);
  });

  it("pays whomever the staker names, but not the zero address", async () => {
    const all = await networkHelpers.loadFixture(withdrawable);
    const { escrow, asset, alice, carol, unit } = all;
    await expect(escrow.connect(alice).withdraw(1n, ethers.ZeroAddress)).to.be.revertedWithCustomError(
      escrow,
      "ZeroReceiver",
    );
    const withdraw = escrow.connect(alice).withdraw(1n, carol);
    await expect(withdraw)
      .to.emit(escrow, "AssetsWithdrawn")
      .withArgs(1n, alice, carol, 96n * unit);
    await expect(withdraw).to.changeTokenBalances(ethers, asset, [alice, carol], [0n, 96n * unit]);
  });

  it("refuses epochs that are not that far", async () => {
    const all = await networkHelpers.loadFixture(extension);
    const { escrow, alice } = all;
    for (const [epoch, phase] of [
      [0n, Phase.None],
      [2n, Phase.Signalling],
      [ethers.MaxUint256, Phase.None],
    ] as const) {
      await expect(escrow.connect(alice).withdraw(epoch, alice))
        .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
        .withArgs(epoch, phase, Phase.Withdrawing);
    }
    await passExtension(all, 1n);
    await expect(escrow.connect(alice).withdraw(1n, alice)).to.be.revertedWithCustomError(escrow, "NotYetWithdrawable");
  });

  it("refuses an epoch before its exit, and while it is claimed", async () => {
    const all = await close(await deployRequests(connection));
    const { escrow, alice } = all;
    await expect(escrow.connect(alice).withdraw(1n, alice))
      .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
      .withArgs(1n, Phase.Closed, Phase.Withdrawing);
    await escrow.beginExit(1n, ethers.ZeroAddress);
    await networkHelpers.time.increase(300n * DAY);
    await expect(escrow.connect(alice).withdraw(1n, alice))
      .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
      .withArgs(1n, Phase.Claiming, Phase.Withdrawing);
  });

  it("has nothing to pay of an epoch that no vessel ever left", async () => {
    const all = await close(await deployRequests(connection));
    const { escrow, alice, closedAt } = all;
    await at(all, closedAt + EXIT.callOffDelay + 1n);
    await escrow.callOff(1n);
    await passWithdrawalDelay(all, 1n);
    await expect(escrow.connect(alice).withdraw(1n, alice))
      .to.be.revertedWithCustomError(escrow, "NothingToWithdraw")
      .withArgs(1n, alice);
    expect(await escrow.dueTo(1n, alice)).to.deep.equal([0n, 96n * all.one]);
  });

  it("[INV-6] does not need the gate: it pays whatever state governance is in", async () => {
    const all = await networkHelpers.loadFixture(withdrawable);
    const { escrow, gate, alice } = all;
    await networkHelpers.setCode(await gate.getAddress(), "0xfe");
    await escrow.connect(alice).withdraw(1n, alice);
    await expectSolvent(all);
  });

  it("[INV-8] does not need the vault", async () => {
    const all = await networkHelpers.loadFixture(withdrawable);
    const { escrow, vault, alice, asset, unit } = all;
    await networkHelpers.setCode(await vault.getAddress(), "0xfe");
    await escrow.connect(alice).withdraw(1n, alice);
    expect(await asset.balanceOf(alice)).to.equal(96n * unit);
  });

  describe("[INV-5] may be repeated as more arrives", () => {
    it("pays of a late settlement what is due of it, and no more", async () => {
      const all = await networkHelpers.loadFixture(late);
      const { escrow, vault, asset, clone, alice, bob, unit, one } = all;
      await escrow.connect(alice).withdraw(1n, alice);
      expect(await asset.balanceOf(alice)).to.equal(75n * unit);
      await vault.fulfil(clone, 0n, 8n * one);
      await escrow.claim(1n, clone);
      expect(await escrow.dueTo(1n, alice)).to.deep.equal([6n * unit, 0n]);
      await expect(escrow.connect(alice).withdraw(1n, alice))
        .to.emit(escrow, "AssetsWithdrawn")
        .withArgs(1n, alice, alice, 6n * unit);
      await escrow.connect(bob).withdraw(1n, bob);
      expect(await asset.balanceOf(bob)).to.equal(27n * unit);
      expect(await asset.balanceOf(clone)).to.equal(0n);
      await expectSolvent(all);
    });

    it("in every order of payments, settlements and gifts, everybody has had the same at the end", async () => {
      const steps = ["alice", "bob", "settlement", "gift"] as const;
      for (const order of ordersOf(steps)) {
        const all = await networkHelpers.loadFixture(late);
        const { escrow, vault, asset, clone, one, unit } = all;
        for (const step of [...order, "alice", "bob"] as const) {
          if (step === "settlement") {
            await vault.fulfil(clone, 0n, 7n * one + 5n);
            await escrow.claim(1n, clone);
          } else if (step === "gift") {
            await asset.mint(clone, 3n * unit + 2n);
          } else if ((await escrow.dueTo(1n, all[step])).assets > 0n) {
            await escrow.connect(all[step]).withdraw(1n, all[step]);
          }
          await expectSolvent(all);
        }
        const received = 110n * unit + 7n;
        expect(await asset.balanceOf(all.alice), order.join()).to.equal((received * 3n) / 4n);
        expect(await asset.balanceOf(all.bob), order.join()).to.equal(received / 4n);
        expect(await asset.balanceOf(clone), order.join()).to.be.lessThan(2n);
      }
    });

    it("pays at most what is there when the asset has shrunk, first come first served", async () => {
      const all = await networkHelpers.loadFixture(late);
      const { escrow, hostile, clone, alice, bob, unit } = all;
      await escrow.connect(bob).withdraw(1n, bob);
      await hostile.confiscate(clone, 50n * unit);
      await escrow.connect(alice).withdraw(1n, alice);
      expect(await hostile.balanceOf(alice)).to.equal(25n * unit);
      await expect(escrow.connect(bob).withdraw(1n, bob)).to.be.revertedWithCustomError(escrow, "NothingToWithdraw");
    });

    it("pays those whom the asset does not block, whoever is blocked", async () => {
      const all = await networkHelpers.loadFixture(late);
      const { escrow, hostile, alice, bob, carol, unit } = all;
      await hostile.setBlocked(alice, true);
      await expect(escrow.connect(alice).withdraw(1n, alice)).to.be.revertedWithCustomError(hostile, "AccountBlocked");
      await escrow.connect(bob).withdraw(1n, bob);
      await escrow.connect(alice).withdraw(1n, carol);
      expect(await hostile.balanceOf(carol)).to.equal(75n * unit);
    });
  });

  it("[INV-8] counts no more than 2^128 - 1 of an absurd gift, and pays parts of that", async () => {
    const all = await networkHelpers.loadFixture(withdrawable);
    const { escrow, asset, clone, alice, bob } = all;
    const limit = 2n ** 128n - 1n;
    await escrow.connect(bob).withdraw(1n, bob);
    await asset.mint(clone, 2n ** 200n);
    await escrow.connect(alice).withdraw(1n, alice);
    expect(await asset.balanceOf(alice)).to.equal((limit * 3n) / 4n);
    await escrow.connect(bob).withdraw(1n, bob);
    expect(await asset.balanceOf(bob)).to.equal(limit / 4n);
    await expect(escrow.connect(bob).withdraw(1n, bob)).to.be.revertedWithCustomError(escrow, "NothingToWithdraw");
  });
});
