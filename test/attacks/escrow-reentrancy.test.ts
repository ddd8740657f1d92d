import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";
import hre from "hardhat";

import { SyncRule } from "../conformance/vaults/names.js";
import { End, State, at, beginExit, enterRageQuit, passWithdrawalDelay, rageQuitAfter } from "../helpers/deployCore.js";
import { deployEscrowWorld } from "../helpers/escrowWorld.js";
import { expectSolvent } from "../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const Moment = { Before: 1n, After: 2n } as const;
/** Enough for a callback to do all the harm it can. */
const gas = { gasLimit: 10_000_000n };

/** A share and an asset that call strangers. */
const world = () =>
  deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("SyncVaultMock", [asset]),
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
/** The vault has paid; somebody has sent a share to the vessel, which the next claim takes back. */
async function redeemed() {
  const all = await closed();
  const clone = await beginExit(all, 1n);
  await all.share.connect(all.mallory).transfer(clone, all.one);
  return { ...all, clone };
}
/** The vault has refused for too long; alice and bob may have their shares back. */
async function calledOff() {
  const all = await closed();
  await all.vault.setRule(SyncRule.RefusesRedemption, true);
  await at(all, (await all.escrow.callOffAfter(1n)) + 1n);
  await all.escrow.callOff(1n);
  return all;
}
async function withdrawable() {
  const all = await redeemed();
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
    ["createVessel", abi.encodeFunctionData("createVessel", [1n, 3n])],
    ["beginExit", abi.encodeFunctionData("beginExit", [1n, ethers.ZeroAddress])],
    ["claim", abi.encodeFunctionData("claim", [1n, mallory.address])],
    ["callOff", abi.encodeFunctionData("callOff", [1n])],
    ["withdraw", abi.encodeFunctionData("withdraw", [1n, mallory.address])],
    ["takeShares", abi.encodeFunctionData("takeShares", [1n, mallory.address])],
    ["moveShares", abi.encodeFunctionData("moveShares", [1n, 0n])],
    ["multicall", abi.encodeFunctionData("multicall", [[lock]])],
  ]);
}

/** The error of a call that comes from inside another one; a vessel may be made at any time, and changes nothing. */
function refusalOf({ escrow }: World, name: string): string | undefined {
  if (name === "createVessel") return undefined;
  const errors: Record<string, string> = { bindGate: "CallerIsNotDeployer", startRageQuit: "CallerIsNotGate" };
  return escrow.interface.getError(errors[name] ?? "ReentrancyGuardReentrantCall")?.selector;
}

/** Checks that the transaction called back once and was refused with the error, or not refused if there is none. */
async function expectRefused(all: World, transaction: ContractTransactionResponse, error: string | undefined) {
  const receipt = await transaction.wait();
  const { interface: abi } = all.vault;
  const answers = (receipt?.logs ?? []).flatMap((log) => {
    const event = abi.parseLog(log);
    return event?.name === "CalledBack" ? [event.args] : [];
  });
  expect(answers).to.have.length(1);
  const [success, returnData] = answers[0] ?? [];
  expect(success).to.equal(error === undefined);
  if (error !== undefined) expect(String(returnData).slice(0, 10)).to.equal(error);
}

const payerOf = async ({ escrow }: World) => (await escrow.getEpoch(1n)).payer;

const HOSTS = {
  lock: { fixture: locked, call: (all: World) => all.escrow.connect(all.carol).lock(all.one, 0n, gas) },
  unlock: { fixture: locked, call: (all: World) => all.escrow.connect(all.alice).unlock(all.one, 0n, gas) },
  beginExit: { fixture: closed, call: (all: World) => all.escrow.beginExit(1n, ethers.ZeroAddress, gas) },
  claim: { fixture: redeemed, call: async (all: World) => all.escrow.claim(1n, await payerOf(all), gas) },
  takeShares: {
    fixture: calledOff,
    call: (all: World) => all.escrow.connect(all.alice).takeShares(1n, all.alice, gas),
  },
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
          await all.vault.setHook(code, escrow, everyCall(all).get(name) ?? "0x");
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

  it("from the asset, inside beginExit", async () => {
    for (const name of everyCall(await networkHelpers.loadFixture(closed)).keys()) {
      const all = await networkHelpers.loadFixture(closed);
      const hostileAsset = await ethers.getContractAt("HostileAssetMock", await all.asset.getAddress());
      await hostileAsset.setReentry(all.escrow, everyCall(all).get(name) ?? "0x");
      await expectRefused(all, await all.escrow.beginExit(1n, ethers.ZeroAddress, gas), refusalOf(all, name));
      expect((await all.escrow.getEpoch(1n)).end).to.equal(End.Redeemed);
      await expectSolvent(all);
    }
  });

  it("from the vault, inside beginExit: that try fails, and can be repeated", async () => {
    const all = await deployEscrowWorld(connection, {
      makeVault: (asset) => ethers.deployContract("HostileVaultMock", [asset]),
    });
    const { escrow, share, vault, vessel, alice, one, unit } = all;
    await escrow.connect(alice).lock(100n * one, 0n);
    await enterRageQuit(all);
    await vault.setReentry(escrow, escrow.interface.encodeFunctionData("beginExit", [1n, ethers.ZeroAddress]));
    await expect(escrow.beginExit(1n, ethers.ZeroAddress, gas)).to.be.revertedWithCustomError(vessel, "ExitRefused");
    expect(await share.balanceOf(escrow)).to.equal(100n * one);
    await vault.setReentry(ethers.ZeroAddress, "0x");
    const clone = await beginExit(all, 1n);
    expect(await all.asset.balanceOf(clone)).to.equal(100n * unit);
    await expectSolvent(all);
  });

  it("a vessel obeys nobody in the middle of a claim either", async () => {
    const all = await networkHelpers.loadFixture(redeemed);
    const { escrow, vault, vessel, mallory, clone } = all;
    for (const [data, name] of [
      [vessel.interface.encodeFunctionData("pay", [mallory.address, 1n]), "CallerIsNotEscrow"],
      [vessel.interface.encodeFunctionData("claim", [mallory.address]), "CallerIsNotEscrow"],
      [vessel.interface.encodeFunctionData("beginExit", [1n, 1n]), "CallerIsNotEscrow"],
      [vessel.interface.encodeFunctionData("tryToBeginExit", [1n, 1n]), "CallerIsNotVessel"],
    ] as const) {
      await networkHelpers.loadFixture(redeemed);
      await vault.setHook(Moment.After, clone, data);
      await expectRefused(all, await escrow.claim(1n, clone, gas), vessel.interface.getError(name)?.selector ?? "");
    }
  });

  it("nothing is paid twice: neither withdrawn, nor taken, nor taken and moved", async () => {
    const all = await networkHelpers.loadFixture(withdrawable);
    const { escrow, alice, bob, clone } = all;
    await escrow.claim(1n, clone);
    for (const person of [alice, bob]) {
      const here = escrow.connect(person);
      await here.withdraw(1n, person);
      await here.takeShares(1n, person);
      const calls = [() => here.withdraw(1n, person), () => here.takeShares(1n, person), () => here.moveShares(1n, 0n)];
      for (const again of calls) {
        await expect(again()).to.be.revertedWithCustomError(escrow, "NothingToWithdraw").withArgs(1n, person);
      }
    }
    await expectSolvent(all);
  });
});

describe("attack: poke the gate from inside a lock or an unlock", () => {
  for (const [moment, code] of Object.entries(Moment)) {
    it(`${moment.toLowerCase()} the shares of the lock that reaches R1 have moved: signalling begins, once`, async () => {
      const all = await networkHelpers.loadFixture(world);
      const { escrow, gate, vault, alice, one } = all;
      await vault.setHook(code, gate, gate.interface.encodeFunctionData("poke"));
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
      await vault.setHook(code, gate, gate.interface.encodeFunctionData("poke"));
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
    await vault.setHook(Moment.Before, gate, gate.interface.encodeFunctionData("poke"));
    await escrow.connect(bob).lock(one, 0n, gas);
    expect((await escrow.positionOf(2n, bob)).shares).to.equal(one);
    expect((await escrow.getEpoch(1n)).totalShares).to.equal(100n * one);
    await expectSolvent(all);
  });
});
