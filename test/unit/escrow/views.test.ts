import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { PHASES, Phase, State, beginExit, claimAll, enterRageQuit, now } from "../../helpers/deployCore.js";
import { deployEscrowWorld } from "../../helpers/escrowWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;

const world = () =>
  deployEscrowWorld(connection, { makeVault: (asset) => ethers.deployContract("HostileVaultMock", [asset]) });

/** A vault that tells its votable supply: all that exists is locked in some treasury but 500. */
const reporting = () =>
  deployEscrowWorld(connection, {
    makeVault: async (asset) => {
      const vault = await ethers.deployContract("HostileVaultMock", [asset]);
      await vault.setVotableSupply(true, 500n);
      return vault;
    },
  });

async function closed() {
  const all = await world();
  await all.escrow.connect(all.alice).lock(100n * all.one, 0n);
  await enterRageQuit(all);
  return all;
}

describe("VetoEscrow: views", () => {
  describe("votableSupply", () => {
    it("is the share's supply", async () => {
      const { escrow, one } = await networkHelpers.loadFixture(world);
      expect(await escrow.votableSupply()).to.deep.equal([true, 1_000n * one]);
    });

    it("is what the vault reports, if it announces that it does", async () => {
      const { escrow } = await networkHelpers.loadFixture(reporting);
      expect(await escrow.votableSupply()).to.deep.equal([true, 500n]);
    });

    it("has less what is leaving, and never less than nothing", async () => {
      const { escrow, vault, one } = await networkHelpers.loadFixture(closed);
      expect(await escrow.votableSupply()).to.deep.equal([true, 900n * one]);
      await vault.setAnswer(vault.getFunction("totalSupply").fragment.selector, Answer.One);
      expect(await escrow.votableSupply()).to.deep.equal([true, 0n]);
    });

    it("saturates at what the gate can record", async () => {
      const { escrow, gate, vault, alice } = await networkHelpers.loadFixture(world);
      await vault.setAnswer(vault.getFunction("totalSupply").fragment.selector, Answer.Max);
      expect(await escrow.votableSupply()).to.deep.equal([true, 2n ** 128n - 1n]);
      await escrow.connect(alice).lock(1n, 0n);
      await gate.poke();
      expect((await gate.persisted())[1].last).to.equal(2n ** 128n - 1n);
    });

    for (const answer of ["Revert", "RevertBomb", "BurnGas", "Short", "Empty"] as const) {
      it(`admits that the vault did not answer (${answer})`, async () => {
        const { escrow, vault } = await networkHelpers.loadFixture(world);
        await vault.setAnswer(vault.getFunction("totalSupply").fragment.selector, Answer[answer]);
        expect(await escrow.votableSupply()).to.deep.equal([false, 0n]);
      });
    }

    it("says how much gas the vault's answer may need, if the caller brings too little", async () => {
      const { escrow } = await networkHelpers.loadFixture(world);
      await expect(escrow.votableSupply({ gasLimit: 200_000n })).to.be.revertedWithCustomError(
        escrow,
        "InsufficientGas",
      );
    });
  });

  describe("readSignal", () => {
    it("does not ask the vault while nothing is locked in Normal", async () => {
      const { escrow, alice, one } = await networkHelpers.loadFixture(world);
      expect(await escrow.readSignal(State.Normal)).to.deep.equal([0n, false, 0n, false]);
      expect(await escrow.readSignal(State.VetoCooldown)).to.deep.equal([0n, true, 1_000n * one, false]);
      await escrow.connect(alice).lock(1n, 0n);
      expect(await escrow.readSignal(State.Normal)).to.deep.equal([1n, true, 1_000n * one, false]);
    });

    it("tells from which second on the rage quit is complete, in RageQuit only", async () => {
      const all = await networkHelpers.loadFixture(closed);
      const { escrow } = all;
      const complete = async (state: bigint) => (await escrow.readSignal(state)).rageQuitComplete;
      expect(await complete(State.RageQuit)).to.be.false;
      await beginExit(all, 1n);
      expect(await complete(State.RageQuit)).to.be.false;
      await claimAll(all, 1n);
      expect(await complete(State.RageQuit)).to.be.false;
      const { completeAfter } = await escrow.getEpoch(1n);
      await time.increaseTo(completeAfter);
      expect(await complete(State.RageQuit)).to.be.false;
      await time.increaseTo(completeAfter + 1n);
      expect(await complete(State.RageQuit)).to.be.true;
      for (const state of [State.Normal, State.VetoSignalling, State.VetoCooldown]) {
        expect(await complete(state)).to.be.false;
      }
    });
  });

  describe("getEpoch", () => {
    it("knows nothing of epochs that have not come", async () => {
      const { escrow } = await networkHelpers.loadFixture(world);
      for (const epoch of [0n, 2n, 2n ** 32n, ethers.MaxUint256]) {
        const { phase, totalShares, vessel } = await escrow.getEpoch(epoch);
        expect([phase, totalShares, vessel]).to.deep.equal([Phase.None, 0n, ethers.ZeroAddress]);
      }
    });

    it("shows what signals in the running one", async () => {
      const { escrow, alice, one } = await networkHelpers.loadFixture(world);
      await escrow.connect(alice).lock(3n * one, 0n);
      expect(await escrow.getEpoch(1n)).to.deep.equal([
        ...[Phase.Signalling, 3n * one, 3n * one, ethers.ZeroAddress],
        ...[0n, 0n, 0n, 0n],
      ]);
    });

    it("goes from phase to phase, each a second after the last one's end", async () => {
      const all = await networkHelpers.loadFixture(closed);
      const { escrow, alice, unit } = all;
      const phase = async () => (await escrow.getEpoch(1n)).phase;
      expect(await phase()).to.equal(Phase.Closed);
      await beginExit(all, 1n);
      expect(await phase()).to.equal(Phase.Claiming);
      await claimAll(all, 1n);
      expect(await phase()).to.equal(Phase.Extension);
      const { extensionStartedAt, completeAfter, withdrawableAfter } = await escrow.getEpoch(1n);
      expect(extensionStartedAt).to.equal(await now(all));
      expect(completeAfter).to.equal(extensionStartedAt + PHASES.rageQuitExtension);
      expect(withdrawableAfter).to.equal(completeAfter + PHASES.withdrawalMinDelay + PHASES.withdrawalDelayGrowth);
      for (const [moment, expected] of [
        [completeAfter, Phase.Extension],
        [completeAfter + 1n, Phase.Complete],
        [withdrawableAfter, Phase.Complete],
        [withdrawableAfter + 1n, Phase.Withdrawing],
      ] as const) {
        await time.increaseTo(moment);
        expect(await phase()).to.equal(expected);
      }
      expect((await escrow.getEpoch(1n)).assets).to.equal(100n * unit);
      await escrow.connect(alice).withdraw(1n, alice);
      expect((await escrow.getEpoch(1n)).assets).to.equal(100n * unit);
      expect(await phase()).to.equal(Phase.Withdrawing);
    });
  });
});
