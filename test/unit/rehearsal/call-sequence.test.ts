import { expect } from "chai";
import { network } from "hardhat";

const connection = await network.create();
const { ethers } = connection;

describe("CallSequence", () => {
  it("makes every call in one transaction, also after one that fails, and tells what each answered", async () => {
    const sequence = await ethers.deployContract("CallSequence");
    const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
    const [holder] = await ethers.getSigners();
    if (holder === undefined) throw new Error("the chain has no accounts");
    const { interface: calls } = asset;
    const target = await asset.getAddress();
    const list = [
      { target, data: calls.encodeFunctionData("mint", [sequence.target, 5n]) },
      { target, data: calls.encodeFunctionData("transfer", [holder.address, 6n]) },
      { target, data: calls.encodeFunctionData("transfer", [holder.address, 3n]) },
      { target, data: calls.encodeFunctionData("balanceOf", [sequence.target]) },
    ];
    const answers = await sequence.run.staticCall(list);
    expect(answers.map(({ success }) => success)).to.deep.equal([true, false, true, true]);
    expect(calls.parseError(answers[1]?.data ?? "0x")?.name).to.equal("ERC20InsufficientBalance");
    expect(BigInt(answers[3]?.data ?? 0)).to.equal(2n);
    await sequence.run(list);
    expect(await asset.balanceOf(holder)).to.equal(3n);
  });
});
