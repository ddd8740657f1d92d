import { zeroPadValue } from "ethers";

import { TiebreakerAction } from "../protocol/enums.js";
import type { Scene } from "./scene.js";

/** A quorum's motion to end the vault's pause, the gentlest that there is; where nobody pauses it, to let a decision through. */
export const motionOf = ({ addresses, decisions }: Pick<Scene, "addresses" | "decisions">): [bigint, string] =>
  addresses.bodies.circuitBreaker === undefined
    ? [TiebreakerAction.Release, decisions.unscheduled.id]
    : [TiebreakerAction.Resume, zeroPadValue(addresses.vault, 32)];
