import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";
import hre from "hardhat";

import { DAY, deployGateWorldOver, PERCENT, State, TIMELOCK } from "../helpers/gateWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const { Normal, VetoSignalling, VetoSignallingDeactivation } = State;

const RULE = 1n;
/** What the vault needs to tell its supply; the escrow grants it 200,000. [gas] */
const COST = 190_000n;
/** Gas from far too little to plenty. */
const LIMITS = Array.from({ length: 60 }, (_, index) => 30_000n + 10_000n * BigInt(index));

/** The world over an honest vault that needs nearly all the gas it is granted. */
async function deploy() {
  const world = await deployGateWorldOver(connection, (asset) =>
    ethers.deployContract("CostlySupplyVaultMock", [asset]),
  );
  const { vault, whale, bob, carol } = world;
  /** Half of all shares leave, and nobody pokes; from now on the supply is costly to read. */
  const shrink = async () => {
    await vault.connect(whale).redeem(40n * PERCENT, whale, whale);
    for (const holder of [bob, carol]) await vault.connect(holder).redeem(5n * PERCENT, holder, holder);
    await vault.setSupplyCost(COST);
  };
  return { ...world, shrink };
}

/** Normal; half a percent is locked and recorded against a supply that has shrunk to half since. */
async function deployNormal() {
  const world = await deploy();
  const { schedule, lock, alice, gate, shrink, at, now } = world;
  await schedule(RULE);
  await lock(alice, PERCENT / 2n);
  await gate.poke();
  await shrink();
  await at((await now()) + TIMELOCK.delay);
  await networkHelpers.mine();
  return world;
}

/** Signalling at 1 % of the recorded supply, 2 % of the present one, a second after the extension of 1 %. */
async function deploySignalling() {
  const world = await deploy();
  const activatedAt = await world.enterSignalling(PERCENT);
  await world.shrink();
  return { ...world, moment: activatedAt + 5n * DAY + 1n };
}

/** Whether the transaction went through. */
async function succeeds(transaction: Promise<ContractTransactionResponse>): Promise<boolean> {
  try {
    await (await transaction).wait();
    return true;
  } catch {
    return false;
  }
}

describe("too little gas for the vault to tell its supply", () => {
  it("[SUP-7] cannot make a poke decide on the supply that was: it decides on the present one, or reverts", async () => {
    const { gate, moment, at, state, aside } = await networkHelpers.loadFixture(deploySignalling);
    const outcomes = new Set<string>();
    for (const gasLimit of LIMITS) {
      await aside(async () => {
        await at(moment);
        const done = await succeeds(gate.poke({ gasLimit }));
        expect(await state()).to.equal(VetoSignalling);
        if (done) expect((await gate.persisted())[1].lowest).to.equal(50n * PERCENT);
        outcomes.add(String(done));
      });
    }
    expect([...outcomes]).to.deep.equal(["false", "true"]);
  });

  it("[SUP-7] would matter: with the supply that was, signalling would fade", async () => {
    const { vault, moment, pokeAt } = await networkHelpers.loadFixture(deploySignalling);
    await vault.setSupplyCost(2n * COST);
    expect(await pokeAt(moment)).to.equal(VetoSignallingDeactivation);
  });

  it("[SUP-7] cannot make an operation execute that the present supply holds back", async () => {
    const { timelock, makeOperation, target, state, aside, gate, vault, execute } =
      await networkHelpers.loadFixture(deployNormal);
    expect(await gate.effectiveState()).to.equal(VetoSignalling);
    for (const gasLimit of LIMITS) {
      await aside(async () => {
        expect(await succeeds(timelock.execute(...makeOperation(RULE), { gasLimit }))).to.be.false;
        expect(await state()).to.equal(Normal);
      });
    }
    // It would matter: with the supply that was, it executes.
    await vault.setSupplyCost(2n * COST);
    await execute(RULE);
    expect(await target.rule()).to.equal(RULE);
  });

  it("[SUP-7] cannot make a lock or an unlock leave Normal standing", async () => {
    const { escrow, alice, bob, state, aside, now, at } = await networkHelpers.loadFixture(deployNormal);
    const outcomes = new Set<string>();
    for (const gasLimit of LIMITS) {
      for (const move of [escrow.connect(bob).getFunction("lock"), escrow.connect(alice).getFunction("unlock")]) {
        await aside(async () => {
          await at((await now()) + DAY);
          const done = await succeeds(move(1n, 0n, { gasLimit }));
          expect(await state()).to.equal(done ? VetoSignalling : Normal);
          outcomes.add(`${move.fragment.name} ${done}`);
        });
      }
    }
    expect([...outcomes].sort()).to.deep.equal(["lock false", "lock true", "unlock false", "unlock true"]);
  });

  it("[SUP-7] cannot hide a rage quit's supply either: its entry records the present one, or reverts", async () => {
    const { enterSignalling, shrink, rules, gate, at, state, aside } = await networkHelpers.loadFixture(deploy);
    const activatedAt = await enterSignalling(10n * PERCENT);
    await shrink();
    const outcomes = new Set<bigint>();
    for (const gasLimit of LIMITS) {
      await aside(async () => {
        await at(activatedAt + rules.signalling.maxDuration + 1n);
        const done = await succeeds(gate.poke({ gasLimit }));
        outcomes.add(await state());
        if (done) expect((await gate.persisted())[1].lowest).to.equal(40n * PERCENT);
      });
    }
    expect(outcomes).to.deep.equal(new Set([VetoSignalling, State.RageQuit]));
  });
});
