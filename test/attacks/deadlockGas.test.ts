import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../helpers/answer.js";
import { deployDeadlockWorld } from "../helpers/deadlockWorld.js";
import { TIMELOCK } from "../helpers/gateWorld.js";
import { rejectionOf } from "../helpers/rejection.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const RULE = 1n;
/** A rage quit, one operation released in a deadlock that has ended, eight honest blockers that need all their gas. */
async function deploy() {
  const world = await deployDeadlockWorld(connection);
  const { gate, governance, timelock, tiebreaker, blocker } = world;
  await world.enterDeadlock();
  const id = await world.schedule(RULE);
  await gate.connect(tiebreaker).release(id);
  await networkHelpers.time.increase(TIMELOCK.delay);
  expect(await timelock.isOperationReady(id)).to.be.true;
  const { selector } = blocker.getFunction("getResumeSinceTimestamp").fragment;
  await blocker.resume();
  const others = await Promise.all(Array.from({ length: 7 }, () => ethers.deployContract("PausableMock")));
  // The most that one of them may use up: a bit more, and it fails to answer.
  let [cost, tooMuch] = [0n, 30_000n];
  while (tooMuch - cost > 1n) {
    const middle = (cost + tooMuch) / 2n;
    await blocker.setCost(selector, middle);
    if (await gate.isDeadlocked()) tooMuch = middle;
    else cost = middle;
  }
  await gate.connect(governance).setWithdrawalBlockers([...others, blocker]);
  for (const each of [blocker, ...others]) await each.setCost(selector, cost);
  return { ...world, id, others, selector };
}

/** The four bytes of the error that the call is rejected with, or nothing if it ran out of gas. */
async function errorOf(call: Promise<unknown>): Promise<string> {
  const error = await rejectionOf(call);
  const data: unknown = "data" in error ? error.data : undefined;
  return typeof data === "string" ? data.slice(0, 10) : "";
}

/** Calls with less and less gas, closely below the least that is enough for the `expected` error. */
async function searchWorst(call: (gasLimit: bigint) => Promise<unknown>, expected: string | undefined) {
  let [little, enough] = [30_000n, 1_000_000n];
  expect(await errorOf(call(enough))).to.equal(expected);
  while (enough - little > 20n) {
    const middle = (little + enough) / 2n;
    if ((await errorOf(call(middle))) === expected) enough = middle;
    else little = middle;
  }
  // A call that went through would have no error.
  for (let gasLimit = enough; gasLimit > enough - 6_000n; gasLimit -= 120n) await errorOf(call(gasLimit));
  for (let gasLimit = enough; gasLimit > 30_000n; gasLimit -= 10_000n) await errorOf(call(gasLimit));
}

describe("too little gas for a withdrawal blocker to answer", () => {
  it("[INV-9] cannot make a deadlock of a rage quit for the tiebreaker", async () => {
    const { gate, tiebreaker, id, blocker, governance } = await networkHelpers.loadFixture(deploy);
    await gate.connect(governance).setWithdrawalBlockers([blocker]);
    const release = gate.connect(tiebreaker).getFunction("release");
    const expected = gate.interface.getError("NotDeadlocked")?.selector;
    await searchWorst((gasLimit) => release.staticCall(id, { gasLimit }), expected);
  });

  it("[INV-2] cannot make an operation pass by a release whose deadlock is over", async () => {
    const { gate, timelock, stranger, tiebreaker, blocker, governance } = await networkHelpers.loadFixture(deploy);
    await gate.connect(governance).setWithdrawalBlockers([blocker]);
    // The cheapest of all operations: nothing needs much gas after the gate has answered.
    const operation = [stranger, 0n, "0x", ethers.ZeroHash, ethers.id("cheap")] as const;
    await timelock.schedule(...operation, TIMELOCK.delay);
    await blocker.pauseFor(ethers.MaxUint256);
    await gate.connect(tiebreaker).release(await timelock.hashOperation(...operation));
    await networkHelpers.time.increase(TIMELOCK.delay);
    const execute = timelock.connect(stranger).getFunction("execute");
    const enough = await execute.estimateGas(...operation);
    await blocker.resume();
    for (let gasLimit = enough - 80_000n; gasLimit < enough + 1_000n; gasLimit += 900n) {
      await rejectionOf(execute.staticCall(...operation, { gasLimit }));
    }
  });

  it("[INV-9] cannot make a deadlock for the committee whose motion anybody executes", async () => {
    const { gate, timelock, governance, blocker, alice, bob, stranger, id } = await networkHelpers.loadFixture(deploy);
    await gate.connect(governance).setWithdrawalBlockers([blocker]);
    const committee = await ethers.deployContract("TiebreakerCommittee", [
      timelock,
      ethers.ZeroAddress,
      [alice, bob],
      2,
      1,
    ]);
    await timelock.connect(governance).setTiebreaker(committee, await timelock.TIEBREAKER_FLOOR());
    for (const member of [alice, bob]) await committee.connect(member).approve(0, id);
    await networkHelpers.mine();
    const execute = committee.connect(stranger).getFunction("execute");
    const expected = gate.interface.getError("NotDeadlocked")?.selector;
    await searchWorst((gasLimit) => execute.staticCall(0, id, { gasLimit }), expected);
    // What it is for, where it is due.
    await blocker.pauseFor(ethers.MaxUint256);
    await expect(execute(0, id)).to.emit(gate, "OperationReleased");
  });

  it("would matter: with one that fails, both go through", async () => {
    const { gate, tiebreaker, id, blocker, selector, execute, target } = await networkHelpers.loadFixture(deploy);
    await blocker.setAnswer(selector, Answer.Revert);
    await gate.connect(tiebreaker).release(id);
    await execute(RULE);
    expect(await target.rule()).to.equal(RULE);
  });
});

describe("blockers that cost as much as they may, and a vault that burns its gas", () => {
  it("[INV-11] leave the timelock's views enough to tell that a released operation is ready", async () => {
    const { timelock, blocker, vault, id, execute, target } = await networkHelpers.loadFixture(deploy);
    await blocker.pauseFor(ethers.MaxUint256);
    await vault.setAnswer(vault.getFunction("totalSupply").fragment.selector, Answer.BurnGas);
    expect(await timelock.isOperationReady(id)).to.be.true;
    await execute(RULE);
    expect(await target.rule()).to.equal(RULE);
  });

  it("cost a caller of the gate less than a view is granted", async () => {
    const { gate, blocker, vault, id, timelock } = await networkHelpers.loadFixture(deploy);
    await blocker.pauseFor(ethers.MaxUint256);
    await vault.setAnswer(vault.getFunction("totalSupply").fragment.selector, Answer.BurnGas);
    const { scheduledAt } = await timelock.getOperation(id);
    // 21,000 for the transaction, and less than 1,000 for its data.
    expect(await gate.canExecute.staticCall(id, scheduledAt, { gasLimit: 522_000n })).to.be.true;
    expect(await gate.isDeadlocked.staticCall({ gasLimit: 522_000n })).to.be.true;
  });
});
