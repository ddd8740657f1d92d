import { expect } from "chai";

import { End, EXIT } from "../../helpers/deployCore.js";
import { letGovernanceGoOn, payOut } from "./payOut.js";
import { assetSwitches } from "./assetSwitches.js";
import { createChain } from "./createChain.js";
import { failureOf, runExit } from "./exitRun.js";
import { deployLeavingWorld } from "./leavingWorld.js";
import { RequestRule } from "./names.js";
import { deployRequestVault } from "./requestVaults.js";

const connection = await createChain();
const { ethers } = connection;

const MINUTE = 60n;
const WHOLE = 10n ** 18n;

async function deployWorld() {
  const coin = await ethers.deployContract("RebasingAssetMock", ["Staked coin", "stCOIN", 6]);
  const asset = await ethers.getContractAt("AssetMock", await coin.getAddress());
  const world = await deployLeavingWorld(connection, {
    deployVault: (chain, given) => deployRequestVault(chain, given),
    asset,
  });
  return { world, coin, switches: assetSwitches(coin) };
}

/** What a switch leaves of each payment, or of what lies there; or whether nothing comes at all. [1e18 = 100 %] */
const LEFT: Readonly<Record<string, bigint>> = {
  "the asset shrinks by a tenth": WHOLE,
  "the asset grows by a tenth": WHOLE,
  "the asset blocks the account": 0n,
  "transfers of the asset cost 1 %": (WHOLE * 99n) / 100n,
};

describe("leaving while the asset does what assets can do", () => {
  for (const [name, left] of Object.entries(LEFT)) {
    it(`${name}, before the vault pays: each has the part of all that came`, async () => {
      const { world, switches } = await deployWorld();
      const worth = await world.standing.vault.convertToAssets(world.total);
      const run = runExit(world);
      await run.beginAll();
      const thrown = switches.find((one) => one.name === name);
      await thrown?.on(await run.account());
      await run.finish();
      const { end, extensionStartedAt, assetsReceived } = await run.view();
      expect(end).to.equal(left === 0n ? End.ClockRanOut : End.Redeemed);
      if (left === 0n) expect(extensionStartedAt).to.be.at.most(world.closedAt + EXIT.holdLimit + MINUTE);
      expect(assetsReceived).to.be.within((worth * left) / WHOLE - 2n, (worth * left) / WHOLE + 2n);
      await letGovernanceGoOn(world);
      // Where each further transfer costs as well, the stakers bear it: what the escrow counts is what it pays.
      if (name === "transfers of the asset cost 1 %") await thrown?.off?.(await run.account());
      await payOut(world, { coarseness: name.includes("grows") ? 1n : 0n });
    });
  }

  it("a block that is lifted after the clock has run out: what comes then is still paid out, to a wei", async () => {
    const { world, coin } = await deployWorld();
    const worth = await world.standing.vault.convertToAssets(world.total);
    const run = runExit(world);
    await run.beginAll();
    const vessel = await run.account();
    await coin.setBlocked(vessel, true);
    await run.finish();
    await letGovernanceGoOn(world);
    await coin.setBlocked(vessel, false);
    await run.claimAll();
    expect((await run.view()).assetsReceived).to.be.within(worth - 1n, worth);
    await payOut(world);
  });

  it("a loss after the vault has paid is everybody's, whoever takes nothing before it", async () => {
    const { world, coin } = await deployWorld();
    const run = runExit(world);
    await run.finish();
    await letGovernanceGoOn(world);
    const { assetsReceived } = await run.view();
    await coin.rebase((WHOLE * 9n) / 10n);
    expect((await run.view()).assetsReceived).to.equal((assetsReceived * 9n) / 10n);
    await payOut(world);
  });
});

describe("leaving while an issuer burns shares in the escrow", () => {
  it("takes the same part of everybody's, and leaves nobody's behind", async () => {
    const { world } = await deployWorld();
    const { standing, escrow, total } = world;
    const run = runExit(world);
    await standing.mock.clawBack(escrow, total / 2n);
    const worth = await standing.vault.convertToAssets(total - total / 2n);
    await run.finish();
    const { end, assetsReceived } = await run.view();
    expect(end).to.equal(End.Redeemed);
    expect(assetsReceived).to.be.within(worth - 2n, worth);
    await letGovernanceGoOn(world);
    await payOut(world);
  });

  it("leaves what is left to everybody when the exit is called off", async () => {
    const { world } = await deployWorld();
    const { standing, escrow, total, stakers, share } = world;
    const run = runExit(world);
    await standing.mock.setRule(RequestRule.RefusesRequests, true);
    expect(await run.beginAll()).to.equal("ExitRefused");
    await standing.mock.clawBack(escrow, total / 2n);
    await run.waitForClock();
    const { end, extensionStartedAt } = await run.view();
    expect(end).to.equal(End.CalledOff);
    expect(extensionStartedAt).to.be.at.most(world.closedAt + EXIT.callOffDelay + MINUTE);
    await letGovernanceGoOn(world);
    const kept = total - total / 2n;
    for (const { signer, shares } of stakers) {
      const before = await share.balanceOf(signer);
      await escrow.connect(signer).takeShares(world.epoch, signer);
      const part = (kept * shares) / total;
      expect((await share.balanceOf(signer)) - before).to.be.within(part - 1n, part + 1n);
    }
    expect(await share.balanceOf(escrow)).to.be.below(BigInt(stakers.length) + 1n);
    expect(await failureOf(() => escrow.connect(stakers[0]?.signer).takeShares(world.epoch, world.keeper))).to.equal(
      "NothingToWithdraw",
    );
  });
});
