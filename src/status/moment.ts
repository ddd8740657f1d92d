import { formatDuration, formatTime } from "../protocol/format.js";

/** `"2026-11-21 09:31:30 UTC (in 3 d 4 h)"` */
export function describeMoment(at: bigint, { block }: { readonly block: { readonly timestamp: bigint } }): string {
  const distance = at - block.timestamp;
  const relative = distance > 0n ? `in ${formatDuration(distance, 2)}` : `${formatDuration(-distance, 2)} ago`;
  return `${formatTime(at)} (${distance === 0n ? "now" : relative})`;
}
