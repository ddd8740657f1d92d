import { concat, sha256, toBeHex, zeroPadBytes, zeroPadValue } from "ethers";

import { GWEI } from "../../model/units.js";
import { headerRoot, type BeaconHeader } from "../../staking/beaconNode/header.js";
import { toHex } from "../../staking/leaves.js";
import { proveState, type StateProof, type Wanted } from "../../staking/proveState.js";
import { ACTIVE, bigState, UNSEEN } from "../../staking/sketch/bigState.js";

/** A key of the sketch's. */
interface SketchedKey {
  /** [hex, 48 bytes] */
  readonly pubkey: string;
  /** Of its validator. */
  readonly index: number;
}

/** One state of a beacon chain that never changes, and proofs of what two validators of one vault are in it. */
export interface Sketch {
  readonly header: BeaconHeader;
  /** Active for long, with a gain of 1 ETH. */
  readonly active: SketchedKey;
  /** Deposited with 1 ETH, and never seen with more. */
  readonly fresh: SketchedKey;
  /** Another public key, of which nothing is known. [hex] */
  readonly unknown: string;
  readonly prove: (wanted: Wanted) => StateProof;
  /** Stands where EIP-4788 belongs, and tells the state's root whatever the time. [hex] */
  readonly code: string;
}

/** Under this time the stand-in tells the root of the header's parent: that its block was executed. [unix seconds] */
export const EXECUTED_AT = 1n;

const VALIDATORS = 1_000_000;
const [ACTIVE_INDEX, FRESH_INDEX] = [900_000, 900_004];
/** 2,000 days after the genesis of mainnet, when validators of `ACTIVE` may leave. */
const SLOT = 14_400_000n;
const pubkeyOf = (number: number): string => toBeHex(number, 48);
const PARENT = zeroPadValue("0x01", 32);

/**
 * So much of a beacon chain as an audit needs: that proofs are accepted shows who may bring them. What it leaves out is
 * that anything moves.
 * @param vault Whose validators they are.
 */
export function sketchValidators(vault: string): Sketch {
  const withdrawalCredentials = concat(["0x02", zeroPadBytes("0x", 11), vault]);
  const keys = { active: 0xa001, fresh: 0xa002, unknown: 0xa003 };
  const rootOf = (number: number) => sha256(zeroPadBytes(pubkeyOf(number), 64));
  const named = new Map([
    [ACTIVE_INDEX, { ...ACTIVE, pubkeyRoot: rootOf(keys.active), withdrawalCredentials, balance: 33n * GWEI }],
    [FRESH_INDEX, { ...UNSEEN, pubkeyRoot: rootOf(keys.fresh), withdrawalCredentials, balance: GWEI }],
  ]);
  const state = bigState("electra", VALIDATORS, named);
  const zero = zeroPadValue("0x", 32);
  const header = { slot: SLOT, proposerIndex: 7n, parentRoot: PARENT, stateRoot: toHex(state(1n)), bodyRoot: zero };
  return {
    header,
    active: { pubkey: pubkeyOf(keys.active), index: ACTIVE_INDEX },
    fresh: { pubkey: pubkeyOf(keys.fresh), index: FRESH_INDEX },
    unknown: pubkeyOf(keys.unknown),
    prove: (wanted) => proveState(state, "electra", wanted).proof,
    code: standIn(headerRoot(header)),
  };
}

/** `time == EXECUTED_AT ? PARENT : root`, in instructions of the EVM. */
function standIn(root: string): string {
  const difference = toBeHex(BigInt(root) ^ BigInt(PARENT), 32);
  const isExecutedAt = concat(["0x60", toBeHex(EXECUTED_AT, 1), "0x5f3514"]);
  // PUSH32 difference, ISZERO'd by the comparison through MUL; PUSH32 root; XOR; then it is returned.
  return concat(["0x7f", difference, isExecutedAt, "0x02", "0x7f", root, "0x18", "0x5f5260205ff3"]);
}
