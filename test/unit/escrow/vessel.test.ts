import { expect } from "chai";
import hre from "hardhat";

import { beginExit, claimAll, enterRageQuit, passWithdrawalDelay } from "../../helpers/deployCore.js";
import { Answer } from "../../helpers/answer.js";
import { deployEscrowWorld } from "../../helpers/escrowWorld.js";
import { expectSolvent } from "../../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** Alice's 100 units lie in a vessel, nothing is claimed. */
async function claiming() {
  const all = await deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("HostileVaultMock", [asset]),
  });
  await all.escrow.connect(all.alice).lock(100n * all.one, 0n);
  await enterRageQuit(all);
  const clone = await ethers.getContractAt("ERC4626Vessel", await beginExit(all, 1n));
  return { ...all, clone };
}

/** An account to write into calls that must not be obeyed. */
const asEscrow = async (escrow: { getAddress(): Promise<string> }) => {
  const address = await escrow.getAddress();
  await networkHelpers.setBalance(address, 10n ** 18n);
  return await ethers.getImpersonatedSigner(address);
};

describe("Vessel", () => {
  describe("construction", () => {
    for (const kind of ["ERC4626Vessel", "ERC7540Vessel"] as const) {
      it(`${kind} refuses a vault without code`, async () => {
        const { vessel, alice } = await networkHelpers.loadFixture(claiming);
        for (const account of [ethers.ZeroAddress, alice.address]) {
          await expect(ethers.deployContract(kind, [account]))
            .to.be.revertedWithCustomError(vessel, "NoCode")
            .withArgs(account);
        }
      });
    }

    it("refuses an asset without code", async () => {
      const { vessel, vault } = await networkHelpers.loadFixture(claiming);
      await vault.setAnswer(vault.getFunction("asset").fragment.selector, Answer.Zero);
      await expect(ethers.deployContract("ERC4626Vessel", [vault]))
        .to.be.revertedWithCustomError(vessel, "NoCode")
        .withArgs(ethers.ZeroAddress);
    });

    it("refuses a share without code", async () => {
      const { vessel, asset, alice } = await networkHelpers.loadFixture(claiming);
      const vault = await ethers.deployContract("SeparateShareVaultMock", [asset, alice]);
      await expect(ethers.deployContract("ERC4626Vessel", [vault]))
        .to.be.revertedWithCustomError(vessel, "NoCode")
        .withArgs(alice);
    });

    it("ERC7540Vessel refuses a vault that does not announce asynchronous redemption", async () => {
      const { vault } = await networkHelpers.loadFixture(claiming);
      const { interface: abi } = await ethers.getContractFactory("ERC7540Vessel");
      await expect(ethers.deployContract("ERC7540Vessel", [vault]))
        .to.be.revertedWithCustomError({ interface: abi }, "NotAsynchronous")
        .withArgs(vault, "0x620ee8e4");
    });
  });

  describe("obeys", () => {
    it("nobody but its escrow", async () => {
      const { clone, escrow, gate, deployer, alice, mallory } = await networkHelpers.loadFixture(claiming);
      for (const account of [deployer, alice, mallory, await asEscrow(gate)]) {
        const calls = clone.connect(account);
        for (const call of [calls.open(1n), calls.claim(1n), calls.pay(mallory, 0n)]) {
          await expect(call).to.be.revertedWithCustomError(clone, "CallerIsNotEscrow").withArgs(account, escrow);
        }
      }
    });

    it("nobody at all, as an implementation", async () => {
      const { vessel, escrow, deployer } = await networkHelpers.loadFixture(claiming);
      for (const account of [deployer, await asEscrow(escrow)]) {
        const calls = vessel.connect(account);
        for (const call of [calls.open(1n), calls.claim(1n), calls.pay(deployer, 0n)]) {
          await expect(call)
            .to.be.revertedWithCustomError(vessel, "CallerIsNotEscrow")
            .withArgs(account, ethers.ZeroAddress);
        }
      }
    });

    it("its own escrow, not another one over the same vault", async () => {
      const { vessel, clone, escrow, mallory } = await networkHelpers.loadFixture(claiming);
      const other = await ethers.deployContract("VetoEscrow", [vessel]);
      const account = await asEscrow(other);
      await expect(clone.connect(account).pay(mallory, 0n))
        .to.be.revertedWithCustomError(clone, "CallerIsNotEscrow")
        .withArgs(account, escrow);
    });
  });

  it("has no use for ETH, and takes none", async () => {
    const { clone, escrow, mallory } = await networkHelpers.loadFixture(claiming);
    for (const to of [clone, escrow]) {
      await expect(mallory.sendTransaction({ to, value: 1n })).to.revert(ethers);
    }
  });

  describe("isWorthless", () => {
    it("asks the vault", async () => {
      const { clone, vault, one, unit } = await networkHelpers.loadFixture(claiming);
      expect(await clone.isWorthless(one)).to.be.false;
      expect(await clone.isWorthless(0n)).to.be.true;
      await vault.slash(1_000n * unit);
      expect(await clone.isWorthless(one)).to.be.true;
    });

    for (const answer of ["Revert", "RevertBomb", "BurnGas", "Short", "Empty"] as const) {
      it(`does not take silence for a loss (${answer})`, async () => {
        const { clone, vault, one } = await networkHelpers.loadFixture(claiming);
        await vault.setAnswer(vault.getFunction("convertToAssets").fragment.selector, Answer[answer]);
        expect(await clone.isWorthless(one)).to.be.false;
      });
    }

    it("of a vault that never says what shares are worth does not matter while it redeems them", async () => {
      const all = await networkHelpers.loadFixture(claiming);
      const { vault, asset, alice, unit, escrow } = all;
      await vault.setAnswer(vault.getFunction("convertToAssets").fragment.selector, Answer.BurnGas);
      await claimAll(all, 1n);
      await passWithdrawalDelay(all, 1n);
      await escrow.connect(alice).withdraw(1n, alice);
      expect(await asset.balanceOf(alice)).to.equal(100n * unit);
    });
  });

  it("leaves a vault whose share is a contract of its own", async () => {
    const all = await deployEscrowWorld(connection, {
      makeVault: (asset) => ethers.deployContract("SeparateShareVaultMock", [asset, ethers.ZeroAddress]),
    });
    const { escrow, vault, share, asset, alice, unit, one } = all;
    expect(await escrow.SHARE()).to.equal(await vault.share());
    expect(await escrow.VAULT()).to.equal(vault);
    await escrow.connect(alice).lock(100n * one, 0n);
    await enterRageQuit(all);
    const clone = await beginExit(all, 1n);
    expect(await share.allowance(clone, vault)).to.equal(ethers.MaxUint256);
    await claimAll(all, 1n);
    expect(await escrow.votableSupply()).to.deep.equal([true, 900n * one]);
    await passWithdrawalDelay(all, 1n);
    await escrow.connect(alice).withdraw(1n, alice);
    expect(await asset.balanceOf(alice)).to.equal(100n * unit);
    await expectSolvent(all);
  });
});
