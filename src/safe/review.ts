import type { Provider } from "ethers";

import { SentenceError, sentences } from "../protocol/errors.js";
import { describeAgreements } from "./agreements.js";
import { explainCall } from "../protocol/explain.js";
import { readSafe, type Safe, type SafeReading } from "./readSafe.js";
import { isSignedByContract, normaliseSignature, readApprovals, signerOf, type Consent } from "./signatures.js";
import { hashTransaction, type SafeTransaction } from "./transaction.js";
import { transactionOf, type OwnerSignature, type TransactionFile } from "./transactionFile.js";

/** A transaction's file, compared with itself and with the chain. */
export interface Review {
  readonly file: TransactionFile;
  readonly transaction: SafeTransaction;
  readonly safe: Safe;
  /** Of present owners, each one once: signed in the file, or approved on the chain. */
  readonly signatures: readonly Consent[];
  /** Signed when they were owners, and are no longer. */
  readonly departed: readonly string[];
  /** What whoever signs should know of the Safe. */
  readonly warnings: readonly string[];
}

/** The Safe at an address, or a sentence. */
export async function findSafe(address: string, provider: Provider, reading?: SafeReading): Promise<Safe> {
  const found = await readSafe(address, provider, reading);
  if (found.kind === "safe") return found;
  throw new SentenceError(`${address} ${found.reason}: committees are Safes of version 1.4.1.`);
}

/**
 * Judges a file before anybody signs or sends it: whether its hash, its words and its signatures belong to its call,
 * and whether it is for this chain and still to come.
 */
export async function reviewTransaction(
  file: TransactionFile,
  provider: Provider,
  reading?: SafeReading,
): Promise<Review> {
  const transaction = transactionOf(file);
  const faults = findFaults(file, transaction);
  if (faults.length > 0) {
    throw new SentenceError(
      sentences("The file was changed after it was prepared; sign nothing, and prepare it anew:", faults),
    );
  }
  const { chainId } = await provider.getNetwork();
  if (chainId !== transaction.chainId) {
    throw new SentenceError(`The transaction is for chain ${transaction.chainId}, and this is chain ${chainId}.`);
  }
  const safe = await findSafe(transaction.safe, provider, reading);
  if (transaction.nonce < safe.nonce) {
    throw new SentenceError(
      `The transaction has number ${transaction.nonce}, and the Safe has gone on to ${safe.nonce}: this one or another ` +
        "with its number was executed. Prepare it anew if it is still to be done.",
    );
  }
  const owners = new Set(safe.owners);
  const present = file.signatures.filter(({ owner }) => owners.has(owner));
  const signed = await Promise.all(present.map((one) => toConsent(one, transaction, provider)));
  const counted = signed.filter((consent) => consent !== undefined);
  const others = safe.owners.filter((owner) => !counted.some((consent) => consent.owner === owner));
  const approvals = await readApprovals(transaction, others, provider);
  return {
    file,
    transaction,
    safe,
    signatures: [...counted, ...approvals.map((owner): Consent => ({ kind: "approval", owner }))],
    departed: file.signatures.map(({ owner }) => owner).filter((owner) => !owners.has(owner)),
    warnings: [
      ...warningsOf(safe),
      ...present
        .filter(({ owner }, index) => signed[index] === undefined && !approvals.includes(owner))
        .map(
          ({ owner }) => `The contract ${owner} does not take what is given for its signature: that does not count.`,
        ),
    ],
  };
}

/** A signature as Safe takes it; undefined where a contract does not take it. */
async function toConsent(
  { owner, signature, isContractSignature }: OwnerSignature,
  transaction: SafeTransaction,
  provider: Provider,
): Promise<Consent | undefined> {
  if (isContractSignature === true) {
    const isTaken = await isSignedByContract(transaction, owner, signature, provider);
    return isTaken ? { kind: "contract", owner, signature } : undefined;
  }
  const plain = normaliseSignature(transaction, owner, signature);
  return plain === undefined ? undefined : { kind: "key", owner, signature: plain };
}

/** What of a file does not belong together, whatever the chain says. */
function findFaults(file: TransactionFile, transaction: SafeTransaction): string[] {
  const faults: string[] = [];
  const hash = hashTransaction(transaction);
  if (file.safeTxHash !== hash) faults.push(`the hash of its transaction is ${hash}, not ${file.safeTxHash}`);
  const description = explainCall(transaction.call);
  if (file.description !== description)
    faults.push(`it "${file.description}" in its words, but in fact ${description}`);
  const seen = new Set<string>();
  for (const { owner, signature, isContractSignature } of file.signatures) {
    if (seen.has(owner)) faults.push(`${owner} signed it twice`);
    seen.add(owner);
    // What a contract takes for its signature, it says itself.
    if (isContractSignature === true) continue;
    const signer = signerOf(transaction, signature);
    if (normaliseSignature(transaction, owner, signature) === undefined)
      faults.push(`the signature of ${owner} is ${signer === undefined ? "none" : `that of ${signer}`}`);
  }
  return faults;
}

/** Who may act for a Safe, or against it, without its owners' signatures. */
export const warningsOf = ({ modules, guard, secrets }: Safe): string[] => [
  ...modules.map((module) => `Module ${module} may act for this Safe without any signature.`),
  ...(guard === undefined ? [] : [`Guard ${guard} may forbid this Safe's transactions.`]),
  ...(secrets === "some"
    ? ["Its storage holds more than it tells; an owner or a module that no list names may be among it."]
    : []),
  ...(typeof secrets === "object" ? describeAgreements(secrets.agreements).map((agreement) => `It ${agreement}.`) : []),
];
