import { expect } from "chai";
import type { Addressable } from "ethers";
import hre from "hardhat";

import type { AssetMock } from "../../../types/index.js";
import { getActors } from "../../helpers/actors.js";

const { ethers, networkHelpers } = await hre.network.create();

async function deploy() {
  const { alice, bob } = await getActors(ethers, "alice", "bob");
  const asset = await ethers.deployContract("AssetMock", ["Dollar", "USD", 6]);
  const target = await ethers.deployContract("CallTargetMock");
  await asset.mint(alice, 1_000n);
  return { asset, target, alice, bob };
}

/** The vault that `make` deploys over the asset, with all of alice's thousand units in it. */
async function deployFilled<Vault extends Addressable>(make: (asset: AssetMock) => Promise<Vault>) {
  const all = await deploy();
  const vault = await make(all.asset);
  await all.asset.connect(all.alice).approve(vault, 1_000n);
  const plain = await ethers.getContractAt("VaultMock", await vault.getAddress());
  await plain.connect(all.alice).deposit(1_000n, all.alice);
  return { ...all, vault };
}

const makeVaultMock = (asset: AssetMock) => ethers.deployContract("VaultMock", [asset]);
const makeHostileVaultMock = (asset: AssetMock) => ethers.deployContract("HostileVaultMock", [asset]);

describe("mocks of attackers and their tools", () => {
  describe("FlashAttackerMock", () => {
    async function deployAttack() {
      const all = await deploy();
      const lender = await ethers.deployContract("FlashLenderMock");
      const attacker = await ethers.deployContract("FlashAttackerMock");
      const vault = await ethers.deployContract("VaultMock", [all.asset]);
      await all.asset.mint(lender, 500n);
      return { ...all, lender, attacker, vault };
    }

    it("deposits and redeems what it borrowed in one transaction", async () => {
      const { asset, lender, attacker, vault } = await networkHelpers.loadFixture(deployAttack);
      const { target: me } = attacker;
      const calls = [
        { target: asset, data: asset.interface.encodeFunctionData("approve", [vault.target, 500n]) },
        { target: vault, data: vault.interface.encodeFunctionData("deposit", [500n, me]) },
        { target: vault, data: vault.interface.encodeFunctionData("redeem", [500n, me, me]) },
      ].map((call) => ({ ...call, value: 0n, mayFail: false }));
      await expect(attacker.attack(lender, asset, 500n, calls)).to.emit(vault, "Withdraw");
      expect(await asset.balanceOf(lender)).to.equal(500n);
      expect(await lender.maxFlashLoan(asset)).to.equal(500n);
      expect(await lender.flashFee(asset, 1n)).to.equal(0n);
    });

    it("passes a failure on, unless the call may fail", async () => {
      const { attacker, target } = await networkHelpers.loadFixture(deployAttack);
      await target.setFailing(true);
      const call = { target, value: 0n, data: "0x01", mayFail: false };
      await expect(attacker.run([call])).to.be.revertedWithCustomError(target, "ToldToFail");
      await expect(attacker.run([{ ...call, mayFail: true }]))
        .to.emit(attacker, "CallMade")
        .withArgs(0n, false, target.interface.getError("ToldToFail")?.selector);
    });

    it("sends ETH along", async () => {
      const { attacker, target } = await networkHelpers.loadFixture(deployAttack);
      await attacker.run([{ target, value: 3n, data: "0x", mayFail: false }], { value: 3n });
      expect((await target.callAt(0n)).value).to.equal(3n);
    });
  });

  describe("HostileVaultMock", () => {
    it("lies about what can be redeemed", async () => {
      const { vault, alice, bob } = await deployFilled(makeHostileVaultMock);
      await vault.setMaxRedeemLie(true, 5_000n);
      expect(await vault.maxRedeem(bob)).to.equal(5_000n);
      await vault.setLiquidity(10n);
      await expect(vault.connect(alice).redeem(1_000n, alice, alice))
        .to.be.revertedWithCustomError(vault, "LiquidityExceeded")
        .withArgs(1_000n, 10n);
      await vault.setMaxRedeemLie(true, 0n);
      await expect(vault.connect(alice).redeem(1n, alice, alice)).to.be.revertedWithCustomError(
        vault,
        "ERC4626ExceededMaxRedeem",
      );
    });

    it("refuses to redeem zero, keeps a part back, calls back, confiscates", async () => {
      const { asset, vault, target, alice } = await deployFilled(makeHostileVaultMock);
      await vault.setRefusingZero(true);
      await expect(vault.connect(alice).redeem(0n, alice, alice)).to.be.revertedWithCustomError(
        vault,
        "NothingToRedeem",
      );
      await vault.setWithheld(10n ** 17n);
      await vault.setReentry(target, "0xabcdef01");
      await vault.connect(alice).redeem(100n, alice, alice);
      expect(await asset.balanceOf(alice)).to.equal(90n);
      expect((await target.callAt(0n)).data).to.equal("0xabcdef01");
      await vault.confiscate(alice, 400n);
      expect(await vault.balanceOf(alice)).to.equal(500n);
    });

    it("announces a votable supply of its own invention", async () => {
      const { vault } = await deployFilled(makeHostileVaultMock);
      const { selector } = vault.getFunction("votableSupply").fragment;
      expect(await vault.supportsInterface(selector)).to.be.false;
      await vault.setVotableSupply(true, 3n);
      expect(await vault.supportsInterface(selector)).to.be.true;
      expect(await vault.votableSupply()).to.equal(3n);
    });
  });

  describe("WETHMock", () => {
    it("wraps and unwraps one to one", async () => {
      const { alice } = await networkHelpers.loadFixture(deploy);
      const weth = await ethers.deployContract("WETHMock");
      await alice.sendTransaction({ to: weth, value: 5n });
      await weth.connect(alice).deposit({ value: 2n });
      await expect(weth.connect(alice).withdraw(3n)).to.changeEtherBalance(ethers, alice, 3n);
      expect(await weth.balanceOf(alice)).to.equal(4n);
    });
  });

  describe("MarketMock", () => {
    it("lends without collateral, drips interest, takes repayments, writes debts off", async () => {
      const { asset, alice, bob } = await networkHelpers.loadFixture(deploy);
      const market = await ethers.deployContract("MarketMock", [asset]);
      await asset.connect(alice).approve(market, 1_000n);
      await asset.connect(bob).approve(market, 1_000n);
      await market.connect(alice).deposit(600n, alice);
      await market.connect(bob).borrow(500n);
      expect(await market.maxWithdraw(alice)).to.equal(100n);
      expect(await market.maxRedeem(alice)).to.equal(100n);
      await market.connect(bob).repay(200n);
      await market.writeOff(100n);
      expect(await market.totalAssets()).to.equal(500n);
      expect(await market.debt()).to.equal(200n);
      await expect(market.writeOff(201n)).to.be.revertedWithCustomError(market, "DebtExceeded").withArgs(201n, 200n);
      await market.connect(alice).drip(100n, 100n);
      expect(await market.totalAssets()).to.equal(500n);
      await networkHelpers.time.increase(50);
      expect(await market.totalAssets()).to.equal(550n);
      expect(await market.undripped()).to.equal(50n);
    });
  });

  describe("VaultMock", () => {
    it("loses, and pays out no more than its liquidity", async () => {
      const { vault, alice } = await deployFilled(makeVaultMock);
      await vault.slash(400n);
      expect(await vault.totalAssets()).to.equal(600n);
      await vault.setLiquidity(60n);
      const most = await vault.maxRedeem(alice);
      expect(await vault.previewRedeem(most)).to.be.at.most(60n);
      await vault.connect(alice).redeem(most, alice, alice);
      expect(await vault.maxWithdraw(alice)).to.be.lessThan(2n);
    });
  });
});
