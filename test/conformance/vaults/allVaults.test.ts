import { expect } from "chai";
import hre from "hardhat";

import { getActors } from "../../helpers/actors.js";
import { isDeep } from "../../helpers/testProfile.js";
import { assetSwitches } from "./assetSwitches.js";
import { isRepresentative } from "./grid.js";
import { allVaults } from "./allVaults.js";
import { RequestRule } from "./names.js";
import { poolVault } from "./poolVault.js";

const connection = await hre.network.create();
const { ethers } = connection;

describe("the vaults that stakers must be able to leave", () => {
  it("names every vault once", () => {
    const names = allVaults.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
  });

  it("has an asset that pays less, more, nothing to some, or charges", async () => {
    const { alice, bob } = await getActors(ethers, "alice", "bob");
    const asset = await ethers.deployContract("RebasingAssetMock", ["Dollar", "USD", 6]);
    const received: bigint[] = [];
    for (const { on, off } of assetSwitches(asset)) {
      const snapshot = await connection.networkHelpers.takeSnapshot();
      await asset.mint(alice, 1_000n);
      await on(bob);
      const all = await asset.balanceOf(alice);
      const sent = await asset
        .connect(alice)
        .transfer(bob, all)
        .then(
          () => true,
          () => false,
        );
      received.push(sent ? await asset.balanceOf(bob) : -1n);
      await off?.(bob);
      await snapshot.restore();
    }
    expect(received).to.deep.equal([900n, 1_100n, -1n, 990n]);
  });

  for (const [place, vaultCase] of allVaults.entries()) {
    describe(vaultCase.name, () => {
      async function deploy() {
        const { alice } = await getActors(ethers, "alice");
        const asset = await ethers.deployContract("AssetMock", ["Dollar", "USD", 6]);
        const standing = await vaultCase.deploy(connection, asset);
        const shares = await standing.stake(alice, 10n ** 6n);
        return { alice, asset, standing, shares };
      }

      const deployed = () => connection.networkHelpers.loadFixture(deploy);

      it("lets a holder leave", async () => {
        const { alice, asset, standing, shares } = await deployed();
        const { vault, share, settle } = standing;
        if (vaultCase.kind === "own") {
          const cooling = await ethers.getContractAt("CooldownVaultMock", await vault.getAddress());
          await cooling.connect(alice).cooldownShares(shares);
          await settle(alice);
          await cooling.connect(alice).unstake(alice);
        } else if (vaultCase.kind === "async") {
          const queue = await ethers.getContractAt("RequestVaultMock", await vault.getAddress());
          await share.connect(alice).approve(vault, shares);
          const isClosed = vaultCase !== poolVault && (await queue.isOn(RequestRule.IsClosed));
          if (!isClosed) await queue.connect(alice).requestRedeem(shares, alice, alice);
          await settle(alice);
          const claimable = await vault.maxRedeem(alice);
          if (claimable > 0n) await vault.connect(alice).redeem(claimable, alice, alice);
        } else {
          await vault.connect(alice).redeem(shares, alice, alice);
        }
        const left = await share.balanceOf(alice);
        const worth = 10n ** 6n * (shares - left);
        // Less an exit fee, and what few decimals cost.
        expect((await asset.balanceOf(alice)) * shares).to.be.within((worth * 99n) / 100n, worth);
        expect(left).to.be.at.most(shares / 2n);
      });

      it("has switches that can be thrown, and taken back where they say so", async () => {
        const { alice, standing } = await deployed();
        const refusals = /RequestsRefused|ControllerIsNotOwner/; // what a vault may answer a stranger
        // Where a vault stands for no family, by turns: its relatives have the same.
        const isAll = isDeep || isRepresentative(vaultCase);
        for (const [index, { name, on, off }] of standing.switches.entries()) {
          if (!isAll && (index + place) % 4 !== 0) continue;
          const snapshot = await connection.networkHelpers.takeSnapshot();
          const failure = await on(alice).then(
            () => "",
            (error: unknown) => String(error),
          );
          expect(failure === "" || refusals.test(failure), `${name}: ${failure}`).to.equal(true);
          await off?.(alice);
          await snapshot.restore();
        }
      });
    });
  }
});
