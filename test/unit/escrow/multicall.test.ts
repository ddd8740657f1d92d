import { expect } from "chai";
import hre from "hardhat";

import { Phase, beginExit, enterRageQuit, passWithdrawalDelay } from "../../helpers/deployCore.js";
import { deployEscrowWorld } from "../../helpers/escrowWorld.js";
import { expectSolvent } from "../../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const world = () =>
  deployEscrowWorld(connection, { makeVault: (asset) => ethers.deployContract("VaultMock", [asset]) });
type World = Awaited<ReturnType<typeof world>>;

/** The escrow as somebody who writes calls down instead of making them. */
const writer = ({ escrow }: World) => escrow.interface;

describe("VetoEscrow: multicall", () => {
  it("takes a closed epoch to its extension in one transaction", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, alice, stranger, one } = all;
    await escrow.connect(alice).lock(100n * one, 0n);
    await enterRageQuit(all);
    const vessel = await escrow.vesselAt(1n, 0n);
    await escrow
      .connect(stranger)
      .multicall([
        writer(all).encodeFunctionData("createVessel", [1n, 0n]),
        writer(all).encodeFunctionData("beginExit", [1n, vessel]),
        writer(all).encodeFunctionData("claim", [1n, vessel]),
      ]);
    expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Extension);
    await expectSolvent(all);
  });

  it("withdraws from several epochs in the caller's name", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, gate, asset, alice, whale, unit, one } = all;
    await escrow.connect(alice).lock(60n * one, 0n);
    await escrow.connect(whale).lock(100n * one, 0n);
    await enterRageQuit(all);
    await beginExit(all, 1n);
    await escrow.connect(alice).lock(40n * one, 2n);
    await escrow.connect(whale).lock(100n * one, 2n);
    await networkHelpers.time.increase(8n * 86_400n);
    await gate.poke();
    await enterRageQuit(all);
    await beginExit(all, 2n);
    await passWithdrawalDelay(all, 2n);
    await escrow
      .connect(alice)
      .multicall([1n, 2n].map((epoch) => writer(all).encodeFunctionData("withdraw", [epoch, alice.address])));
    expect(await asset.balanceOf(alice)).to.equal(100n * unit);
    await expectSolvent(all);
  });

  it("undoes everything when one call fails, and passes the reason on", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, alice, one } = all;
    const lock = writer(all).encodeFunctionData("lock", [one, 0n]);
    const tooYoung = writer(all).encodeFunctionData("unlock", [one, 0n]);
    await expect(escrow.connect(alice).multicall([lock, tooYoung])).to.be.revertedWithCustomError(
      escrow,
      "LockTooYoung",
    );
    expect(await escrow.lockedShares()).to.equal(0n);
  });

  it("gives nobody another's name or the gate's", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, gate, mallory } = all;
    const start = writer(all).encodeFunctionData("startRageQuit", [0n, 0n]);
    await expect(escrow.connect(mallory).multicall([start]))
      .to.be.revertedWithCustomError(escrow, "CallerIsNotGate")
      .withArgs(mallory, gate);
    const bind = writer(all).encodeFunctionData("bindGate", [mallory.address]);
    await expect(escrow.connect(mallory).multicall([bind])).to.be.revertedWithCustomError(
      escrow,
      "CallerIsNotDeployer",
    );
  });
});
