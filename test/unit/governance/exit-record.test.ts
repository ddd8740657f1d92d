import { expect } from "chai";
import hre from "hardhat";

import { RequestRule } from "../../conformance/vaults/names.js";
import { Answer } from "../../helpers/answer.js";
import { End, EXIT } from "../../helpers/deployCore.js";
import { DAY, deployGateWorldOver, HOUR, PERCENT, State, SUPPLY } from "../../helpers/gateWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;

const { VetoSignalling, VetoCooldown, RageQuit } = State;

/** What alice leaves with: 10 % of all shares. [shares] */
const LEAVING = 10n * PERCENT;
const STAYING = SUPPLY - LEAVING;
/** Less than 1/64 of what leaves. [shares] */
const REST = LEAVING / 100n;

/** A rage quit of alice's over a vault with requests; nothing has begun, and everything has been poked. */
async function deploy() {
  const world = await deployGateWorldOver(connection, (asset) =>
    ethers.deployContract("RequestVaultMock", [asset, false]),
  );
  const { escrow, vault, enterRageQuit } = world;
  await enterRageQuit(LEAVING);
  const vessel = await escrow.vesselAt(1n, 0n);
  const { selector } = vault.getFunction("totalSupply").fragment;
  const mute = (isMute: boolean) => vault.setAnswer(selector, isMute ? Answer.Revert : Answer.Honest);
  const claim = () => escrow.claim(1n, vessel);
  return { ...world, vessel, mute, claim };
}
type World = Awaited<ReturnType<typeof deploy>>;

interface Case {
  readonly name: string;
  readonly end: bigint;
  /** Brings the exit to where its extension starts. */
  readonly drive: (world: World) => Promise<unknown>;
  /** What it gives back. [shares] */
  readonly returned: bigint;
  /** What is still in the vault's figure, for nobody to vote with. [shares] */
  readonly held: bigint;
}

const CASES: readonly Case[] = [
  {
    name: "everything was redeemed",
    end: End.Redeemed,
    drive: async ({ escrow, vault, vessel, claim }) => {
      await escrow.beginExit(1n, vessel);
      await vault.fulfilAll(vessel);
      await claim();
    },
    returned: 0n,
    held: 0n,
  },
  {
    name: "all but a rest was redeemed",
    end: End.Redeemed,
    drive: async ({ escrow, vault, vessel, claim }) => {
      await escrow.beginExit(1n, vessel);
      await vault.cancel(vessel, 0n, REST);
      await vault.fulfilAll(vessel);
      await claim();
    },
    returned: REST,
    held: 0n,
  },
  {
    name: "the vault's word was taken",
    end: End.VaultsWord,
    drive: async ({ escrow, vault, vessel, claim }) => {
      await escrow.beginExit(1n, vessel);
      await vault.cancel(vessel, 0n, REST);
      await vault.fulfilAll(vessel);
      await vault.payOut(vessel);
      await claim();
      await time.increase(EXIT.wordDelay + 1n);
      await claim();
    },
    returned: REST,
    held: 0n,
  },
  {
    name: "the exit was called off",
    end: End.CalledOff,
    drive: async ({ escrow, vault }) => {
      await vault.setRule(RequestRule.RefusesRequests, true);
      await time.increaseTo((await escrow.callOffAfter(1n)) + 1n);
      await escrow.callOff(1n);
    },
    returned: LEAVING,
    held: 0n,
  },
  {
    name: "the vault held a half until the clock ran out",
    end: End.ClockRanOut,
    drive: async ({ escrow, vault, vessel, claim }) => {
      await escrow.beginExit(1n, vessel);
      await vault.cancel(vessel, 0n, LEAVING / 2n);
      await claim();
      await time.increaseTo((await escrow.callOffAfter(1n)) + 1n);
      await escrow.callOff(1n);
    },
    returned: LEAVING / 2n,
    held: LEAVING / 2n,
  },
];

describe("DualGovernance", () => {
  describe("the supply on record when the extension of a rage quit starts", () => {
    for (const { name, end, drive, returned, held } of CASES) {
      it(`rises by what came back, once, where ${name}`, async () => {
        const world = await networkHelpers.loadFixture(deploy);
        const { gate, escrow, record, machine, pokeAt, now } = world;
        expect(await record()).to.deep.equal([STAYING, STAYING]);
        await drive(world);
        expect((await escrow.getEpoch(1n)).end).to.equal(end);
        await gate.poke();
        const after = [STAYING + returned + held, STAYING + returned];
        expect(await record()).to.deep.equal(after);
        const { completeAfter } = await escrow.getEpoch(1n);
        expect((await machine()).phaseEndsAt).to.equal(completeAfter);
        // A second poke lifts nothing more; neither does the transition.
        await gate.poke();
        expect(await record()).to.deep.equal(after);
        expect(await pokeAt((await now()) + DAY)).to.equal(RageQuit);
        expect(await pokeAt(completeAfter + 1n)).to.equal(VetoCooldown);
        expect(await record()).to.deep.equal(after);
      });

      it(`rises with the transition if nobody has poked before, where ${name}`, async () => {
        const world = await networkHelpers.loadFixture(deploy);
        const { gate, escrow, record, pokeAt } = world;
        await drive(world);
        const { completeAfter } = await escrow.getEpoch(1n);
        await time.increaseTo(completeAfter + HOUR);
        expect((await gate.effective()).supply).to.deep.equal([STAYING + returned + held, STAYING + returned]);
        expect(await pokeAt(completeAfter + DAY)).to.equal(VetoCooldown);
        expect(await record()).to.deep.equal([STAYING + returned + held, STAYING + returned]);
      });

      it(`rises although no view answers, where ${name}`, async () => {
        const world = await networkHelpers.loadFixture(deploy);
        const { gate, record, mute } = world;
        await mute(true);
        await drive(world);
        await gate.poke();
        const lifted = STAYING + returned;
        expect(await record()).to.deep.equal([lifted, lifted]);
        await gate.poke();
        expect(await record()).to.deep.equal([lifted, lifted]);
        await mute(false);
        await gate.poke();
        expect(await record()).to.deep.equal([lifted + held, lifted]);
      });

      it(`rises with the transition although no view answers, where ${name}`, async () => {
        const world = await networkHelpers.loadFixture(deploy);
        const { escrow, record, mute, pokeAt } = world;
        await mute(true);
        await drive(world);
        const { completeAfter } = await escrow.getEpoch(1n);
        expect(await pokeAt(completeAfter + 1n)).to.equal(VetoCooldown);
        expect(await record()).to.deep.equal([STAYING + returned, STAYING + returned]);
      });
    }

    it("lets what was called off object again, measured by all who may", async () => {
      const { vault, escrow, alice, gate, state, pokeAt, mute } = await networkHelpers.loadFixture(deploy);
      await vault.setRule(RequestRule.RefusesRequests, true);
      await time.increaseTo((await escrow.callOffAfter(1n)) + 1n);
      await mute(true);
      await escrow.callOff(1n);
      await escrow.connect(alice).moveShares(1n, 0n);
      const { reading } = await gate.effective();
      expect([reading.supportNow, reading.supportMax]).to.deep.equal([10n ** 17n, 10n ** 17n]);
      expect(await state()).to.equal(RageQuit);
      expect(await pokeAt((await escrow.getEpoch(1n)).completeAfter + 1n)).to.equal(VetoSignalling);
    });
  });

  describe("[SUP-3] a votable supply that an upgrade of the vault takes away", () => {
    for (const [index, burnAt] of ["request", "fulfilment", "claim"].entries()) {
      it(`leaves the right figure in a rage quit whose shares are burnt at the ${burnAt}`, async () => {
        const world = await deployGateWorldOver(connection, async (asset) => {
          const vault = await ethers.deployContract("RequestVaultMock", [asset, false]);
          await vault.setRule(RequestRule.ReportsVotableSupply, true);
          await vault.setStages(index, 1);
          return vault;
        });
        const { escrow, vault, enterRageQuit, gate, record, aside } = world;
        await enterRageQuit(LEAVING);
        const vessel = await escrow.vesselAt(1n, 0n);
        const { selector } = vault.getFunction("votableSupply").fragment;
        /** What can vote, as long as the view answers, and when it no longer does. */
        const figures = async () => {
          const reported = await escrow.votableSupply();
          const dropped = await aside(async () => {
            await vault.setAnswer(selector, Answer.Revert);
            await gate.poke();
            expect((await record()).lowest).to.be.at.least(STAYING);
            return await escrow.votableSupply();
          });
          return [reported, dropped];
        };
        const right = [true, STAYING];
        expect(await figures()).to.deep.equal([right, right]);
        await escrow.beginExit(1n, vessel);
        expect(await figures()).to.deep.equal([right, right]);
        await vault.fulfil(vessel, 0n, LEAVING / 2n);
        // Claimable shares that are burnt when they are claimed count until somebody does.
        const claimable = burnAt === "claim" ? LEAVING / 2n : 0n;
        expect(await figures()).to.deep.equal([right, [true, STAYING + claimable]]);
        await escrow.claim(1n, vessel);
        expect(await figures()).to.deep.equal([right, right]);
      });
    }
  });
});
