import { expect } from "chai";
import hre from "hardhat";

import { deployGateWorld, HOUR, makeRules, PERCENT, readRules, State, TIMELOCK } from "../../helpers/gateWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const deploy = () => deployGateWorld(connection);

const CHANGED = makeRules({ signalling: { signallingThreshold: 5n * 10n ** 15n }, phases: { minLock: 6n * HOUR } });

describe("DualGovernance", () => {
  describe("construction", () => {
    it("reads the bounds of the timelock and names its two neighbours", async () => {
      const { gate, timelock, escrow, rules } = await networkHelpers.loadFixture(deploy);
      expect(await gate.TIMELOCK()).to.equal(timelock.target);
      expect(await gate.ESCROW()).to.equal(escrow.target);
      expect(readRules(await gate.currentConfig())).to.deep.equal(rules);
      expect(readRules(await gate.activeConfig())).to.deep.equal(rules);
    });

    it("refuses neighbours without code", async () => {
      const { gate, timelock, escrow, stranger, rules } = await networkHelpers.loadFixture(deploy);
      for (const nobody of [stranger.address, ethers.ZeroAddress]) {
        await expect(ethers.deployContract("DualGovernance", [nobody, escrow, rules]))
          .to.be.revertedWithCustomError(gate, "NoCode")
          .withArgs(nobody);
        await expect(ethers.deployContract("DualGovernance", [timelock, nobody, rules]))
          .to.be.revertedWithCustomError(gate, "NoCode")
          .withArgs(nobody);
      }
    });

    it("refuses an escrow that obeys another gate, because behind it no rage quit could ever start", async () => {
      const { gate, timelock, escrow, rules } = await networkHelpers.loadFixture(deploy);
      await expect(ethers.deployContract("DualGovernance", [timelock, escrow, rules]))
        .to.be.revertedWithCustomError(gate, "EscrowAlreadyBound")
        .withArgs(escrow, gate);
    });
  });

  describe("setConfig", () => {
    it("[INV-12] obeys the timelock alone", async () => {
      const { gate, timelock, deployer, whale, stranger } = await networkHelpers.loadFixture(deploy);
      for (const caller of [deployer, whale, stranger]) {
        await expect(gate.connect(caller).setConfig(CHANGED))
          .to.be.revertedWithCustomError(gate, "CallerIsNotTimelock")
          .withArgs(caller, timelock);
      }
    });

    it("takes a decision of the DAO, which counts at once in Normal", async () => {
      const { gate, timelock, now, at, machine } = await networkHelpers.loadFixture(deploy);
      const data = gate.interface.encodeFunctionData("setConfig", [CHANGED]);
      const operation = [gate, 0n, data, ethers.ZeroHash, ethers.ZeroHash] as const;
      await timelock.schedule(...operation, TIMELOCK.delay);
      await at((await now()) + TIMELOCK.delay);
      await expect(timelock.execute(...operation))
        .to.emit(gate, "ConfigSet")
        .withArgs(1n, [Object.values(CHANGED.signalling), Object.values(CHANGED.phases)]);
      const { currentConfig, frozenConfig, signallingThreshold, minLock } = await machine();
      expect([currentConfig, frozenConfig]).to.deep.equal([1n, 0n]);
      expect(signallingThreshold).to.equal(CHANGED.signalling.signallingThreshold);
      expect(minLock).to.equal(CHANGED.phases.minLock);
      expect(readRules(await gate.activeConfig())).to.deep.equal(CHANGED);
    });

    it("[FRZ-1] outside Normal changes what is current, never what is in force", async () => {
      const { gate, enterSignalling, setRules, rules, machine } = await networkHelpers.loadFixture(deploy);
      await enterSignalling(PERCENT);
      const before = await machine();
      await setRules(CHANGED);
      const after = await machine();
      expect(after.currentConfig).to.equal(1n);
      expect([...after].filter((_, index) => index !== 2)).to.deep.equal([...before].filter((_, index) => index !== 2));
      expect(readRules(await gate.currentConfig())).to.deep.equal(CHANGED);
      expect(readRules(await gate.activeConfig())).to.deep.equal(rules);
    });

    it("[FRZ-2] first makes the transition that is due, under the rules that were", async () => {
      const { gate, lock, alice, whale, vault, setRules, machine } = await networkHelpers.loadFixture(deploy);
      await lock(alice, PERCENT / 2n);
      await vault.connect(whale).redeem(40n * PERCENT, whale, whale);
      await setRules(makeRules({ signalling: { signallingThreshold: 8n * 10n ** 15n } }));
      expect((await machine()).state).to.equal(State.Normal);
      // A second change finds signalling due under the first one, which it can no longer touch.
      await setRules(makeRules({ signalling: { signallingThreshold: 9n * 10n ** 16n } }));
      expect((await machine()).state).to.equal(State.VetoSignalling);
      expect((await machine()).frozenConfig).to.equal(1n);
      expect((await gate.activeConfig()).signalling.signallingThreshold).to.equal(8n * 10n ** 15n);
    });

    it("[INV-8] keeps 65,536 configurations, and says so to the next", async () => {
      const { gate, setRules, machine, enterSignalling, state } = await networkHelpers.loadFixture(deploy);
      // The machine is the gate's first slot: state, round, then the current version.
      const address = await gate.getAddress();
      const slot = BigInt(await ethers.provider.getStorage(address, 0n));
      await networkHelpers.setStorageAt(address, 0n, slot | (0xfffen << 16n));
      await setRules(CHANGED);
      expect((await machine()).currentConfig).to.equal(0xffffn);
      await expect(setRules(CHANGED)).to.be.revertedWithCustomError(gate, "TooManyConfigurations").withArgs(0xffffn);
      await enterSignalling(PERCENT / 2n);
      expect(await state()).to.equal(State.VetoSignalling);
    });
  });
});
