import { act, askNumber, balanceOf, type Told } from "../ask.js";
import {
  found,
  notTried,
  refused,
  type DirectExit,
  type Holding,
  type Probe,
  type RequestFacts,
  type Subject,
} from "../rehearsalFacts.js";
import type { Snapshot } from "../snapshot.js";

/** How the largest holder leaves by himself, in each way that the vault may know. */
export async function observeDirectExit(
  snapshot: Snapshot,
  subject: Subject,
  { account, shares }: Holding,
): Promise<DirectExit> {
  const { vault } = subject;
  const maxRedeem = await askNumber(snapshot, vault, "maxRedeem", [account]);
  const allowed = maxRedeem.told && maxRedeem.value < shares ? maxRedeem.value : shares;
  return {
    holder: account,
    shares,
    maxRedeem: probeOf(maxRedeem),
    preview: probeOf(await askNumber(snapshot, vault, "previewRedeem", [shares])),
    converted: probeOf(await askNumber(snapshot, vault, "convertToAssets", [shares])),
    redeemed:
      allowed === 0n
        ? notTried("maxRedeem allows nothing")
        : await snapshot.branch(() => redeemDirectly(snapshot, subject, account, allowed)),
    beyondMax:
      allowed === shares
        ? notTried("maxRedeem allows everything")
        : await snapshot.branch(async () => {
            const all = await redeemDirectly(snapshot, subject, account, shares);
            return all.state === "found" ? found(all.value.paid) : all;
          }),
    requested: await snapshot.branch(() => requestDirectly(snapshot, subject, account, shares)),
    cooldown: probeOf(await askNumber(snapshot, vault, "cooldownDuration")),
  };
}

/** @returns What was paid for which shares. */
export async function redeemDirectly(
  snapshot: Snapshot,
  { vault, asset, share }: Subject,
  account: string,
  shares: bigint,
): Promise<Probe<{ readonly shares: bigint; readonly paid: bigint }>> {
  const assetsBefore = await balanceOf(snapshot, asset.address, account);
  const sharesBefore = await balanceOf(snapshot, share.address, account);
  const sent = await act(snapshot, account, vault, "redeem", [shares, account, account]);
  if (!sent.ok) return refused(sent.why);
  return found({
    shares: sharesBefore - (await balanceOf(snapshot, share.address, account)),
    paid: (await balanceOf(snapshot, asset.address, account)) - assetsBefore,
  });
}

export async function requestDirectly(
  snapshot: Snapshot,
  { vault, share }: Subject,
  account: string,
  shares: bigint,
): Promise<Probe<RequestFacts>> {
  const supply = await askNumber(snapshot, share.address, "totalSupply");
  const before = await balanceOf(snapshot, share.address, account);
  // Some vaults take shares by an allowance, also from who asks.
  await act(snapshot, account, share.address, "approve", [vault, shares]);
  const sent = await act(snapshot, account, vault, "requestRedeem", [shares, account, account]);
  if (!sent.ok) return refused(sent.why);
  const taken = before - (await balanceOf(snapshot, share.address, account));
  // A fallback that swallows every call takes nothing.
  if (taken === 0n) return refused("the call succeeds and takes no shares");
  const left = await askNumber(snapshot, share.address, "totalSupply");
  const claimable = await askNumber(snapshot, vault, "maxRedeem", [account]);
  return found({
    shares: taken,
    claimable: claimable.told ? claimable.value : 0n,
    burnt: supply.told && left.told ? supply.value - left.value : 0n,
  });
}

const probeOf = (told: Told<bigint>): Probe<bigint> => (told.told ? found(told.value) : refused(told.why));
