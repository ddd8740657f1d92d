import { expect } from "chai";
import hre from "hardhat";

import { Refusal, closeAsync, deployAsyncWorld, leaveAsync } from "../helpers/asyncWorld.js";
import {
  End,
  Phase,
  beginExit,
  claimAll,
  enterRageQuit,
  passExtension,
  passWithdrawalDelay,
} from "../helpers/deployCore.js";
import { expectSolvent } from "../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const PREVRANDAO = 4_626n;

/** Alice leaves with 100 units and bob with 50; the vault takes one request of each controller. */
const closed = () => closeAsync(connection);
const closedApart = () => closeAsync(connection, { hasSeparateShare: true });
type Closed = Awaited<ReturnType<typeof closed>>;

/** The fresh vessel that alice's `beginExit(1, 0)` creates if it is mined next, as anybody in the same block can tell. */
async function foresee({ escrow, vessel, alice }: Closed): Promise<string> {
  const block = BigInt(await ethers.provider.getBlockNumber()) + 1n;
  await networkHelpers.setPrevRandao(PREVRANDAO);
  const salt = ethers.keccak256(
    ethers.AbiCoder.defaultAbiCoder().encode(
      ["uint256", "uint256", "address", "uint256", "uint256"],
      [1n, 0n, alice.address, block, PREVRANDAO],
    ),
  );
  const code = ethers.concat([
    "0x6100413d81600a3d39f3363d3d373d3d3d363d73",
    await vessel.getAddress(),
    "0x5af43d82803e903d91602b57fd5bf3",
    await escrow.getAddress(),
  ]);
  return ethers.getCreate2Address(await escrow.getAddress(), salt, ethers.keccak256(code));
}

/** Mines mallory's doings and alice's `begin` in one block, in this order. @returns Whether alice succeeded. */
async function disturbInSameBlock(all: Closed, disturb: (vessel: string) => Promise<unknown>) {
  const vessel = await foresee(all);
  await ethers.provider.send("evm_setAutomine", [false]);
  try {
    await disturb(vessel);
    const { hash } = await all.escrow.connect(all.alice).beginExit(1n, ethers.ZeroAddress, { gasLimit: 12_000_000n });
    await networkHelpers.mine();
    const receipt = await ethers.provider.getTransactionReceipt(hash);
    return { vessel, isBegun: receipt?.status === 1 };
  } finally {
    await ethers.provider.send("evm_setAutomine", [true]);
  }
}

const generous = { gasLimit: 1_000_000n, gasPrice: 100n * 10n ** 9n };

/** Everything is paid. @returns What alice and bob got. */
async function payBoth(all: Closed) {
  const { escrow, asset, alice, bob } = all;
  await passWithdrawalDelay(all, 1n);
  await expectSolvent(all);
  for (const person of [alice, bob]) await escrow.connect(person).withdraw(1n, person);
  await expectSolvent(all);
  return { toAlice: await asset.balanceOf(alice), toBob: await asset.balanceOf(bob) };
}

describe("attack: spoil a vessel by requests in its name", () => {
  describe("in the block in which it is created", () => {
    for (const [name, fixture] of [
      ["its own share", closed],
      ["a separate share", closedApart],
    ] as const) {
      it(`gives something away, and changes nothing else (${name})`, async () => {
        const all = await networkHelpers.loadFixture(fixture);
        const { escrow, vault, share, asset, mallory, unit, one } = all;
        await asset.mint(mallory, 5n * unit);
        const { vessel, isBegun } = await disturbInSameBlock(all, async (address) => {
          await vault.connect(mallory).requestRedeem(3n * one, address, mallory, generous);
          await share.connect(mallory).transfer(address, 7n, generous);
          await asset.connect(mallory).transfer(address, 5n * unit, generous);
        });
        expect(isBegun).to.be.true;
        expect((await escrow.getEpoch(1n)).payer).to.equal(vessel);
        // The three requested by mallory, and the seven wei, which are asked for with the epoch's own.
        expect(await vault.pendingRedeemRequest(0n, vessel)).to.equal(153n * one + 7n);
        await vault.fulfilAll(vessel);
        await expect(escrow.claim(1n, vessel))
          .to.emit(escrow, "SharesRedeemed")
          .withArgs(1n, vessel, 153n * one + 7n, 153n * one + 7n);
        const { toAlice, toBob } = await payBoth(all);
        expect(toAlice).to.equal(((158n * unit + 7n) * 2n) / 3n);
        expect(toBob).to.equal((158n * unit + 7n) / 3n);
      });
    }

    it("is claimed by the beginning itself if it is claimable, before the vault is asked; it is no progress", async () => {
      const all = await networkHelpers.loadFixture(closed);
      const { escrow, vault, asset, mallory, unit, one } = all;
      const { vessel, isBegun } = await disturbInSameBlock(all, async (address) => {
        await vault.connect(mallory).requestRedeem(3n * one, address, mallory, generous);
        await vault.connect(mallory).fulfilAll(address, generous);
      });
      expect(isBegun).to.be.true;
      const view = await escrow.getEpoch(1n);
      expect([view.payer, view.redeemedShares, view.assetsReceived]).to.deep.equal([vessel, 0n, 3n * unit]);
      expect(view.markedAt).to.equal(view.closedAt);
      expect([await asset.balanceOf(vessel), await vault.maxRedeem(vessel)]).to.deep.equal([3n * unit, 0n]);
      await vault.fulfilAll(vessel);
      await claimAll(all, 1n);
      expect(await payBoth(all)).to.deep.equal({ toAlice: 102n * unit, toBob: 51n * unit });
    });

    it("can make that attempt fail, and the next one gets another vessel", async () => {
      const all = await networkHelpers.loadFixture(closed);
      const { escrow, vault, share, mallory, unit, one } = all;
      await vault.setRefusal(Refusal.Second);
      const { vessel, isBegun } = await disturbInSameBlock(all, (address) =>
        vault.connect(mallory).requestRedeem(1n, address, mallory, generous),
      );
      expect(isBegun).to.be.false;
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Closed);
      expect(await share.balanceOf(escrow)).to.equal(150n * one);
      await escrow.connect(all.alice).beginExit(1n, ethers.ZeroAddress);
      const { payer: another } = await escrow.getEpoch(1n);
      expect(another).not.to.equal(vessel);
      await vault.fulfilAll(another);
      await claimAll(all, 1n);
      expect(await payBoth(all)).to.deep.equal({ toAlice: 100n * unit, toBob: 50n * unit });
    });
  });

  for (const hasRequestIds of [false, true]) {
    const ids = hasRequestIds ? "an id of their own" : "id 0";
    it(`with a wei at every turn, under ${ids}: the extension starts when our own part is through`, async () => {
      const all = await leaveAsync(connection, { hasRequestIds });
      const { escrow, vault, clone, mallory, unit, one } = all;
      for (let turn = 0; turn < 3; ++turn) {
        await vault.connect(mallory).requestRedeem(1n, clone, mallory);
        await vault.fulfil(clone, hasRequestIds ? 1n : 0n, 50n * one);
        await vault.connect(mallory).requestRedeem(1n, clone, mallory);
        await claimAll(all, 1n);
      }
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Extension);
      // What hangs over is swept in later and moves nothing.
      const { completeAfter } = await escrow.getEpoch(1n);
      await vault.fulfilAll(clone);
      await expect(escrow.claim(1n, clone))
        .to.emit(escrow, "SharesRedeemed")
        .withArgs(1n, clone, 6n, 150n * one + 6n);
      expect((await escrow.getEpoch(1n)).completeAfter).to.equal(completeAfter);
      const { toAlice, toBob } = await payBoth(all);
      expect(toAlice).to.equal(100n * unit + 4n);
      expect(toBob).to.equal(50n * unit + 2n);
    });
  }

  it("cannot stall: a request that is never fulfilled keeps nobody waiting", async () => {
    const all = await leaveAsync(connection, { hasRequestIds: true });
    const { escrow, vault, clone, mallory, unit, one } = all;
    await vault.connect(mallory).requestRedeem(one, clone, mallory);
    await vault.fulfil(clone, 1n, 150n * one);
    await claimAll(all, 1n);
    expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Extension);
    expect(await payBoth(all)).to.deep.equal({ toAlice: 100n * unit, toBob: 50n * unit });
  });

  describe("as large as our own, at a tenth of its price, and fulfilled before it", () => {
    /** The whale gives 150 units' worth of shares, requested when a share is worth a tenth. */
    async function overtaken() {
      const all = await leaveAsync(connection, { hasRequestIds: true, priceAt: "Request", burnAt: "Claim" });
      const { vault, clone, whale, unit, one } = all;
      await vault.setPrice(unit / 10n);
      await vault.connect(whale).requestRedeem(150n * one, clone, whale);
      await vault.fulfil(clone, 2n, 150n * one);
      return all;
    }

    it("starts the extension early; our own part is swept in when it comes, and the gift remains", async () => {
      const all = await networkHelpers.loadFixture(overtaken);
      const { escrow, vault, clone, unit, one } = all;
      await claimAll(all, 1n);
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Extension);
      await passExtension(all, 1n);
      await vault.fulfil(clone, 1n, 150n * one);
      await claimAll(all, 1n);
      expect(await payBoth(all)).to.deep.equal({ toAlice: 110n * unit, toBob: 55n * unit });
    });

    it("and what the vault fulfils only after the first withdrawal is paid by another one", async () => {
      const all = await networkHelpers.loadFixture(overtaken);
      const { vault, escrow, asset, clone, alice, bob, unit, one } = all;
      await claimAll(all, 1n);
      expect((await escrow.getEpoch(1n)).end).to.equal(End.Redeemed);
      expect(await payBoth(all)).to.deep.equal({ toAlice: 10n * unit, toBob: 5n * unit });
      await vault.fulfil(clone, 1n, 150n * one);
      await claimAll(all, 1n);
      for (const person of [alice, bob]) await escrow.connect(person).withdraw(1n, person);
      expect([await asset.balanceOf(alice), await asset.balanceOf(bob)]).to.deep.equal([110n * unit, 55n * unit]);
      await expectSolvent(all);
    });
  });

  it("in the name of the escrow, or of the implementation, helps nobody and hurts nobody", async () => {
    const all = await deployAsyncWorld(connection);
    const { escrow, vault, vessel, alice, bob, mallory, unit, one } = all;
    await escrow.connect(alice).lock(100n * one, 0n);
    await escrow.connect(bob).lock(50n * one, 0n);
    for (const controller of [escrow, vessel]) await vault.connect(mallory).requestRedeem(one, controller, mallory);
    await enterRageQuit(all);
    const clone = await beginExit(all, 1n);
    await vault.fulfilAll(clone);
    await claimAll(all, 1n);
    expect(await payBoth(all)).to.deep.equal({ toAlice: 100n * unit, toBob: 50n * unit });
  });
});
