import { getAddress, isAddress, isHexString, type Provider } from "ethers";
import { z } from "zod";

import { SentenceError } from "../protocol/errors.js";
import { visible } from "../protocol/visible.js";
import { readText } from "../terminal/input.js";
import { toJson, writeWhole } from "../terminal/output.js";
import { toConsent } from "./signatures.js";
import type { SafeTransaction } from "./transaction.js";

const address = z
  .string()
  .refine((text) => isAddress(text))
  .transform((text) => getAddress(text));
const hex = (bytes?: number) =>
  z
    .string()
    .refine((text): boolean =>
      bytes === undefined ? isHexString(text) && text.length % 2 === 0 : isHexString(text, bytes),
    );
/** At most 2^256 - 1, as text, which no reader rounds. */
const uint256 = z
  .string()
  .regex(/^(0|[1-9]\d{0,77})$/)
  .transform(BigInt)
  .refine((value) => value < 2n ** 256n);

/** As Safe's own tools name it: what a contract takes for its signature is of any length. */
const signatureSchema = z
  .strictObject({ owner: address, signature: hex(), isContractSignature: z.boolean().optional() })
  .refine(({ signature, isContractSignature }) => isContractSignature === true || isOfKey(signature), {
    path: ["signature"],
  });

/** Some wallets leave out a byte (EIP-2098). */
const isOfKey = (signature: string): boolean => isHexString(signature, 65) || isHexString(signature, 64);

const fileSchema = z.strictObject({
  /** Of this file. */
  format: z.literal(1),
  kind: z.literal("safe-transaction"),
  /** What it does, in words made from the call. */
  description: z.string(),
  chainId: z.int().positive(),
  safe: address,
  /** Number of the Safe's transaction. */
  nonce: uint256,
  to: address,
  /** [wei] */
  value: uint256,
  data: hex(),
  /** Never a delegatecall. */
  operation: z.literal("call"),
  /** What the owners sign, hashed. */
  safeTxHash: hex(32),
  signatures: z.array(signatureSchema).readonly(),
});

/** One owner's signature: of a key, r, s, v, in any of the ways in which wallets write it. */
export type OwnerSignature = Readonly<z.output<typeof signatureSchema>>;

/** What goes from owner to owner until enough of them have signed. */
export type TransactionFile = Readonly<z.output<typeof fileSchema>>;

/** The transaction that a file is about. */
export const transactionOf = ({ chainId, safe, nonce, to, value, data }: TransactionFile): SafeTransaction => ({
  chainId: BigInt(chainId),
  safe,
  nonce,
  call: { target: to, value, data },
});

/** Reads a file's shape; `reviewTransaction` judges what it says. */
export async function readTransactionFile(file: string): Promise<TransactionFile> {
  const text = await readText(file);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SentenceError(
      `${visible(file)} is no JSON, so it is no transaction that tribune committee prepare has written.`,
    );
  }
  const result = fileSchema.safeParse(json);
  if (result.success) return result.data;
  const places = [...new Set(result.error.issues.map(({ path }) => path.map(String).join(".")))].filter(Boolean);
  throw new SentenceError(
    `${visible(file)} is no transaction that tribune committee prepare has written` +
      (places.length === 0 ? "." : `; it differs at: ${places.join(", ")}.`),
  );
}

export const writeTransactionFile = (file: string, transaction: TransactionFile): Promise<void> =>
  writeWhole(file, `${toJson(transaction)}\n`);

/**
 * Copies of one file that were signed apart, as one. Of an owner who has signed several copies one signature is kept, and
 * one that counts where there is one.
 * @param files At least one; one alone is left as it is.
 * @param provider Contracts are asked for what they take.
 */
export async function mergeTransactionFiles(
  files: readonly TransactionFile[],
  provider: Provider,
): Promise<TransactionFile> {
  const [first, ...others] = files;
  if (first === undefined) throw new SentenceError("Which transaction? Give its file.");
  for (const { safeTxHash } of others) {
    if (safeTxHash === first.safeTxHash) continue;
    throw new SentenceError(
      `The files are about several transactions, ${first.safeTxHash} and ${safeTxHash}: execute them one after another.`,
    );
  }
  if (others.length === 0) return first;
  const signatures = new Map<string, OwnerSignature>();
  const transaction = transactionOf(first);
  for (const one of files.flatMap((file) => file.signatures)) {
    const kept = signatures.get(one.owner);
    const isBetter = kept === undefined || (await toConsent(kept, transaction, provider)) === undefined;
    if (isBetter) signatures.set(one.owner, one);
  }
  return { ...first, signatures: [...signatures.values()] };
}
