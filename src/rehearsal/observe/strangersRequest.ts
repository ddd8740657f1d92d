import { IVessel__factory } from "../../../types/index.js";
import { act, balanceOf } from "../ask.js";
import type { World } from "../deployWorld.js";
import { found, notTried, refused, type Probe, type StrangersRequest } from "../rehearsalFacts.js";
import { EPOCH, type WalkInProgress } from "../walk.js";
import { STRANGER } from "./transfers.js";

const VESSEL = IVessel__factory.createInterface();

/** Somebody asks for one unit in the vessel's name; then the exit must still go on. */
export async function askAsStranger(walk: WalkInProgress, { escrow }: World): Promise<Probe<StrangersRequest>> {
  const { vault, share } = walk.subject;
  const [vessel] = walk.vessels;
  const [donor] = walk.options.locks;
  if (vessel === undefined || donor === undefined) return notTried("there is no vessel");
  const owner = await findUnit(walk, donor.account);
  if (owner === undefined) return notTried("nobody with shares is left to do it");
  const shares = await balanceOf(walk.snapshot, share.address, owner);
  const asked = await requestedBy(walk, vessel);
  // Some vaults take shares by an allowance.
  await act(walk.snapshot, owner, share.address, "approve", [vault, 1n]);
  const sent = await act(walk.snapshot, owner, vault, "requestRedeem", [1n, vessel, owner]);
  if (!sent.ok) return refused(sent.why);
  if ((await balanceOf(walk.snapshot, share.address, owner)) === shares) return refused("it takes no shares");
  const left = await requestedBy(walk, vessel);
  const assets = await balanceOf(walk.snapshot, walk.subject.asset.address, vessel);
  const claimed = await escrow.send(STRANGER, "claim", [EPOCH, vessel]);
  if (!claimed.ok) return found({ harm: "stops", told: `the vault takes it, and claiming reverts: ${claimed.why}` });
  if (asked !== undefined && left !== undefined && left < asked && assets === 0n) {
    return found({
      harm: "erases",
      told: `the vault takes it, and ${walk.amount(asked - left)} of the vessel's own request are gone`,
    });
  }
  return found({ harm: "none", told: "the vault takes it; claiming goes on" });
}

/** Pending or claimable, as vessel and vault say. [shares] */
async function requestedBy(walk: WalkInProgress, vessel: string): Promise<bigint | undefined> {
  const answer = await walk.snapshot.call({ to: vessel, data: VESSEL.encodeFunctionData("requestedShares") });
  return answer.ok ? (VESSEL.decodeFunctionResult("requestedShares", answer.data)[0] as bigint) : undefined;
}

async function findUnit(walk: WalkInProgress, account: string): Promise<string | undefined> {
  const { share } = walk.subject;
  for (const owner of [account, ...walk.options.locks.map((lock) => lock.account)]) {
    if ((await balanceOf(walk.snapshot, share.address, owner)) > 0n) return owner;
  }
  return undefined;
}
