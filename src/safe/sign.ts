import type { Provider, Signer } from "ethers";

import { SentenceError } from "../protocol/errors.js";
import type { Review } from "./review.js";
import { signAs } from "./send.js";
import { isSignedByContract, normaliseSignature } from "./signatures.js";
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
  const { signature } = await signAs(transaction, signer);
  const plain = normaliseSignature(transaction, owner, signature);
  if (plain === undefined) {
    throw new SentenceError(
      `The account ${owner} gave a signature that is not its own: what a contract signs is added with --signature.`,
    );
  }
  return { ...file, signatures: [...file.signatures, { owner, signature: plain }] };
}

/**
 * Adds a signature that was made elsewhere: by a wallet, in any way in which wallets write it, or what a contract, like
 * another Safe, takes for its own.
 */
export async function addSignature(
  { file, transaction, safe, signatures }: Review,
  owner: string,
  signature: string,
  provider: Provider,
): Promise<TransactionFile> {
  if (!safe.owners.includes(owner)) {
    throw new SentenceError(`${owner} is no owner of the Safe; its owners are ${safe.owners.join(", ")}.`);
  }
  if (signatures.some((one) => one.owner === owner)) throw new SentenceError(`${owner} has agreed to this already.`);
  const others = file.signatures.filter((one) => one.owner !== owner);
  const plain = normaliseSignature(transaction, owner, signature);
  if (plain !== undefined) return { ...file, signatures: [...others, { owner, signature: plain }] };
  if (await isSignedByContract(transaction, owner, signature, provider)) {
    return { ...file, signatures: [...others, { owner, signature, isContractSignature: true }] };
  }
  throw new SentenceError(
    `That is no signature of ${owner} for ${file.safeTxHash}: neither of its key, over the typed data or the hash, nor one that ` +
      "a contract there takes for its own.",
  );
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
