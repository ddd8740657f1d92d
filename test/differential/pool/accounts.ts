import type { OperatorVault } from "../../../types/index.js";
import type { BeaconChain } from "../../helpers/consensus/chain.js";
import { GWEI_PER_ETH } from "../../helpers/consensus/constants.js";
import { indexOf, validatorAt } from "../../helpers/consensus/state.js";

/** A vault as the test knows it, whatever contracts say. */
export interface VaultAccount {
  readonly vault: OperatorVault;
  readonly address: string;
  /** Predeposited, in this order; the pool's from their activation on. */
  readonly prepared: string[];
  readonly activated: string[];
  /** Since the last snapshot that was finished: what came in, rewards included, and what went to the pool. [wei] */
  inflow: bigint;
  /** What keys activated since lacked of 32 ETH, that were active already: not counted until it is credited. [wei] */
  early: bigint;
  /** At that snapshot. [wei] */
  real: bigint;
  snapshot: Snapshot | undefined;
}

/** What a vault really had when a checkpoint was started. */
export interface Snapshot {
  /** [wei] */
  readonly real: bigint;
  /** Lost since the snapshot finished before. [wei] */
  readonly lost: bigint;
  /** Not lost, and not counted: of `early`, what there was. [wei] */
  readonly early: bigint;
  /** Whether nothing is on its way, so that counted and real must be one. */
  readonly isQuiet: boolean;
  /** What comes in from here on. [wei] */
  readonly inflowBefore: bigint;
}

/** What a key has in the beacon state and on the way to it. [wei] */
export function heldBy({ state, unprocessedDeposits }: BeaconChain, pubkey: string): bigint {
  const index = indexOf(state, pubkey);
  const balance = index < 0 ? 0n : validatorAt(state, index).balance;
  return (
    [...state.pendingDeposits, ...unprocessedDeposits]
      .filter((deposit) => deposit.pubkey === pubkey)
      .reduce((sum, { amount }) => sum + amount, balance) * GWEI_PER_ETH
  );
}

/** Withdrawals of a key that have left the state and not reached the vault. [wei] */
export function inTransitOf({ state, unpaidWithdrawals }: BeaconChain, pubkey: string): bigint {
  const index = indexOf(state, pubkey);
  return (
    unpaidWithdrawals
      .filter(({ validatorIndex }) => validatorIndex === index)
      .reduce((sum, { amount }) => sum + amount, 0n) * GWEI_PER_ETH
  );
}

/** Everything of a key that is not at the vault. [wei] */
export const outside = (chain: BeaconChain, pubkey: string): bigint =>
  heldBy(chain, pubkey) + inTransitOf(chain, pubkey);
