import { concat, Signature, type ContractTransactionResponse, type Signer } from "ethers";

import { ISafe__factory } from "../../types/index.js";
import type { Call } from "../protocol/calls.js";
import { providerOf } from "./provide.js";
import { NO_REFUND, toTypedMessage, type SafeTransaction } from "./transaction.js";
import type { OwnerSignature } from "./transactionFile.js";

/** One owner's signature; that the account really is `owner`'s is for others to tell. */
export async function signAs(transaction: SafeTransaction, owner: Signer): Promise<OwnerSignature> {
  const { domain, types, message } = toTypedMessage(transaction);
  return { owner: await owner.getAddress(), signature: await owner.signTypedData(domain, types, message) };
}

/** Arguments of `execTransaction`. */
export function executionArguments({ call }: SafeTransaction, signatures: readonly OwnerSignature[]) {
  const { target, value, data } = call;
  const { operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver } = NO_REFUND;
  const refund = [baseGas, gasPrice, gasToken, refundReceiver] as const;
  return [target, value, data, operation, safeTxGas, ...refund, joinSignatures(signatures)] as const;
}

/** As Safe reads them: one after another, by ascending owner. */
const joinSignatures = (signatures: readonly OwnerSignature[]): string =>
  concat(
    [...signatures]
      .sort((one, other) => (BigInt(one.owner) < BigInt(other.owner) ? -1 : 1))
      // 27 or 28 at the end, whatever the wallet wrote: Safe takes 0 and 1 for something else.
      .map(({ signature }) => Signature.from(signature).serialized),
  );

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
  const signatures: OwnerSignature[] = [];
  for (const owner of owners) signatures.push(await signAs(transaction, owner));
  return await contract.execTransaction(...executionArguments(transaction, signatures));
}
