import { expect } from "chai";
import hre from "hardhat";

import { STAGES, Stage, type StageName } from "../helpers/asyncWorld.js";
import { State, at, beginExit, claimAll, enterRageQuit, passExtension } from "../helpers/deployCore.js";
import { deployEscrowWorld } from "../helpers/escrowWorld.js";
import { expectSolvent } from "../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** In the order of `RequestRules.Rule`. */
const CANCELS_BY_CLAIM = 8n;
const REPORTS_VOTABLE_SUPPLY = 17n;

/** Estimates would leave too little for a call from within. */
const generous = { gasLimit: 16_000_000n };

/** 60 % of all shares are leaving a vault that burns them at the given moment; mallory has locked one wei. */
async function leave(burnAt: StageName, reports: boolean) {
  const all = await deployEscrowWorld(connection, {
    makeVault: async (asset) => {
      const vault = await ethers.deployContract("PokingRequestVaultMock", [asset]);
      await vault.setStages(Stage[burnAt], Stage.Fulfilment);
      await vault.setRule(REPORTS_VOTABLE_SUPPLY, reports);
      return vault;
    },
  });
  const { escrow, gate, share, vault, whale, mallory, one } = all;
  await escrow.connect(whale).lock(600n * one, 0n);
  await enterRageQuit(all);
  await escrow.connect(mallory).lock(1n, 0n);
  const first = await escrow.vesselAt(1n, 0n);

  /** What can still vote, seen from outside: the vault's figure less what of the 60 % it contains. */
  async function truth(): Promise<bigint> {
    const figure = reports ? await vault.votableSupply() : await share.totalSupply();
    const { unburnt } = await vault.getRequest(first, 0n);
    const idle = (await share.balanceOf(escrow)) - 1n + (await share.balanceOf(first));
    return figure - idle - (reports ? 0n : unburnt);
  }
  /** Pokes, and compares. */
  async function look(step: string) {
    await gate.poke();
    const [, { last, lowest }] = await gate.persisted();
    expect(last, `last after ${step}`).to.be.at.least(await truth());
    expect(lowest, `lowest after ${step}`).to.be.at.least(400n * one);
    expect(last, `last after ${step}`).to.be.at.most(1_000n * one);
  }
  return { ...all, first, look };
}

/** Everything that can happen to a request, with something done after every step. */
function stepsOf({ escrow, vault, first, one }: Awaited<ReturnType<typeof leave>>) {
  const steps: Record<string, () => Promise<unknown>> = {
    beginExit: () => escrow.beginExit(1n, first),
    "half is fulfilled": () => vault.fulfil(first, 0n, 300n * one),
    "the half is claimed": () => escrow.claim(1n, first),
    "a quarter is sent back": () => vault.cancel(first, 0n, 150n * one),
    "an eighth waits to be taken back": async () => {
      await vault.setRule(CANCELS_BY_CLAIM, true);
      await vault.cancel(first, 0n, 75n * one);
    },
    "both are taken back": () => escrow.claim(1n, first),
    "the rest is fulfilled": () => vault.fulfilAll(first),
    "the curator claims it": () => vault.payOut(first),
    "what came back is asked for again": () => escrow.beginExit(1n, first),
    "that is fulfilled": () => vault.fulfilAll(first),
    "that is claimed": () => escrow.claim(1n, first),
  };
  return Object.entries(steps);
}

describe("attack: lower the recorded supply while 60 % of all shares leave, so that one wei counts as much", () => {
  for (const burnAt of STAGES) {
    for (const reports of [false, true]) {
      const fixture = () => leave(burnAt, reports);
      Object.defineProperty(fixture, "name", { value: `${burnAt}${reports}` });
      const name = `a vault that burns at ${burnAt}${reports ? " and reports its votable supply" : ""}`;

      it(`fails by poking at every step of ${name}`, async () => {
        const all = await networkHelpers.loadFixture(fixture);
        const { gate, escrow, look, one } = all;
        for (const [step, act] of stepsOf(all)) {
          await act();
          await look(step);
          await expectSolvent(all);
        }
        const seen = await escrow.getEpoch(1n);
        // An eighth was claimed by the curator: not redeemed by the escrow's own hand, and gone all the same.
        expect(seen.redeemedShares).to.equal(525n * one);
        expect((await gate.persisted())[1].last).to.equal(400n * one);
      });

      it(`fails by poking from within every transfer and burn of ${name}`, async () => {
        const all = await networkHelpers.loadFixture(fixture);
        const { escrow, gate, vault, first, one, look } = all;
        await vault.setCallback(gate, gate.interface.encodeFunctionData("poke"));
        await escrow.beginExit(1n, first, generous);
        await vault.fulfilAll(first, generous);
        await look("the fulfilment");
        await escrow.claim(1n, first, generous);
        const answers = await vault.queryFilter(vault.filters.CalledBack());
        expect(answers.length).to.be.at.least(4);
        expect(answers.every(({ args }) => args.success)).to.equal(true);
        await vault.setCallback(ethers.ZeroAddress, "0x");
        await look("the claim");
        expect((await gate.persisted())[1].last).to.equal(400n * one);
        await passExtension(all, 1n);
        await gate.poke();
        expect(await gate.persistedState()).to.equal(State.VetoCooldown);
        await expectSolvent(all);
      });
    }
  }

  it("fails where half is pending, half was refused, and the clock runs out: what came back is added", async () => {
    const all = await leave("Fulfilment", false);
    const { escrow, gate, vault, first, one } = all;
    await escrow.beginExit(1n, first);
    await vault.cancel(first, 0n, 300n * one);
    await escrow.claim(1n, first);
    await gate.poke();
    expect((await gate.persisted())[1]).to.deep.equal([400n * one, 400n * one]);
    await at(all, (await escrow.callOffAfter(1n)) + 1n);
    await escrow.callOff(1n);
    await gate.poke();
    // What is still pending may be voted for by nobody, and the vault's supply contains it.
    expect((await gate.persisted())[1]).to.deep.equal([1_000n * one, 700n * one]);
  });
});

describe("attack: poke from within every transfer and burn of an immediate vault, 60 % of whose shares leave", () => {
  async function leaving() {
    const all = await deployEscrowWorld(connection, {
      makeVault: (asset) => ethers.deployContract("PokingVaultMock", [asset]),
    });
    await all.escrow.connect(all.whale).lock(600n * all.one, 0n);
    await enterRageQuit(all);
    await all.escrow.connect(all.mallory).lock(1n, 0n);
    const poke = all.gate.interface.encodeFunctionData("poke");
    const arm = () => all.vault.setCallback(all.gate, poke);
    return { ...all, arm };
  }
  it("fails: nothing is recorded that is not so when everything has settled", async () => {
    const all = await networkHelpers.loadFixture(leaving);
    const { escrow, gate, vault, one, arm } = all;
    await arm();
    await escrow.beginExit(1n, ethers.ZeroAddress, generous);
    const answers = await vault.queryFilter(vault.filters.CalledBack());
    expect(answers.length).to.equal(4);
    expect(answers.every(({ args }) => args.success)).to.equal(true);
    await gate.poke();
    expect((await gate.persisted())[1]).to.deep.equal([400n * one, 400n * one]);
    await passExtension(all, 1n);
    await gate.poke();
    expect(await gate.persistedState()).to.equal(State.VetoCooldown);
  });

  it("fails in what is given back as well: by a claim, by takeShares, and by moveShares", async () => {
    const all = await networkHelpers.loadFixture(leaving);
    const { escrow, gate, vault, share, whale, bob, one, arm } = all;
    await vault.setLiquidity(0n);
    await at(all, (await escrow.callOffAfter(1n)) + 1n);
    await escrow.callOff(1n);
    await arm();
    await escrow.connect(whale).takeShares(1n, bob, generous);
    await gate.poke();
    expect((await gate.persisted())[1]).to.deep.equal([1_000n * one, 1_000n * one]);
    await passExtension(all, 1n);
    await gate.poke();
    expect(await gate.persistedState()).to.equal(State.VetoCooldown);
    expect(await share.balanceOf(bob)).to.equal(700n * one);
    await expectSolvent(all);
  });

  it("fails in a claim of the next rage quit, whose vessel was sent a share", async () => {
    const all = await networkHelpers.loadFixture(leaving);
    const { gate, vault, share, bob, unit, one, arm } = all;
    await vault.setLiquidity(300n * unit);
    const clone = await beginExit(all, 1n);
    await share.connect(bob).transfer(clone, one);
    await arm();
    await claimAll(all, 1n);
    await gate.poke();
    // The gift is out of what can vote, and the epoch's.
    expect((await gate.persisted())[1].lowest).to.be.within(399n * one, 400n * one);
    await expectSolvent(all);
  });
});
