import { expect } from "chai";

import { End, EXIT } from "../../helpers/deployCore.js";
import { isDeep } from "../../helpers/testProfile.js";
import { letGovernanceGoOn, payOut, playControl } from "./payOut.js";
import { createChain } from "./createChain.js";
import { isPaid, runExit } from "./exitRun.js";
import { allVaults } from "./allVaults.js";
import { deployVaultCase } from "./leavingWorld.js";
import { REFUSED } from "./unfit.js";

const connection = await createChain();
const { networkHelpers } = connection;

const MINUTE = 60n;

describe("leaving an honest vault", () => {
  for (const [place, vaultCase] of allVaults.entries()) {
    it(`${vaultCase.name}: pays to a wei what a holder would have got`, async () => {
      const world = await deployVaultCase(connection, vaultCase);
      const vessels = [0n, "fresh"] as const;
      // By turns, or both: a vessel that anybody could know, and one that nobody could.
      for (const first of vessels.filter((_, i) => isDeep || i === place % 2)) {
        const start = await networkHelpers.takeSnapshot();
        const run = runExit(world, first);
        await run.finish();
        const { end, extensionStartedAt, redeemedShares, assetsReceived } = await run.view();
        const isRefused = REFUSED.has(vaultCase.name);
        const limit = isRefused ? world.closedAt + EXIT.callOffDelay : run.settledAt() + EXIT.wordDelay;
        expect(extensionStartedAt).to.be.at.most(limit + MINUTE);
        expect(isPaid(end)).to.equal(!isRefused);
        await letGovernanceGoOn(world);
        const paid = await payOut(world);
        await start.restore();
        if (isRefused) {
          expect(end).to.equal(End.CalledOff);
          expect([redeemedShares, paid.allAssets]).to.deep.equal([0n, 0n]);
        } else {
          expect(assetsReceived).to.equal(await playControl(run, vaultCase.kind));
          expect(paid.allShares).to.equal(0n);
          expect(paid.allAssets).to.be.above(0n);
        }
        await start.restore();
      }
    });
  }
});
