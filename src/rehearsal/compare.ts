import { act, askNumber, balanceOf } from "./ask.js";
import { redeemDirectly, requestDirectly } from "./observe/direct.js";
import { found, notTried, type Comparison, type Probe, type Subject, type Walk } from "./rehearsalFacts.js";
import type { Settlement } from "./rehearsalFiles.js";
import { Settlements } from "./settlement.js";
import type { Snapshot } from "./snapshot.js";

/**
 * What the first of those who locked would have been paid by the vault itself at the moment when the exit was begun, and
 * what the escrow was paid for as many shares.
 */
export async function compareWithDirect(
  snapshot: Snapshot,
  subject: Subject,
  { exit, locks }: Walk,
  settlements: readonly Settlement[],
): Promise<Probe<Comparison>> {
  const [lock] = locks;
  if (exit === null || lock === undefined || exit.redeemed === 0n) return notTried("nothing was paid");
  const { account, shares } = lock;
  const direct = await snapshot.branch(async () => {
    const played = new Settlements(snapshot, settlements);
    // What is done for a vessel is done for the holder.
    const stands = ["escrow", "vessel", ...Array.from({ length: 8 }, (_, number) => `vessel${number}`)];
    const known = { ...Object.fromEntries(stands.map((name) => [name, account])), shares };
    for (const moment of ["start", "deploy", "lock", "rage-quit"] as const) await played.play(moment, known);
    await snapshot.travelTo(exit.begunAt - 1n);
    if (exit.atOnce > 0n) {
      const redeemed = await redeemDirectly(snapshot, subject, account, shares);
      return redeemed.state === "found" ? redeemed.value.paid : undefined;
    }
    const requested = await requestDirectly(snapshot, subject, account, shares);
    if (requested.state !== "found") return undefined;
    await played.play("begin-exit", known);
    for (const time of played.times) {
      await snapshot.travelTo(exit.begunAt + time);
      await played.play(time, known);
    }
    // A vault that pays late pays a holder as late.
    if (exit.held !== null) await snapshot.travelTo(exit.begunAt + exit.held);
    const claimable = await askNumber(snapshot, subject.vault, "maxRedeem", [account]);
    if (!claimable.told || claimable.value < shares) return undefined;
    const before = await balanceOf(snapshot, subject.asset.address, account);
    const sent = await act(snapshot, account, subject.vault, "redeem", [claimable.value, account, account]);
    return sent.ok ? (await balanceOf(snapshot, subject.asset.address, account)) - before : undefined;
  });
  if (direct === undefined) return notTried("a holder was not paid directly at that moment");
  return found({ shares, direct, escrow: (exit.received * shares) / exit.redeemed });
}
