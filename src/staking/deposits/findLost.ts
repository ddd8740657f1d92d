import { findPendingDeposits } from "../beaconNode/findPendingDeposits.js";
import { findValidators, type ToldValidator } from "../beaconNode/findValidators.js";
import type { Transport } from "../beaconNode/transport.js";
import { isSignature } from "./bls.js";
import type { DepositNetwork } from "./networks.js";
import { depositSigningRoot, type Deposit } from "./roots.js";

/** A key for which nothing should be deposited. */
export interface LostKey {
  readonly pubkey: string;
  /** What the beacon chain has of it. */
  readonly why: string;
}

/**
 * Keys to which nothing that is deposited is the operator's any more. A key's first good deposit fixes its credentials for
 * good, and what comes after it under others is theirs. A deposit whose signature is wrong makes no validator: anybody can
 * send one for any key, and it takes nothing from anybody. A validator of the vault's own that is slashed, or exits, is
 * never activated by the pool.
 * @param credentials Those that the keys should have.
 * @throws UnreadableError if the node does not tell, or not all of it.
 */
export async function findLost(
  node: Transport,
  pubkeys: readonly string[],
  credentials: string,
  network: DepositNetwork,
): Promise<readonly LostKey[]> {
  const validators = await findValidators(node, pubkeys);
  const firsts = new Map<string, Deposit>();
  const existing = new Set(validators.map(({ pubkey }) => pubkey));
  for (const deposit of await findPendingDeposits(node, pubkeys)) {
    if (existing.has(deposit.pubkey) || firsts.has(deposit.pubkey) || !isGood(deposit, network)) continue;
    firsts.set(deposit.pubkey, deposit);
  }
  const own = credentials.toLowerCase();
  const pending = [...firsts.values()].filter(({ withdrawalCredentials }) => withdrawalCredentials !== own);
  return [
    ...validators.flatMap((validator) => {
      const why = describeLoss(validator, own);
      return why === undefined ? [] : [{ pubkey: validator.pubkey, why }];
    }),
    ...pending.map(({ pubkey, withdrawalCredentials }) => ({
      pubkey,
      why: `under ${withdrawalCredentials}, by a deposit that still waits in its queue`,
    })),
  ];
}

function describeLoss({ withdrawalCredentials, isSlashed, exitEpoch }: ToldValidator, own: string): string | undefined {
  if (withdrawalCredentials !== own) return `under ${withdrawalCredentials}`;
  if (isSlashed) return "slashed, so never activated";
  return exitEpoch === undefined ? undefined : `exits in epoch ${exitEpoch}, so never activated`;
}

const isGood = (deposit: Deposit, { genesisForkVersion }: DepositNetwork): boolean =>
  isSignature(deposit.signature, depositSigningRoot(deposit, genesisForkVersion), deposit.pubkey);
