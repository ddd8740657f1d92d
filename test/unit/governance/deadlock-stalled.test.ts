import { expect } from "chai";
import hre from "hardhat";

import { RequestRule } from "../../conformance/vaults/names.js";
import { Answer } from "../../helpers/answer.js";
import { EXIT } from "../../helpers/deployCore.js";
import { DAY, deployGateWorldOver, PERCENT, State, TIMELOCK } from "../../helpers/gateWorld.js";
import { impersonate } from "../../helpers/impersonate.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;

const RULE = 1n;
const LEAVING = 10n * PERCENT;

/**
 * A rage quit over a vault with requests, an operation scheduled before it, and a tiebreaker whose timeout is so long
 * that the halt is no deadlock yet.
 */
async function deploy() {
  const world = await deployGateWorldOver(connection, (asset) =>
    ethers.deployContract("RequestVaultMock", [asset, false]),
  );
  const { timelock, escrow, gate, enterRageQuit, schedule, aside } = world;
  const [, , , , , , , , , tiebreaker] = await ethers.getSigners();
  if (tiebreaker === undefined) throw new Error("no account is left for the tiebreaker");
  await timelock.connect(await impersonate(connection, timelock)).setTiebreaker(tiebreaker, TIMELOCK.tiebreakerCeiling);
  await enterRageQuit(LEAVING);
  const id = await schedule(RULE);
  const { closedAt } = await escrow.getEpoch(1n);
  const vessel = await escrow.vesselAt(1n, 0n);
  /** Whether there is a deadlock a second before `moment`, in it, and a second after it. */
  async function around(moment: bigint): Promise<boolean[]> {
    const seen: boolean[] = [];
    for (const offset of [-1n, 0n, 1n]) {
      seen.push(
        await aside(async () => {
          await time.increaseTo(moment + offset);
          expect(await escrow.isExitStalled()).to.equal(await gate.isDeadlocked());
          return await gate.isDeadlocked();
        }),
      );
    }
    return seen;
  }
  return { ...world, tiebreaker, id, closedAt, vessel, around };
}

/** As {deploy}; the vault has accepted everything. */
async function deployHeld() {
  const world = await deploy();
  await world.escrow.beginExit(1n, world.vessel);
  return world;
}

describe("DualGovernance", () => {
  describe("a vault that holds the shares of a rage quit without progress", () => {
    it("makes a deadlock to the second, counted from the closing", async () => {
      const { closedAt, around } = await networkHelpers.loadFixture(deployHeld);
      expect(await around(closedAt + EXIT.stallDelay)).to.deep.equal([false, false, true]);
    });

    it("makes none while it holds less than 1/64, however long", async () => {
      const { closedAt, around, escrow, vault, vessel } = await networkHelpers.loadFixture(deployHeld);
      await vault.cancel(vessel, 0n, LEAVING - LEAVING / 64n + 1n);
      await escrow.claim(1n, vessel);
      expect(await around(closedAt + EXIT.stallDelay + 100n * DAY)).to.deep.equal([false, false, false]);
    });

    it("makes none where nothing was asked for: that exit may be called off", async () => {
      const { closedAt, around } = await networkHelpers.loadFixture(deploy);
      expect(await around(closedAt + EXIT.stallDelay + 100n * DAY)).to.deep.equal([false, false, false]);
    });

    it("counts anew from every 1/64 that is redeemed, and from nothing less", async () => {
      const { closedAt, around, escrow, vault, vessel, at } = await networkHelpers.loadFixture(deployHeld);
      await vault.fulfil(vessel, 0n, LEAVING / 64n - 1n);
      await at(closedAt + 100n * DAY);
      await escrow.claim(1n, vessel);
      expect(await around(closedAt + EXIT.stallDelay)).to.deep.equal([false, false, true]);
      await vault.fulfil(vessel, 0n, 1n);
      await at(closedAt + 110n * DAY);
      await escrow.claim(1n, vessel);
      expect((await escrow.getEpoch(1n)).markedAt).to.equal(closedAt + 110n * DAY);
      expect(await around(closedAt + 110n * DAY + EXIT.stallDelay)).to.deep.equal([false, false, true]);
    });

    it("cannot hide it behind views: what counts is what the escrow holds", async () => {
      const { closedAt, around, vault } = await networkHelpers.loadFixture(deployHeld);
      for (const view of ["pendingRedeemRequest", "claimableRedeemRequest"] as const) {
        for (const answer of [Answer.Zero, Answer.Max, Answer.BurnGas]) {
          await vault.setAnswer(vault.getFunction(view).fragment.selector, answer);
          expect(await around(closedAt + EXIT.stallDelay)).to.deep.equal([false, false, true]);
        }
      }
    });

    it("lets the tiebreaker release an operation, until the vault makes progress", async () => {
      const { closedAt, escrow, gate, timelock, tiebreaker, id, vault, vessel, target, execute, aside } =
        await networkHelpers.loadFixture(deployHeld);
      const release = () => gate.connect(tiebreaker).release(id);
      await time.increaseTo(closedAt + EXIT.stallDelay - 1n);
      await expect(release()).to.be.revertedWithCustomError(gate, "NotDeadlocked");
      await time.increaseTo(closedAt + EXIT.stallDelay + 1n);
      await expect(execute(RULE)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
      await expect(release()).to.emit(gate, "OperationReleased");
      await aside(async () => {
        await execute(RULE);
        expect(await target.rule()).to.equal(RULE);
      });
      await vault.fulfil(vessel, 0n, LEAVING / 64n);
      await escrow.claim(1n, vessel);
      expect(await gate.isDeadlocked()).to.equal(false);
      await expect(execute(RULE)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
      expect(await timelock.isOperationReady(id)).to.equal(false);
    });

    it("is none once the extension has started, by whatever clock", async () => {
      const { escrow, gate, closedAt } = await networkHelpers.loadFixture(deployHeld);
      await time.increaseTo(closedAt + EXIT.holdLimit);
      await escrow.callOff(1n);
      expect([await escrow.isExitStalled(), await gate.effectiveState()]).to.deep.equal([false, State.RageQuit]);
      expect(await gate.isDeadlocked()).to.equal(false);
    });

    it("is the last rage quit's only: none in an epoch that signals", async () => {
      const { escrow, gate, vault, closedAt, pokeAt, vessel } = await networkHelpers.loadFixture(deployHeld);
      await vault.fulfilAll(vessel);
      await escrow.claim(1n, vessel);
      await vault.setRule(RequestRule.RefusesRequests, true);
      expect(await pokeAt((await escrow.getEpoch(1n)).completeAfter + 1n)).to.equal(State.VetoCooldown);
      await time.increaseTo(closedAt + 2n * EXIT.stallDelay);
      expect([await escrow.isExitStalled(), await gate.isDeadlocked()]).to.deep.equal([false, false]);
    });
  });
});
