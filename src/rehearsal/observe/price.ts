import { CallSequence__factory, type CallSequence } from "../../../types/index.js";
import { askNumber, MaxUint256, VOCABULARY } from "../ask.js";
import { forgeBalance } from "../forge.js";
import {
  found,
  notTried,
  refused,
  type Holding,
  type PriceFacts,
  type Probe,
  type Subject,
} from "../rehearsalFacts.js";
import type { Drain } from "../rehearsalFiles.js";
import type { Snapshot } from "../snapshot.js";
import { redeemDirectly } from "./direct.js";
import { STRANGER } from "./transfers.js";

const SEQUENCE_CALLS = CallSequence__factory.createInterface();

interface One {
  readonly to: string;
  readonly name: string;
  readonly args: readonly unknown[];
}

export async function observePrice(
  snapshot: Snapshot,
  subject: Subject,
  holder: Holding,
  drain: readonly Drain[] | undefined,
): Promise<PriceFacts> {
  return {
    donation: await snapshot.branch(() => tryDonation(snapshot, subject, holder)),
    drain:
      drain === undefined
        ? notTried("no --drain was given")
        : await snapshot.branch(() => tryDrain(snapshot, subject, holder, drain)),
    roundTrip: await snapshot.branch(() => tryRoundTrip(snapshot, subject, holder)),
  };
}

async function tryDonation(
  snapshot: Snapshot,
  { vault, asset }: Subject,
  { shares }: Holding,
): Promise<PriceFacts["donation"]> {
  const total = await askNumber(snapshot, vault, "totalAssets");
  const gift = (total.told ? total.value : 0n) / 10n + 1n;
  const giver = await furnish(snapshot, asset.address, gift);
  if (giver === undefined) return notTried("no way was found to have assets to give");
  const price: One = { to: vault, name: "convertToAssets", args: [shares] };
  const answers = await runSequence(snapshot, giver, [
    price,
    { to: asset.address, name: "transfer", args: [vault, gift] },
    price,
  ]);
  const [before, given, after] = answers;
  if (given?.success !== true) return refused("the vault cannot be given assets");
  if (before?.success !== true || after?.success !== true) return refused("convertToAssets reverts");
  return found({ before: BigInt(before.data), after: BigInt(after.data) });
}

async function tryRoundTrip(
  snapshot: Snapshot,
  { vault, asset, share }: Subject,
  { shares }: Holding,
): Promise<Probe<boolean>> {
  const worth = await askNumber(snapshot, vault, "convertToAssets", [shares]);
  if (!worth.told || worth.value === 0n) return notTried("the vault does not tell what shares are worth");
  const visitor = await furnish(snapshot, asset.address, worth.value);
  if (visitor === undefined) return notTried("no way was found to have assets to deposit");
  const answers = await runSequence(snapshot, visitor, [
    { to: asset.address, name: "approve", args: [vault, MaxUint256] },
    { to: vault, name: "deposit", args: [worth.value, visitor] },
    { to: share.address, name: "balanceOf", args: [visitor] },
    // A little less than was got, whatever rounding and fees left.
    { to: vault, name: "redeem", args: [shares / 2n + 1n, visitor, visitor] },
  ]);
  const [, deposited, held, redeemed] = answers;
  if (deposited?.success !== true) return refused("a contract that nobody knows cannot deposit");
  if (held === undefined || BigInt(held.data) === 0n) return found(false);
  return found(redeemed?.success === true);
}

async function tryDrain(
  snapshot: Snapshot,
  subject: Subject,
  { account, shares }: Holding,
  drain: readonly Drain[],
): Promise<PriceFacts["drain"]> {
  const { vault } = subject;
  const price = async () => {
    const told = await askNumber(snapshot, vault, "convertToAssets", [shares]);
    return told.told ? told.value : undefined;
  };
  const pay = () =>
    snapshot.branch(async () => {
      const paid = await redeemDirectly(snapshot, subject, account, shares);
      return paid.state === "found" ? paid.value.paid : null;
    });
  const before = await price();
  const paidBefore = await pay();
  for (const [index, call] of drain.entries()) {
    const sent = await snapshot.send(call);
    if (!sent.ok) return refused(`call ${index} of --drain reverts: ${sent.why}`);
  }
  const after = await price();
  if (before === undefined || after === undefined) return refused("convertToAssets reverts");
  return found({ before, after, paidBefore, paidAfter: await pay() });
}

/** A contract that makes several calls in one transaction, with assets of its own; undefined if it can have none. */
async function furnish(snapshot: Snapshot, asset: string, amount: bigint): Promise<string | undefined> {
  const sequence = await snapshot.create(STRANGER, CallSequence__factory.bytecode);
  if (!sequence.ok) return undefined;
  return (await forgeBalance(snapshot, asset, sequence.address, amount)) ? sequence.address : undefined;
}

async function runSequence(snapshot: Snapshot, sequence: string, steps: readonly One[]) {
  const calls = steps.map(({ to, name, args }) => ({ target: to, data: VOCABULARY.encodeFunctionData(name, args) }));
  const data = SEQUENCE_CALLS.encodeFunctionData("run", [calls]);
  const answer = await snapshot.call({ from: STRANGER, to: sequence, data });
  if (!answer.ok) return [];
  return SEQUENCE_CALLS.decodeFunctionResult("run", answer.data)[0] as unknown as CallSequence.AnswerStructOutput[];
}
