import { act, balanceOf } from "../ask.js";
import { refused, found, notTried, type Holding, type Probe, type Subject, type Transfers } from "../rehearsalFacts.js";
import { inventAccount, type Snapshot } from "../snapshot.js";

/** Nobody has ever seen this account. */
export const STRANGER = inventAccount("stranger");

/** Whether a holder can send shares, and how many arrive. */
export async function observeTransfers(
  snapshot: Snapshot,
  { share }: Subject,
  holders: readonly Holding[],
): Promise<Transfers> {
  const [first, second] = holders;
  if (first === undefined) throw new Error("nobody holds shares");
  const sent = first.shares / 2n + 1n;
  return {
    sent,
    toHolder:
      second === undefined
        ? notTried("no second holder is known")
        : await trySending(snapshot, share.address, first.account, second.account, sent),
    toStranger: await trySending(snapshot, share.address, first.account, STRANGER, sent),
  };
}

const trySending = (
  snapshot: Snapshot,
  token: string,
  from: string,
  to: string,
  amount: bigint,
): Promise<Probe<bigint>> =>
  snapshot.branch(async () => {
    const before = await balanceOf(snapshot, token, to);
    const sent = await act(snapshot, from, token, "transfer", [to, amount]);
    return sent.ok ? found((await balanceOf(snapshot, token, to)) - before) : refused(sent.why);
  });
