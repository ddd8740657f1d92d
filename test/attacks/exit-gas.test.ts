import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../helpers/answer.js";
import { deployGateWorldOver, PERCENT, State, TIMELOCK } from "../helpers/gateWorld.js";
import { impersonate } from "../helpers/impersonate.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const RULE = 1n;
/** What the timelock grants an answer of its gate. [gas] */
const ANSWER_GAS = 1_700_000n;
/** What the least room for a change of code is. [gas] */
const ROOM = 50_000n;
/** What the vault may use up to tell its supply; a bit more, and it is not heard. [gas] */
const SUPPLY_COST = 190_000n;

/** A rage quit in eight vessels of a vault that reports its votable supply, and an operation that was released. */
async function deploy() {
  const world = await deployGateWorldOver(connection, async (asset) => {
    const vault = await ethers.deployContract("PokingRequestVaultMock", [asset]);
    await vault.setRule(17n, true);
    return vault;
  });
  const { escrow, gate, timelock, vault, enterRageQuit, schedule, lock, bob } = world;
  const [, , , , , , , , , tiebreaker] = await ethers.getSigners();
  if (tiebreaker === undefined) throw new Error("no account is left for the tiebreaker");
  const governance = await impersonate(connection, timelock);
  const blockers = await Promise.all(Array.from({ length: 8 }, () => ethers.deployContract("PausableMock")));
  await timelock.connect(governance).setTiebreaker(tiebreaker, TIMELOCK.tiebreakerFloor);
  await gate.connect(governance).setWithdrawalBlockers(blockers);
  await enterRageQuit(20n * PERCENT);
  await vault.setBounds(0n, 2n * PERCENT);
  for (let count = 0; count < 4; ++count) await escrow.beginExit(1n, ethers.ZeroAddress, { gasLimit: 16_000_000n });
  for (let number = 0n; number < 4n; ++number) {
    await escrow.beginExit(1n, await escrow.vesselAt(1n, number), { gasLimit: 16_000_000n });
  }
  expect(await escrow.vesselsOf(1n)).to.have.length(8);
  await lock(bob, PERCENT / 2n);
  const id = await schedule(RULE);
  const [last] = blockers;
  if (last === undefined) throw new Error("there is no blocker");
  await last.pauseFor(ethers.MaxUint256);
  await gate.connect(tiebreaker).release(id);
  await last.resume();
  await networkHelpers.time.increase(TIMELOCK.delay);
  const { scheduledAt } = await timelock.getOperation(id);
  await gate.poke();

  /** Everything that can be asked in a poke uses up as much as it may. */
  const makeCostly = async () => {
    const { interface: abi } = vault;
    const silent = ["votableSupply", "balanceOf", "pendingRedeemRequest", "claimableRedeemRequest"] as const;
    for (const view of silent) await vault.setAnswer(abi.getFunction(view).selector, Answer.BurnGas);
    await vault.setSupplyCost(SUPPLY_COST);
    const { selector } = last.interface.getFunction("getResumeSinceTimestamp");
    // The most that one of them may use up: a bit more, and it fails to answer.
    let [cost, tooMuch] = [0n, 30_000n];
    while (tooMuch - cost > 1n) {
      const middle = (cost + tooMuch) / 2n;
      await last.setCost(selector, middle);
      if (await gate.isDeadlocked()) tooMuch = middle;
      else cost = middle;
    }
    for (const blocker of blockers) await blocker.setCost(selector, cost);
  };
  return { ...world, id, scheduledAt, blockers, makeCostly };
}

async function deployCostly() {
  const world = await deploy();
  await world.makeCostly();
  return world;
}

/** The least gas with which `attempt` goes through, what a transaction costs by itself left out. [gas] */
async function leastGas(attempt: (gasLimit: bigint) => Promise<unknown>): Promise<bigint> {
  let [fails, succeeds] = [21_000n, 8_000_000n];
  await attempt(succeeds);
  while (succeeds - fails > 100n) {
    const middle = (fails + succeeds) / 2n;
    try {
      await attempt(middle);
      succeeds = middle;
    } catch {
      fails = middle;
    }
  }
  return succeeds - 21_000n;
}

describe("[INV-8] a vault and eight blockers that all use up what they may, in a rage quit of eight vessels", () => {
  it("fit what the timelock grants each answer of its gate", async () => {
    const { gate, id, scheduledAt } = await networkHelpers.loadFixture(deployCostly);
    const costs = {
      poke: await leastGas((gasLimit) => gate.poke.staticCall({ gasLimit })),
      canSchedule: await leastGas((gasLimit) => gate.canSchedule.staticCall({ gasLimit })),
      canExecute: await leastGas((gasLimit) => gate.canExecute.staticCall(id, scheduledAt, { gasLimit })),
      admitSchedule: await leastGas((gasLimit) => gate.admitSchedule.staticCall({ gasLimit })),
      admitExecution: await leastGas((gasLimit) => gate.admitExecution.staticCall(id, scheduledAt, { gasLimit })),
    };
    for (const [name, cost] of Object.entries(costs)) {
      expect(cost, name).to.be.within(400_000n, ANSWER_GAS - ROOM);
    }
    // The two that look at blockers and vessels as well are the dearest.
    expect(costs.canExecute).to.be.greaterThan(1_000_000n);
    expect(costs.admitExecution).to.be.greaterThan(1_000_000n);
  });

  it("leave the gate heard: what is released is ready where one of the blockers stays paused", async () => {
    const { timelock, blockers, id, execute, target } = await networkHelpers.loadFixture(deployCostly);
    expect(await timelock.isOperationReady(id)).to.equal(false);
    expect(await timelock.checkGate.staticCall({ gasLimit: 16_000_000n })).to.equal(true);
    await blockers.at(-1)?.pauseFor(ethers.MaxUint256);
    expect(await timelock.isOperationReady(id)).to.equal(true);
    await execute(RULE);
    expect(await target.rule()).to.equal(RULE);
  });

  it("change no record and no state: the last figure counts", async () => {
    const { gate, record, state } = await networkHelpers.loadFixture(deployCostly);
    const before = await record();
    await gate.poke();
    expect(await record()).to.deep.equal(before);
    expect(await state()).to.equal(State.RageQuit);
  });

  it("do not let too little gas decide anything: a poke reverts and changes nothing, or says the same", async () => {
    const { gate, record, state, aside } = await networkHelpers.loadFixture(deployCostly);
    const before = await record();
    const outcomes = new Set<string>();
    for (let gasLimit = 50_000n; gasLimit <= 2_000_000n; gasLimit += 37_000n) {
      await aside(async () => {
        const outcome = await gate.poke({ gasLimit }).then(
          () => "goes through",
          (error: unknown) => (String(error).includes("InsufficientGas") ? "InsufficientGas" : "out of gas"),
        );
        outcomes.add(outcome);
        expect([await state(), await record()], `with ${gasLimit} gas`).to.deep.equal([State.RageQuit, before]);
      });
    }
    expect(outcomes).to.include("goes through");
    expect(outcomes).to.include("InsufficientGas");
  });
});

describe("[SUP-7] too little gas, where the vault is honest and a lower supply is to be seen", () => {
  it("cannot hide it in a rage quit: a poke records it, or reverts and changes nothing", async () => {
    const world = await networkHelpers.loadFixture(deploy);
    const { gate, vault, record, aside, whale } = world;
    const before = await record();
    await vault.clawBack(whale, PERCENT);
    await vault.setSupplyCost(SUPPLY_COST);
    const seen = await aside(async () => {
      await gate.poke();
      return await record();
    });
    expect(seen.lowest).to.be.lessThan(before.lowest);
    const outcomes = new Set<string>();
    for (let gasLimit = 50_000n; gasLimit <= 1_500_000n; gasLimit += 23_000n) {
      await aside(async () => {
        const done = await gate.poke({ gasLimit }).then(
          () => true,
          () => false,
        );
        outcomes.add(String(done));
        expect(await record(), `with ${gasLimit} gas`).to.deep.equal(done ? seen : before);
      });
    }
    expect([...outcomes].sort()).to.deep.equal(["false", "true"]);
  });
});
