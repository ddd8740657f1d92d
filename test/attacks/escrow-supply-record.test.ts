import { expect } from "chai";
import hre from "hardhat";

import { State, beginExit, claimAll, enterRageQuit, passExtension } from "../helpers/deployCore.js";
import { deployEscrowWorld } from "../helpers/escrowWorld.js";
import { expectSolvent } from "../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const Stage = { Request: 0n, Fulfilment: 1n, Claim: 2n } as const;
type StageName = keyof typeof Stage;
const MODE = { hasSeparateShare: false, hasRequestIds: false, isFulfilledAtOnce: false, priceAt: 1n };

/** 60 % of all shares are leaving a vault that burns them at the given moment; mallory has locked one wei. */
async function leave(burnAt: StageName, hasVotableSupply: boolean) {
  const mode = { ...MODE, burnAt: Stage[burnAt], hasVotableSupply };
  const all = await deployEscrowWorld(connection, {
    kind: "ERC7540Vessel",
    makeVault: (asset) => ethers.deployContract("ERC7540VaultMock", [asset, mode]),
  });
  await all.escrow.connect(all.whale).lock(600n * all.one, 0n);
  await enterRageQuit(all);
  await all.escrow.connect(all.mallory).lock(1n, 0n);
  return { ...all, clone: await beginExit(all, 1n) };
}

type Leaving = Awaited<ReturnType<typeof leave>>;

/** Fulfils and claims in two halves, with a poke after every step. */
async function pokeAllTheWay({ connection: network, gate, vault, clone, escrow, one }: Leaving) {
  await gate.poke();
  for (let half = 0; half < 2; ++half) {
    await vault.fulfil(clone, 0n, 300n * one);
    await gate.poke();
    await escrow.claim(1n, network.ethers.MaxUint256);
    await gate.poke();
  }
}

/** A vault whose share calls back when it is moved or burnt; 60 % of its shares are in a vessel. */
async function hooked() {
  const all = await deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("ReentrantShareMock", [asset]),
  });
  await all.escrow.connect(all.whale).lock(600n * all.one, 0n);
  await enterRageQuit(all);
  await all.escrow.connect(all.mallory).lock(1n, 0n);
  await beginExit(all, 1n);
  return all;
}

/** What the poke inside a claim found, and where governance went after the extension. */
async function pokeWithinClaim(moment: bigint) {
  const all = await networkHelpers.loadFixture(hooked);
  const { escrow, gate, vault } = all;
  await vault.setReentry(moment, gate, gate.interface.encodeFunctionData("poke"));
  await expect(escrow.claim(1n, ethers.MaxUint256, { gasLimit: 2_000_000n }))
    .to.emit(vault, "CalledBack")
    .withArgs(true, ethers.toBeHex(State.RageQuit, 32));
  await gate.poke();
  await passExtension(all, 1n);
  await gate.poke();
  await expectSolvent(all);
  const [machine, supply] = await gate.persisted();
  return { state: machine.state, lowest: supply.lowest, one: all.one };
}

describe("attack: lower the recorded supply while 60 % of all shares leave, so that one wei counts as full support", () => {
  for (const [burnAt, hasVotableSupply] of [
    ["Request", false],
    ["Claim", false],
    ["Request", true],
    ["Fulfilment", true],
    ["Claim", true],
  ] as const) {
    const reports = hasVotableSupply ? " and reports its votable supply" : "";
    it(`fails by poking at every step of a vault that burns at ${burnAt}${reports}`, async () => {
      const all = await leave(burnAt, hasVotableSupply);
      const { gate, one } = all;
      await pokeAllTheWay(all);
      expect((await gate.persisted())[1]).to.deep.equal([400n * one, 400n * one]);
      await passExtension(all, 1n);
      await gate.poke();
      expect(await gate.persistedState()).to.equal(State.VetoCooldown);
      await expectSolvent(all);
    });
  }

  it("fails by poking from within a claim before the shares are burnt", async () => {
    const { state, lowest, one } = await pokeWithinClaim(1n);
    expect(lowest).to.equal(400n * one);
    expect(state).to.equal(State.VetoCooldown);
  });

  describe("known limits, for the round and only in favour of those who object", () => {
    it("a vault that burns at Fulfilment and reports nothing: shares fulfilled and not yet claimed are missing twice", async () => {
      const all = await leave("Fulfilment", false);
      const { escrow, gate, one } = all;
      await pokeAllTheWay(all);
      // After each claim the supply is right again; what was recorded in between is not.
      expect(await escrow.votableSupply()).to.deep.equal([true, 400n * one]);
      expect((await gate.persisted())[1]).to.deep.equal([400n * one, 100n * one]);
      await expectSolvent(all);
    });

    it("the same vault, with every fulfilment claimed before anybody pokes: nothing is missing", async () => {
      const all = await leave("Fulfilment", false);
      const { gate, vault, clone, one } = all;
      await vault.fulfil(clone, 0n, 600n * one);
      await claimAll(all, 1n);
      await gate.poke();
      expect((await gate.persisted())[1]).to.deep.equal([400n * one, 400n * one]);
    });

    it("a share that calls strangers after it was burnt: what this claim burns is missing twice", async () => {
      const { state, lowest } = await pokeWithinClaim(2n);
      expect(lowest).to.equal(0n);
      expect(state).to.equal(State.VetoSignalling);
    });
  });
});
