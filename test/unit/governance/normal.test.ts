import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { DAY, deployGateWorld, HOUR, makeRules, PERCENT, State, SUPPLY } from "../../helpers/gateWorld.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const deploy = () => deployGateWorld(connection);

describe("DualGovernance", () => {
  describe("in Normal", () => {
    it("starts there, with the supply on record and no timer running", async () => {
      const { gate, rules, state, machine, record } = await networkHelpers.loadFixture(deploy);
      expect(await state()).to.equal(State.Normal);
      const { signallingThreshold, minLock, phaseEndsAt, activatedAt, rageQuitThresholdAt, round } = await machine();
      expect(signallingThreshold).to.equal(rules.signalling.signallingThreshold);
      expect(minLock).to.equal(rules.phases.minLock);
      expect([phaseEndsAt, activatedAt, rageQuitThresholdAt, round]).to.deep.equal([0n, 0n, 0n, 0n]);
      expect(await record()).to.deep.equal([SUPPLY, SUPPLY]);
      expect(await gate.minLock()).to.equal(5n * HOUR);
    });

    it("stays a share's smallest part below the signalling threshold, activates at it", async () => {
      const { lock, alice, bob, state, gate } = await networkHelpers.loadFixture(deploy);
      await lock(alice, PERCENT - 1n);
      expect(await state()).to.equal(State.Normal);
      await expect(lock(bob, 1n))
        .to.emit(gate, "GovernanceStateChanged")
        .withArgs(State.Normal, State.VetoSignalling, 0n);
    });

    it("activates at a poke when the supply has shrunk so far that the locked shares reach the signalling threshold", async () => {
      const { lock, alice, bob, whale, vault, gate, state, pokeAt, now } = await networkHelpers.loadFixture(deploy);
      await lock(alice, PERCENT / 2n);
      await vault.connect(whale).redeem(40n * PERCENT, whale, whale);
      await vault.connect(bob).redeem(10n * PERCENT - 1n, bob, bob);
      expect(await pokeAt((await now()) + 1n)).to.equal(State.Normal);
      await vault.connect(bob).redeem(1n, bob, bob);
      expect(await state()).to.equal(State.Normal);
      expect(await gate.effectiveState()).to.equal(State.VetoSignalling);
      expect(await pokeAt((await now()) + 1n)).to.equal(State.VetoSignalling);
    });

    it("measures by the present supply alone: what the supply once was does not matter", async () => {
      const { lock, alice, whale, vault, state, gate } = await networkHelpers.loadFixture(deploy);
      await lock(alice, PERCENT / 2n);
      await vault.connect(whale).redeem(40n * PERCENT, whale, whale);
      await gate.poke();
      await vault.connect(whale).deposit(40n * PERCENT, whale);
      await lock(alice, PERCENT / 2n - 1n);
      expect(await state()).to.equal(State.Normal);
      await lock(alice, 1n);
      expect(await state()).to.equal(State.VetoSignalling);
    });

    it("has no time limit", async () => {
      const { lock, alice, pokeAt, now } = await networkHelpers.loadFixture(deploy);
      await lock(alice, PERCENT - 1n);
      expect(await pokeAt((await now()) + 1_000n * DAY)).to.equal(State.Normal);
    });

    it("activates at once when the signalling threshold is lowered to the support there is, and not while it is just above", async () => {
      const { lock, alice, setRules, pokeAt, now, state } = await networkHelpers.loadFixture(deploy);
      await lock(alice, PERCENT / 2n);
      await setRules(makeRules({ signalling: { signallingThreshold: 5n * 10n ** 15n + 1n } }));
      expect(await pokeAt((await now()) + 1n)).to.equal(State.Normal);
      await setRules(makeRules({ signalling: { signallingThreshold: 5n * 10n ** 15n } }));
      expect(await state()).to.equal(State.Normal);
      expect(await pokeAt((await now()) + 1n)).to.equal(State.VetoSignalling);
    });

    it("writes down what an activation starts with", async () => {
      const { enterSignalling, machine, record, rules } = await networkHelpers.loadFixture(deploy);
      const activatedAt = await enterSignalling(PERCENT);
      const { state, phaseEndsAt, rageQuitThresholdAt, signallingThreshold, round } = await machine();
      expect(state).to.equal(State.VetoSignalling);
      expect(phaseEndsAt).to.equal(activatedAt + rules.signalling.minActive);
      expect(signallingThreshold).to.equal(rules.signalling.signallingThreshold);
      expect([rageQuitThresholdAt, round]).to.deep.equal([0n, 0n]);
      expect(await record()).to.deep.equal([SUPPLY, SUPPLY]);
    });

    it("counts the rage quit threshold from an activation that reaches it", async () => {
      const { enterSignalling, machine } = await networkHelpers.loadFixture(deploy);
      const activatedAt = await enterSignalling(10n * PERCENT);
      expect((await machine()).rageQuitThresholdAt).to.equal(activatedAt);
    });

    it("never asks the vault while nothing is locked", async () => {
      const { vault, gate, state, now, pokeAt } = await networkHelpers.loadFixture(deploy);
      await vault.setAnswer(vault.getFunction("totalSupply").fragment.selector, Answer.BurnGas);
      await gate.poke({ gasLimit: 100_000n });
      expect(await state()).to.equal(State.Normal);
      expect(await pokeAt((await now()) + 1n)).to.equal(State.Normal);
    });
  });
});
