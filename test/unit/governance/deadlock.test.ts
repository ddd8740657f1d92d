import { expect } from "chai";
import hre from "hardhat";

import { deployDeadlockWorld, TIMEOUT } from "../../helpers/deadlockWorld.js";
import { DAY, HOUR, PERCENT, State } from "../../helpers/gateWorld.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const { time } = networkHelpers;
const deploy = () => deployDeadlockWorld(connection);

const { VetoSignalling, VetoSignallingDeactivation, VetoCooldown, RageQuit } = State;

describe("DualGovernance", () => {
  describe("a halt", () => {
    it("begins with signalling, and is a deadlock from the last second of the timeout on", async () => {
      const { enterRageQuit, gate, machine, around } = await networkHelpers.loadFixture(deploy);
      await enterRageQuit();
      const { activatedAt } = await machine();
      expect(await gate.haltedSince()).to.equal(activatedAt);
      expect(await around(activatedAt + TIMEOUT, () => gate.isDeadlocked())).to.deep.equal([false, true, true]);
    });

    it("is none in Normal, nor in a cooldown, however long", async () => {
      const { gate, enterCooldown, state, governance } = await networkHelpers.loadFixture(deploy);
      await time.increase(10n * TIMEOUT);
      expect([await gate.haltedSince(), await gate.isDeadlocked()]).to.deep.equal([0n, false]);
      const phaseEndsAt = await enterCooldown();
      expect(await state()).to.equal(VetoCooldown);
      await time.increaseTo(phaseEndsAt);
      expect([await gate.haltedSince(), await gate.isDeadlocked()]).to.deep.equal([0n, false]);
      expect(governance.address).to.equal(await gate.TIMELOCK());
    });

    it("goes on through rage quits in a row, whatever is poked in between", async () => {
      const { enterRageQuit, quitAgain, gate, machine, state, bob, carol, whale, around } =
        await networkHelpers.loadFixture(deploy);
      let epoch = await enterRageQuit();
      const { activatedAt } = await machine();
      for (const who of [bob, carol]) {
        epoch = await quitAgain(who, epoch);
        expect(await state()).to.equal(RageQuit);
        expect((await machine()).activatedAt).to.be.greaterThan(activatedAt);
        expect(await gate.haltedSince()).to.equal(activatedAt);
      }
      expect((await machine()).round).to.equal(3n);
      expect(await around(activatedAt + TIMEOUT, () => gate.isDeadlocked())).to.deep.equal([false, true, true]);
      await quitAgain(whale, epoch);
      expect([await gate.haltedSince(), await gate.isDeadlocked()]).to.deep.equal([activatedAt, true]);
    });

    it("goes on in the signalling between two rage quits, by the effective state, before anybody pokes", async () => {
      const { enterRageQuit, redeemAll, quitAgain, lock, gate, machine, state, alice, bob, carol, pokeAt, rules } =
        await networkHelpers.loadFixture(deploy);
      const first = await enterRageQuit();
      const { activatedAt } = await machine();
      await lock(bob, 12n * PERCENT);
      await time.increaseTo((await redeemAll(first)) + 1n);
      // The first return to signalling: due, but not made.
      expect([await state(), await gate.effectiveState()]).to.deep.equal([RageQuit, VetoSignalling]);
      expect(await gate.haltedSince()).to.equal(activatedAt);
      await gate.poke();
      const second = (await machine()).activatedAt;
      expect(second).to.be.greaterThan(activatedAt);
      expect(await gate.haltedSince()).to.equal(activatedAt);
      // The second rage quit: due, but not made.
      await time.increaseTo(second + rules.signalling.maxDuration + 1n);
      expect([await state(), await gate.effectiveState()]).to.deep.equal([VetoSignalling, RageQuit]);
      expect(await gate.haltedSince()).to.equal(activatedAt);
      await gate.poke();
      // The second return: nothing is remembered anew.
      const third = await quitAgain(carol, 2n);
      expect(await gate.haltedSince()).to.equal(activatedAt);
      await lock(alice, 9n * PERCENT);
      await time.increaseTo((await redeemAll(third)) + 1n);
      expect([await gate.effectiveState(), await gate.haltedSince()]).to.deep.equal([VetoSignalling, activatedAt]);
      await pokeAt((await time.latest().then(BigInt)) + HOUR);
      expect([await state(), await gate.haltedSince()]).to.deep.equal([VetoSignalling, activatedAt]);
    });

    it("goes on when signalling fades and comes back", async () => {
      const { enterSignalling, lock, gate, machine, pokeAt, state, bob } = await networkHelpers.loadFixture(deploy);
      const activatedAt = await enterSignalling(PERCENT);
      expect(await pokeAt(activatedAt + 5n * DAY + 1n)).to.equal(VetoSignallingDeactivation);
      expect(await gate.haltedSince()).to.equal(activatedAt);
      await lock(bob, 8n * PERCENT);
      expect(await state()).to.equal(VetoSignalling);
      expect([(await machine()).activatedAt, await gate.haltedSince()]).to.deep.equal([activatedAt, activatedAt]);
    });

    it("ends with a cooldown: the next signalling counts anew", async () => {
      const { enterRageQuit, quitAgain, redeemAll, gate, machine, state, lock, bob, carol, pokeAt, around } =
        await networkHelpers.loadFixture(deploy);
      const epoch = await quitAgain(bob, await enterRageQuit());
      const completeAfter = await redeemAll(epoch);
      expect(await pokeAt(completeAfter + 1n)).to.equal(VetoCooldown);
      await lock(carol, 12n * PERCENT);
      await pokeAt((await machine()).phaseEndsAt + 1n);
      expect(await state()).to.equal(VetoSignalling);
      const { activatedAt } = await machine();
      expect(await gate.haltedSince()).to.equal(activatedAt);
      expect(await around(activatedAt + TIMEOUT, () => gate.isDeadlocked())).to.deep.equal([false, true, true]);
    });

    it("ends, whoever has poked, once a cooldown is due", async () => {
      const { enterRageQuit, redeemAll, gate, state } = await networkHelpers.loadFixture(deploy);
      const completeAfter = await redeemAll(await enterRageQuit());
      await time.increaseTo(completeAfter + 2n * TIMEOUT);
      expect([await state(), await gate.effectiveState()]).to.deep.equal([RageQuit, VetoCooldown]);
      expect([await gate.haltedSince(), await gate.isDeadlocked()]).to.deep.equal([0n, false]);
    });

    it("begins with the poke that sees it: what nobody has noted does not count", async () => {
      const { gate, lock, alice, bob, carol, whale, vault, state, now } = await networkHelpers.loadFixture(deploy);
      await lock(alice, PERCENT / 2n);
      await vault.connect(whale).redeem(40n * PERCENT, whale, whale);
      for (const holder of [bob, carol]) await vault.connect(holder).redeem(6n * PERCENT, holder, holder);
      await time.increase(2n * TIMEOUT);
      expect([await state(), await gate.effectiveState()]).to.deep.equal([State.Normal, VetoSignalling]);
      expect([await gate.haltedSince(), await gate.isDeadlocked()]).to.deep.equal([await now(), false]);
    });

    it("follows the timeout that is in force", async () => {
      const { enterRageQuit, gate, machine, timelock, governance, tiebreaker, around } =
        await networkHelpers.loadFixture(deploy);
      await enterRageQuit();
      await timelock.connect(governance).setTiebreaker(tiebreaker, 2n * TIMEOUT);
      const { activatedAt } = await machine();
      expect(await around(activatedAt + 2n * TIMEOUT, () => gate.isDeadlocked())).to.deep.equal([false, true, true]);
    });
  });
});
