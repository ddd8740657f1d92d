import { expect } from "chai";
import hre from "hardhat";

import { EXIT, enterVault } from "../../helpers/deployCore.js";
import { deploySync } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const world = () => deploySync(connection);

/** The implementation of a vessel over a vault with as many shares as that. */
async function vesselOver(shares: bigint) {
  const [holder] = await ethers.getSigners();
  if (holder === undefined) throw new Error("the chain has no accounts");
  const asset = await ethers.deployContract("AssetMock", ["Asset", "ASSET", 18]);
  const vault = await ethers.deployContract("VaultMock", [asset]);
  if (shares > 0n) await enterVault(connection, asset, vault, holder, shares);
  return await ethers.deployContract("StandardVessel", [vault]);
}

describe("VetoEscrow: construction", () => {
  it("takes share and vault from the vessel, opens epoch 1, and has no gate", async () => {
    const { vault, vessel } = await networkHelpers.loadFixture(world);
    const escrow = await ethers.deployContract("VetoEscrow", [vessel, EXIT]);
    expect(await escrow.SHARE()).to.equal(vault);
    expect(await escrow.VAULT()).to.equal(vault);
    expect(await escrow.VESSEL_IMPLEMENTATION()).to.equal(vessel);
    expect(await escrow.NUMBERED_VESSELS()).to.equal(4n);
    expect(await escrow.runningEpoch()).to.equal(1n);
    expect(await escrow.gate()).to.equal(ethers.ZeroAddress);
  });

  it("refuses a vessel without code", async () => {
    const { escrow, alice } = await networkHelpers.loadFixture(world);
    for (const account of [ethers.ZeroAddress, alice.address]) {
      await expect(ethers.deployContract("VetoEscrow", [account, EXIT]))
        .to.be.revertedWithCustomError(escrow, "NoCode")
        .withArgs(account);
    }
  });

  describe("the vault's shares", () => {
    it("must be 10^9 units at least", async () => {
      const { escrow } = await networkHelpers.loadFixture(world);
      for (const shares of [0n, 10n ** 9n - 1n]) {
        await expect(ethers.deployContract("VetoEscrow", [await vesselOver(shares), EXIT]))
          .to.be.revertedWithCustomError(escrow, "TooFewShares")
          .withArgs(shares, 10n ** 9n);
      }
      const smallest = await ethers.deployContract("VetoEscrow", [await vesselOver(10n ** 9n), EXIT]);
      expect(await smallest.SUPPLY_FLOOR()).to.equal(10n ** 6n);
    });

    it("make the floor, a thousandth of them, for good", async () => {
      const { escrow, vault, asset, whale, one, unit } = await networkHelpers.loadFixture(world);
      expect(await escrow.SUPPLY_FLOOR()).to.equal(one);
      await enterVault(connection, asset, vault, whale, 1_000n * unit);
      expect(await escrow.SUPPLY_FLOOR()).to.equal(one);
    });
  });

  describe("the terms", () => {
    it("are told as they were given", async () => {
      const { escrow } = await networkHelpers.loadFixture(world);
      expect(await escrow.exitTerms()).to.deep.equal(Object.values(EXIT));
    });

    const { wordDelay, callOffDelay, holdLimit } = EXIT;
    for (const [rule, changes, term, limit] of [
      ["no word without a delay", { wordDelay: 0n }, 0n, 1n],
      ["calling off not before the word", { callOffDelay: wordDelay - 1n }, wordDelay - 1n, wordDelay],
      ["no stall without a delay", { stallDelay: 0n }, 0n, 1n],
      ["holding not shorter than calling off", { holdLimit: callOffDelay - 1n }, callOffDelay - 1n, callOffDelay],
      ["holding not shorter than a stall", { stallDelay: holdLimit + 1n }, holdLimit, holdLimit + 1n],
      ["the exit not shorter than holding", { exitLimit: holdLimit - 1n }, holdLimit - 1n, holdLimit],
    ] as const) {
      it(`are in order: ${rule}`, async () => {
        const { escrow, vessel } = await networkHelpers.loadFixture(world);
        await expect(ethers.deployContract("VetoEscrow", [vessel, { ...EXIT, ...changes }]))
          .to.be.revertedWithCustomError(escrow, "ExitTermOutOfOrder")
          .withArgs(term, limit);
      });
    }

    it("may all be equal, a second long, and the extension after a call-off nothing", async () => {
      const { vessel } = await networkHelpers.loadFixture(world);
      const shortest = { ...EXIT, wordDelay: 1n, callOffDelay: 1n, stallDelay: 1n, holdLimit: 1n, exitLimit: 1n };
      const escrow = await ethers.deployContract("VetoEscrow", [vessel, { ...shortest, callOffExtension: 0n }]);
      expect((await escrow.exitTerms()).exitLimit).to.equal(1n);
    });
  });
});
