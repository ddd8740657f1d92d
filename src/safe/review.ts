import type { Provider } from "ethers";

import { SentenceError, sentences } from "../protocol/errors.js";
import { describeAgreements } from "./agreements.js";
import { boundedText } from "../protocol/bounded.js";
import { explainCall } from "../protocol/explain.js";
import { quoted } from "../protocol/visible.js";
import { readSafe, type Safe, type SafeReading } from "./readSafe.js";
import { normaliseSignature, readApprovals, signerOf, toConsent, type Consent } from "./signatures.js";
import { hashTransaction, type SafeTransaction } from "./transaction.js";
import { transactionOf, type TransactionFile } from "./transactionFile.js";

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
 * Judges a file before anybody signs or sends it: whether its hash and its signatures belong to its call, and whether it
 * is for this chain and still to come.
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
      // Another version may have worded it; what is shown is made from the call.
      ...(file.description === explainCall(transaction.call)
        ? []
        : [
            `The file itself has other words for it, which do not count: ${quoted(boundedText(file.description, 300))}.`,
          ]),
      ...present
        .filter(({ owner }, index) => signed[index] === undefined && !approvals.includes(owner))
        .map(
          ({ owner }) => `The contract ${owner} does not take what is given for its signature: that does not count.`,
        ),
    ],
  };
}

/** What of a file does not belong together, whatever the chain says. */
function findFaults(file: TransactionFile, transaction: SafeTransaction): string[] {
  const faults: string[] = [];
  const hash = hashTransaction(transaction);
  if (file.safeTxHash !== hash) faults.push(`the hash of its transaction is ${hash}, not ${file.safeTxHash}`);
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
