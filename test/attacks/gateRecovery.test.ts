import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../helpers/answer.js";
import { DAY, deployGateWorld, deployGateWorldOver, PERCENT, type GateWorld } from "../helpers/gateWorld.js";
import { impersonate } from "../helpers/impersonate.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const BLOCK_GAS = 15_000_000n;
/** What the timelock grants each answer, and what it asks of whoever checks. [gas] */
const ANSWER_GAS = 1_700_000n;
const PROBE_GAS = 7_000_000n;
const TOTAL_SUPPLY = "0x18160ddd";
/** In the order of the stand-in's enums. */
const AT_CLAIM = 2n;
const AFTERWARDS = 2n;

const deployHostile = () => deployGateWorld(connection);

/** The least that satisfies `holds`, which stays true from there on. */
async function least(from: bigint, to: bigint, holds: (value: bigint) => Promise<boolean>): Promise<bigint> {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) / 2n;
    if (await holds(middle)) high = middle;
    else low = middle + 1n;
  }
  return low;
}

/** A timelock behind an honest gate that can be told how much each answer costs. */
async function deployCostly() {
  const { timelock } = await deployGateWorld(connection);
  const gate = await ethers.deployContract("CostlyGateMock");
  await timelock.connect(await impersonate(connection, timelock)).setGate(gate);
  const check = async (gasLimit: bigint): Promise<"answers" | "silent" | "reverts"> => {
    try {
      return (await timelock.checkGate.staticCall({ gasLimit })) ? "answers" : "silent";
    } catch {
      return "reverts";
    }
  };
  return { timelock, gate, check };
}

describe("[INV-9] an honest gate cannot be made to look silent", () => {
  it("by too little gas: from the first amount that is enough to be heard, all its answers are", async () => {
    const { gate, check } = await networkHelpers.loadFixture(deployCostly);
    // The most that the gate may need: with all the gas of a block it still answers.
    const affords = async (cost: bigint) => {
      await gate.setCost(cost);
      return (await check(BLOCK_GAS)) === "answers";
    };
    const highest = (await least(ANSWER_GAS - 5_000n, ANSWER_GAS, async (cost) => !(await affords(cost)))) - 1n;
    expect(highest).to.be.within(ANSWER_GAS - 5_000n, ANSWER_GAS);
    await gate.setCost(highest);

    const boundary = await least(
      PROBE_GAS,
      PROBE_GAS + 40_000n,
      async (gasLimit) => (await check(gasLimit)) !== "reverts",
    );
    expect(boundary).to.be.within(PROBE_GAS + 21_000n, PROBE_GAS + 35_000n);
    for (let surplus = 0n; surplus < 20n; surplus += 1n) expect(await check(boundary + surplus)).to.equal("answers");
    for (const gasLimit of [boundary + 1_000n, boundary + 10_000n, boundary + 100_000n, 2n * boundary]) {
      expect(await check(gasLimit)).to.equal("answers");
    }
  });

  it("by too little gas, whatever its answers cost: no amount makes it silent", async () => {
    const { gate, check } = await networkHelpers.loadFixture(deployCostly);
    const outcomes = new Set<string>();
    for (let cost = 0n; cost < ANSWER_GAS - 5_000n; cost += 199_000n) {
      await gate.setCost(cost);
      for (let gasLimit = 22_000n; gasLimit < 2n * PROBE_GAS; gasLimit += 610_001n) outcomes.add(await check(gasLimit));
    }
    expect([...outcomes].sort()).to.deep.equal(["answers", "reverts"]);
  });

  it("says what gas it takes to whoever checks, or replaces, with less", async () => {
    const { timelock } = await networkHelpers.loadFixture(deployCostly);
    await expect(timelock.checkGate.staticCall({ gasLimit: PROBE_GAS })).to.be.revertedWithCustomError(
      timelock,
      "InsufficientGas",
    );
  });

  it("and what burns all it is given leaves enough to write the record with", async () => {
    const { timelock, gate, check } = await networkHelpers.loadFixture(deployCostly);
    await gate.setCost(BLOCK_GAS);
    const boundary = await least(
      PROBE_GAS,
      PROBE_GAS + 40_000n,
      async (gasLimit) => (await check(gasLimit)) !== "reverts",
    );
    await timelock.checkGate({ gasLimit: boundary });
    expect(await timelock.gateSilentSince()).not.to.equal(0);
  });
});

/** The way to each moment at which a poke has most to do; the vault is honest until then. */
const MOMENTS: Record<string, (world: GateWorld) => Promise<bigint>> = {
  "in Normal": async ({ lock, alice, now }) => {
    await lock(alice, 1n);
    return (await now()) + DAY;
  },
  "as signalling begins": async ({ lock, alice, whale, vault, now }) => {
    await lock(alice, (9n * PERCENT) / 10n);
    await vault.connect(whale).redeem(40n * PERCENT, whale, whale);
    return (await now()) + DAY;
  },
  "in signalling": async ({ enterSignalling }) => (await enterSignalling(2n * PERCENT)) + DAY,
  "as deactivation begins": async ({ enterSignalling, rules }) =>
    (await enterSignalling(2n * PERCENT)) + rules.signalling.maxDuration,
  "as cooldown begins": async ({ enterSignalling, enterDeactivation }) => {
    await enterSignalling(2n * PERCENT);
    return (await enterDeactivation()) + 1n;
  },
  "as cooldown ends": async ({ enterCooldown }) => (await enterCooldown()) + 1n,
  "as a rage quit begins": async ({ enterSignalling, rules }) =>
    (await enterSignalling(10n * PERCENT)) + rules.signalling.maxDuration + 1n,
  "in a rage quit": async ({ enterRageQuit, now }) => {
    await enterRageQuit();
    return (await now()) + DAY;
  },
  "as a rage quit ends in signalling": async ({ enterRageQuit, redeemAll, lock, bob }) => {
    const epoch = await enterRageQuit();
    await lock(bob, 5n * PERCENT);
    return (await redeemAll(epoch)) + 1n;
  },
};

describe("[INV-9] a gate whose vault burns its gas", () => {
  for (const [name, reach] of Object.entries(MOMENTS)) {
    it(`is not silent ${name}`, async () => {
      const world = await networkHelpers.loadFixture(deployHostile);
      const { timelock, vault, at } = world;
      const moment = await reach(world);
      await vault.setAnswer(TOTAL_SUPPLY, Answer.BurnGas);
      await at(moment);
      const sent = await timelock.checkGate({ gasLimit: PROBE_GAS + 35_000n });
      expect((await sent.wait())?.logs.filter(({ address }) => address === timelock.target)).to.deep.equal([]);
      expect(await timelock.gateSilentSince()).to.equal(0);
    });
  }
});

describe("[INV-9] a gate asked from inside its own escrow", () => {
  it("answers in the middle of a claim", async () => {
    const world = await deployGateWorldOver(connection, (asset) =>
      ethers.deployContract("RequestVaultMock", [asset, false]),
    );
    const { timelock, vault, enterRageQuit, escrow } = world;
    const epoch = await enterRageQuit();
    await escrow.beginExit(epoch, ethers.ZeroAddress);
    const [vessel] = await escrow.vesselsOf(epoch);
    if (vessel === undefined) throw new Error("nothing has begun");
    await vault.setStages(AT_CLAIM, AT_CLAIM);
    await vault.fulfilAll(vessel);
    // Whoever is called when the shares are burnt asks.
    await vault.setHook(AFTERWARDS, timelock, timelock.interface.encodeFunctionData("checkGate"));
    await expect(escrow.claim(epoch, vessel, { gasLimit: 15_000_000n }))
      .to.emit(vault, "CalledBack")
      .withArgs(true, ethers.toBeHex(1n, 32));
    expect((await escrow.getEpoch(epoch)).outstandingShares).to.equal(0n);
    expect(await timelock.gateSilentSince()).to.equal(0);
  });
});
