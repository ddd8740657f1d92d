import { expect } from "chai";
import hre from "hardhat";

import { EXIT } from "../../helpers/deployCore.js";
import { deploySync } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** An escrow that nobody has bound yet. */
async function unbound() {
  const all = await deploySync(connection);
  const escrow = await ethers.deployContract("VetoEscrow", [all.vessel, EXIT]);
  await all.share.connect(all.alice).approve(escrow, ethers.MaxUint256);
  return { ...all, escrow };
}

describe("VetoEscrow: bindGate", () => {
  it("obeys the gate that its deployer names, and says so", async () => {
    const { escrow, gate } = await networkHelpers.loadFixture(unbound);
    await expect(escrow.bindGate(gate)).to.emit(escrow, "GateBound").withArgs(gate);
    expect(await escrow.gate()).to.equal(gate);
  });

  it("is for the deployer alone", async () => {
    const { escrow, gate, deployer, mallory } = await networkHelpers.loadFixture(unbound);
    await expect(escrow.connect(mallory).bindGate(gate))
      .to.be.revertedWithCustomError(escrow, "CallerIsNotDeployer")
      .withArgs(mallory, deployer);
  });

  it("happens once, whatever comes after", async () => {
    const { escrow, gate, vault } = await networkHelpers.loadFixture(unbound);
    await escrow.bindGate(gate);
    for (const other of [gate, vault]) {
      await expect(escrow.bindGate(other)).to.be.revertedWithCustomError(escrow, "GateAlreadyBound").withArgs(gate);
    }
  });

  it("refuses a gate without code, so that the one chance is not spent on a typing error", async () => {
    const { escrow, alice, gate } = await networkHelpers.loadFixture(unbound);
    for (const account of [ethers.ZeroAddress, alice.address]) {
      await expect(escrow.bindGate(account)).to.be.revertedWithCustomError(escrow, "NoCode").withArgs(account);
    }
    await escrow.bindGate(gate);
  });

  it("before it, nothing can be locked or unlocked", async () => {
    const { escrow, alice } = await networkHelpers.loadFixture(unbound);
    await expect(escrow.connect(alice).lock(1n, 0n)).to.be.revertedWithCustomError(escrow, "GateNotBound");
    await expect(escrow.connect(alice).unlock(1n, 0n)).to.be.revertedWithCustomError(escrow, "GateNotBound");
  });

  it("before it, nobody is the gate: not even the zero address could start a rage quit", async () => {
    const { escrow, mallory } = await networkHelpers.loadFixture(unbound);
    await expect(escrow.connect(mallory).startRageQuit(1n, 1n))
      .to.be.revertedWithCustomError(escrow, "CallerIsNotGate")
      .withArgs(mallory, ethers.ZeroAddress);
  });
});
