import { expect } from "chai";
import { network } from "hardhat";

const { ethers } = await network.create();

describe("TestAsset", () => {
  it("is minted by anybody, for anybody, and says that it is worth nothing", async () => {
    const [, stranger, receiver] = await ethers.getSigners();
    if (stranger === undefined || receiver === undefined) throw new Error("no accounts");
    const asset = await ethers.deployContract("TestAsset");
    await expect(asset.connect(stranger).mint(receiver, 5n))
      .to.emit(asset, "Transfer")
      .withArgs(ethers.ZeroAddress, receiver.address, 5n);
    expect(await asset.balanceOf(receiver)).to.equal(5n);
    expect(await asset.name()).to.contain("worth nothing");
  });
});
