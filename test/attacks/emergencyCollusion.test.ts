import { expect } from "chai";
import hre from "hardhat";

import type { DualGovernanceTimelock } from "../../types/index.js";
import { getActors } from "../helpers/actors.js";
import { DAY, deployGateWorld, PERCENT, State, TIMELOCK, type GateWorld } from "../helpers/gateWorld.js";
import { impersonate } from "../helpers/impersonate.js";
import { rejectionOf } from "../helpers/rejection.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const OLD = 1n;
const NEW = 2n;

/** Both committees in office on the real gate; `alarm` activates, `warden` executes. An operation is scheduled. */
async function deploy() {
  const world = await deployGateWorld(connection);
  const names = ["deployer", "alice", "bob", "carol", "whale", "stranger", "alarm", "warden"] as const;
  const { alarm, warden } = await getActors(ethers, ...names);
  const { timelock, schedule, now, makeOperation, at } = world;
  const self = await impersonate(connection, timelock);
  const scheduledAt = (await now()) + 10n;
  await at(scheduledAt);
  const old = await schedule(OLD);
  const giveTerm = async () =>
    timelock.connect(self).setEmergencyProtection({
      activationCommittee: alarm,
      executionCommittee: warden,
      protectionEndsAt: await timelock.PROTECTION_HARD_END(),
      modeDuration: TIMELOCK.emergencyLimit,
    });
  await giveTerm();
  const activate = () => timelock.connect(alarm).activateEmergencyMode();
  const executeAs = (by: typeof warden, rule: bigint) => timelock.connect(by).execute(...makeOperation(rule));
  return { ...world, alarm, warden, self, old, scheduledAt, giveTerm, activate, executeAs };
}

/** What in each state keeps both committees from executing an operation that is due; undefined where the gate opens. */
const STATES: Record<string, { enter: (world: GateWorld) => Promise<unknown>; state: bigint }> = {
  VetoSignalling: { enter: ({ enterSignalling }) => enterSignalling(2n * PERCENT), state: State.VetoSignalling },
  VetoSignallingDeactivation: {
    enter: async ({ enterSignalling, enterDeactivation }) => {
      await enterSignalling(2n * PERCENT);
      await enterDeactivation();
    },
    state: State.VetoSignallingDeactivation,
  },
  RageQuit: { enter: ({ enterRageQuit }) => enterRageQuit(), state: State.RageQuit },
};

const endsAtOf = async (timelock: DualGovernanceTimelock) => (await timelock.emergencyStatus()).modeEndsAt;

describe("[INV-9] [INV-2] both emergency committees together", () => {
  for (const [name, { enter, state }] of Object.entries(STATES)) {
    it(`pass the gate in ${name} no more than anybody: what is due waits, before the mode and in it`, async () => {
      const world = await networkHelpers.loadFixture(deploy);
      const { timelock, gate, alarm, warden, old, scheduledAt, now, at, activate, executeAs, stranger, target } = world;
      await enter(world);
      if ((await now()) < scheduledAt + TIMELOCK.delay) await at(scheduledAt + TIMELOCK.delay);
      await activate();
      expect(await gate.persistedState()).to.equal(state);
      await expect(executeAs(warden, OLD))
        .to.be.revertedWithCustomError(timelock, "ExecutionClosed")
        .withArgs(old, gate);
      for (const account of [alarm, stranger]) {
        await expect(executeAs(account, OLD)).to.be.revertedWithCustomError(timelock, "CallerIsNotExecutionCommittee");
      }
      expect(await target.rule()).to.equal(0);
    });
  }

  it("[INV-3] execute in the cooldown only what is older than the signalling, and than the mode", async () => {
    const world = await networkHelpers.loadFixture(deploy);
    const { timelock, schedule, enterSignalling, enterDeactivation, pokeAt, activate, executeAs, warden, target } =
      world;
    await enterSignalling(2n * PERCENT);
    const contested = await schedule(NEW);
    const endsAt = await enterDeactivation();
    await activate();
    expect(await pokeAt(endsAt + 1n)).to.equal(State.VetoCooldown);
    await expect(executeAs(warden, NEW))
      .to.be.revertedWithCustomError(timelock, "ExecutionClosed")
      .withArgs(contested, await timelock.gate());
    await executeAs(warden, OLD);
    expect(await target.rule()).to.equal(OLD);
  });

  it("cannot execute what is written after the mode began, whatever the gate says, until the mode is over", async () => {
    const { timelock, schedule, activate, executeAs, warden, stranger, at, now } =
      await networkHelpers.loadFixture(deploy);
    await activate();
    const endsAt = await endsAtOf(timelock);
    const id = await schedule(NEW);
    await at((await now()) + TIMELOCK.delay);
    for (const moment of [undefined, endsAt]) {
      if (moment !== undefined) await at(moment);
      await expect(executeAs(warden, NEW))
        .to.be.revertedWithCustomError(timelock, "OperationTooNewForEmergency")
        .withArgs(id, 2, 1);
    }
    await at(endsAt + 1n);
    await executeAs(stranger, NEW);
  });

  it("hold governance back for as long as the mode lasts, once: they cannot come back", async () => {
    const { timelock, alarm, warden, activate, executeAs, stranger, at } = await networkHelpers.loadFixture(deploy);
    await activate();
    const endsAt = await endsAtOf(timelock);
    await at(endsAt + 1n);
    await executeAs(stranger, OLD);
    for (const account of [alarm, warden]) {
      for (const act of ["activateEmergencyMode", "emergencyReset", "endEmergencyMode"] as const) {
        await rejectionOf(timelock.connect(account).getFunction(act).staticCall());
      }
    }
  });

  it("have no part in any other power of the timelock, in the mode or outside it", async () => {
    const { timelock, gate, alarm, warden, activate, old } = await networkHelpers.loadFixture(deploy);
    const abi = timelock.interface;
    const calls = [
      abi.encodeFunctionData("setGate", [gate.target]),
      abi.encodeFunctionData("updateDelay", [TIMELOCK.delayFloor]),
      abi.encodeFunctionData("setTiebreaker", [alarm.address, TIMELOCK.tiebreakerFloor]),
      abi.encodeFunctionData("replaceSilentGate"),
      abi.encodeFunctionData("cancel", [old]),
      abi.encodeFunctionData("cancelOperations", [[old]]),
      abi.encodeFunctionData("cancelAllOperations"),
      abi.encodeFunctionData("grantRole", [ethers.id("PROPOSER_ROLE"), alarm.address]),
      abi.encodeFunctionData("schedule", [alarm.address, 0n, "0x", ethers.ZeroHash, ethers.ZeroHash, TIMELOCK.delay]),
    ];
    const attempt = async () => {
      for (const account of [alarm, warden]) {
        for (const data of calls) await rejectionOf(account.call({ to: timelock, data }));
      }
    };
    await attempt();
    await activate();
    await attempt();
  });

  it("can take no more from governance than time: what they cancel by a reset may be decided again", async () => {
    const { timelock, warden, activate, schedule, executeAs, stranger, at, now, target } =
      await networkHelpers.loadFixture(deploy);
    await activate();
    await timelock.connect(warden).emergencyReset();
    await schedule(OLD);
    const landsAt = (await now()) + TIMELOCK.fallbackDelay;
    await at(landsAt - 1n);
    await expect(executeAs(warden, OLD)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
    await at(landsAt);
    await executeAs(stranger, OLD);
    expect(await target.rule()).to.equal(OLD);
    expect(landsAt - TIMELOCK.fallbackDelay).to.be.greaterThan(DAY);
  });
});
