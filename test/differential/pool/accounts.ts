import type { OperatorVault } from "../../../types/index.js";
import type { BeaconBlock, BeaconChain } from "../../helpers/consensus/chain.js";
import { GWEI_PER_ETH } from "../../helpers/consensus/constants.js";
import { credentials } from "../../helpers/consensus/depositData.js";
import { indexOf } from "../../helpers/consensus/state.js";

/** A vault as the test knows it, whatever contracts say. */
export interface VaultAccount {
  readonly vault: OperatorVault;
  readonly address: string;
  readonly operatorId: bigint;
  /** Predeposited, in this order; the pool's from their activation on. */
  readonly prepared: string[];
  readonly activated: string[];
  /** Predeposited, too late: a thief has fixed the credentials. */
  readonly robbed: string[];
  /** Since the last snapshot that was finished: what came in, rewards included, and what went to the pool. [wei] */
  inflow: bigint;
  /** What keys activated since lacked of 32 ETH, that were active already: not counted until it is credited. [wei] */
  early: bigint;
  /** At that snapshot. [wei] */
  real: bigint;
  snapshot: Snapshot | undefined;
  /** What keys are proven against. */
  block: BeaconBlock | undefined;
}

/** What a vault really had when a checkpoint was started. */
interface Snapshot {
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

type Owner = Pick<VaultAccount, "address">;

/** What a vault's key has in the beacon state and on the way to it: nothing if its credentials are others'. [wei] */
export function heldBy({ state, unprocessedDeposits }: BeaconChain, { address }: Owner, pubkey: string): bigint {
  const validator = state.validators[indexOf(state, pubkey)];
  if (validator !== undefined && validator.withdrawalCredentials !== credentials("0x02", address)) return 0n;
  return (
    [...state.pendingDeposits, ...unprocessedDeposits]
      .filter((deposit) => deposit.pubkey === pubkey)
      .reduce((sum, { amount }) => sum + amount, validator?.balance ?? 0n) * GWEI_PER_ETH
  );
}

/** Withdrawals of a key that have left the state and not reached the vault. [wei] */
export function inTransitOf({ state, unpaidWithdrawals }: BeaconChain, { address }: Owner, pubkey: string): bigint {
  const index = indexOf(state, pubkey);
  const paidTo = address.toLowerCase();
  return (
    unpaidWithdrawals
      .filter((withdrawal) => withdrawal.validatorIndex === index && withdrawal.address === paidTo)
      .reduce((sum, { amount }) => sum + amount, 0n) * GWEI_PER_ETH
  );
}

/** Everything of a key that is not at the vault. [wei] */
export const outside = (chain: BeaconChain, owner: Owner, pubkey: string): bigint =>
  heldBy(chain, owner, pubkey) + inTransitOf(chain, owner, pubkey);
