import {
  found,
  notTried,
  refused,
  type DirectExit,
  type Holding,
  type LeastFacts,
  type Probe,
  type Subject,
} from "../rehearsalFacts.js";
import type { Snapshot } from "../snapshot.js";
import { redeemDirectly, requestDirectly } from "./direct.js";

/** The least power of ten of shares that the vault lets go, in the way in which it lets the holder go at all. */
export async function observeLeast(
  snapshot: Snapshot,
  subject: Subject,
  { account, shares }: Holding,
  direct: DirectExit,
): Promise<LeastFacts> {
  const isAtOnce = direct.redeemed.state === "found" || direct.beyondMax.state === "found";
  if (!isAtOnce && direct.requested.state !== "found") return { exit: notTried("the vault lets nobody leave") };
  for (let amount = 1n; amount <= shares; amount *= 10n) {
    const left = await snapshot.branch(async (): Promise<Probe<unknown>["state"]> => {
      const leave = isAtOnce ? redeemDirectly : requestDirectly;
      return (await leave(snapshot, subject, account, amount)).state;
    });
    if (left === "found") return { exit: found(amount) };
  }
  return { exit: refused("only the whole was taken") };
}
