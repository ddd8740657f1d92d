import { askNumber, balanceOf, type Told } from "../ask.js";
import { found, refused, type Holding, type Probe, type Subject, type TimeFacts } from "../rehearsalFacts.js";
import type { Snapshot } from "../snapshot.js";

/** What moves, or falls silent, if nothing happens for as long as a rage quit takes to begin. */
export const observeTime = (
  snapshot: Snapshot,
  { vault, asset, share }: Subject,
  { account, shares }: Holding,
  wait: bigint,
): Promise<TimeFacts> =>
  snapshot.branch(async () => {
    const balances = async () => ({
      shares: await balanceOf(snapshot, share.address, account),
      assets: await balanceOf(snapshot, asset.address, vault),
    });
    const before = await balances();
    await snapshot.travelTo((await snapshot.now()) + wait);
    const after = await balances();
    return {
      waited: wait,
      priceAfter: probeOf(await askNumber(snapshot, vault, "convertToAssets", [shares])),
      previewAfter: probeOf(await askNumber(snapshot, vault, "previewRedeem", [shares])),
      shareDrift: after.shares - before.shares,
      assetDrift: after.assets - before.assets,
    };
  });

const probeOf = (told: Told<bigint>): Probe<bigint> => (told.told ? found(told.value) : refused(told.why));
