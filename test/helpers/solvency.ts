import { expect } from "chai";

import type { Core } from "./deployCore.js";
import { Phase } from "./deployCore.js";

/**
 * Checks what must always hold of an escrow: every epoch's positions add up to its ledger, the escrow holds what has
 * not gone to a vessel, and, once payments have begun, a vessel can pay everybody who is left.
 */
export async function expectSolvent({ escrow, share, asset }: Pick<Core, "escrow" | "share" | "asset">) {
  const stakers = new Map<bigint, Set<string>>();
  for (const { args } of await escrow.queryFilter(escrow.filters.SharesLocked())) {
    stakers.set(args.epoch, (stakers.get(args.epoch) ?? new Set()).add(args.staker));
  }
  const fixed = new Map<bigint, bigint>();
  for (const { args } of await escrow.queryFilter(escrow.filters.AssetsFixed())) fixed.set(args.epoch, args.assets);

  let owed = 0n;
  for (let epoch = 1n; epoch <= (await escrow.runningEpoch()); ++epoch) {
    const { phase, totalShares, vessel } = await escrow.getEpoch(epoch);
    const positions: bigint[] = [];
    for (const staker of stakers.get(epoch) ?? []) positions.push((await escrow.positionOf(epoch, staker)).shares);
    const sum = positions.reduce((total, shares) => total + shares, 0n);
    const assets = fixed.get(epoch);
    if (assets === undefined) {
      expect(sum, `positions of epoch ${epoch}`).to.equal(totalShares);
    } else {
      const due = positions.reduce((total, shares) => total + (assets * shares) / totalShares, 0n);
      expect(await asset.balanceOf(vessel), `assets of epoch ${epoch}`).to.be.at.least(due);
    }
    if (phase === Phase.Signalling) expect(await escrow.lockedShares()).to.equal(sum);
    if (phase === Phase.Signalling || phase === Phase.Closed) owed += totalShares;
  }
  expect(await share.balanceOf(escrow), "shares in the escrow").to.be.at.least(owed);
}
