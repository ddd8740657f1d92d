import { expect } from "chai";
import { parseEther } from "ethers";
import { network } from "hardhat";

import { Prober } from "../../../../src/power/world/probe.js";
import { Snapshot } from "../../../../src/rehearsal/snapshot.js";
import { WETHMock__factory } from "../../../../types/index.js";
import { getActors } from "../../../helpers/actors.js";

const { ethers, networkHelpers, provider } = await network.create();

async function deploy() {
  const { alice, bob } = await getActors(ethers, "alice", "bob");
  const weth = await new WETHMock__factory(alice).deploy();
  await weth.deposit({ value: 5n });
  const snapshot = new Snapshot(provider);
  const target = await weth.getAddress();
  const transfer = (value: bigint) => ({
    target,
    data: weth.interface.encodeFunctionData("transfer", [bob.address, value]),
  });
  return { alice, bob, weth, target, transfer, snapshot, prober: await Prober.create(snapshot, alice.address) };
}
const fixture = () => networkHelpers.loadFixture(deploy);

describe("Prober", () => {
  it("tells which calls would work, each by itself, and leaves nothing behind", async () => {
    const { alice, bob, weth, prober, transfer } = await fixture();
    expect(await prober.try(alice.address, [5n, 6n, 5n].map(transfer))).to.deep.equal([true, false, true]);
    expect(await prober.try(bob.address, [transfer(1n)])).to.deep.equal([false]);
    expect(await weth.balanceOf(alice)).to.equal(5n);
    expect(await ethers.provider.getCode(alice)).to.equal("0x");
  });

  it("goes on where one simulation has not gas enough for all calls", async () => {
    const { alice, prober, target, transfer, snapshot } = await fixture();
    // Uses up whatever it is brought.
    const burner = "0x00000000000000000000000000000000000b0b0b";
    await snapshot.request("hardhat_setCode", [burner, "0xfe"]);
    const calls = [transfer(1n), { target: burner, data: "0x" }, { target: burner, data: "0x" }, transfer(5n)];
    expect(await prober.try(alice.address, calls)).to.deep.equal([true, false, false, true]);
    expect(target).not.to.equal(burner);
  });

  it("lets a contract be what it is for everybody else", async () => {
    const { alice, weth, prober, target, transfer, snapshot } = await fixture();
    await snapshot.send({ from: alice.address, to: target, data: transfer(5n).data });
    // The token itself has none; that it tells so is its own code, which the prober stands before.
    const withdraw = weth.interface.encodeFunctionData("withdraw", [1n]);
    expect(await prober.try(target, [transfer(1n), { target, data: withdraw }, transfer(0n)])).to.deep.equal([
      false,
      false,
      true,
    ]);
  });

  it("takes ETH in the place of an account without code", async () => {
    const { alice, weth, prober, target } = await fixture();
    const data = weth.interface.encodeFunctionData("withdraw", [1n]);
    await networkHelpers.setBalance(target, parseEther("1"));
    expect(await prober.try(alice.address, [{ target, data }])).to.deep.equal([true]);
  });
});
