import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../helpers/answer.js";
import { DAY, deployGateWorld, HOUR, PERCENT, State, TIMELOCK, type GateWorld } from "../helpers/gateWorld.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

const { Normal, VetoSignalling, VetoSignallingDeactivation, VetoCooldown, RageQuit } = State;

/** Every way in which a vault fails to tell its supply, or lies about it. */
const ANSWERS = ["Revert", "RevertBomb", "BurnGas", "Short", "Empty", "Bomb", "Zero", "One", "Two", "Max"] as const;
/** More than any of our calls may need beside a vault that burns everything it is given. [gas] */
const MODEST = 1_100_000n;

const OLD = 1n;
const NEW = 2n;

/** The way to each state; an operation was scheduled before. */
const STATES: Record<string, (world: GateWorld) => Promise<unknown>> = {
  Normal: ({ state }) => state(),
  VetoSignalling: ({ enterSignalling }) => enterSignalling(2n * PERCENT),
  VetoSignallingDeactivation: async ({ enterSignalling, enterDeactivation }) => {
    await enterSignalling(2n * PERCENT);
    await enterDeactivation();
  },
  VetoCooldown: ({ enterCooldown }) => enterCooldown(),
  RageQuit: ({ enterRageQuit }) => enterRageQuit(),
};

const OPEN_FOR_SCHEDULING: readonly bigint[] = [Normal, VetoSignalling, RageQuit];
const OPEN_FOR_EXECUTION: readonly bigint[] = [Normal, VetoCooldown];

for (const [name, enter] of Object.entries(STATES)) {
  const deploy = async () => {
    const world = await deployGateWorld(connection);
    const { schedule, lock, bob, at, now } = world;
    await schedule(OLD);
    await at((await now()) + TIMELOCK.delay);
    await enter(world);
    // A hair of bob's, so that something is locked in every epoch; old enough to be unlocked a day later.
    await lock(bob, 10n);
    return { ...world, tell: (answer: number) => world.vault.setAnswer(TOTAL_SUPPLY, answer) };
  };
  const TOTAL_SUPPLY = "0x18160ddd";

  describe(`a vault that fails to tell its supply, in ${name}`, () => {
    for (const answer of ANSWERS) {
      it(`[INV-8] by ${answer} stops neither poke, lock, unlock, nor what the DAO may do`, async () => {
        const { tell, gate, escrow, timelock, bob, makeOperation, state, execute, target, aside, now, at } =
          await networkHelpers.loadFixture(deploy);
        await tell(Answer[answer]);
        const before = await state();
        await gate.poke({ gasLimit: MODEST });
        // A vault that says it is empty makes everything support: that may only bring the DAO to a halt.
        const after = await state();
        expect(after === before || after === VetoSignalling).to.be.true;

        const scheduling = timelock.schedule(...makeOperation(NEW), TIMELOCK.delay, { gasLimit: MODEST });
        if (OPEN_FOR_SCHEDULING.includes(after)) await scheduling;
        else await expect(scheduling).to.be.revertedWithCustomError(timelock, "SchedulingClosed");

        const executed = await aside(async () => {
          const execution = execute(OLD);
          if (!OPEN_FOR_EXECUTION.includes(after)) {
            await expect(execution).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
            return true;
          }
          await execution;
          return (await target.rule()) === OLD;
        });
        expect(executed).to.be.true;

        await escrow.connect(bob).lock(1n, 0n, { gasLimit: MODEST });
        await at((await now()) + 6n * HOUR);
        const epoch = await escrow.runningEpoch();
        await escrow.connect(bob).unlock(11n, epoch, { gasLimit: MODEST });
        expect((await escrow.positionOf(epoch, bob)).shares).to.equal(0n);
      });
    }
  });
}

describe("a vault that fails to tell its supply, at every edge", () => {
  const deploy = () => deployGateWorld(connection);

  for (const answer of ANSWERS) {
    it(`[INV-8] by ${answer} stops no timer: the machine goes all the way round, and the leavers are paid`, async () => {
      const { vault, enterSignalling, gate, machine, at, escrow, redeemAll, alice, asset, state, rules, now } =
        await networkHelpers.loadFixture(deploy);
      await vault.setAnswer(vault.getFunction("totalSupply").fragment.selector, Answer[answer]);
      const activatedAt = await enterSignalling(20n * PERCENT).then(async (reached) => {
        if ((await state()) === VetoSignalling) return reached;
        // It says that its supply is beyond all measure: nobody can object to what is not signalled in Normal.
        expect(answer).to.equal("Max");
        await vault.setAnswer(vault.getFunction("totalSupply").fragment.selector, Answer.Honest);
        await gate.poke();
        await vault.setAnswer(vault.getFunction("totalSupply").fragment.selector, Answer.Max);
        return (await machine()).activatedAt;
      });
      await at(activatedAt + rules.signalling.maxDuration + 1n);
      await gate.poke({ gasLimit: MODEST });
      expect(await state()).to.equal(RageQuit);
      await at((await redeemAll(1n)) + 1n);
      await gate.poke({ gasLimit: MODEST });
      expect(await state()).to.equal(VetoCooldown);
      await at((await machine()).phaseEndsAt + 1n);
      await gate.poke({ gasLimit: MODEST });
      expect(await state()).to.equal(Normal);
      await at((await now()) + 75n * DAY);
      await escrow.connect(alice).withdraw(1n, alice);
      expect(await asset.balanceOf(alice)).to.equal(20n * PERCENT);
    });
  }

  it("[INV-7] by telling the greatest supply that there is relaxes nothing: what was recorded counts", async () => {
    const { vault, enterSignalling, enterDeactivation, pokeAt, machine, gate } =
      await networkHelpers.loadFixture(deploy);
    const activatedAt = await enterSignalling(2n * PERCENT);
    await vault.setAnswer(vault.getFunction("totalSupply").fragment.selector, Answer.Max);
    expect(await pokeAt(activatedAt + 9n * DAY)).to.equal(VetoSignalling);
    await enterDeactivation();
    expect(await pokeAt((await machine()).phaseEndsAt)).to.equal(VetoSignallingDeactivation);
    expect(await pokeAt((await machine()).phaseEndsAt + 1n)).to.equal(VetoCooldown);
    expect(await pokeAt((await machine()).phaseEndsAt + 1n)).to.equal(VetoSignalling);
    expect((await gate.effective()).reading.supportMax).to.equal(2n * 10n ** 16n);
  });
});
