import { expect } from "chai";

import type { Core } from "./deployCore.js";
import { Phase } from "./deployCore.js";

/**
 * Checks what must always hold of an escrow: every epoch's positions add up to its total, the escrow holds what its
 * ledger says, nobody has had more than a part of what came, and a vessel can pay what is still due to everybody.
 */
export async function expectSolvent({ escrow, share, asset }: Pick<Core, "escrow" | "share" | "asset">) {
  const stakers = new Map<bigint, Set<string>>();
  for (const { args } of await escrow.queryFilter(escrow.filters.SharesLocked())) {
    stakers.set(args.epoch, (stakers.get(args.epoch) ?? new Set()).add(args.staker));
  }

  let idle = 0n;
  for (let epoch = 1n; epoch <= (await escrow.runningEpoch()); ++epoch) {
    const seen = await escrow.getEpoch(epoch);
    const sum = { shares: 0n, assetsHad: 0n, sharesHad: 0n, assetsDue: 0n, sharesDue: 0n };
    for (const staker of stakers.get(epoch) ?? []) {
      const { shares } = await escrow.positionOf(epoch, staker);
      const had = await escrow.paymentsOf(epoch, staker);
      const [assetsDue, sharesDue] = await escrow.dueTo(epoch, staker);
      const who = `of ${staker} in epoch ${epoch}`;
      expect(had.assets * seen.totalShares, `assets ${who}`).to.be.at.most(seen.assetsReceived * shares);
      expect(had.shares * seen.totalShares, `shares ${who}`).to.be.at.most(seen.sharesGiven * shares);
      sum.shares += shares;
      sum.assetsHad += had.assets;
      sum.sharesHad += had.shares;
      sum.assetsDue += assetsDue;
      sum.sharesDue += sharesDue;
    }
    expect(sum.shares, `positions of epoch ${epoch}`).to.equal(seen.totalShares);
    expect(sum.assetsHad, `assets paid of epoch ${epoch}`).to.equal(seen.assetsPaid);
    expect(sum.sharesHad, `shares paid of epoch ${epoch}`).to.equal(seen.sharesPaid);
    if (seen.phase === Phase.Signalling) {
      expect(await escrow.lockedShares()).to.equal(sum.shares);
      continue;
    }
    idle += seen.idleShares + seen.sharesGiven - seen.sharesPaid;
    expect(sum.sharesDue, `shares due of epoch ${epoch}`).to.be.at.most(seen.sharesGiven - seen.sharesPaid);
    if (sum.assetsDue > 0n) {
      expect(await asset.balanceOf(seen.payer), `assets due of epoch ${epoch}`).to.be.at.least(sum.assetsDue);
    }
  }
  expect(await escrow.idleShares(), "shares of closed epochs").to.equal(idle);
  const ledger = (await escrow.lockedShares()) + idle;
  expect(await share.balanceOf(escrow), "shares in the escrow").to.be.at.least(ledger);
}
