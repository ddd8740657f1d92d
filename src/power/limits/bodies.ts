import { formatDuration } from "../../protocol/format.js";
import { PROTECTION_LIMIT, SEAL_DURATION_LIMIT, SEAL_TERM_LIMIT, TIEBREAKER_DELAY_LIMIT } from "../../model/limits.js";
import type { World } from "../world/world.js";
import { LONGEST_HOLD, LONGEST_WAIT } from "../manifest/terms.js";
import { tell } from "./tell.js";

/** What is wrong with a body's powers, in sentences, and which of them are over. */
export interface BodyLimits {
  readonly powers: readonly string[];
  /** As `part.function`. */
  readonly over: ReadonlySet<string>;
}

export async function readEmergency({ contracts, snapshot, addresses }: World): Promise<BodyLimits> {
  const { timelock } = contracts;
  const now = await snapshot.now();
  const { terms } = await timelock.emergencyStatus();
  const [hardEnd, limit] = [await timelock.PROTECTION_HARD_END(), await timelock.EMERGENCY_LIMIT()];
  const isOver = terms.protectionEndsAt < now || terms.modeDuration === 0n;
  return {
    powers: tell(
      [
        hardEnd > now + PROTECTION_LIMIT,
        `The hard end of emergency protection is ${hardEnd}, more than ${formatDuration(PROTECTION_LIMIT)} from now: the activation committee can be eternal.`,
      ],
      [
        terms.protectionEndsAt > hardEnd,
        `The activation committee's power ends at ${terms.protectionEndsAt}, past its hard end ${hardEnd}.`,
      ],
      [
        limit > LONGEST_HOLD,
        `Emergency mode may last ${formatDuration(limit)}, longer than ${formatDuration(LONGEST_HOLD)}.`,
      ],
      [
        terms.modeDuration > limit,
        `Emergency mode lasts ${formatDuration(terms.modeDuration)}, past its limit ${formatDuration(limit)}.`,
      ],
    ),
    over: new Set(
      isOver || addresses.bodies.emergency === undefined
        ? ["timelock.activateEmergencyMode", "timelock.endEmergencyMode", "timelock.emergencyReset"]
        : [],
    ),
  };
}

export async function readBreaker({ contracts, snapshot }: World): Promise<BodyLimits> {
  const { breaker } = contracts;
  // Nobody pauses the vault, so that there is nothing to resume.
  if (breaker === undefined) return { powers: [], over: new Set(["vault.resume"]) };
  const now = await snapshot.now();
  const [duration, expiry] = [await breaker.SEAL_DURATION(), await breaker.SEAL_EXPIRY()];
  const isOver = expiry < now || duration === 0n || (await breaker.sealedAt()) !== 0n;
  return {
    powers: tell(
      [
        duration > SEAL_DURATION_LIMIT,
        `A seal pauses for ${formatDuration(duration)}, longer than ${formatDuration(SEAL_DURATION_LIMIT)}.`,
      ],
      [
        expiry > now + SEAL_TERM_LIMIT,
        `The seal committee's power ends at ${expiry}, more than ${formatDuration(SEAL_TERM_LIMIT)} from now: it can be eternal.`,
      ],
    ),
    over: new Set(isOver ? ["breaker.seal", "breaker.reseal"] : []),
  };
}

export async function readTiebreaker({ contracts }: World): Promise<string[]> {
  const { tiebreaker, timelock } = contracts;
  const [floor, ceiling, timeout] = [
    await timelock.TIEBREAKER_FLOOR(),
    await timelock.TIEBREAKER_CEILING(),
    await timelock.tiebreakerTimeout(),
  ];
  const bounds = tell(
    [
      ceiling > LONGEST_WAIT,
      `A vote could keep the tiebreaker out for ${formatDuration(ceiling)}, longer than ${formatDuration(LONGEST_WAIT)}.`,
    ],
    [floor === 0n, "A vote could let the tiebreaker in without any deadlock: the floor of its timeout is 0 s."],
    [
      timeout < floor || timeout > ceiling,
      `The tiebreaker's timeout is ${formatDuration(timeout)}, and not from ${formatDuration(floor)} to ${formatDuration(ceiling)}.`,
    ],
  );
  if (tiebreaker === undefined) return bounds;
  const [delay, quorum, members] = [
    await tiebreaker.DELAY(),
    await tiebreaker.quorum(),
    (await tiebreaker.members()).length,
  ];
  return [
    ...bounds,
    ...tell(
      [
        delay === 0n || delay > TIEBREAKER_DELAY_LIMIT,
        `The tiebreaker acts ${formatDuration(delay)} after its quorum, and not after 1 s to ${formatDuration(TIEBREAKER_DELAY_LIMIT)}.`,
      ],
      [
        quorum < 2n || Number(quorum) * 2 <= members || Number(quorum) > members,
        `${quorum} of ${members} sub-committees are the tiebreaker's quorum; right is more than half, and two at least.`,
      ],
    ),
  ];
}
