import { expect } from "chai";

import type { Core } from "./deployCore.js";

/**
 * Checks what must always hold of an escrow whose shares nobody took away: every epoch's positions add up to its total,
 * payments to what was paid, both parts of the ledger lie in the escrow, and whoever is due anything can be paid.
 */
export async function expectSolvent({ escrow, share, asset }: Pick<Core, "escrow" | "share" | "asset">) {
  const stakers = new Map<bigint, Set<string>>();
  for (const { args } of await escrow.queryFilter(escrow.filters.SharesLocked())) {
    stakers.set(args.epoch, (stakers.get(args.epoch) ?? new Set()).add(args.staker));
  }
  const running = await escrow.runningEpoch();
  let idle = 0n;
  for (let epoch = 1n; epoch <= running; ++epoch) {
    const view = await escrow.getEpoch(epoch);
    const sum = { positions: 0n, assetsPaid: 0n, sharesPaid: 0n, assetsDue: 0n, sharesDue: 0n };
    for (const staker of stakers.get(epoch) ?? []) {
      const payments = await escrow.paymentsOf(epoch, staker);
      const due = await escrow.dueTo(epoch, staker);
      sum.positions += (await escrow.positionOf(epoch, staker)).shares;
      sum.assetsPaid += payments.assets;
      sum.sharesPaid += payments.shares;
      sum.assetsDue += due.assets;
      sum.sharesDue += due.shares;
    }
    expect(sum.positions, `positions of epoch ${epoch}`).to.equal(view.totalShares);
    expect(sum.assetsPaid, `assets paid of epoch ${epoch}`).to.equal(view.assetsPaid);
    expect(sum.sharesPaid, `shares paid of epoch ${epoch}`).to.equal(view.sharesPaid);
    if (epoch === running) {
      expect(await escrow.lockedShares(), "shares that signal").to.equal(sum.positions);
      continue;
    }
    idle += view.extensionStartedAt === 0n ? view.idleShares : view.sharesGiven - view.sharesPaid;
    expect(sum.sharesDue, `shares due of epoch ${epoch}`).to.be.at.most(view.sharesGiven - view.sharesPaid);
    if (sum.assetsDue > 0n) {
      expect(await asset.balanceOf(view.payer), `assets of epoch ${epoch}`).to.be.at.least(sum.assetsDue);
    }
  }
  expect(await escrow.idleShares(), "shares of closed epochs").to.equal(idle);
  expect(await share.balanceOf(escrow), "shares in the escrow").to.be.at.least((await escrow.lockedShares()) + idle);
}
