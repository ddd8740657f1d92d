import { formatUnits } from "ethers";
import { z } from "zod";

import { SentenceError, sentences } from "../../protocol/errors.js";
import { quoted, reasonOf } from "../../protocol/visible.js";
import { isPublicKey, isSignature } from "./bls.js";
import type { RootedDeposit } from "./deposits.js";
import { describeNetwork, networkOfVersion, type DepositNetwork } from "./networks.js";
import { depositDataRoot, depositMessageRoot, depositSigningRoot } from "./roots.js";

/** `deposit_data-….json`, as ethstaker-deposit-cli and, before it, staking-deposit-cli write it. */

/** What the deposits of a file must be. */
export interface DepositTerms {
  /** [32 bytes, hex] */
  readonly withdrawalCredentials: string;
  /** Of each deposit. [gwei] */
  readonly amount: bigint;
  readonly network: DepositNetwork;
}

/** A file from which nothing may be deposited; every fault at once. */
export class DepositFileError extends SentenceError {
  override name = "DepositFileError";

  constructor(
    readonly source: string,
    readonly faults: readonly string[],
  ) {
    const count = faults.length === 1 ? "a fault" : `${faults.length} faults`;
    super(sentences(`${source} has ${count}; nothing was sent:`, faults));
  }
}

/** The tools write hex without 0x; others write it. */
const hex = (bytes: number) =>
  z
    .string({ error: () => `must be ${bytes} bytes in hex` })
    .refine((text) => new RegExp(`^(0x)?[0-9a-f]{${2 * bytes}}$`, "i").test(text), {
      error: ({ input }) => `must be ${bytes} bytes in hex, and is ${shorten(String(input))}`,
    })
    .transform((text) => `0x${text.replace(/^0x/i, "").toLowerCase()}`);

const entrySchema = z.object({
  pubkey: hex(48),
  withdrawal_credentials: hex(32),
  amount: z
    .int({ error: () => "must be a whole number of gwei" })
    .nonnegative({ error: () => "must be a whole number of gwei" })
    .transform(BigInt),
  signature: hex(96),
  deposit_message_root: hex(32),
  deposit_data_root: hex(32),
  fork_version: hex(4),
  network_name: z.string({ error: () => "must be text" }),
  deposit_cli_version: z.string({ error: () => "must be text" }),
});

type Entry = z.output<typeof entrySchema>;

/** @throws {@link DepositFileError} */
export function parseDepositFile(text: string, source: string, terms: DepositTerms): RootedDeposit[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new DepositFileError(source, [`it is no JSON: ${reasonOf(error)}`]);
  }
  return checkDepositFile(content, source, terms);
}

/**
 * Deposits from what such a file holds, all of them or none. Every field is checked, signatures too.
 * @param source Names the file in errors.
 * @throws {@link DepositFileError}
 */
export function checkDepositFile(content: unknown, source: string, terms: DepositTerms): RootedDeposit[] {
  if (!Array.isArray(content) || content.length === 0) {
    throw new DepositFileError(source, [
      "it must be a list of deposits, [ { … } ], as the deposit tool writes deposit_data-….json",
    ]);
  }
  const faults: string[] = [];
  const deposits: RootedDeposit[] = [];
  const places = new Map<string, number>();
  for (const [index, value] of content.entries()) {
    const place = index + 1;
    const parsed = entrySchema.safeParse(value, { reportInput: true });
    if (!parsed.success) {
      faults.push(...parsed.error.issues.map((issue) => `entry ${place}: ${describeIssue(issue)}`));
      continue;
    }
    const entry = parsed.data;
    const name = `entry ${place} (${entry.pubkey.slice(0, 14)}…)`;
    const earlier = places.get(entry.pubkey);
    if (earlier === undefined) places.set(entry.pubkey, place);
    else faults.push(`${name}: its public key is that of entry ${earlier}; each key is deposited once`);
    faults.push(...listFaults(entry, terms).map((fault) => `${name}: ${fault}`));
    deposits.push({ ...depositOf(entry), depositDataRoot: entry.deposit_data_root });
  }
  if (faults.length > 0) throw new DepositFileError(source, faults);
  return deposits;
}

function describeIssue({ path, code, input, message }: z.core.$ZodIssue): string {
  const [field] = path;
  if (field === undefined) return "it must be a deposit, { … }";
  return code === "invalid_type" && input === undefined ? `${String(field)} is missing` : `${String(field)} ${message}`;
}

const depositOf = (entry: Entry) => ({
  pubkey: entry.pubkey,
  withdrawalCredentials: entry.withdrawal_credentials,
  amount: entry.amount,
  signature: entry.signature,
});

function listFaults(entry: Entry, { withdrawalCredentials, amount, network }: DepositTerms): string[] {
  const faults: string[] = [];
  const deposit = depositOf(entry);
  const isKey = isPublicKey(entry.pubkey);
  if (!isKey) faults.push("pubkey is no public key: no point of G1 of BLS12-381, or the one at infinity");
  if (entry.withdrawal_credentials !== withdrawalCredentials.toLowerCase()) {
    faults.push(
      `withdrawal_credentials are ${entry.withdrawal_credentials}, and must be the vault's, ${withdrawalCredentials.toLowerCase()}`,
    );
  }
  if (entry.amount !== amount) {
    faults.push(`amount is ${describeAmount(entry.amount)}, and must be exactly ${describeAmount(amount)}`);
  }
  faults.push(...listNetworkFaults(entry, network));
  const messageRoot = depositMessageRoot(deposit);
  if (entry.deposit_message_root !== messageRoot) {
    faults.push(
      `deposit_message_root is ${entry.deposit_message_root}, and that of these key, credentials and amount is ${messageRoot}`,
    );
  }
  const dataRoot = depositDataRoot(deposit);
  if (entry.deposit_data_root !== dataRoot) {
    faults.push(`deposit_data_root is ${entry.deposit_data_root}, and that of these fields is ${dataRoot}`);
  }
  // What was signed for another network is said above already.
  const signed = depositSigningRoot(deposit, entry.fork_version);
  if (isKey && !isSignature(entry.signature, signed, entry.pubkey)) {
    faults.push("signature is not the key's, over these key, credentials and amount: the deposit would be lost");
  }
  return faults;
}

function listNetworkFaults(entry: Entry, network: DepositNetwork): string[] {
  if (entry.fork_version !== network.genesisForkVersion) {
    const other = networkOfVersion(entry.fork_version);
    const found = other === undefined ? entry.fork_version : `that of ${describeNetwork(other)}`;
    return [`fork_version is ${found}, and the deposit is for ${describeNetwork(network)}`];
  }
  if (network.name !== undefined && entry.network_name !== network.name) {
    return [
      `network_name is ${quoted(entry.network_name)}, and its fork_version is that of ${describeNetwork(network)}`,
    ];
  }
  return [];
}

const describeAmount = (amount: bigint): string => `${amount} gwei (${formatUnits(amount, 9).replace(/\.0$/, "")} ETH)`;

/** The beginning of something long. */
const shorten = (text: string): string =>
  text.length > 18 ? `${text.slice(0, 18)}… (${text.length} characters)` : quoted(text);
