import { verifyTypedData, type Signer } from "ethers";

import { SentenceError } from "../protocol/errors.js";
import type { Review } from "./review.js";
import { signAs } from "./send.js";
import { toTypedMessage } from "./transaction.js";
import type { TransactionFile } from "./transactionFile.js";

/** Adds one owner's signature to a file that was reviewed. */
export async function signTransaction(
  { file, transaction, safe, signatures }: Review,
  signer: Signer,
): Promise<TransactionFile> {
  const owner = await signer.getAddress();
  if (!safe.owners.includes(owner)) {
    throw new SentenceError(`${owner} is no owner of the Safe; its owners are ${safe.owners.join(", ")}.`);
  }
  if (signatures.some((one) => one.owner === owner)) throw new SentenceError(`${owner} has signed this already.`);
  const signature = await signAs(transaction, signer);
  const { domain, types, message } = toTypedMessage(transaction);
  if (verifyTypedData(domain, types, message, signature.signature) !== owner) {
    throw new SentenceError(
      `The account ${owner} gave a signature that is not its own; committees sign with a key, not with a contract.`,
    );
  }
  return { ...file, signatures: [...file.signatures, signature] };
}

/**
 * The account among `signers` that is to sign.
 * @param wanted An owner's address; may be left out where one account alone is an owner who has not signed.
 */
export async function chooseOwner<Account extends Signer>(
  signers: readonly Account[],
  { safe, signatures }: Review,
  wanted: string | undefined,
): Promise<Account> {
  const accounts = await Promise.all(signers.map(async (signer) => ({ signer, address: await signer.getAddress() })));
  if (wanted !== undefined) {
    const found = accounts.find(({ address }) => address === wanted);
    if (found !== undefined) return found.signer;
    throw new SentenceError(`The network has no account ${wanted}; it has ${listOf(accounts)}.`);
  }
  const owners = accounts.filter(({ address }) => safe.owners.includes(address));
  const [only, ...others] = owners.filter(({ address }) => !signatures.some(({ owner }) => owner === address));
  if (only === undefined) {
    throw new SentenceError(
      owners.length === 0
        ? `None of the network's accounts is an owner of the Safe; its owners are ${safe.owners.join(", ")}.`
        : `${listOf(owners)} signed this already, and the network has no other account of an owner.`,
    );
  }
  if (others.length === 0) return only.signer;
  throw new SentenceError(
    `Several of the network's accounts are owners; choose one with --owner: ${listOf([only, ...others])}.`,
  );
}

const listOf = (accounts: readonly { readonly address: string }[]): string =>
  accounts.length === 0 ? "none" : accounts.map(({ address }) => address).join(", ");
