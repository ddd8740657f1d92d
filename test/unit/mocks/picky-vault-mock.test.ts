import { expect } from "chai";
import hre from "hardhat";

import { Refusal, deployAsyncWorld } from "../../helpers/asyncWorld.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const world = () => deployAsyncWorld(connection, { hasRequestIds: true });

describe("PickyVaultMock", () => {
  it("refuses no request, second requests, or all", async () => {
    const { vault, alice, bob, carol } = await networkHelpers.loadFixture(world);
    const request = (controller: typeof alice) => vault.connect(alice).requestRedeem(1n, controller, alice);
    await request(alice);
    await request(alice);
    await vault.setRefusal(Refusal.Second);
    await request(bob);
    await expect(request(bob)).to.be.revertedWithCustomError(vault, "RequestRefused").withArgs(bob);
    await vault.setRefusal(Refusal.All);
    await expect(request(carol)).to.be.revertedWithCustomError(vault, "RequestRefused");
    await vault.setRefusal(Refusal.None);
    await request(bob);
  });

  it("tells the assets of what is fulfilled", async () => {
    const { vault, alice, one, unit } = await networkHelpers.loadFixture(world);
    for (const shares of [3n, 4n]) await vault.connect(alice).requestRedeem(shares * one, alice, alice);
    expect(await vault.maxWithdraw(alice)).to.equal(0n);
    await vault.fulfilAll(alice);
    expect(await vault.maxWithdraw(alice)).to.equal(7n * unit);
  });

  it("tells them at the present price, if that is what it pays", async () => {
    const { vault, alice, one, unit } = await deployAsyncWorld(connection, { priceAt: "Claim" });
    await vault.connect(alice).requestRedeem(4n * one, alice, alice);
    await vault.fulfilAll(alice);
    await vault.setPrice(2n * unit);
    expect(await vault.maxWithdraw(alice)).to.equal(8n * unit);
  });
});
