import { expect } from "chai";

import type { RequestVaultMock } from "../../../types/index.js";
import { End, enterRageQuit, EXIT, State } from "../../helpers/deployCore.js";
import { letGovernanceGoOn, payOut } from "./payOut.js";
import { cooldownVault } from "./cooldownVault.js";
import { createChain } from "./createChain.js";
import { isPaid, runExit, type ExitRun } from "./exitRun.js";
import { deployLeavingWorld, type LeavingWorld } from "./leavingWorld.js";
import { RequestRule } from "./names.js";
import { deployRequestVault, type RequestHabits } from "./requestVaults.js";
import { deploySyncVault, type SyncHabits } from "./syncVaults.js";

const connection = await createChain();
const { ethers } = connection;

const MINUTE = 60n;
/** Payments, and returns of shares, each rounded down. [asset units] */
const ROUNDING = 6n;

const overRequests = (habits: RequestHabits = {}) =>
  deployLeavingWorld(connection, { deployVault: (chain, asset) => deployRequestVault(chain, asset, habits) });
const overMarket = (habits: SyncHabits = {}) =>
  deployLeavingWorld(connection, { deployVault: (chain, asset) => deploySyncVault(chain, asset, habits) });

/** The exit has brought everything in assets, for everybody, and nothing stays behind. */
async function expectAllPaid(run: ExitRun, worth: bigint): Promise<void> {
  const { end, assetsReceived, sharesGiven } = await run.view();
  expect(isPaid(end)).to.equal(true);
  expect(assetsReceived).to.be.within(worth - ROUNDING, worth);
  expect(sharesGiven).to.equal(0n);
  await letGovernanceGoOn(run.world);
  await payOut(run.world);
}

/** The exit was called off 120 days after `since`, and everybody has all the shares again. */
async function expectAllBack(run: ExitRun, since: bigint): Promise<void> {
  const { end, extensionStartedAt, sharesGiven } = await run.view();
  expect(end).to.equal(End.CalledOff);
  expect(extensionStartedAt).to.be.within(since + EXIT.callOffDelay, since + EXIT.callOffDelay + MINUTE);
  expect(sharesGiven).to.equal(run.world.total);
  await letGovernanceGoOn(run.world);
  const { shares, assets } = await payOut(run.world);
  expect(shares).to.deep.equal(run.world.stakers.map((staker) => staker.shares));
  expect(assets).to.deep.equal([0n, 0n, 0n]);
}

const worthNow = ({ standing, total }: LeavingWorld) => standing.vault.convertToAssets(total);

/** Nothing has been begun: the world, its vault, the exit to be played, and what the shares are worth now. */
async function ready<Mock>(
  opening: Promise<LeavingWorld & { readonly standing: { readonly mock: Mock } }>,
  first?: bigint,
) {
  const world = await opening;
  const { mock, stranger } = world.standing;
  return { world, mock, stranger, run: runExit(world, first), worth: await worthNow(world) };
}

/** Half of the request is settled, and somebody else has it paid out. */
async function payOutHalf({ mock, world, run }: { mock: RequestVaultMock; world: LeavingWorld; run: ExitRun }) {
  await mock.fulfil(await run.account(), 0n, world.total / 2n);
  await mock.payOut(await run.account());
}

describe("what may strand those who leave, and does not", () => {
  for (const isApart of [false, true]) {
    it(`a vault that takes ${isApart ? "a share apart" : "its own share"} by an allowance gets it for the one call`, async () => {
      const { world, run, worth } = await ready(overRequests({ isApart, rules: ["TakesByAllowance"] }));
      await run.beginAll();
      const [vessel] = await run.vessels();
      expect(await world.share.allowance(vessel ?? "", world.standing.vault)).to.equal(0n);
      await run.finish();
      await expectAllPaid(run, worth);
    });
  }

  it("a stranger claims everything: what the vault says ends the exit after a week", async () => {
    const { mock, run, worth } = await ready(overRequests());
    await run.beginAll();
    await run.settle();
    await mock.payOut(await run.account());
    const { redeemedShares } = await run.view();
    expect(redeemedShares).to.equal(0n);
    const paidAt = run.settledAt();
    await run.finish();
    const { end, extensionStartedAt } = await run.view();
    expect(end).to.equal(End.VaultsWord);
    expect(extensionStartedAt).to.be.within(paidAt + EXIT.wordDelay, paidAt + EXIT.wordDelay + MINUTE);
    await expectAllPaid(run, worth);
  });

  it("a stranger claims one half, the vessel the other", async () => {
    const { world, mock, run, worth } = await ready(overRequests());
    await run.beginAll();
    await payOutHalf({ mock, world, run });
    await run.finish();
    expect((await run.view()).redeemedShares).to.equal(world.total - world.total / 2n);
    await expectAllPaid(run, worth);
  });

  it("a stranger claims one half, and the other half's shares are handed back and leave again", async () => {
    const { world, mock, run, worth } = await ready(overRequests());
    await run.beginAll();
    await payOutHalf({ mock, world, run });
    await mock.cancelAll(await run.account());
    await run.claimAll();
    expect((await run.view()).idleShares).to.equal(world.total - world.total / 2n);
    await run.finish();
    await expectAllPaid(run, worth);
  });

  it("a list that admits the computable vessels beforehand lets them leave, and a fresh one not", async () => {
    const { world, run, worth } = await ready(
      deployLeavingWorld(connection, {
        deployVault: (chain, asset) => deployRequestVault(chain, asset),
        prepare: async ({ mock, stranger }, { escrow }, holders) => {
          for (const holder of [...holders, stranger, escrow]) await mock.setAdmitted(holder, true);
          for (let n = 0n; n < 4n; ++n) await mock.setAdmitted(await escrow.vesselAt(1n, n), true);
          await mock.setHolderList(true);
          await mock.setRule(RequestRule.HasControllerList, true);
        },
      }),
      1n,
    );
    expect(await run.beginExit(ethers.ZeroAddress)).to.equal("AccountNotAdmitted");
    expect(await run.beginExit(await world.escrow.vesselAt(1n, 1n))).to.equal("");
    await run.finish();
    await expectAllPaid(run, worth);
  });

  it("a vault that closes after the lock pays at once", async () => {
    const { mock, run, worth } = await ready(overRequests());
    await mock.setRule(RequestRule.IsClosed, true);
    await run.beginAll();
    expect((await run.view()).end).to.equal(End.Redeemed);
    await expectAllPaid(run, worth);
  });

  it("a vault that closes while a request is half settled pays the settled half, then the rest that it hands back", async () => {
    const { world, mock, run, worth } = await ready(overRequests());
    await run.beginAll();
    await mock.fulfil(await run.account(), 0n, world.total / 2n);
    await mock.setRule(RequestRule.IsClosed, true);
    await mock.cancelAll(await run.account());
    await run.claimAll();
    await run.beginAll();
    await expectAllPaid(run, worth);
  });

  for (const isSynchronous of [false, true]) {
    const ways = ["asynchronous", "synchronous"];
    const [from, to] = isSynchronous ? ways : ways.toReversed();
    it(`a vault that was ${from ?? ""} and becomes ${to ?? ""} after the lock pays in its new way`, async () => {
      const { mock, run, worth } = await ready(overRequests(isSynchronous ? {} : { rules: ["IsSynchronous"] }));
      await mock.setRule(RequestRule.IsSynchronous, isSynchronous);
      await run.beginAll();
      expect((await run.view()).end).to.equal(isSynchronous ? End.Redeemed : End.None);
      await run.finish();
      await expectAllPaid(run, worth);
    });
  }

  it("a smallest request that rises above the epoch gives all the shares back after 120 days", async () => {
    const { world, mock, run } = await ready(overRequests());
    await mock.setBounds(world.total + 1n, ethers.MaxUint256);
    expect(await run.beginAll()).to.equal("ExitRefused");
    await run.finish();
    await expectAllBack(run, world.closedAt);
  });

  it("a smallest request that rises after the beginning changes nothing", async () => {
    const { world, mock, run, worth } = await ready(overRequests());
    await run.beginAll();
    await mock.setBounds(world.total + 1n, ethers.MaxUint256);
    await run.finish();
    await expectAllPaid(run, worth);
  });

  it("a cooldown vault is left by the example's vessel after its cooldown", async () => {
    const world = await deployLeavingWorld(connection, {
      deployVault: cooldownVault.deploy,
      vesselName: "CooldownVessel",
    });
    const run = runExit(world);
    const worth = await worthNow(world);
    await run.finish();
    expect(run.settledAt()).to.be.within(world.closedAt + 7n * 86_400n, world.closedAt + 7n * 86_400n + MINUTE);
    await expectAllPaid(run, worth);
  });

  it("a cooldown vault under the standard vessel gives all the shares back after 120 days", async () => {
    const world = await deployLeavingWorld(connection, { deployVault: cooldownVault.deploy });
    const run = runExit(world);
    expect(await run.beginAll()).to.equal("ExitRefused");
    await run.finish();
    await expectAllBack(run, world.closedAt);
  });

  it("a beginning at a dry moment moves nothing; the next one brings everything", async () => {
    const { world, mock, stranger, run, worth } = await ready(overMarket());
    const debt = await mock.liquidity();
    await mock.connect(stranger).borrow(debt);
    expect(await run.beginExit(ethers.ZeroAddress)).to.equal("ExitRefused");
    expect(await world.share.balanceOf(world.escrow)).to.equal(world.total);
    expect((await run.view()).idleShares).to.equal(world.total);
    await world.asset.connect(stranger).approve(mock, debt);
    await mock.connect(stranger).repay(debt);
    await run.finish();
    await expectAllPaid(run, worth);
  });

  it("a market that would pay a fraction for everything at a dry moment burns nothing", async () => {
    const { world, mock, stranger, run, worth } = await ready(overMarket({ rules: ["RealisesLoss"] }));
    const debt = (await mock.liquidity()) - worth / 1000n;
    await mock.connect(stranger).borrow(debt);
    expect(await run.beginExit(ethers.ZeroAddress)).to.equal("ExitRefused");
    await world.asset.connect(stranger).approve(mock, debt);
    await mock.connect(stranger).repay(debt);
    await run.finish();
    await expectAllPaid(run, worth);
  });

  it("a worth of 0 at the beginning is asked again later: the vault's word still ends the exit", async () => {
    const { mock, run, worth } = await ready(overRequests());
    const { selector } = mock.getFunction("convertToAssets").fragment;
    await mock.setScale(selector, 0n);
    await run.beginAll();
    await mock.setScale(selector, 10n ** 18n);
    await run.settle();
    await mock.payOut(await run.account());
    await run.finish();
    expect((await run.view()).end).to.equal(End.VaultsWord);
    await expectAllPaid(run, worth);
  });

  it("a price of 0 at the beginning sells nothing at once", async () => {
    const { mock, run, worth } = await ready(overMarket());
    await mock.setPrice(true, 0n);
    expect(await run.beginExit(ethers.ZeroAddress)).to.equal("ExitRefused");
    await mock.setPrice(false, 0n);
    await run.finish();
    await expectAllPaid(run, worth);
  });

  it("claims that are computed from a rounded price leave nothing with the vault", async () => {
    const world = await overRequests({ priceStep: 1_000n, rules: ["DerivesClaimable"] });
    const { mock } = world.standing;
    await mock.setPrice(1_234_567n);
    const run = runExit(world);
    const worth = await worthNow(world);
    await run.beginAll();
    const account = await run.account();
    for (let i = 0; i < 3; ++i) {
      const { pending } = await mock.getRequest(account, 0n);
      await mock.fulfil(account, 0n, pending / 3n + 1n);
      await run.claimAll();
    }
    await run.finish();
    const { pending, claimableAssets } = await mock.getRequest(account, 0n);
    expect([pending, claimableAssets, await mock.maxRedeem(account)]).to.deep.equal([0n, 0n, 0n]);
    await expectAllPaid(run, worth);
  });
});

describe("a vault whose requests overwrite one another", () => {
  it("is unfit: a stranger's request of 1 wei destroys what an epoch is due, and nobody else's", async () => {
    const world = await overRequests({ cooldown: 3n * 86_400n, rules: ["Overwrites"], priceAt: "Request" });
    const { escrow, gate, share, whale, standing } = world;
    const run = runExit(world);
    await run.beginAll();
    await share.connect(standing.stranger).approve(standing.vault, 1n);
    await standing.mock.connect(standing.stranger).requestRedeem(1n, await run.account(), standing.stranger);
    await run.finish();
    const { end, extensionStartedAt, assetsReceived, sharesGiven } = await run.view();
    expect(end).to.equal(End.ClockRanOut);
    expect(extensionStartedAt).to.be.within(world.closedAt + EXIT.holdLimit, world.closedAt + EXIT.holdLimit + MINUTE);
    expect([assetsReceived, sharesGiven]).to.deep.equal([0n, 0n]);
    await letGovernanceGoOn(world);
    await payOut(world);

    const shares = await share.balanceOf(whale);
    await share.connect(whale).approve(escrow, shares);
    await escrow.connect(whale).lock(shares, 0n);
    await connection.networkHelpers.time.increase(86_400n);
    await gate.poke();
    expect(await gate.persistedState()).to.equal(State.VetoSignalling);
    const epoch = await enterRageQuit(world);
    const { closedAt, totalShares: total } = await escrow.getEpoch(epoch);
    const next: LeavingWorld = { ...world, epoch, total, closedAt, stakers: [{ signer: whale, shares }] };
    const nextRun = runExit(next, "fresh");
    const worth = await worthNow(next);
    await nextRun.finish();
    await expectAllPaid(nextRun, worth);
  });
});

describe("a vault that pays a 64th once a year", () => {
  it("holds governance for two years, and everything it pays later is still paid out", async () => {
    const { world, mock, run, worth } = await ready(overRequests());
    await run.beginAll();
    for (let year = 0; year < 2; ++year) {
      await run.wait(360n * 86_400n);
      await mock.fulfil(await run.account(), 0n, world.total / 64n + 1n);
      await run.claimAll();
    }
    await run.waitForClock();
    const { end, extensionStartedAt, assetsReceived } = await run.view();
    expect(end).to.equal(End.ClockRanOut);
    expect(extensionStartedAt).to.be.within(world.closedAt + EXIT.exitLimit, world.closedAt + EXIT.exitLimit + MINUTE);
    expect(assetsReceived).to.be.within(worth / 32n - ROUNDING, worth / 31n);
    await letGovernanceGoOn(world);
    await run.settle();
    await run.claimAll();
    await payOut(world);
    expect((await run.view()).assetsReceived).to.be.within(worth - ROUNDING, worth);
  });
});
