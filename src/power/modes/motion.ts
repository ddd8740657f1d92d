import { zeroPadValue } from "ethers";

import { TiebreakerAction } from "../../protocol/enums.js";
import type { World } from "../world/world.js";

/**
 * A quorum's motion to end the vault's pause, the gentlest that there is; where nobody pauses it, to let a decision
 * through that waits.
 */
export async function motionOf({
  addresses,
  contracts,
  decisions,
}: Pick<World, "addresses" | "contracts" | "decisions">): Promise<[bigint, string]> {
  if (addresses.bodies.circuitBreaker !== undefined)
    return [TiebreakerAction.Resume, zeroPadValue(addresses.vault, 32)];
  const { unscheduled, single } = decisions;
  const waits = await contracts.timelock.isOperationPending(unscheduled.id);
  return [TiebreakerAction.Release, waits ? unscheduled.id : single.id];
}
