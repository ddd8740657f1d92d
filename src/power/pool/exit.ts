import { act, StepError } from "../world/act.js";
import type { World } from "../world/world.js";

/** A pool sets aside what waits, where idle ETH suffices. Anybody may ask it to; a vault that is no pool pays at once. */
export async function finalise({ snapshot, stranger, staking }: World): Promise<void> {
  if (staking !== undefined) await act(snapshot, stranger, staking.contracts.pool, "finalise");
}

/** What a pool has set aside for the first exit goes to its vessel. Anybody may. */
export async function claim({ snapshot, stranger, contracts, staking }: World): Promise<void> {
  if (staking === undefined) return;
  await act(snapshot, stranger, contracts.escrow, "claim", [1n, await firstVessel(contracts)]);
}

/** What the first exit was begun with; where it has not begun, one that anybody could begin it with. */
export async function firstVessel({ escrow }: Pick<World["contracts"], "escrow">): Promise<string> {
  const [used] = await escrow.vesselsOf(1n);
  return used ?? (await escrow.vesselAt(1n, 0n));
}

/** Out by the vault's own door, with assets. */
export async function leaveByDoor(world: World, address: string, shares: bigint): Promise<void> {
  const { snapshot, contracts, staking } = world;
  if (staking === undefined) {
    await act(snapshot, address, contracts.vault, "redeem", [shares, address, address]);
    return;
  }
  const { pool } = staking.contracts;
  await act(snapshot, address, pool, "requestRedeem", [shares, address, address]);
  const id = await pool.requestCount();
  await finalise(world);
  // A claim of nothing works as well: who has nothing in hand is not out.
  const due = await pool.claimableRedeemRequest(id, address);
  if (due < shares)
    throw new StepError(`The pool has set aside ${due} of the ${shares} shares that ${address} left with.`);
  await act(snapshot, address, pool, "claimETH", [id, address, address]);
}
