import type { Holding, Observations, Subject } from "../rehearsalFacts.js";
import type { Drain } from "../rehearsalFiles.js";
import type { Snapshot } from "../snapshot.js";
import { observeControl } from "./control.js";
import { observeDirectExit } from "./direct.js";
import { observeLeast } from "./least.js";
import { observePrice } from "./price.js";
import { observeTime } from "./time.js";
import { observeTransfers } from "./transfers.js";

/** What the vault does without any contract of ours; each look leaves the snapshot as it was. */
export async function observe(
  snapshot: Snapshot,
  subject: Subject,
  holders: readonly Holding[],
  { wait, drain }: { readonly wait: bigint; readonly drain: readonly Drain[] | undefined },
  progress: (text: string) => void,
): Promise<Observations> {
  const [holder] = holders;
  if (holder === undefined) throw new Error("nobody holds shares");
  progress("who rules the vault, its share and its asset");
  const control = await observeControl(snapshot, subject);
  progress("whether shares can be sent");
  const transfers = await observeTransfers(snapshot, subject, holders);
  progress("how a holder leaves directly");
  const direct = await observeDirectExit(snapshot, subject, holder);
  progress("whether the price can be moved within a transaction");
  const price = await observePrice(snapshot, subject, holder, drain);
  progress("what moves by itself as time passes");
  const time = await observeTime(snapshot, subject, holder, wait);
  progress("least amounts");
  const least = await observeLeast(snapshot, subject, holder, direct);
  return { control, transfers, direct, price, time, least };
}
