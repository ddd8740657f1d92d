import { ZeroAddress, type AddressLike } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import standard from "../../config/default.js";
import { parseDao } from "../../src/config/parse.js";

/** Bounds, base delay and fallback delay, as in the default configuration. [seconds] */
export const { timelock: TIMELOCK } = parseDao(standard, "config/default.ts");
export type TimelockRules = typeof TIMELOCK;

/** What a timelock begins with; without `rules`, with those of the default configuration. */
export interface TimelockSetup {
  readonly admin: AddressLike;
  /** May propose and cancel; the admin alone by default. */
  readonly proposers?: readonly AddressLike[];
  /** Everybody by default. */
  readonly executors?: readonly AddressLike[];
  readonly rules?: TimelockRules;
}

/** A timelock with a fallback gate of its own, and no gate yet. */
export async function deployTimelock(
  { ethers }: NetworkConnection,
  { admin, proposers = [admin], executors = [ZeroAddress], rules = TIMELOCK }: TimelockSetup,
) {
  const { delay, fallbackDelay, ...bounds } = rules;
  const fallbackGate = await ethers.deployContract("FallbackGate", [fallbackDelay]);
  const timelock = await ethers.deployContract("DualGovernanceTimelock", [
    bounds,
    fallbackGate,
    delay,
    [...proposers],
    [...executors],
    admin,
  ]);
  return { timelock, fallbackGate };
}
