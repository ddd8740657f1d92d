import { Signature, type ContractTransactionResponse, type Signer } from "ethers";

import { ISafe__factory } from "../../types/index.js";
import type { Call } from "../protocol/calls.js";
import { providerOf } from "./provide.js";
import { joinConsents, type Consent } from "./signatures.js";
import { NO_REFUND, toTypedMessage, type SafeTransaction } from "./transaction.js";
import type { OwnerSignature } from "./transactionFile.js";

/** One owner's signature; that the account really is `owner`'s is for others to tell. */
export async function signAs(transaction: SafeTransaction, owner: Signer): Promise<OwnerSignature> {
  const { domain, types, message } = toTypedMessage(transaction);
  return { owner: await owner.getAddress(), signature: await owner.signTypedData(domain, types, message) };
}

/** Arguments of `execTransaction`. */
export function executionArguments({ call }: SafeTransaction, consents: readonly Consent[]) {
  const { target, value, data } = call;
  const { operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver } = NO_REFUND;
  const refund = [baseGas, gasPrice, gasToken, refundReceiver] as const;
  return [target, value, data, operation, safeTxGas, ...refund, joinConsents(consents)] as const;
}

/**
 * Makes a call as a Safe, whose owners are at hand: they sign, and `sender` sends. Nothing is asked beforehand.
 * @param owners As many as must sign.
 */
export async function callTogether(
  safe: string,
  call: Call,
  owners: readonly Signer[],
  sender: Signer,
): Promise<ContractTransactionResponse> {
  const contract = ISafe__factory.connect(safe, sender);
  const [{ chainId }, nonce] = await Promise.all([providerOf(sender).getNetwork(), contract.nonce()]);
  const transaction = { chainId, safe, nonce, call };
  const consents: Consent[] = [];
  for (const one of owners) {
    const { owner, signature } = await signAs(transaction, one);
    // 27 or 28 at the end, whatever the wallet wrote: Safe takes 0 and 1 for something else.
    consents.push({ kind: "key", owner, signature: Signature.from(signature).serialized });
  }
  return await contract.execTransaction(...executionArguments(transaction, consents));
}
