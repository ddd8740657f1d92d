import { expect } from "chai";
import hre from "hardhat";

import { Refusal, STAGES, closeAsync, leaveAsync, type AsyncMode } from "../../helpers/asyncWorld.js";
import { Phase, State, beginExit, claimAll, enterRageQuit, passWithdrawalDelay } from "../../helpers/deployCore.js";
import { expectSolvent } from "../../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const closed = () => closeAsync(connection);
const leaving = () => leaveAsync(connection);
type Leaving = Awaited<ReturnType<typeof leaving>>;

/** Lets time pass and pays both. @returns What alice and bob got. */
async function pay(all: Leaving) {
  const { escrow, asset, alice, bob } = all;
  await passWithdrawalDelay(all, 1n);
  await expectSolvent(all);
  await escrow.connect(alice).withdraw(1n, alice);
  await escrow.connect(bob).withdraw(1n, bob);
  await expectSolvent(all);
  return [await asset.balanceOf(alice), await asset.balanceOf(bob)];
}

const describeMode = ({ hasSeparateShare, hasRequestIds, burnAt, hasVotableSupply }: AsyncMode) =>
  [
    hasSeparateShare === true ? "a separate share" : "its own share",
    hasRequestIds === true ? "ids per request" : "id 0",
    `burning at ${burnAt ?? ""}`,
    ...(hasVotableSupply === true ? ["telling its votable supply"] : []),
  ].join(", ");

const MODES: readonly AsyncMode[] = STAGES.flatMap((burnAt) => [
  { burnAt },
  { burnAt, hasRequestIds: true },
  { burnAt, hasSeparateShare: true },
  { burnAt, hasVotableSupply: true },
  { burnAt, hasVotableSupply: true, hasSeparateShare: true, hasRequestIds: true },
]);

describe("[INV-5] the exit from an ERC-7540 vault", () => {
  for (const mode of MODES) {
    it(`asks once, is fulfilled in two parts, pays in full: ${describeMode(mode)}`, async () => {
      const all = await closeAsync(connection, mode);
      const { escrow, vault, share, one, unit } = all;
      const { burnAt, hasVotableSupply = false } = mode;
      const votable = async () => (await escrow.votableSupply())[1];
      const id = mode.hasRequestIds === true ? 1n : 0n;
      expect(await votable()).to.equal(850n * one);

      const clone = await beginExit(all, 1n);
      expect(await share.balanceOf(clone)).to.equal(0n);
      expect(await vault.pendingRedeemRequest(id, clone)).to.equal(150n * one);
      // What the request takes out of the supply at once needs no subtraction any more.
      const isGone = burnAt === "Request" || hasVotableSupply;
      expect(await escrow.leavingShares()).to.equal(isGone ? 0n : 150n * one);
      expect(await votable()).to.equal(850n * one);

      for (const [part, left] of [
        [90n, 60n],
        [60n, 0n],
      ] as const) {
        await expect(claimAll(all, 1n)).to.be.revertedWithCustomError(escrow, "NothingToClaim").withArgs(1n);
        await vault.fulfil(clone, id, part * one);
        await expect(escrow.claim(1n, ethers.MaxUint256))
          .to.emit(escrow, "AssetsClaimed")
          .withArgs(1n, part * one, left * one);
        expect(await escrow.leavingShares()).to.equal(isGone ? 0n : left * one);
        expect(await votable()).to.equal(850n * one);
      }
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Extension);
      expect(await pay({ ...all, clone })).to.deep.equal([100n * unit, 50n * unit]);
    });
  }

  for (const decimals of [6, 18]) {
    it(`pays with an asset of ${decimals} decimals, and less than a wei is stranded for each staker`, async () => {
      const all = await leaveAsync(connection, {}, decimals);
      const { vault, asset, clone, unit } = all;
      await vault.setPrice(unit + 1n);
      await vault.fulfilAll(clone);
      await claimAll(all, 1n);
      const total = await asset.balanceOf(clone);
      expect(await pay(all)).to.deep.equal([(total * 2n) / 3n, total / 3n]);
      expect(await asset.balanceOf(clone)).to.be.lessThan(2n);
    });
  }

  it("may be fulfilled in the very call that asks", async () => {
    const all = await leaveAsync(connection, { isFulfilledAtOnce: true, hasRequestIds: true });
    await claimAll(all, 1n);
    expect(await pay(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
  });

  describe("pays the vault's own price, which falls to a half between request and claim", () => {
    /** For 150 units: fixed before the fall, or after it. [units] */
    const PAID = { Request: [100n, 50n], Fulfilment: [100n, 50n], Claim: [50n, 25n] } as const;
    for (const priceAt of STAGES) {
      it(`fixed at ${priceAt}, with the fall after the fulfilment`, async () => {
        const all = await leaveAsync(connection, { priceAt });
        await all.vault.fulfilAll(all.clone);
        await all.vault.setPrice(all.unit / 2n);
        await claimAll(all, 1n);
        expect(await pay(all)).to.deep.equal(PAID[priceAt].map((units) => units * all.unit));
      });
    }

    it("fixed at Fulfilment, with the fall between two fulfilments: the parts are pooled", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { vault, clone, unit, one } = all;
      await vault.fulfil(clone, 0n, 75n * one);
      await vault.setPrice(unit / 2n);
      await claimAll(all, 1n);
      await vault.fulfilAll(clone);
      await claimAll(all, 1n);
      expect(await pay(all)).to.deep.equal([75n * unit, (75n * unit) / 2n]);
    });
  });

  describe("pending for ever", () => {
    it("keeps its own stakers and governance waiting, nobody else", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, gate, share, alice, carol, one } = all;
      await networkHelpers.time.increase(5n * 365n * 86_400n);
      await gate.poke();
      expect(await gate.persistedState()).to.equal(State.RageQuit);
      await expect(claimAll(all, 1n)).to.be.revertedWithCustomError(escrow, "NothingToClaim");
      await expect(escrow.connect(alice).withdraw(1n, alice)).to.be.revertedWithCustomError(escrow, "UnexpectedPhase");
      await escrow.connect(carol).lock(20n * one, 2n);
      await expectSolvent(all);
      const { unlockableAfter } = await escrow.positionOf(2n, carol);
      await networkHelpers.time.increaseTo(unlockableAfter + 1n);
      await escrow.connect(carol).unlock(20n * one, 2n);
      expect(await share.balanceOf(carol)).to.equal(100n * one);
      await expectSolvent(all);
    });

    it("for years, and then not: everybody is paid", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      await networkHelpers.time.increase(5n * 365n * 86_400n);
      await all.vault.fulfilAll(all.clone);
      await claimAll(all, 1n);
      expect(await pay(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
    });
  });

  it("is asked again, by another vessel, when the vault refused at first", async () => {
    const all = await networkHelpers.loadFixture(closed);
    const { escrow, vault, share, unit, one } = all;
    await vault.setRefusal(Refusal.All);
    await expect(escrow.beginExit(1n, ethers.ZeroHash)).to.be.revertedWithCustomError(vault, "RequestRefused");
    expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Closed);
    expect(await share.balanceOf(escrow)).to.equal(150n * one);
    await expectSolvent(all);
    await vault.setRefusal(Refusal.None);
    const clone = await beginExit(all, 1n);
    await vault.fulfilAll(clone);
    await claimAll(all, 1n);
    expect(await pay({ ...all, clone })).to.deep.equal([100n * unit, 50n * unit]);
  });

  it("is over although the vault values nothing at all any more", async () => {
    const all = await networkHelpers.loadFixture(leaving);
    const { escrow, vault } = all;
    await vault.setPrice(0n);
    await expect(escrow.claim(1n, ethers.MaxUint256)).to.emit(escrow, "ExtensionStarted");
    expect(await escrow.leavingShares()).to.equal(0n);
    expect(await pay(all)).to.deep.equal([0n, 0n]);
  });

  for (const priceAt of ["Request", "Fulfilment"] as const) {
    it(`claims what was fulfilled before the vault lost everything, if the price was fixed at ${priceAt}`, async () => {
      const all = await leaveAsync(connection, { priceAt });
      const { escrow, vault, clone, unit, one } = all;
      await vault.fulfil(clone, 0n, 75n * one);
      await vault.setPrice(0n);
      const claim = escrow.claim(1n, ethers.MaxUint256);
      await expect(claim)
        .to.emit(escrow, "AssetsClaimed")
        .withArgs(1n, 75n * one, 75n * one);
      await expect(claim).to.emit(escrow, "ExtensionStarted");
      expect(await pay(all)).to.deep.equal([50n * unit, 25n * unit]);
    });
  }

  it("lets a second rage quit use the same vault while the first waits for its payments", async () => {
    const all = await networkHelpers.loadFixture(leaving);
    const { escrow, gate, vault, clone, carol, whale, asset, unit, one } = all;
    await vault.fulfilAll(clone);
    await claimAll(all, 1n);
    await escrow.connect(carol).lock(100n * one, 2n);
    await escrow.connect(whale).lock(10n * one, 2n);
    await networkHelpers.time.increase(8n * 86_400n);
    await gate.poke();
    await enterRageQuit(all);
    const second = await beginExit(all, 2n);
    expect(second).not.to.equal(clone);
    await vault.setPrice(unit / 2n);
    await vault.fulfilAll(second);
    await claimAll(all, 2n);
    expect(await pay(all)).to.deep.equal([100n * unit, 50n * unit]);
    await passWithdrawalDelay(all, 2n);
    await escrow.connect(carol).withdraw(2n, carol);
    expect(await asset.balanceOf(carol)).to.equal(50n * unit);
    await expectSolvent(all);
  });
});
