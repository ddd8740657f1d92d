import { expect } from "chai";

import { EXIT } from "../../helpers/deployCore.js";
import { letGovernanceGoOn, payOut } from "./payOut.js";
import { createChain } from "./createChain.js";
import { isPaid, runExit } from "./exitRun.js";
import { allVaults } from "./allVaults.js";
import { deployVaultCase } from "./leavingWorld.js";
import { GIFTS, strangersOf } from "./strangers.js";
import { OVERWRITING, REFUSED } from "./unfit.js";

const connection = await createChain();
const { networkHelpers } = connection;

const MINUTE = 60n;
/** Payments of the vault, each rounded down. */
const PAYMENTS = 4n;

describe("leaving while strangers interfere", () => {
  for (const vaultCase of allVaults.filter(({ name }) => !REFUSED.has(name) && name !== OVERWRITING)) {
    it(`${vaultCase.name}: nobody gets less, and governance waits no longer`, async () => {
      const world = await deployVaultCase(connection, vaultCase);
      const start = await networkHelpers.takeSnapshot();
      const honest = runExit(world);
      await honest.finish();
      const { assetsReceived: due } = await honest.view();
      await start.restore();

      const run = runExit(world, 3n);
      const { stranger, switches } = world.standing;
      const strangers = strangersOf(run, vaultCase.kind === "async");
      await strangers.prepareAll();
      const thrown = switches.filter(({ hand, off }) => hand === "stranger" && off !== undefined);
      for (const { on } of thrown) await on(await run.account());
      await run.beginExit(await world.escrow.vesselAt(world.epoch, 3n), stranger);
      for (const { off } of thrown) await off?.(await run.account());
      await run.beginAll();
      await strangers.interfere();
      await run.claimAll(stranger);
      await run.settle();
      await strangers.requestAgain();
      await run.claimAll(stranger);
      await run.finish();

      const { end, extensionStartedAt, assetsReceived, sharesGiven } = await run.view();
      expect(isPaid(end)).to.equal(true);
      expect(extensionStartedAt).to.be.at.most(run.settledAt() + EXIT.wordDelay + MINUTE);
      await letGovernanceGoOn(world);
      await payOut(world, { gifts: GIFTS });
      expect(assetsReceived, "assets").to.be.at.least(due - PAYMENTS);
      expect(sharesGiven, "shares that are a gift").to.be.at.most(10_000n);
    });
  }
});
