import { formatDuration, formatTime } from "../protocol/format.js";
import { clockNow, formatVoteMoment, type VoteClock } from "../protocol/voteClock.js";

/** `"2026-11-21 09:31:30 UTC (in 3 d 4 h)"` */
export function describeMoment(at: bigint, { block }: { readonly block: { readonly timestamp: bigint } }): string {
  const distance = at - block.timestamp;
  const relative = distance > 0n ? `in ${formatDuration(distance, 2)}` : `${formatDuration(-distance, 2)} ago`;
  return `${formatTime(at)} (${distance === 0n ? "now" : relative})`;
}

/** The same of a vote, which some Governors time in blocks. */
export function describeVoteMoment(
  at: bigint,
  clock: VoteClock,
  view: { readonly block: { readonly number: number; readonly timestamp: bigint } },
): string {
  if (clock === "timestamp") return describeMoment(at, view);
  const distance = at - clockNow(clock, view.block);
  const relative = distance > 0n ? `in ${distance} blocks` : `${-distance} blocks ago`;
  return `${formatVoteMoment(at, clock)} (${distance === 0n ? "now" : relative})`;
}
