import { expect } from "chai";
import { Signature, type Signer } from "ethers";
import hre from "hardhat";

import { now } from "../../helpers/deployCore.js";
import { deployEscrowWorld } from "../../helpers/escrowWorld.js";
import { expectSolvent } from "../../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const PERMIT = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};

/** Alice has given the escrow no allowance. */
async function world() {
  const all = await deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("VaultMock", [asset]),
  });
  await all.share.connect(all.alice).approve(all.escrow, 0n);
  return all;
}

type World = Awaited<ReturnType<typeof world>>;
type Split = [deadline: bigint, v: number, r: string, s: string];

/** Alice's permit to the escrow, as `lockWithPermit` takes it, by whomever it is signed. */
async function permit({ share, escrow, alice }: World, value: bigint, deadline: bigint, signer: Signer = alice) {
  const { name, version, chainId, verifyingContract } = await share.eip712Domain();
  const nonce = await share.nonces(alice);
  const message = { owner: alice.address, spender: await escrow.getAddress(), value, nonce, deadline };
  const signed = await signer.signTypedData({ name, version, chainId, verifyingContract }, PERMIT, message);
  const { v, r, s } = Signature.from(signed);
  return [deadline, v, r, s] satisfies Split;
}

describe("VetoEscrow: lockWithPermit", () => {
  it("locks without an allowance given before, and leaves none behind", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, share, alice, one } = all;
    await escrow.connect(alice).lockWithPermit(5n * one, 1n, ...(await permit(all, 5n * one, ethers.MaxUint256)));
    expect((await escrow.positionOf(1n, alice)).shares).to.equal(5n * one);
    expect(await share.allowance(alice, escrow)).to.equal(0n);
    await expectSolvent(all);
  });

  it("does not mind that somebody has used the permit before", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, share, alice, mallory, one } = all;
    const split = await permit(all, 5n * one, ethers.MaxUint256);
    await share.connect(mallory).permit(alice, escrow, 5n * one, ...split);
    await escrow.connect(alice).lockWithPermit(5n * one, 0n, ...split);
    expect((await escrow.positionOf(1n, alice)).shares).to.equal(5n * one);
    expect(await share.allowance(alice, escrow)).to.equal(0n);
    await expectSolvent(all);
  });

  it("does not let a stranger use somebody's permit to lock for itself", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, share, alice, stranger, one } = all;
    const split = await permit(all, 5n * one, ethers.MaxUint256);
    await expect(escrow.connect(stranger).lockWithPermit(5n * one, 0n, ...split))
      .to.be.revertedWithCustomError(share, "ERC20InsufficientAllowance")
      .withArgs(escrow, 0n, 5n * one);
    expect(await share.nonces(alice)).to.equal(0n);
  });

  it("with a permit that is late, forged or too small fails as a lock without allowance does", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, share, alice, mallory, one } = all;
    const late = await permit(all, one, (await now(all)) - 1n);
    const forged = await permit(all, one, ethers.MaxUint256, mallory);
    const tooSmall = await permit(all, one - 1n, ethers.MaxUint256);
    for (const split of [late, forged, tooSmall]) {
      await expect(escrow.connect(alice).lockWithPermit(one, 0n, ...split))
        .to.be.revertedWithCustomError(share, "ERC20InsufficientAllowance")
        .withArgs(escrow, 0n, one);
    }
  });

  it("with an invalid permit locks on an allowance given before", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, share, alice, one } = all;
    await share.connect(alice).approve(escrow, one);
    await escrow.connect(alice).lockWithPermit(one, 0n, 0n, 0, ethers.ZeroHash, ethers.ZeroHash);
    expect((await escrow.positionOf(1n, alice)).shares).to.equal(one);
    await expectSolvent(all);
  });

  it("names the epoch as a lock does", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, alice, one } = all;
    const split = await permit(all, one, ethers.MaxUint256);
    await expect(escrow.connect(alice).lockWithPermit(one, 2n, ...split))
      .to.be.revertedWithCustomError(escrow, "UnexpectedEpoch")
      .withArgs(1n, 2n);
  });
});
