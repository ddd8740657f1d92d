import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";
import hre from "hardhat";

import {
  Phase,
  State,
  at,
  beginExit,
  claimAll,
  enterRageQuit,
  passWithdrawalDelay,
  rageQuitAfter,
} from "../helpers/deployCore.js";
import { deployEscrowWorld } from "../helpers/escrowWorld.js";
import { expectSolvent } from "../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const Moment = { Before: 1n, After: 2n } as const;
/** Enough for a callback to do all the harm it can. */
const gas = { gasLimit: 3_000_000n };

/** A share and an asset that call strangers. */
const world = () =>
  deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("ReentrantShareMock", [asset]),
    assetName: "HostileAssetMock",
  });

type World = Awaited<ReturnType<typeof world>>;

async function locked() {
  const all = await world();
  await all.escrow.connect(all.alice).lock(100n * all.one, 0n);
  await all.escrow.connect(all.bob).lock(50n * all.one, 0n);
  await networkHelpers.time.increase(86_400n);
  return all;
}
async function closed() {
  const all = await locked();
  await enterRageQuit(all);
  return all;
}
async function claiming() {
  const all = await closed();
  await beginExit(all, 1n);
  return all;
}
async function withdrawable() {
  const all = await claiming();
  await claimAll(all, 1n);
  await passWithdrawalDelay(all, 1n);
  return all;
}

/** Every call of the escrow that changes something, as an attacker would write it. */
function everyCall({ escrow, mallory, gate }: World): Map<string, string> {
  const abi = escrow.interface;
  const zero = ethers.ZeroHash;
  const lock = abi.encodeFunctionData("lock", [1n, 0n]);
  return new Map([
    ["bindGate", abi.encodeFunctionData("bindGate", [gate.target])],
    ["lock", lock],
    ["lockWithPermit", abi.encodeFunctionData("lockWithPermit", [1n, 0n, 0n, 0n, zero, zero])],
    ["unlock", abi.encodeFunctionData("unlock", [1n, 0n])],
    ["startRageQuit", abi.encodeFunctionData("startRageQuit", [0n, 0n])],
    ["beginExit", abi.encodeFunctionData("beginExit", [1n, zero])],
    ["claim", abi.encodeFunctionData("claim", [1n, ethers.MaxUint256])],
    ["withdraw", abi.encodeFunctionData("withdraw", [1n, mallory.address])],
    ["multicall", abi.encodeFunctionData("multicall", [[lock]])],
  ]);
}

/** The error of a call that comes from inside another one. */
function refusalOf({ escrow }: World, name: string): string {
  const errors: Record<string, string> = { bindGate: "CallerIsNotDeployer", startRageQuit: "CallerIsNotGate" };
  return escrow.interface.getError(errors[name] ?? "ReentrancyGuardReentrantCall")?.selector ?? "";
}

/** Checks that the transaction called back once and was refused with the error. */
async function expectRefused(all: World, transaction: ContractTransactionResponse, error: string) {
  const receipt = await transaction.wait();
  const { interface: abi } = all.vault;
  const answers = (receipt?.logs ?? []).flatMap((log) => {
    const event = abi.parseLog(log);
    return event?.name === "CalledBack" ? [event.args] : [];
  });
  expect(answers).to.have.length(1);
  const [success, returnData] = answers[0] ?? [];
  expect(success).to.equal(false);
  expect(String(returnData).slice(0, 10)).to.equal(error);
}

const HOSTS = {
  lock: { fixture: locked, call: (all: World) => all.escrow.connect(all.carol).lock(all.one, 0n, gas) },
  unlock: { fixture: locked, call: (all: World) => all.escrow.connect(all.alice).unlock(all.one, 0n, gas) },
  beginExit: { fixture: closed, call: (all: World) => all.escrow.beginExit(1n, ethers.ZeroHash, gas) },
  claim: { fixture: claiming, call: (all: World) => all.escrow.claim(1n, ethers.MaxUint256, gas) },
} as const;

describe("attack: call back into the escrow", () => {
  it("knows every call that changes something", async () => {
    const all = await networkHelpers.loadFixture(world);
    const names: string[] = [];
    all.escrow.interface.forEachFunction(({ name, constant }) => {
      if (!constant) names.push(name);
    });
    expect([...everyCall(all).keys()].sort()).to.deep.equal(names.sort());
  });

  for (const [host, { fixture, call }] of Object.entries(HOSTS)) {
    for (const [moment, code] of Object.entries(Moment)) {
      it(`from the share, inside ${host}, ${moment.toLowerCase()} the balances change`, async () => {
        const { escrow } = await networkHelpers.loadFixture(fixture);
        for (const name of everyCall(await networkHelpers.loadFixture(fixture)).keys()) {
          const all = await networkHelpers.loadFixture(fixture);
          await all.vault.setReentry(code, escrow, everyCall(all).get(name) ?? "0x");
          await expectRefused(all, await call(all), refusalOf(all, name));
          await expectSolvent(all);
        }
      });
    }
  }

  it("from the asset, inside withdraw", async () => {
    for (const name of everyCall(await networkHelpers.loadFixture(withdrawable)).keys()) {
      const all = await networkHelpers.loadFixture(withdrawable);
      const { escrow, asset, alice, bob, unit } = all;
      const hostileAsset = await ethers.getContractAt("HostileAssetMock", await asset.getAddress());
      await hostileAsset.setReentry(escrow, everyCall(all).get(name) ?? "0x");
      await expectRefused(all, await escrow.connect(alice).withdraw(1n, alice, gas), refusalOf(all, name));
      await escrow.connect(bob).withdraw(1n, bob);
      expect(await asset.balanceOf(alice)).to.equal(100n * unit);
      expect(await asset.balanceOf(bob)).to.equal(50n * unit);
      await expectSolvent(all);
    }
  });

  it("from the asset, inside claim", async () => {
    for (const name of everyCall(await networkHelpers.loadFixture(claiming)).keys()) {
      const all = await networkHelpers.loadFixture(claiming);
      const hostileAsset = await ethers.getContractAt("HostileAssetMock", await all.asset.getAddress());
      await hostileAsset.setReentry(all.escrow, everyCall(all).get(name) ?? "0x");
      await expectRefused(all, await all.escrow.claim(1n, ethers.MaxUint256, gas), refusalOf(all, name));
      expect((await all.escrow.getEpoch(1n)).phase).to.equal(Phase.Extension);
      await expectSolvent(all);
    }
  });

  it("from the vault, inside claim: the claim fails and can be repeated", async () => {
    const all = await deployEscrowWorld(connection, {
      makeVault: (asset) => ethers.deployContract("HostileVaultMock", [asset]),
    });
    const { escrow, vault, alice, one, unit } = all;
    await escrow.connect(alice).lock(100n * one, 0n);
    await enterRageQuit(all);
    const clone = await beginExit(all, 1n);
    await vault.setReentry(escrow, escrow.interface.encodeFunctionData("claim", [1n, ethers.MaxUint256]));
    await expect(escrow.claim(1n, ethers.MaxUint256, gas)).to.be.revertedWithCustomError(
      escrow,
      "ReentrancyGuardReentrantCall",
    );
    await vault.setReentry(ethers.ZeroAddress, "0x");
    await claimAll(all, 1n);
    expect(await all.asset.balanceOf(clone)).to.equal(100n * unit);
    await expectSolvent(all);
  });

  it("a vessel obeys nobody in the middle of a claim either", async () => {
    const all = await networkHelpers.loadFixture(claiming);
    const { escrow, vault, vessel, mallory } = all;
    const { vessel: clone } = await escrow.getEpoch(1n);
    for (const data of [
      vessel.interface.encodeFunctionData("pay", [mallory.address, 1n]),
      vessel.interface.encodeFunctionData("claim", [1n]),
      vessel.interface.encodeFunctionData("open", [1n]),
    ]) {
      await networkHelpers.loadFixture(claiming);
      await vault.setReentry(Moment.After, clone, data);
      const error = vessel.interface.getError("CallerIsNotEscrow")?.selector ?? "";
      await expectRefused(all, await escrow.claim(1n, ethers.MaxUint256, gas), error);
    }
  });
});

describe("attack: poke the gate from inside a lock or an unlock", () => {
  for (const [moment, code] of Object.entries(Moment)) {
    it(`${moment.toLowerCase()} the shares of the lock that reaches R1 have moved: signalling begins, once`, async () => {
      const all = await networkHelpers.loadFixture(world);
      const { escrow, gate, vault, alice, one } = all;
      await vault.setReentry(code, gate, gate.interface.encodeFunctionData("poke"));
      await escrow.connect(alice).lock(10n * one, 0n, gas);
      expect(await gate.persistedState()).to.equal(State.VetoSignalling);
      expect((await gate.queryFilter(gate.filters.GovernanceStateChanged())).length).to.equal(1);
      await expectSolvent(all);
    });

    it(`${moment.toLowerCase()} the shares of an unlock have moved: support has fallen already`, async () => {
      const all = await networkHelpers.loadFixture(world);
      const { escrow, gate, vault, alice, one } = all;
      await escrow.connect(alice).lock(10n * one, 0n);
      await networkHelpers.time.increase(10n * 86_400n);
      await vault.setReentry(code, gate, gate.interface.encodeFunctionData("poke"));
      await escrow.connect(alice).unlock(one, 0n, gas);
      expect(await gate.persistedState()).to.equal(State.VetoSignallingDeactivation);
      await expectSolvent(all);
    });
  }

  it("cannot take shares that are on their way into an epoch that closes", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, gate, vault, alice, bob, one } = all;
    await escrow.connect(alice).lock(100n * one, 0n);
    await at(all, (await rageQuitAfter(all)) + 1n);
    await vault.setReentry(Moment.Before, gate, gate.interface.encodeFunctionData("poke"));
    await escrow.connect(bob).lock(one, 0n, gas);
    expect((await escrow.positionOf(2n, bob)).shares).to.equal(one);
    expect((await escrow.getEpoch(1n)).totalShares).to.equal(100n * one);
    await expectSolvent(all);
  });
});
