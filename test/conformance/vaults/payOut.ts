import { expect } from "chai";

import { now, passExtension, passWithdrawalDelay, State } from "../../helpers/deployCore.js";
import { impersonate } from "../../helpers/impersonate.js";
import { makeHolder, type ExitRun } from "./exitRun.js";
import type { LeavingWorld } from "./leavingWorld.js";
import type { VaultKind } from "./vaultCase.js";

/** What the stakers have had in the end. */
export interface Paid {
  readonly assets: readonly bigint[];
  readonly shares: readonly bigint[];
  readonly allAssets: bigint;
  readonly allShares: bigint;
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, amount) => all + amount, 0n);

/** Governance leaves RageQuit as soon as the extension has passed, and not before. */
export async function letGovernanceGoOn(world: LeavingWorld): Promise<void> {
  const { gate, escrow, epoch } = world;
  const { completeAfter } = await escrow.getEpoch(epoch);
  if ((await now(world)) < completeAfter) {
    await gate.poke();
    expect(await gate.persistedState()).to.equal(State.RageQuit);
    await passExtension(world, epoch);
  }
  await gate.poke();
  expect(await gate.persistedState()).to.equal(State.VetoCooldown);
}

/**
 * Everybody takes what is due, in assets and in shares: each has exactly the part, rounded down, of all that came, and
 * nothing but the rounding stays behind.
 * @param options.gifts Sent to the escrow itself, which makes nobody richer. [shares]
 * @param options.coarseness What a transfer of the asset itself rounds by. [asset units]
 */
export async function payOut(world: LeavingWorld, { gifts = 0n, coarseness = 0n } = {}): Promise<Paid> {
  const { escrow, epoch, asset, share, stakers, total } = world;
  await passWithdrawalDelay(world, epoch);
  const { assetsReceived, sharesGiven } = await escrow.getEpoch(epoch);
  const assets: bigint[] = [];
  const shares: bigint[] = [];
  for (const { signer, shares: part } of stakers) {
    const due = await escrow.dueTo(epoch, signer);
    const before = [await asset.balanceOf(signer), await share.balanceOf(signer)] as const;
    if (due.assets > 0n) await escrow.connect(signer).withdraw(epoch, signer);
    if (due.shares > 0n) await escrow.connect(signer).takeShares(epoch, signer);
    assets.push((await asset.balanceOf(signer)) - before[0]);
    shares.push((await share.balanceOf(signer)) - before[1]);
    const owed = (assetsReceived * part) / total;
    expect(assets.at(-1), "assets").to.be.within(owed - coarseness, owed + coarseness);
    expect(shares.at(-1), "shares").to.equal((sharesGiven * part) / total);
  }
  const paid = { assets, shares, allAssets: sum(assets), allShares: sum(shares) };
  expect(assetsReceived - paid.allAssets, "assets that nobody gets").to.be.below(BigInt(stakers.length));
  expect(sharesGiven - paid.allShares, "shares that nobody gets").to.be.below(BigInt(stakers.length));
  for (const vessel of await escrow.vesselsOf(epoch)) {
    expect(await asset.balanceOf(vessel), "assets left in a vessel").to.be.below(BigInt(stakers.length));
    expect(await share.balanceOf(vessel), "shares left in a vessel").to.equal(0n);
  }
  const left = (await share.balanceOf(escrow)) - gifts;
  expect(left, "shares left in the escrow").to.be.below(BigInt(stakers.length));
  return paid;
}

/**
 * What a holder who left by himself would have had: the same shares, asked for in the same ways, in the same order, with
 * everything else happening as it did since the beginning of the run.
 */
export async function playControl({ world, steps }: ExitRun, kind: VaultKind): Promise<bigint> {
  const { connection, escrow, share, asset, control, epoch } = world;
  const { idleShares, assetsReceived } = await escrow.getEpoch(epoch);
  await share.connect(await impersonate(connection, escrow)).transfer(control, idleShares);
  const holder = await makeHolder(world, kind);
  for (const { play } of steps) await play(holder);
  return assetsReceived + (await asset.balanceOf(control));
}
