import { MaxUint256 } from "ethers";

import type { ActorName, World } from "./powerWorld.js";

const DAY = 86_400n;

/** A call is simulated in a block to come. [seconds] */
const NEXT_BLOCK = 60n;

/** Whether a value is within what the body may bring about. `now` is the block's time. [unix seconds] */
type Bound = (value: string, world: World, now: bigint) => boolean;

/** What a call may change, each by how much at most. */
type Effects = Readonly<Record<string, Bound>>;

const is =
  (expected: (world: World) => unknown): Bound =>
  (value, world) =>
    value === String(expected(world));
const atMost =
  (seconds: bigint): Bound =>
  (value, _, now) =>
    BigInt(value) <= now + seconds + NEXT_BLOCK;

const release: Bound = (value) => value !== "0";
const oneApproval: Bound = (value) => /^\[\d+,0,1\]$/.test(value);
const noApproval: Bound = (value) => value === "[0,0,0]";

/**
 * What each body may bring about alone, beside what everybody may: which call, what it changes, and how that is bounded.
 * Whatever else changes, by whomever, is a finding.
 */
export const POWERS: Partial<Record<ActorName, Readonly<Record<string, Effects>>>> = {
  activation: {
    // Holds everything back that is not a withdrawal, for a fixed time, once.
    "timelock.activateEmergencyMode()": { "effect, end of emergency mode": atMost(30n * DAY) },
  },
  execution: {
    // Only in the mode, which another committee has entered: everything waits the fallback gate's long delay.
    "timelock.emergencyReset()": {
      "timelock: gate": is(({ fallbackGate }) => fallbackGate.target),
      "timelock: terms of the emergency committees": (value) => /^\[(0x0{40},){2}0,0\]$/.test(value),
      "effect, end of emergency mode": is(() => 0),
    },
  },
  seal: {
    // Stops deposits for a fixed time, once.
    "breaker.seal(address[])": {
      "effect, end of the vault's pause": atMost(14n * DAY),
      "effect, use of the seal": atMost(0n),
    },
  },
  reseal: {
    // Lets a running pause wait for governance, while stakers object.
    "breaker.reseal(address)": { "effect, end of the vault's pause": is(() => MaxUint256) },
  },
  tiebreaker: {
    // Only in a deadlock, after a quorum and its own delay: what the DAO has scheduled, and a pause's end.
    "gate.release(bytes32)": { "effect, release of the theft": release },
    "breaker.resume(address)": { "effect, end of the vault's pause": atMost(0n) },
  },
  subCommittee: {
    // One of three; two must agree.
    "tiebreaker.approve(uint8,bytes32)": { "effect, motion to end the vault's pause": oneApproval },
    "tiebreaker.withdrawApproval(uint8,bytes32)": { "effect, motion to end the vault's pause": noApproval },
  },
};

/** `actor: call`, each of which must be seen to be used in some world. */
export const listPowers = (): string[] =>
  Object.entries(POWERS).flatMap(([actor, calls]) => Object.keys(calls).map((call) => `${actor}: ${call}`));
