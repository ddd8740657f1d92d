import { expect } from "chai";
import hre from "hardhat";

import { RequestRule } from "../conformance/vaults/names.js";
import { End, EXIT, Phase, claimAll, passWithdrawalDelay } from "../helpers/deployCore.js";
import { expectSolvent } from "../helpers/solvency.js";
import { closeRequestWorld, DAY, GENEROUS, type RequestWorld } from "./exitWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;

const closed = () => closeRequestWorld(connection);

/** As {closed}; the vault has been asked for everything. */
async function asked() {
  const all = await closed();
  await all.escrow.beginExit(1n, all.first);
  return all;
}

/** Everything is paid. @returns What alice and bob got. */
async function payBoth(all: RequestWorld) {
  const { escrow, asset, alice, bob } = all;
  await passWithdrawalDelay(all, 1n);
  await expectSolvent(all);
  for (const person of [alice, bob]) await escrow.connect(person).withdraw(1n, person);
  await expectSolvent(all);
  return [await asset.balanceOf(alice), await asset.balanceOf(bob)];
}
const whole = ({ unit }: RequestWorld) => [100n * unit, 50n * unit];

/** Claims when everything has left by others' hands, waits for the vault's word, and claims again. */
async function expectWord(all: RequestWorld) {
  const { escrow, first, end } = all;
  await escrow.claim(1n, first);
  const seen = BigInt(await time.latest());
  expect(await end()).to.equal(End.None);
  await time.setNextBlockTimestamp(seen + EXIT.wordDelay);
  await escrow.claim(1n, first);
  expect(await end()).to.equal(End.None);
  await time.setNextBlockTimestamp(seen + EXIT.wordDelay + 1n);
  await escrow.claim(1n, first);
  expect(await end()).to.equal(End.VaultsWord);
}

describe("[INV-6] attack: make a vault pay through a stranger, so that the escrow does not count it", () => {
  it("a stranger's dust request that pushes the payment delays the extension by the vault's word, 7 d", async () => {
    const all = await networkHelpers.loadFixture(asked);
    const { escrow, vault, asset, first, mallory, unit } = all;
    await vault.setRule(RequestRule.PaysFirst, true);
    await vault.fulfilAll(first);
    await vault.connect(mallory).requestRedeem(1n, first, mallory);
    expect(await asset.balanceOf(first)).to.equal(150n * unit);
    await expectWord(all);
    expect((await escrow.getEpoch(1n)).redeemedShares).to.equal(0n);
    expect(await payBoth(all)).to.deep.equal(whole(all));
  });

  it("another dust request every day does not start the 7 d anew", async () => {
    const all = await networkHelpers.loadFixture(asked);
    const { escrow, vault, first, mallory, end } = all;
    await vault.setRule(RequestRule.PaysFirst, true);
    await vault.fulfilAll(first);
    await vault.connect(mallory).requestRedeem(1n, first, mallory);
    await escrow.claim(1n, first);
    for (let day = 0; day < 8; ++day) {
      await time.increase(DAY);
      await vault.fulfilAll(first);
      await vault.connect(mallory).requestRedeem(1n, first, mallory);
      await escrow.claim(1n, first);
    }
    expect(await end()).to.equal(End.VaultsWord);
    // Nine wei of requests, of which the last was not fulfilled: gifts only add.
    expect(await payBoth(all)).to.deep.equal([100n * all.unit + 5n, 50n * all.unit + 2n]);
  });

  it("a curator who claims on the vessel's behalf delays it by as much", async () => {
    const all = await networkHelpers.loadFixture(asked);
    await all.vault.fulfilAll(all.first);
    await all.vault.payOut(all.first);
    await expectWord(all);
    expect(await payBoth(all)).to.deep.equal(whole(all));
  });

  it("half a claim of the escrow's, then a push for the rest, delays it by as much", async () => {
    const all = await networkHelpers.loadFixture(asked);
    const { escrow, vault, first, one } = all;
    await vault.fulfil(first, 0n, 75n * one);
    await escrow.claim(1n, first);
    expect((await escrow.getEpoch(1n)).redeemedShares).to.equal(75n * one);
    await vault.fulfilAll(first);
    await vault.payOut(first);
    await expectWord(all);
    expect(await payBoth(all)).to.deep.equal(whole(all));
  });

  it("one moment in which the vault values everything at 0, after the beginning, does not spoil its word", async () => {
    const all = await networkHelpers.loadFixture(closed);
    const { escrow, vault, first, unit } = all;
    // Somebody begins in that very moment.
    await vault.setPrice(0n);
    await escrow.beginExit(1n, first);
    await vault.setPrice(unit);
    await escrow.claim(1n, first);
    await vault.fulfilAll(first);
    await vault.payOut(first);
    await expectWord(all);
    expect(await payBoth(all)).to.deep.equal(whole(all));
  });

  it("a moment of 0 later on does not either: the worth of the beginning counts", async () => {
    const all = await networkHelpers.loadFixture(asked);
    const { escrow, vault, first, unit } = all;
    await vault.fulfilAll(first);
    await vault.payOut(first);
    await vault.setPrice(0n);
    await escrow.claim(1n, first);
    await vault.setPrice(unit);
    await time.increase(EXIT.wordDelay + 1n);
    await escrow.claim(1n, first);
    expect(await all.end()).to.equal(End.VaultsWord);
    expect(await payBoth(all)).to.deep.equal(whole(all));
  });

  it("a vault that hides what it has not paid is believed only if it has paid half", async () => {
    const all = await networkHelpers.loadFixture(asked);
    const { escrow, vault, first, one, end, toDay } = all;
    await vault.fulfil(first, 0n, 75n * one - 1n);
    await escrow.claim(1n, first);
    await vault.beginSettlement(first, 0n);
    await escrow.claim(1n, first);
    await toDay(60n);
    await escrow.claim(1n, first);
    expect(await end()).to.equal(End.None);
    await vault.fulfil(first, 0n, 1n);
    await escrow.claim(1n, first);
    expect(await end()).to.equal(End.VaultsWord);
    // What it settles after all still reaches everybody.
    await vault.fulfilAll(first);
    await claimAll(all, 1n);
    expect(await payBoth(all)).to.deep.equal(whole(all));
  });
});

describe("[INV-6] attack: spoil the vessels beforehand", () => {
  /** The vault knows the four numbered vessels only, and takes one request of each at a time. */
  async function listed() {
    const all = await closed();
    await all.vault.setRule(RequestRule.HasControllerList, true);
    await all.vault.setRule(RequestRule.OnePerController, true);
    for (const vessel of all.vessels) await all.vault.setAdmitted(vessel, true);
    return all;
  }

  it("a vessel that the vault does not know is refused, moves nothing, and takes no place", async () => {
    const all = await networkHelpers.loadFixture(listed);
    const { escrow, vessel, vault, share, mallory, first, one } = all;
    for (let attempt = 0; attempt < 10; ++attempt) {
      await expect(escrow.connect(mallory).beginExit(1n, ethers.ZeroAddress, GENEROUS))
        .to.be.revertedWithCustomError(vessel, "ExitRefused")
        .withArgs(vault);
    }
    for (const stranger of [mallory.address, await escrow.getAddress(), await escrow.vesselAt(2n, 0n)]) {
      await expect(escrow.connect(mallory).beginExit(1n, stranger))
        .to.be.revertedWithCustomError(escrow, "NotAVessel")
        .withArgs(1n, stranger);
    }
    expect([await share.balanceOf(escrow), await escrow.vesselsOf(1n)]).to.deep.equal([150n * one, []]);
    await escrow.beginExit(1n, first);
    await vault.fulfilAll(first);
    await escrow.claim(1n, first);
    expect(await payBoth(all)).to.deep.equal(whole(all));
  });

  it("dust claimable in all four is claimed by the beginning itself, and disqualifies none", async () => {
    const all = await networkHelpers.loadFixture(listed);
    const { escrow, vault, mallory, vessels, first, end } = all;
    for (const vessel of vessels) {
      await vault.connect(mallory).requestRedeem(1n, vessel, mallory);
      await vault.fulfilAll(vessel);
    }
    await escrow.beginExit(1n, first);
    // The dust is a gift, and no progress.
    expect((await escrow.getEpoch(1n)).redeemedShares).to.equal(0n);
    await vault.fulfilAll(first);
    await escrow.claim(1n, first);
    expect(await end()).to.equal(End.Redeemed);
    const [toAlice = 0n, toBob = 0n] = await payBoth(all);
    expect([toAlice, toBob]).to.deep.equal(whole(all));
  });

  it("dust pending in all four delays the beginning until the vault settles it, and no longer", async () => {
    const all = await networkHelpers.loadFixture(listed);
    const { escrow, vault, vessel, mallory, vessels, end, toDay } = all;
    for (const each of vessels) await vault.connect(mallory).requestRedeem(1n, each, mallory);
    for (const each of vessels) {
      await expect(escrow.beginExit(1n, each, GENEROUS)).to.be.revertedWithCustomError(vessel, "ExitRefused");
    }
    await toDay(30n);
    // A griefer who goes on needs every one of the four, every time.
    for (const each of vessels) await vault.fulfilAll(each);
    for (const each of vessels.slice(0, 3)) await vault.connect(mallory).requestRedeem(1n, each, mallory);
    const [, , , fourth = ""] = vessels;
    await escrow.beginExit(1n, fourth);
    await vault.fulfilAll(fourth);
    await escrow.claim(1n, fourth);
    expect(await end()).to.equal(End.Redeemed);
    expect(await payBoth(all)).to.deep.equal(whole(all));
  });

  it("a vessel made by anybody beforehand is the same vessel", async () => {
    const all = await networkHelpers.loadFixture(closed);
    const { escrow, vault, mallory, first } = all;
    await escrow.connect(mallory).createVessel(1n, 0n);
    await escrow.connect(mallory).createVessel(1n, 0n);
    await escrow.beginExit(1n, first);
    await vault.fulfilAll(first);
    await escrow.claim(1n, first);
    expect(await payBoth(all)).to.deep.equal(whole(all));
  });
});

describe("[INV-6] attack: turn the clocks back by gifts", () => {
  it("a share sent to the vessel every 20 d does not restart a cooldown of 30 d", async () => {
    const all = await networkHelpers.loadFixture(closed);
    const { escrow, vault, share, mallory, first, end, toDay, one } = all;
    await vault.setRule(RequestRule.RestartsCooldown, true);
    await vault.setCooldown(30n * DAY);
    await escrow.beginExit(1n, first);
    const begunAt = BigInt(await time.latest());
    for (const day of [1n, 20n]) {
      await toDay(day);
      await share.connect(mallory).transfer(first, 1n);
      await escrow.connect(mallory).claim(1n, first);
      await expect(escrow.connect(mallory).beginExit(1n, first))
        .to.be.revertedWithCustomError(escrow, "RequestPending")
        .withArgs(150n * one, (150n * one + 63n) / 64n);
    }
    await time.increaseTo(begunAt + 30n * DAY);
    await escrow.claim(1n, first);
    expect(await end()).to.equal(End.Redeemed);
    expect(await payBoth(all)).to.deep.equal(whole(all));
  });

  it("a share sent to the vessel every 13 d does not put off the call-off", async () => {
    const all = await networkHelpers.loadFixture(asked);
    const { escrow, vault, share, mallory, first, after, toDay, end, one } = all;
    // The vault hands everything back on the first day, and closes.
    await vault.cancelAll(first);
    await escrow.claim(1n, first);
    const returnedAt = BigInt(await time.latest());
    await vault.setRule(RequestRule.RefusesRequests, true);
    for (let day = 13n; day < 120n; day += 13n) {
      await toDay(day);
      await share.connect(mallory).transfer(first, one);
      await escrow.connect(mallory).claim(1n, first);
      await expect(escrow.connect(mallory).beginExit(1n, first, GENEROUS)).to.revert(ethers);
    }
    const until = returnedAt + EXIT.callOffDelay;
    expect(await escrow.callOffAfter(1n)).to.equal(until);
    await after(until - all.closedAt);
    await expect(escrow.callOff(1n)).to.be.revertedWithCustomError(escrow, "ClockRunning").withArgs(1n, until, until);
    await after(until + 1n - all.closedAt);
    await escrow.callOff(1n);
    expect(await end()).to.equal(End.CalledOff);
    await expectSolvent(all);
    // Nobody but the leavers is paid more for it: two thirds of nine gifts are alice's.
    await expect(escrow.connect(all.alice).takeShares(1n, all.alice)).to.changeTokenBalance(
      ethers,
      share,
      all.alice,
      106n * one,
    );
    await expect(escrow.connect(all.bob).takeShares(1n, all.bob)).to.changeTokenBalance(
      ethers,
      share,
      all.bob,
      53n * one,
    );
  });

  it("a gift of 1/64 every 119 d, requested in the vessel's name, counts as progress for two years at most", async () => {
    const all = await networkHelpers.loadFixture(asked);
    const { escrow, vault, whale, first, end, toDay, closedAt, one } = all;
    const part = (150n * one) / 64n + 1n;
    let ended = 0n;
    for (let day = 119n; day < 900n && ended === 0n; day += 119n) {
      await toDay(day);
      await vault.connect(whale).requestRedeem(part, first, whale);
      await vault.fulfil(first, 0n, part);
      await escrow.claim(1n, first);
      if ((await end()) !== End.None) ended = BigInt(await time.latest());
    }
    expect(await end()).to.equal(End.ClockRanOut);
    expect(ended).to.be.at.most(closedAt + EXIT.exitLimit + 119n * DAY);
    expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Extension);
    await expectSolvent(all);
  });

  it("assets and ETH sent to escrow and vessel move no clock", async () => {
    const all = await networkHelpers.loadFixture(asked);
    const { escrow, asset, first, mallory, unit } = all;
    const before = await escrow.callOffAfter(1n);
    await asset.mint(mallory, 2n * unit);
    for (const account of [first, await escrow.getAddress()]) {
      await asset.connect(mallory).transfer(account, unit);
      await networkHelpers.setBalance(account, 10n ** 18n);
    }
    await escrow.claim(1n, first);
    expect(await escrow.callOffAfter(1n)).to.equal(before);
    expect((await escrow.getEpoch(1n)).markedAt).to.equal(all.closedAt);
  });
});
