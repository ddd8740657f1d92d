import type { Provider } from "ethers";

import { readClock } from "./foreignGovernor.js";
import { formatTime } from "./format.js";

/** In what a Governor times its votes. */
export type VoteClock = "timestamp" | "blocks";

/** Checked when a DAO is deployed beside a Governor; one with another clock is refused there. */
export async function readVoteClock(governor: string, provider: Provider): Promise<VoteClock> {
  return (await readClock(governor, provider)) ?? "timestamp";
}

/** The present, as the clock counts it. */
export const clockNow = (clock: VoteClock, block: { readonly number: number; readonly timestamp: bigint }): bigint =>
  clock === "blocks" ? BigInt(block.number) : block.timestamp;

/** `"2026-11-21 09:31:30 UTC"`, or `"in block 1234"`: nobody knows its date. */
export const formatVoteMoment = (moment: bigint, clock: VoteClock): string =>
  clock === "blocks" ? `in block ${moment}` : formatTime(moment);
