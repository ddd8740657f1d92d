import { findPendingDeposits } from "../beaconNode/findPendingDeposits.js";
import { findValidators } from "../beaconNode/findValidators.js";
import type { Transport } from "../beaconNode/transport.js";
import { isSignature } from "./bls.js";
import type { DepositNetwork } from "./networks.js";
import { depositSigningRoot, type Deposit } from "./roots.js";

/** A key that is under other credentials than it should be, or is about to be. */
export interface StolenKey {
  readonly pubkey: string;
  readonly withdrawalCredentials: string;
  /** Whether the deposit that says so still waits in the beacon chain's queue. */
  readonly isPending: boolean;
}

/**
 * A key's first good deposit fixes its credentials for good, and what comes after it under others is theirs. A deposit
 * whose signature is wrong makes no validator: anybody can send one for any key, and it takes nothing from anybody.
 * @param credentials Those that the keys should have.
 * @throws UnreadableError if the node does not tell, or not all of it.
 */
export async function findStolen(
  node: Transport,
  pubkeys: readonly string[],
  credentials: string,
  network: DepositNetwork,
): Promise<readonly StolenKey[]> {
  const validators = await findValidators(node, pubkeys);
  const firsts = new Map<string, Deposit>();
  const existing = new Set(validators.map(({ pubkey }) => pubkey));
  for (const deposit of await findPendingDeposits(node, pubkeys)) {
    if (existing.has(deposit.pubkey) || firsts.has(deposit.pubkey) || !isGood(deposit, network)) continue;
    firsts.set(deposit.pubkey, deposit);
  }
  return [
    ...validators.map(({ pubkey, withdrawalCredentials }) => ({ pubkey, withdrawalCredentials, isPending: false })),
    ...[...firsts.values()].map(({ pubkey, withdrawalCredentials }) => ({
      pubkey,
      withdrawalCredentials,
      isPending: true,
    })),
  ].filter(({ withdrawalCredentials }) => withdrawalCredentials !== credentials.toLowerCase());
}

const isGood = (deposit: Deposit, { genesisForkVersion }: DepositNetwork): boolean =>
  isSignature(deposit.signature, depositSigningRoot(deposit, genesisForkVersion), deposit.pubkey);
