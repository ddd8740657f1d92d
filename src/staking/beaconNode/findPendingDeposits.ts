import type { Deposit } from "../deposits/roots.js";
import { pendingDepositsAnswer } from "./answers.js";
import { getJson, type Transport } from "./transport.js";

/**
 * Deposits for these public keys that wait in the beacon chain's queue, in their order, out of the newest state. The API
 * gives the whole queue at once: some megabytes where it is long. As little proven as what `findValidators` tells.
 */
export async function findPendingDeposits(node: Transport, pubkeys: readonly string[]): Promise<readonly Deposit[]> {
  const asked = new Set(pubkeys.map((pubkey) => pubkey.toLowerCase()));
  const { data } = await getJson(node, "/eth/v1/beacon/states/head/pending_deposits", pendingDepositsAnswer);
  return data
    .filter(({ pubkey }) => asked.has(pubkey))
    .map(({ withdrawal_credentials: withdrawalCredentials, ...rest }) => ({ ...rest, withdrawalCredentials }));
}
