import { expect } from "chai";
import hre from "hardhat";

import { Moment } from "../../../conformance/vaults/names.js";
import { deployRequestVault } from "../../../conformance/vaults/requestVaults.js";
import { getActors } from "../../../helpers/actors.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const SHARE = 10n ** 18n;
const DOLLAR = 10n ** 6n;

for (const isApart of [false, true]) {
  describe(`UnrulyShare, ${isApart ? "apart" : "of the vault itself"}`, () => {
    async function deploy() {
      const { alice, bob } = await getActors(ethers, "alice", "bob");
      const asset = await ethers.deployContract("AssetMock", ["Dollar", "USD", 6]);
      const { mock: vault, stake } = await deployRequestVault(connection, asset, { isApart });
      const share = await ethers.getContractAt("UnrulyShareMock", await vault.share());
      await stake(alice, 100n * DOLLAR);
      const send = () => share.connect(alice).transfer(bob, 10n * SHARE);
      const ask = () => vault.connect(alice).requestRedeem(10n * SHARE, alice, alice);
      return { vault, share, alice, bob, send, ask };
    }

    it("is paused", async () => {
      const { share, send, ask } = await networkHelpers.loadFixture(deploy);
      await share.setSharePaused(true);
      for (const move of [send, ask]) await expect(move()).to.be.revertedWithCustomError(share, "SharePaused");
      await share.setSharePaused(false);
      await send();
    });

    it("blocks an account", async () => {
      const { share, alice, bob, send, ask } = await networkHelpers.loadFixture(deploy);
      await share.setBlocked(bob, true);
      await expect(send()).to.be.revertedWithCustomError(share, "AccountBlocked").withArgs(bob);
      await share.setBlocked(alice, true);
      await expect(ask()).to.be.revertedWithCustomError(share, "AccountBlocked").withArgs(alice);
    });

    it("admits holders by a list", async () => {
      const { share, alice, bob, send, ask } = await networkHelpers.loadFixture(deploy);
      await share.setHolderList(true);
      await share.setAdmitted(alice, true);
      await ask();
      await expect(send()).to.be.revertedWithCustomError(share, "AccountNotAdmitted").withArgs(bob);
      await share.setAdmitted(bob, true);
      await send();
    });

    it("is clawed back and seized, though it is paused", async () => {
      const { share, alice, bob } = await networkHelpers.loadFixture(deploy);
      await share.setSharePaused(true);
      await share.clawBack(alice, 30n * SHARE);
      await share.seize(alice, bob, 20n * SHARE);
      expect(await share.balanceOf(alice)).to.equal(50n * SHARE);
      expect(await share.balanceOf(bob)).to.equal(20n * SHARE);
    });

    it("charges for transfers, but not for the vault's", async () => {
      const { vault, share, bob, send, ask } = await networkHelpers.loadFixture(deploy);
      await share.setTransferFee(100n);
      await send();
      expect(await share.balanceOf(bob)).to.equal((99n * SHARE) / 10n);
      await ask();
      expect(await share.balanceOf(vault)).to.equal(10n * SHARE);
    });

    for (const [name, moment, seen] of [
      ["before", Moment.Before, 0n],
      ["after", Moment.After, 10n * SHARE],
    ] as const) {
      it(`calls a stranger ${name} balances change`, async () => {
        const { share, bob, send } = await networkHelpers.loadFixture(deploy);
        const data = share.interface.encodeFunctionData("balanceOf", [await bob.getAddress()]);
        await share.setHook(moment, share, data);
        const word = ethers.AbiCoder.defaultAbiCoder().encode(["uint256"], [seen]);
        await expect(send()).to.emit(share, "CalledBack").withArgs(true, word);
        await expect(send()).not.to.emit(share, "CalledBack");
      });
    }
  });
}
