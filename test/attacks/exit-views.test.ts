import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { expect } from "chai";
import hre from "hardhat";

import { Moment, RequestRule, Stage } from "../conformance/vaults/names.js";
import { Answer } from "../helpers/answer.js";
import { End, passWithdrawalDelay } from "../helpers/deployCore.js";
import { expectSolvent } from "../helpers/solvency.js";
import { closeRequestWorld, GENEROUS } from "./exitWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const closed = () => closeRequestWorld(connection);
/** As {closed}; everything has been asked for, and half is claimable. */
async function asked() {
  const all = await closed();
  await all.escrow.beginExit(1n, all.first);
  await all.vault.fulfil(all.first, 0n, 75n * all.one);
  return all;
}

const HUGE = ["Bomb", "RevertBomb", "BurnGas"] as const;
const VIEWS = [
  ...["maxRedeem", "previewRedeem", "convertToAssets", "votableSupply", "totalSupply", "supportsInterface"],
  ...["pendingRedeemRequest", "claimableRedeemRequest"],
] as const;

describe("[INV-8] attack: views that answer with 200,000 bytes, fail with as many, or burn all gas", () => {
  for (const answer of HUGE) {
    it(`stop neither poke nor claim nor call-off, each alone and all together (${answer})`, async () => {
      for (const views of [...VIEWS.map((view) => [view]), VIEWS]) {
        const all = await networkHelpers.loadFixture(asked);
        const { escrow, vault, gate, first, end, toDay } = all;
        for (const view of views) {
          await vault.setAnswer(vault.interface.getFunction(view).selector, Answer[answer]);
        }
        await gate.poke({ gasLimit: 2_000_000n });
        await escrow.claim(1n, first, GENEROUS);
        await toDay(366n);
        await gate.poke({ gasLimit: 2_000_000n });
        await escrow.callOff(1n, GENEROUS);
        expect(await end(), views.join()).not.to.equal(End.None);
        for (const view of views) {
          await vault.setAnswer(vault.interface.getFunction(view).selector, Answer.Honest);
        }
        // Whatever was not heard then is claimed now.
        await vault.fulfilAll(first);
        await escrow.claim(1n, first);
        await passWithdrawalDelay(all, 1n);
        await expectSolvent(all);
        await escrow.connect(all.alice).withdraw(1n, all.alice);
        expect(await all.asset.balanceOf(all.alice)).to.equal(100n * all.unit);
      }
    });

    it(`do not keep a request from being made, each alone (${answer})`, async () => {
      for (const view of VIEWS) {
        // The vault's kind is asked by ERC-165, which bounds its question itself.
        if (view === "supportsInterface") continue;
        const { escrow, vault, first, one } = await networkHelpers.loadFixture(closed);
        await vault.setAnswer(vault.interface.getFunction(view).selector, Answer[answer]);
        await escrow.beginExit(1n, first, GENEROUS);
        await vault.setAnswer(vault.interface.getFunction(view).selector, Answer.Honest);
        expect(await vault.pendingRedeemRequest(0n, first), view).to.equal(150n * one);
      }
    });
  }
});

describe("[INV-8] attack: a vault that says nothing, or not within what a view may burn", () => {
  for (const answer of ["Revert", "RevertBomb", "BurnGas"] as const) {
    it(`is claimed from all the same, as much as it lets go, down to a 64th (${answer})`, async () => {
      const { escrow, vault, first, one } = await networkHelpers.loadFixture(asked);
      for (const view of VIEWS) await vault.setAnswer(vault.interface.getFunction(view).selector, Answer[answer]);
      await escrow.claim(1n, first, GENEROUS);
      expect((await escrow.getEpoch(1n)).redeemedShares).to.equal(75n * one);
      // Nothing is claimable: nothing happens.
      await escrow.claim(1n, first, GENEROUS);
      expect((await escrow.getEpoch(1n)).redeemedShares).to.equal(75n * one);
      await vault.fulfil(first, 0n, (75n * one) / 64n);
      await escrow.claim(1n, first, GENEROUS);
      expect((await escrow.getEpoch(1n)).redeemedShares).to.equal(75n * one + (75n * one) / 64n);
    });
  }
});

describe("[INV-8] attack: a vault that burns all gas, from the beginning, whatever it is asked", () => {
  it("hands back shares all the same", async () => {
    const { escrow, vault, first, one } = await networkHelpers.loadFixture(closed);
    const burn = async (name: "redeem" | "claimableCancelRedeemRequest" | (typeof VIEWS)[number]) =>
      await vault.setAnswer(vault.interface.getFunction(name).selector, Answer.BurnGas);
    // Four requests, so that as much as a claim can spare is burnt before it looks at what there is.
    await vault.setRule(RequestRule.HasRequestIds, true);
    await vault.setBounds(0n, 40n * one);
    await burn("convertToAssets");
    for (let requests = 0; requests < 4; ++requests) await escrow.beginExit(1n, first, GENEROUS);
    await vault.cancelAll(first);
    for (const name of [...VIEWS, "redeem", "claimableCancelRedeemRequest"] as const) await burn(name);
    await escrow.claim(1n, first, GENEROUS);
    expect((await escrow.getEpoch(1n)).idleShares).to.equal(150n * one);
  });
});

describe("[INV-6] attack: bring so little gas that the vault seems to refuse, or to owe nothing", () => {
  it("does not work on a beginning: all is requested, or nothing moves", async () => {
    const { escrow, vault, share, first, one } = await networkHelpers.loadFixture(closed);
    const snapshot = await networkHelpers.takeSnapshot();
    const outcomes = new Set<string>();
    for (let gasLimit = 200_000n; gasLimit <= 6_000_000n; gasLimit += 40_000n) {
      const begun = await escrow.beginExit(1n, first, { gasLimit }).then(
        () => true,
        () => false,
      );
      const [event] = await escrow.queryFilter(escrow.filters.ExitBegun(1n));
      if (begun) {
        // All of it, and in the first way: by a request.
        expect([event?.args.way, event?.args.shares], `with ${gasLimit} gas`).to.deep.equal([0n, 150n * one]);
        expect(await vault.pendingRedeemRequest(0n, first)).to.equal(150n * one);
      } else {
        expect(event).to.equal(undefined);
        expect(await share.balanceOf(escrow), `with ${gasLimit} gas`).to.equal(150n * one);
      }
      outcomes.add(String(begun));
      await snapshot.restore();
    }
    expect([...outcomes].sort()).to.deep.equal(["false", "true"]);
  });

  it("does not work on a beginning of a vault whose request needs nearly all it is granted", async () => {
    const { escrow, vault, share, first, one } = await networkHelpers.loadFixture(closed);
    // Half of the request's tries are in vain, so that less and less gas is left for the rest.
    await vault.setBounds(0n, 10n * one);
    const snapshot = await networkHelpers.takeSnapshot();
    const sizes = new Set<bigint>();
    for (let gasLimit = 500_000n; gasLimit <= 16_000_000n; gasLimit += 130_000n) {
      const begun = await escrow.beginExit(1n, first, { gasLimit }).then(
        () => true,
        () => false,
      );
      if (begun) sizes.add(await vault.pendingRedeemRequest(0n, first));
      else expect(await share.balanceOf(escrow)).to.equal(150n * one);
      await snapshot.restore();
    }
    // The greatest part within the bounds, whoever begins.
    expect([...sizes]).to.deep.equal([(150n * one) / 16n]);
  });

  for (const cost of [0n, 2_900_000n]) {
    it(`does not work on a claim that the vault needs ${cost} gas to pay: what is claimable is claimed, or the call reverts`, async () => {
      const { escrow, vault, first, one } = await networkHelpers.loadFixture(asked);
      // What it calls when it burns what it pays for.
      const dear = await ethers.deployContract("PausableMock");
      const data = dear.interface.encodeFunctionData("isPaused");
      await dear.setCost(data, cost);
      await vault.setStages(Stage.Claim, Stage.Fulfilment);
      await vault.fulfil(first, 0n, 10n * one);
      await vault.setHook(Moment.Before, dear, data);
      const snapshot = await networkHelpers.takeSnapshot();
      const outcomes = new Set<string>();
      for (let gasLimit = 100_000n; gasLimit <= 9_000_000n; gasLimit += 97_000n) {
        const claimed = await escrow.claim(1n, first, { gasLimit }).catch(() => undefined);
        if (claimed !== undefined) await expect(claimed).to.emit(vault, "CalledBack").withArgs(true, anyValue);
        const { redeemedShares } = await escrow.getEpoch(1n);
        expect(redeemedShares, `with ${gasLimit} gas`).to.equal(claimed === undefined ? 0n : 85n * one);
        outcomes.add(claimed === undefined ? "reverts" : "claims");
        await snapshot.restore();
      }
      expect([...outcomes].sort()).to.deep.equal(["claims", "reverts"]);
      // Whoever estimates brings what it takes.
      await escrow.claim(1n, first, { gasLimit: await escrow.claim.estimateGas(1n, first) });
      expect((await escrow.getEpoch(1n)).redeemedShares).to.equal(85n * one);
    });
  }
});
