import { expect } from "chai";
import hre from "hardhat";

import { DAY, deployGateWorld, HOUR, PERCENT, State } from "../../helpers/gateWorld.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

/** An operation each from before, in the very second of, and after the activation; then the cooldown, 2 % locked. */
async function deployCooling() {
  const world = await deployGateWorld(connection);
  await world.schedule(1n);
  await connection.provider.request({ method: "evm_setAutomine", params: [false] });
  const before = (await world.now()) + 100n;
  await world.at(before);
  const { alice, escrow, timelock, makeOperation } = world;
  await escrow.connect(alice).lock(2n * PERCENT, 0n, { gasLimit: 1_000_000n });
  await timelock.schedule(...makeOperation(2n), 4n * DAY, { gasLimit: 1_000_000n });
  await networkHelpers.mine();
  await connection.provider.request({ method: "evm_setAutomine", params: [true] });
  await world.schedule(3n);
  const { activatedAt } = await world.machine();
  await world.enterDeactivation();
  await world.pokeAt((await world.machine()).phaseEndsAt + 1n);
  return { ...world, activatedAt, endsAt: (await world.now()) + 5n * HOUR };
}

const { Normal, VetoSignalling, VetoCooldown } = State;

describe("DualGovernance", () => {
  describe("in VetoCooldown", () => {
    it("returns to Normal when the cooldown has passed below the signalling threshold", async () => {
      const { endsAt, unlock, alice, statesAround, state } = await networkHelpers.loadFixture(deployCooling);
      await unlock(alice, PERCENT + 1n);
      expect(await state()).to.equal(VetoCooldown);
      expect(await statesAround(endsAt)).to.deep.equal([VetoCooldown, VetoCooldown, Normal]);
    });

    it("signals again when the cooldown has passed at the signalling threshold", async () => {
      const { endsAt, unlock, alice, statesAround } = await networkHelpers.loadFixture(deployCooling);
      await unlock(alice, PERCENT);
      expect(await statesAround(endsAt)).to.deep.equal([VetoCooldown, VetoCooldown, VetoSignalling]);
    });

    it("signals again from that poke on, as if from Normal", async () => {
      const { endsAt, pokeAt, machine, rules } = await networkHelpers.loadFixture(deployCooling);
      await pokeAt(endsAt + DAY);
      const { activatedAt, phaseEndsAt, rageQuitThresholdAt } = await machine();
      expect(activatedAt).to.equal(endsAt + DAY);
      expect(phaseEndsAt).to.equal(activatedAt + rules.signalling.minActive);
      expect(rageQuitThresholdAt).to.equal(0n);
    });

    it("is not cut short by any support, and counts the rage quit threshold from the next activation", async () => {
      const { endsAt, lock, bob, pokeAt, machine, state } = await networkHelpers.loadFixture(deployCooling);
      await lock(bob, 20n * PERCENT);
      expect(await state()).to.equal(VetoCooldown);
      expect((await machine()).rageQuitThresholdAt).to.equal(0n);
      expect(await pokeAt(endsAt)).to.equal(VetoCooldown);
      expect(await pokeAt(endsAt + 1n)).to.equal(VetoSignalling);
      expect((await machine()).rageQuitThresholdAt).to.equal(endsAt + 1n);
    });

    it("[INV-3] lets execute only what was scheduled strictly before the activation", async () => {
      const { gate, timelock, target, activatedAt, execute, makeOperation } =
        await networkHelpers.loadFixture(deployCooling);
      const scheduledAt: bigint[] = [];
      for (const rule of [1n, 2n, 3n]) {
        const id = await timelock.hashOperation(...makeOperation(rule));
        const operation = await timelock.getOperation(id);
        scheduledAt.push(operation.scheduledAt - activatedAt);
        expect(await gate.canExecute(id, operation.scheduledAt)).to.equal(rule === 1n);
        expect(await timelock.isOperationReady(id)).to.equal(rule === 1n);
      }
      expect(scheduledAt[0]).to.be.lessThan(0n);
      expect(scheduledAt[1]).to.equal(0n);
      expect(scheduledAt[2]).to.be.greaterThan(0n);
      await execute(1n);
      expect(await target.rule()).to.equal(1n);
      for (const rule of [2n, 3n]) {
        await expect(execute(rule)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
      }
    });

    it("answers a second before, in, and a second after the activation", async () => {
      const { gate, activatedAt } = await networkHelpers.loadFixture(deployCooling);
      const id = `0x${"00".repeat(32)}`;
      for (const [offset, answer] of [
        [-1n, true],
        [0n, false],
        [1n, false],
      ] as const) {
        expect(await gate.canExecute(id, activatedAt + offset)).to.equal(answer);
      }
    });

    it("lets governance schedule nothing", async () => {
      const { gate, timelock, makeOperation } = await networkHelpers.loadFixture(deployCooling);
      expect(await gate.canSchedule()).to.be.false;
      await expect(timelock.schedule(...makeOperation(4n), 4n * DAY)).to.be.revertedWithCustomError(
        timelock,
        "SchedulingClosed",
      );
    });
  });
});
