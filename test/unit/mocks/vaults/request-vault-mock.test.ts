import { expect } from "chai";
import hre from "hardhat";

import type { RequestHabits } from "../../../conformance/vaults/requestVaults.js";
import { deployRequestVault } from "../../../conformance/vaults/requestVaults.js";
import { RequestRule, Stage } from "../../../conformance/vaults/names.js";
import { getActors } from "../../../helpers/actors.js";
import { Answer } from "../../../helpers/answer.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const SHARE = 10n ** 18n;
const DOLLAR = 10n ** 6n;
const DAY = 86_400n;

async function deploy(habits: RequestHabits = {}) {
  const { alice, curator } = await getActors(ethers, "alice", "curator");
  const asset = await ethers.deployContract("AssetMock", ["Dollar", "USD", 6]);
  const standing = await deployRequestVault(connection, asset, habits);
  const vault = standing.mock;
  const share = await ethers.getContractAt("UnrulyShareMock", await vault.share());
  await standing.stake(alice, 100n * DOLLAR);
  const ask = (shares: bigint) => vault.connect(alice).requestRedeem(shares * SHARE, alice, alice);
  const claim = (shares: bigint) => vault.connect(alice).redeem(shares * SHARE, alice, alice);
  /** [whole shares] */
  const see = async (requestId = 0n) => ({
    pending: (await vault.pendingRedeemRequest(requestId, alice)) / SHARE,
    claimable: (await vault.claimableRedeemRequest(requestId, alice)) / SHARE,
  });
  return { ...standing, vault, share, alice, curator, ask, claim, see };
}

const asFixture = (habits?: RequestHabits) => {
  const fixture = () => deploy(habits);
  return () => networkHelpers.loadFixture(fixture);
};
const plain = asFixture();

describe("RequestVaultMock", () => {
  describe("taking shares", () => {
    for (const isApart of [false, true]) {
      it(`takes them by an allowance, with a share ${isApart ? "apart" : "of its own"}`, async () => {
        const { vault, share, alice, ask } = await deploy({ isApart, rules: ["TakesByAllowance"] });
        await expect(ask(5n)).to.be.revertedWithCustomError(share, "ERC20InsufficientAllowance");
        await share.connect(alice).approve(vault, 5n * SHARE);
        await ask(5n);
        expect(await share.balanceOf(alice)).to.equal(95n * SHARE);
        expect(await share.allowance(alice, vault)).to.equal(0n);
      });
    }

    it("takes a part and says nothing", async () => {
      const { vault, share, alice, ask, see } = await plain();
      await vault.setTakenPart(SHARE / 4n);
      await expect(ask(8n))
        .to.emit(vault, "RedeemRequest")
        .withArgs(alice, alice, 0n, alice, 8n * SHARE);
      expect(await share.balanceOf(alice)).to.equal(98n * SHARE);
      expect(await see()).to.deep.equal({ pending: 2n, claimable: 0n });
    });
  });

  describe("refusing requests", () => {
    it("refuses all", async () => {
      const { vault, ask } = await plain();
      await vault.setRule(RequestRule.RefusesRequests, true);
      await expect(ask(1n)).to.be.revertedWithCustomError(vault, "RequestsRefused");
    });

    it("refuses too little and too much", async () => {
      const { vault, ask } = await plain();
      await vault.setBounds(2n * SHARE, 3n * SHARE);
      for (const shares of [1n, 4n])
        await expect(ask(shares)).to.be.revertedWithCustomError(vault, "RequestOutOfBounds");
      await ask(3n);
    });

    it("refuses a second request while the first is pending", async () => {
      const { vault, alice, ask } = await plain();
      await vault.setRule(RequestRule.OnePerController, true);
      await ask(1n);
      await expect(ask(1n)).to.be.revertedWithCustomError(vault, "RequestPending").withArgs(alice);
      await vault.fulfilAll(alice);
      await ask(1n);
    });

    it("refuses a request in somebody else's name", async () => {
      const { vault, alice, stranger } = await plain();
      await vault.connect(stranger).requestRedeem(1n, alice, stranger);
      await vault.setRule(RequestRule.OwnersOnly, true);
      await expect(vault.connect(stranger).requestRedeem(1n, alice, stranger)).to.be.revertedWithCustomError(
        vault,
        "ControllerIsNotOwner",
      );
    });

    it("drops a controller from its list: neither requests nor claims", async () => {
      const { vault, alice, ask, claim } = await plain();
      await vault.setRule(RequestRule.HasControllerList, true);
      await expect(ask(1n)).to.be.revertedWithCustomError(vault, "ControllerNotAdmitted");
      await vault.setAdmitted(alice, true);
      await ask(2n);
      await vault.fulfilAll(alice);
      await claim(1n);
      await vault.setAdmitted(alice, false);
      await expect(claim(1n)).to.be.revertedWithCustomError(vault, "ControllerNotAdmitted");
    });
  });

  describe("what others do to a request", () => {
    it("pays the controller first when a stranger asks in its name", async () => {
      const { vault, asset, alice, stranger, ask } = await plain();
      await vault.setRule(RequestRule.PaysFirst, true);
      await ask(10n);
      await vault.fulfilAll(alice);
      await vault.connect(stranger).requestRedeem(1n, alice, stranger);
      expect(await asset.balanceOf(alice)).to.equal(10n * DOLLAR);
      expect(await vault.maxRedeem(alice)).to.equal(0n);
    });

    it("forgets the former request when a stranger asks in its name", async () => {
      const { vault, alice, stranger, ask } = await plain();
      await vault.setRule(RequestRule.Overwrites, true);
      await ask(10n);
      await vault.connect(stranger).requestRedeem(1n, alice, stranger);
      expect(await vault.pendingRedeemRequest(0n, alice)).to.equal(1n);
    });

    it("pays on the controller's behalf", async () => {
      const { vault, asset, alice, curator, ask } = await plain();
      await ask(10n);
      await vault.fulfil(alice, 0n, 4n * SHARE);
      await vault.connect(curator).payOut(alice);
      expect(await asset.balanceOf(alice)).to.equal(4n * DOLLAR);
    });

    it("pays when it fulfils", async () => {
      const { vault, asset, alice, ask } = await plain();
      await vault.setRule(RequestRule.PaysAtFulfilment, true);
      await ask(10n);
      await vault.fulfil(alice, 0n, 4n * SHARE);
      expect(await asset.balanceOf(alice)).to.equal(4n * DOLLAR);
    });

    for (const burnAt of ["Request", "Fulfilment", "Claim"] as const) {
      it(`hands shares back, in part and whole, if it burns at ${burnAt}`, async () => {
        const { vault, share, alice, ask, see } = await deploy({ burnAt });
        const supply = await share.totalSupply();
        await ask(10n);
        await vault.cancel(alice, 0n, 3n * SHARE);
        expect(await share.balanceOf(alice)).to.equal(93n * SHARE);
        expect(await see()).to.deep.equal({ pending: 7n, claimable: 0n });
        await vault.cancelAll(alice);
        expect(await share.balanceOf(alice)).to.equal(100n * SHARE);
        expect(await share.totalSupply()).to.equal(supply);
      });
    }

    it("hands shares back only to a controller who claims them", async () => {
      const { vault, share, alice, curator, ask } = await plain();
      await vault.setRule(RequestRule.CancelsByClaim, true);
      await ask(10n);
      await vault.cancelAll(alice);
      expect(await share.balanceOf(alice)).to.equal(90n * SHARE);
      expect(await vault.claimableCancelRedeemRequest(0n, alice)).to.equal(10n * SHARE);
      const claim = vault.connect(curator).claimCancelRedeemRequest(0n, alice, alice);
      await expect(claim).to.be.revertedWithCustomError(vault, "NotAllowed");
      await vault.connect(alice).claimCancelRedeemRequest(0n, alice, alice);
      expect(await share.balanceOf(alice)).to.equal(100n * SHARE);
    });
  });

  describe("time", () => {
    it("hides what is in settlement from both views, and fulfils it later", async () => {
      const { vault, alice, ask, see } = await plain();
      await ask(10n);
      await vault.beginSettlement(alice, 0n);
      expect(await see()).to.deep.equal({ pending: 0n, claimable: 0n });
      await vault.fulfil(alice, 0n, 10n * SHARE);
      expect(await see()).to.deep.equal({ pending: 0n, claimable: 10n });
    });

    it("makes requests claimable by a cooldown, each by its own", async () => {
      const { vault, ask, claim, see } = await deploy({ cooldown: 7n * DAY, rules: ["HasRequestIds"] });
      await ask(1n);
      await networkHelpers.time.increase(4n * DAY);
      await ask(2n);
      await networkHelpers.time.increase(4n * DAY);
      expect(await see(1n)).to.deep.equal({ pending: 0n, claimable: 1n });
      expect(await see(2n)).to.deep.equal({ pending: 2n, claimable: 0n });
      await expect(claim(2n)).to.be.revertedWithCustomError(vault, "ClaimableExceeded");
      await claim(1n);
    });

    it("restarts the cooldown of all when a stranger asks", async () => {
      const { vault, alice, stranger, ask, see } = await deploy({ cooldown: 7n * DAY, rules: ["RestartsCooldown"] });
      await ask(1n);
      await networkHelpers.time.increase(6n * DAY);
      await vault.connect(stranger).requestRedeem(1n, alice, stranger);
      await networkHelpers.time.increase(6n * DAY);
      expect(await see()).to.deep.equal({ pending: 1n, claimable: 0n });
      await networkHelpers.time.increase(DAY);
      expect(await see()).to.deep.equal({ pending: 0n, claimable: 1n });
    });

    it("fulfils at once", async () => {
      const { vault, ask, see } = await plain();
      await vault.setRule(RequestRule.FulfilsAtOnce, true);
      await ask(1n);
      expect(await see()).to.deep.equal({ pending: 0n, claimable: 1n });
    });
  });

  describe("closing", () => {
    it("takes no requests and redeems at once, but what is claimable first", async () => {
      const { vault, asset, alice, ask, claim } = await plain();
      await ask(10n);
      await vault.fulfilAll(alice);
      await vault.setRule(RequestRule.IsClosed, true);
      await expect(ask(1n)).to.be.revertedWithCustomError(vault, "RequestsRefused");
      await expect(claim(50n)).to.be.revertedWithCustomError(vault, "ClaimableExceeded");
      await claim(10n);
      expect(await vault.maxRedeem(alice)).to.equal(90n * SHARE);
      await claim(50n);
      expect(await asset.balanceOf(alice)).to.equal(60n * DOLLAR);
      await vault.setRule(RequestRule.IsClosed, false);
      await ask(40n);
    });

    it("is upgraded to redeem at once, and back", async () => {
      const { vault, claim, ask } = await plain();
      expect(await vault.supportsInterface("0x620ee8e4")).to.equal(true);
      await expect(vault.previewRedeem(SHARE)).to.be.revertedWithCustomError(vault, "PreviewNotSupported");
      await vault.setRule(RequestRule.IsSynchronous, true);
      expect(await vault.supportsInterface("0x620ee8e4")).to.equal(false);
      expect(await vault.previewRedeem(SHARE)).to.equal(DOLLAR);
      await claim(1n);
      await vault.setRule(RequestRule.IsSynchronous, false);
      await ask(1n);
    });
  });

  describe("prices", () => {
    /** For ten shares, with a price of 1, 2 and 3 dollars at the three moments. [dollars] */
    const PAID = { Request: 10n, Fulfilment: 20n, Claim: 30n } as const;
    for (const priceAt of ["Request", "Fulfilment", "Claim"] as const) {
      it(`pays the price of the ${priceAt.toLowerCase()}`, async () => {
        const { vault, asset, alice, ask, claim } = await deploy({ priceAt });
        await ask(10n);
        await vault.setPrice(2n * DOLLAR);
        await vault.fulfilAll(alice);
        await vault.setPrice(3n * DOLLAR);
        await claim(10n);
        expect(await asset.balanceOf(alice)).to.equal(PAID[priceAt] * DOLLAR);
      });
    }

    it("computes more claimable shares than were fulfilled from a price it rounded down", async () => {
      const { vault, asset, alice, ask, see } = await deploy({ rules: ["DerivesClaimable"] });
      await ask(10n);
      await vault.setPrice((DOLLAR * 3n) / 2n);
      await vault.fulfilAll(alice);
      await vault.setPriceStep(DOLLAR);
      expect((await see()).claimable).to.equal(15n);
      await vault.connect(alice).redeem(15n * SHARE, alice, alice);
      expect(await asset.balanceOf(alice)).to.equal(15n * DOLLAR);
    });

    it("refuses to pay a part of what is claimable", async () => {
      const { vault, alice, ask, claim } = await plain();
      await vault.setRule(RequestRule.ClaimsWhole, true);
      await ask(10n);
      await vault.fulfilAll(alice);
      await expect(claim(9n)).to.be.revertedWithCustomError(vault, "ClaimableExceeded");
      await claim(10n);
    });
  });

  describe("supply", () => {
    /** After a request, its fulfilment and its claim: total, and as reported. [shares of the ten asked for] */
    const SUPPLIES = { Request: [-10n, -10n, -10n], Fulfilment: [0n, -10n, -10n], Claim: [0n, 0n, -10n] } as const;
    for (const burnAt of ["Request", "Fulfilment", "Claim"] as const) {
      it(`burns at ${burnAt}, and reports what is not queued`, async () => {
        const { vault, share, alice, ask, claim } = await deploy({ burnAt, rules: ["ReportsVotableSupply"] });
        const supply = await share.totalSupply();
        const changes: bigint[] = [];
        const reported: bigint[] = [];
        for (const step of [() => ask(10n), () => vault.fulfilAll(alice), () => claim(10n)]) {
          await step();
          changes.push(((await share.totalSupply()) - supply) / SHARE);
          reported.push(((await vault.votableSupply()) - supply) / SHARE);
        }
        expect(changes).to.deep.equal(SUPPLIES[burnAt]);
        expect(reported).to.deep.equal([-10n, -10n, -10n]);
      });
    }

    it("drops the report, or lets it fail", async () => {
      const { vault } = await deploy({ rules: ["ReportsVotableSupply"] });
      const { selector } = vault.getFunction("votableSupply").fragment;
      const id = selector; // an interface of one function
      expect(await vault.supportsInterface(id)).to.equal(true);
      await vault.setAnswer(selector, Answer.Revert);
      await expect(vault.votableSupply()).to.be.revertedWithoutReason(ethers);
      await vault.setRule(RequestRule.ReportsVotableSupply, false);
      expect(await vault.supportsInterface(id)).to.equal(false);
    });

    it("changes the moment of burning while a request is on its way", async () => {
      const { vault, share, alice, ask, claim } = await plain();
      const supply = await share.totalSupply();
      await ask(10n);
      await vault.setStages(Stage.Claim, Stage.Fulfilment);
      await vault.fulfilAll(alice);
      expect(await share.totalSupply()).to.equal(supply);
      await claim(10n);
      expect(await share.totalSupply()).to.equal(supply - 10n * SHARE);
    });
  });

  it("lies in one view and stays honest in the others", async () => {
    const { vault, ask, claim, alice } = await plain();
    const { selector } = vault.getFunction("claimableRedeemRequest").fragment;
    await ask(10n);
    await vault.fulfilAll(alice);
    await vault.setScale(selector, 2n * SHARE);
    expect(await vault.claimableRedeemRequest(0n, alice)).to.equal(20n * SHARE);
    expect(await vault.maxRedeem(alice)).to.equal(10n * SHARE);
    await claim(10n);
    await vault.setScale(selector, SHARE);
    expect(await vault.claimableRedeemRequest(0n, alice)).to.equal(0n);
  });
});
