import { expect } from "chai";
import hre from "hardhat";

import { getActors } from "../../helpers/actors.js";

const { ethers } = await hre.network.create();

const SHARE = 10n ** 18n;
const DOLLAR = 10n ** 6n;
const Stage = { Request: 0, Fulfilment: 1, Claim: 2 } as const;
const STAGES = ["Request", "Fulfilment", "Claim"] as const;

const MODE = {
  hasSeparateShare: false,
  hasRequestIds: false,
  isFulfilledAtOnce: false,
  hasVotableSupply: false,
  burnAt: Stage.Fulfilment as number,
  priceAt: Stage.Fulfilment as number,
};

async function deployMode(mode: Partial<typeof MODE>) {
  const { alice, bob, mallory } = await getActors(ethers, "alice", "bob", "mallory");
  const asset = await ethers.deployContract("AssetMock", ["Dollar", "USD", 6]);
  const vault = await ethers.deployContract("ERC7540VaultMock", [asset, { ...MODE, ...mode }]);
  const share = await ethers.getContractAt("ShareMock", await vault.share());
  for (const person of [alice, bob, mallory]) {
    await asset.mint(person, 100n * DOLLAR);
    await asset.connect(person).approve(vault, ethers.MaxUint256);
    await vault.connect(person).deposit(100n * DOLLAR, person);
  }
  await asset.mint(vault, 1_000n * DOLLAR);
  return { asset, vault, share, alice, bob, mallory };
}

describe("ERC7540VaultMock", () => {
  /** Supply after request, fulfilment of 60 of 100 shares, and their claim. [whole shares] */
  const SUPPLIES = { Request: [200n, 200n, 200n], Fulfilment: [300n, 240n, 240n], Claim: [300n, 300n, 240n] };
  /** For 60 shares, at a price of 1, 2 and 1/2 dollars. [dollars] */
  const PAID = { Request: 60n, Fulfilment: 120n, Claim: 30n };

  for (const hasSeparateShare of [false, true]) {
    for (const burn of STAGES) {
      for (const fixed of STAGES) {
        const where = hasSeparateShare ? "a separate share" : "its own share";
        it(`with ${where} burns at ${burn} and pays the price at ${fixed}`, async () => {
          const mode = { hasSeparateShare, burnAt: Stage[burn], priceAt: Stage[fixed] };
          const { asset, vault, share, alice } = await deployMode(mode);
          expect(await share.balanceOf(alice)).to.equal(100n * SHARE);

          const supplies: bigint[] = [];
          await vault.connect(alice).requestRedeem(100n * SHARE, alice, alice);
          supplies.push(await share.totalSupply());
          await vault.setPrice(2n * DOLLAR);
          await vault.fulfil(alice, 0n, 60n * SHARE);
          supplies.push(await share.totalSupply());
          expect(await vault.pendingRedeemRequest(0n, alice)).to.equal(40n * SHARE);
          expect(await vault.claimableRedeemRequest(0n, alice)).to.equal(60n * SHARE);
          await vault.setPrice(DOLLAR / 2n);
          await vault.connect(alice).redeem(60n * SHARE, alice, alice);
          supplies.push(await share.totalSupply());

          expect(supplies).to.deep.equal(SUPPLIES[burn].map((shares) => shares * SHARE));
          expect(await asset.balanceOf(alice)).to.equal(PAID[fixed] * DOLLAR);
        });
      }
    }
  }

  it("gathers requests under id 0", async () => {
    const { vault, alice, mallory } = await deployMode({});
    await vault.connect(alice).requestRedeem(5n, alice, alice);
    await vault.connect(mallory).requestRedeem(2n, alice, mallory);
    expect(await vault.pendingRedeemRequest(0n, alice)).to.equal(7n);
  });

  it("gives every request an id and claims the oldest first", async () => {
    const { vault, alice, mallory } = await deployMode({ hasRequestIds: true });
    await vault.connect(mallory).requestRedeem(2n, alice, mallory);
    await vault.connect(alice).requestRedeem(5n, alice, alice);
    await vault.fulfilAll(alice);
    expect(await vault.maxRedeem(alice)).to.equal(7n);
    await vault.connect(alice).redeem(4n, alice, alice);
    expect(await vault.claimableRedeemRequest(1n, alice)).to.equal(0n);
    expect(await vault.claimableRedeemRequest(2n, alice)).to.equal(3n);
  });

  for (const hasSeparateShare of [false, true]) {
    const where = hasSeparateShare ? "a separate share" : "its own share";
    it(`with ${where} lets anybody open requests for anybody, but not with others' shares`, async () => {
      const { vault, share, alice, mallory } = await deployMode({ hasSeparateShare });
      await vault.connect(mallory).requestRedeem(1n, alice, mallory);
      await expect(vault.connect(mallory).requestRedeem(1n, mallory, alice)).to.be.revertedWithCustomError(
        share,
        "ERC20InsufficientAllowance",
      );
      await share.connect(alice).approve(mallory, 1n);
      await vault.connect(mallory).requestRedeem(1n, mallory, alice);
      await vault.connect(alice).setOperator(mallory, true);
      await vault.connect(mallory).requestRedeem(1n, mallory, alice);
      expect(await share.balanceOf(alice)).to.equal(100n * SHARE - 2n);
    });
  }

  it("lets the controller and its operators claim, nobody else", async () => {
    const { vault, alice, mallory } = await deployMode({ isFulfilledAtOnce: true });
    await vault.connect(alice).requestRedeem(5n * SHARE, alice, alice);
    await expect(vault.connect(mallory).redeem(1n, mallory, alice))
      .to.be.revertedWithCustomError(vault, "NotAllowed")
      .withArgs(mallory.address, alice.address);
    await vault.connect(alice).setOperator(mallory, true);
    await vault.connect(mallory).redeem(SHARE, mallory, alice);
    expect(await vault.maxRedeem(alice)).to.equal(4n * SHARE);
  });

  it("refuses to fulfil or claim more than there is, and nothing at all", async () => {
    const { vault, alice } = await deployMode({});
    await vault.connect(alice).requestRedeem(5n, alice, alice);
    await expect(vault.fulfil(alice, 0n, 6n))
      .to.be.revertedWithCustomError(vault, "PendingExceeded")
      .withArgs(6n, 5n);
    await expect(vault.connect(alice).redeem(1n, alice, alice))
      .to.be.revertedWithCustomError(vault, "ClaimableExceeded")
      .withArgs(1n, 0n);
    await expect(vault.connect(alice).redeem(0n, alice, alice)).to.be.revertedWithCustomError(vault, "ZeroShares");
    await expect(vault.connect(alice).requestRedeem(0n, alice, alice)).to.be.revertedWithCustomError(
      vault,
      "ZeroShares",
    );
  });

  it("reverts on previews, as the standard demands", async () => {
    const { vault } = await deployMode({});
    await expect(vault.previewRedeem(1n)).to.be.revertedWithCustomError(vault, "PreviewNotSupported");
    await expect(vault.previewWithdraw(1n)).to.be.revertedWithCustomError(vault, "PreviewNotSupported");
  });

  for (const hasVotableSupply of [false, true]) {
    it(`announces its interfaces${hasVotableSupply ? ", the votable supply too" : ""}`, async () => {
      const { vault, alice } = await deployMode({ hasVotableSupply, burnAt: Stage.Claim });
      for (const id of ["0x01ffc9a7", "0xe3bc4e65", "0x2f0a18c5", "0x620ee8e4"]) {
        expect(await vault.supportsInterface(id)).to.be.true;
      }
      expect(await vault.supportsInterface("0xffffffff")).to.be.false;
      const { selector } = vault.getFunction("votableSupply").fragment;
      expect(await vault.supportsInterface(selector)).to.equal(hasVotableSupply);
      await vault.connect(alice).requestRedeem(30n * SHARE, alice, alice);
      expect(await vault.votableSupply()).to.equal(270n * SHARE);
    });
  }

  it("tells where the separate share's vault is", async () => {
    const { asset, vault, share } = await deployMode({ hasSeparateShare: true });
    expect(await share.vault(asset)).to.equal(vault);
    expect(await share.supportsInterface("0xf815c03d")).to.be.true;
  });
});
