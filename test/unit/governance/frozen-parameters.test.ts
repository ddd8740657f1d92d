import { expect } from "chai";
import hre from "hardhat";

import { DAY, deployGateWorld, HOUR, makeRules, PERCENT, State } from "../../helpers/gateWorld.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
/** Room for the longer extension of the other rules. */
const PATIENT = { timelock: { fallbackDelay: 64n * DAY } };
const deploy = () => deployGateWorld(connection, PATIENT);
const deployStrict = () =>
  deployGateWorld(connection, { ...PATIENT, signalling: { signallingThreshold: 2n * 10n ** 16n } });

const { Normal, VetoSignalling, VetoSignallingDeactivation, VetoCooldown, RageQuit } = State;

/** Every rule differs from config/default.ts: thresholds, timers, delays. */
const OTHER = makeRules({
  signalling: {
    signallingThreshold: 3n * 10n ** 16n,
    rageQuitThreshold: 40n * 10n ** 16n,
    minDuration: 6n * DAY,
    maxDuration: 60n * DAY,
    joinWindow: 5n * DAY,
    minActive: 20n * HOUR,
    deactivation: 4n * DAY,
  },
  phases: {
    minLock: 2n * DAY,
    cooldown: 9n * HOUR,
    rageQuitExtension: 11n * DAY,
    withdrawalMinDelay: 10n * DAY,
    withdrawalMaxDelay: 300n * DAY,
    withdrawalDelayGrowth: 40n * DAY,
  },
});
const LENIENT = makeRules({ signalling: { signallingThreshold: 10n ** 16n } });

describe("DualGovernance", () => {
  describe("frozen parameters", () => {
    it("rule signalling, deactivation and the closing cooldown of their activation, to the second", async () => {
      const { enterSignalling, setRules, statesAround, pokeAt, machine, unlock, alice, rules } =
        await networkHelpers.loadFixture(deploy);
      const activatedAt = await enterSignalling(PERCENT);
      await setRules(OTHER);
      const faded = activatedAt + rules.signalling.minDuration;
      expect(await statesAround(faded)).to.deep.equal([VetoSignalling, VetoSignalling, VetoSignallingDeactivation]);
      await pokeAt(faded + 1n);
      const cold = faded + 1n + rules.signalling.deactivation;
      expect(await statesAround(cold)).to.deep.equal([
        VetoSignallingDeactivation,
        VetoSignallingDeactivation,
        VetoCooldown,
      ]);
      await pokeAt(cold + 1n);
      await unlock(alice, 1n);
      const over = cold + 1n + rules.phases.cooldown;
      expect(await statesAround(over)).to.deep.equal([VetoCooldown, VetoCooldown, Normal]);
      expect((await machine()).signallingThreshold).to.equal(rules.signalling.signallingThreshold);
      await pokeAt(over + 1n);
      expect((await machine()).signallingThreshold).to.equal(OTHER.signalling.signallingThreshold);
    });

    it("rule the least stay and the join window", async () => {
      const { enterSignalling, setRules, lock, unlock, alice, at, statesAround, rules, machine } =
        await networkHelpers.loadFixture(deploy);
      const activatedAt = await enterSignalling(9n * PERCENT);
      await setRules(OTHER);
      const longest = activatedAt + rules.signalling.maxDuration;
      await at(longest);
      await lock(alice, PERCENT);
      expect((await machine()).rageQuitThresholdAt).to.equal(longest);
      expect(await statesAround(longest + DAY)).to.deep.equal([VetoSignalling, VetoSignalling, RageQuit]);
      await at(longest + 5n * HOUR + 1n);
      await unlock(alice, 10n * PERCENT);
      expect((await machine()).state).to.equal(VetoSignallingDeactivation);
    });

    it("rule the rage quit: extension and withdrawal delay", async () => {
      const { enterSignalling, setRules, escrow, pokeAt, rules, redeemAll, statesAround } =
        await networkHelpers.loadFixture(deploy);
      const activatedAt = await enterSignalling(10n * PERCENT);
      await setRules(OTHER);
      expect(await pokeAt(activatedAt + rules.signalling.maxDuration + 1n)).to.equal(RageQuit);
      const completeAfter = await redeemAll(1n);
      const { extensionStartedAt, withdrawableAfter } = await escrow.getEpoch(1n);
      expect(completeAfter - extensionStartedAt).to.equal(rules.phases.rageQuitExtension);
      expect(withdrawableAfter - completeAfter).to.equal(75n * DAY);
      expect(await statesAround(completeAfter)).to.deep.equal([RageQuit, RageQuit, VetoCooldown]);
      await pokeAt(completeAfter + 1n);
      expect(await statesAround(completeAfter + 1n + rules.phases.cooldown)).to.deep.equal([
        VetoCooldown,
        VetoCooldown,
        Normal,
      ]);
    });

    it("are replaced at the next activation, from Normal", async () => {
      const { enterSignalling, setRules, statesAround, machine, gate } = await networkHelpers.loadFixture(deploy);
      await setRules(OTHER);
      const activatedAt = await enterSignalling(3n * PERCENT);
      expect((await machine()).frozenConfig).to.equal(1n);
      expect(await statesAround(activatedAt + OTHER.signalling.minDuration)).to.deep.equal([
        VetoSignalling,
        VetoSignalling,
        VetoSignallingDeactivation,
      ]);
      expect(await gate.minLock()).to.equal(OTHER.phases.minLock);
    });

    it("are replaced at the next activation, from cooldown", async () => {
      const { enterCooldown, setRules, lock, alice, pokeAt, machine } = await networkHelpers.loadFixture(deploy);
      const endsAt = await enterCooldown();
      await setRules(OTHER);
      await lock(alice, PERCENT);
      expect((await machine()).state).to.equal(VetoCooldown);
      expect(await pokeAt(endsAt + 1n)).to.equal(VetoSignalling);
      const { frozenConfig, phaseEndsAt, activatedAt } = await machine();
      expect(frozenConfig).to.equal(1n);
      expect(phaseEndsAt - activatedAt).to.equal(OTHER.signalling.minActive);
    });
  });

  describe("the signalling threshold on leaving cooldown", () => {
    it("is the current one where that is smaller", async () => {
      const { enterSignalling, enterDeactivation, setRules, unlock, alice, pokeAt, machine, statesAround } =
        await networkHelpers.loadFixture(deployStrict);
      const activatedAt = await enterSignalling(2n * PERCENT);
      await pokeAt((await enterDeactivation()) + 1n);
      await setRules(LENIENT);
      await unlock(alice, PERCENT);
      const endsAt = (await machine()).phaseEndsAt;
      expect(await statesAround(endsAt)).to.deep.equal([VetoCooldown, VetoCooldown, VetoSignalling]);
      await pokeAt(endsAt + 1n);
      expect((await machine()).signallingThreshold).to.equal(LENIENT.signalling.signallingThreshold);
      expect((await machine()).activatedAt).to.be.greaterThan(activatedAt);
    });

    it("is the frozen one where that is smaller, and stays in force for the activation that follows", async () => {
      const { enterCooldown, setRules, pokeAt, machine, statesAround, gate, unlock, alice } =
        await networkHelpers.loadFixture(deploy);
      const endsAt = await enterCooldown();
      await setRules(OTHER);
      await unlock(alice, PERCENT);
      expect(await pokeAt(endsAt + 1n)).to.equal(VetoSignalling);
      const { signallingThreshold, activatedAt } = await machine();
      expect(signallingThreshold).to.equal(10n ** 16n);
      expect((await gate.activeConfig()).signalling.signallingThreshold).to.equal(signallingThreshold);
      expect((await gate.activeConfig()).signalling.rageQuitThreshold).to.equal(OTHER.signalling.rageQuitThreshold);
      // At that threshold the extension is the shortest of the configuration frozen now.
      expect(await statesAround(activatedAt + OTHER.signalling.minDuration)).to.deep.equal([
        VetoSignalling,
        VetoSignalling,
        VetoSignallingDeactivation,
      ]);
    });

    it("below both, Normal follows with the current one", async () => {
      const { enterCooldown, setRules, pokeAt, machine, unlock, lock, alice, bob } =
        await networkHelpers.loadFixture(deploy);
      const endsAt = await enterCooldown();
      await setRules(OTHER);
      await unlock(alice, PERCENT + 1n);
      expect(await pokeAt(endsAt + 1n)).to.equal(Normal);
      expect((await machine()).signallingThreshold).to.equal(OTHER.signalling.signallingThreshold);
      await lock(bob, 2n * PERCENT);
      expect((await machine()).state).to.equal(Normal);
      await lock(bob, 1n);
      expect((await machine()).state).to.equal(VetoSignalling);
    });
  });

  describe("the signalling threshold on leaving a rage quit", () => {
    /** One of the 90 % that stay. [shares] */
    const left = (9n * PERCENT) / 10n;

    it("is the current one where that is smaller", async () => {
      const { enterRageQuit, redeemAll, setRules, lock, bob, statesAround } =
        await networkHelpers.loadFixture(deployStrict);
      await enterRageQuit();
      await setRules(LENIENT);
      await lock(bob, left);
      expect(await statesAround(await redeemAll(1n))).to.deep.equal([RageQuit, RageQuit, VetoSignalling]);
    });

    it("is the frozen one where that is smaller", async () => {
      const { enterRageQuit, redeemAll, setRules, lock, bob, statesAround, pokeAt, machine, aside } =
        await networkHelpers.loadFixture(deploy);
      await enterRageQuit();
      await setRules(OTHER);
      const completeAfter = await redeemAll(1n);
      const missed = aside(async () => {
        await lock(bob, left - 1n);
        return await statesAround(completeAfter);
      });
      expect(await missed).to.deep.equal([RageQuit, RageQuit, VetoCooldown]);
      await lock(bob, left);
      expect(await statesAround(completeAfter)).to.deep.equal([RageQuit, RageQuit, VetoSignalling]);
      await pokeAt(completeAfter + 1n);
      expect((await machine()).signallingThreshold).to.equal(10n ** 16n);
      expect((await machine()).frozenConfig).to.equal(1n);
    });
  });

  describe("the least lock", () => {
    it("is the current one in Normal, the frozen one until the round is over", async () => {
      const { escrow, gate, setRules, lock, alice, bob, carol, whale, pokeAt, machine, now, enterDeactivation } =
        await networkHelpers.loadFixture(deploy);
      const boundFor = async (who: typeof alice) => (await escrow.positionOf(1n, who)).unlockableAfter - (await now());
      await lock(alice, 2n * PERCENT);
      await setRules(OTHER);
      expect(await gate.minLock()).to.equal(5n * HOUR);
      await lock(bob, 1n);
      expect(await boundFor(bob)).to.equal(5n * HOUR);
      await pokeAt((await enterDeactivation()) + 1n);
      await lock(carol, 1n);
      expect(await boundFor(carol)).to.equal(5n * HOUR);
      // The next activation, or Normal, brings the current one.
      await pokeAt((await machine()).phaseEndsAt + 1n);
      await lock(whale, 1n);
      expect(await boundFor(whale)).to.equal(2n * DAY);
      expect(await gate.minLock()).to.equal(2n * DAY);
    });

    it("is told as the next lock will have it, the transition that comes first included", async () => {
      const { gate, enterCooldown, setRules, at, now } = await networkHelpers.loadFixture(deploy);
      const endsAt = await enterCooldown();
      await setRules(OTHER);
      expect(await gate.minLock()).to.equal(5n * HOUR);
      await at(endsAt + 1n);
      await networkHelpers.mine();
      expect(await now()).to.equal(endsAt + 1n);
      expect(await gate.minLock()).to.equal(2n * DAY);
    });

    it("changes at once with the rules in Normal, for new locks only", async () => {
      const { escrow, setRules, lock, alice, bob, now } = await networkHelpers.loadFixture(deploy);
      await lock(alice, 1n);
      const { unlockableAfter } = await escrow.positionOf(1n, alice);
      await setRules(OTHER);
      expect((await escrow.positionOf(1n, alice)).unlockableAfter).to.equal(unlockableAfter);
      await lock(bob, 1n);
      expect((await escrow.positionOf(1n, bob)).unlockableAfter - (await now())).to.equal(2n * DAY);
    });

    it("is the current one again after a rage quit that signalling follows", async () => {
      const { enterRageQuit, redeemAll, setRules, lock, bob, carol, pokeAt, escrow, now, state } =
        await networkHelpers.loadFixture(deploy);
      await enterRageQuit();
      await setRules(OTHER);
      await lock(bob, PERCENT);
      expect((await escrow.positionOf(2n, bob)).unlockableAfter - (await now())).to.equal(5n * HOUR);
      await pokeAt((await redeemAll(1n)) + 1n);
      expect(await state()).to.equal(VetoSignalling);
      await lock(carol, PERCENT);
      expect((await escrow.positionOf(2n, carol)).unlockableAfter - (await now())).to.equal(2n * DAY);
    });
  });
});
