import { PROTECTION_LIMIT } from "../../model/limits.js";
import { formatDuration } from "../../protocol/format.js";
import type { DaoConfig } from "../schema.js";
import { errorAt, problemsIf, type Problem } from "./problem.js";

/** What the timelock's constructor refuses of its immutable limits, beyond the delays that the gate's rules ask for. */
export function checkBounds({ timelock }: DaoConfig): Problem[] {
  const { grace, fallbackDelay, protectionLimit, emergencyLimit, tiebreakerFloor, tiebreakerCeiling } = timelock;
  const zero = (name: string, value: bigint, without: string) =>
    [value === 0n, errorAt(`timelock.${name}`, `is 0 s: ${without}; right is at least 1 s`)] as const;
  return problemsIf(
    [
      grace < 2n * fallbackDelay,
      errorAt(
        "timelock.grace",
        `is ${formatDuration(grace)}: what waits under the fallback gate must live long enough to land; right is at ` +
          `least 2 * fallbackDelay, ${formatDuration(2n * fallbackDelay)}`,
      ),
    ],
    zero("protectionLimit", protectionLimit, "no vote could ever give the emergency committees a term"),
    [
      protectionLimit > PROTECTION_LIMIT,
      errorAt(
        "timelock.protectionLimit",
        `is ${formatDuration(protectionLimit)}: emergency protection is for young contracts, and no vote can prolong ` +
          `it beyond this; right is at most ${formatDuration(PROTECTION_LIMIT)}`,
      ),
    ],
    zero("emergencyLimit", emergencyLimit, "emergency mode would be over at once"),
    zero("tiebreakerFloor", tiebreakerFloor, "a vote could let the tiebreaker in without any deadlock"),
    [
      tiebreakerFloor > tiebreakerCeiling,
      errorAt(
        "timelock.tiebreakerFloor",
        `is ${formatDuration(tiebreakerFloor)}: the shortest timeout must not exceed the longest; right is at most ` +
          `tiebreakerCeiling, ${formatDuration(tiebreakerCeiling)}`,
      ),
    ],
  );
}
