import { expect } from "chai";
import hre from "hardhat";

import { EXIT } from "../../helpers/deployCore.js";
import { close, deploySync } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const closed = async () => close(await deploySync(connection));

describe("VetoEscrow: createVessel", () => {
  it("lets anybody make a vessel where everybody knew it would be, long before its epoch", async () => {
    const { escrow, stranger } = await networkHelpers.loadFixture(closed);
    for (const [epoch, number] of [
      [1n, 0n],
      [2n, 3n],
      [700n, 1n],
    ] as const) {
      const address = await escrow.vesselAt(epoch, number);
      expect(await ethers.provider.getCode(address)).to.equal("0x");
      expect(await escrow.connect(stranger).createVessel.staticCall(epoch, number)).to.equal(address);
      await expect(escrow.connect(stranger).createVessel(epoch, number))
        .to.emit(escrow, "VesselCreated")
        .withArgs(epoch, number, address);
      // A minimal clone of 45 bytes with the escrow's address written behind it.
      const code = await ethers.provider.getCode(address);
      expect(ethers.dataLength(code)).to.equal(65);
      expect(code.endsWith((await escrow.getAddress()).slice(2).toLowerCase())).to.be.true;
      expect(await escrow.vesselsOf(epoch)).to.be.empty;
    }
  });

  it("gives every number of every epoch, and of every escrow, an address of its own", async () => {
    const { escrow, vessel } = await networkHelpers.loadFixture(closed);
    const other = await ethers.deployContract("VetoEscrow", [vessel, EXIT]);
    const addresses = new Set<string>();
    for (const maker of [escrow, other]) {
      for (const epoch of [0n, 1n, 2n]) {
        for (let number = 0n; number < 4n; ++number) addresses.add(await maker.vesselAt(epoch, number));
      }
    }
    expect(addresses.size).to.equal(24);
  });

  it("makes a vessel once, and says where it is when it is asked again", async () => {
    const { escrow } = await networkHelpers.loadFixture(closed);
    await escrow.createVessel(1n, 2n);
    await expect(escrow.createVessel(1n, 2n)).not.to.emit(escrow, "VesselCreated");
    expect(await escrow.createVessel.staticCall(1n, 2n)).to.equal(await escrow.vesselAt(1n, 2n));
  });

  it("knows four numbers", async () => {
    const { escrow } = await networkHelpers.loadFixture(closed);
    for (const number of [4n, ethers.MaxUint256]) {
      for (const call of [escrow.createVessel(1n, number), escrow.vesselAt(1n, number)]) {
        await expect(call).to.be.revertedWithCustomError(escrow, "VesselNumberOutOfRange").withArgs(number, 4n);
      }
    }
  });
});
