import {
  AbiCoder,
  concat,
  dataLength,
  getBytes,
  hashMessage as hashPrefixed,
  Interface,
  recoverAddress,
  Signature,
  toBeHex,
  TypedDataEncoder,
  zeroPadValue,
  type Provider,
} from "ethers";

import { tryRead } from "../protocol/tryRead.js";
import { OFFICIAL_ABIS } from "./artifacts.js";
import { hashTransaction, toTypedMessage, type SafeTransaction } from "./transaction.js";

/** What an owner has agreed with, as Safe takes it. */
export type Consent =
  /** By a key: r, s, v. [65 bytes, hex] */
  | { readonly kind: "key"; readonly owner: string; readonly signature: string }
  /** By a contract, which judges the bytes itself (EIP-1271). [hex] */
  | { readonly kind: "contract"; readonly owner: string; readonly signature: string }
  /** By a transaction of its own, `approveHash`. */
  | { readonly kind: "approval"; readonly owner: string };

/**
 * A key's signature as Safe reads it, whatever a wallet wrote: 27 or 28 at its end over the typed data; 31 or 32 where the
 * hash was signed as a message (`eth_sign`), also where the wallet did not say so; 64 bytes are written in full (EIP-2098).
 * Undefined if it is not the owner's.
 */
export function normaliseSignature(transaction: SafeTransaction, owner: string, signature: string): string | undefined {
  const hash = hashTransaction(transaction);
  const plain = toPlain(signature);
  if (plain === undefined) return undefined;
  if (recoverFrom(hash, plain) === owner) return plain.serialized;
  if (recoverFrom(hashPrefixed(getBytes(hash)), plain) !== owner) return undefined;
  return concat([plain.r, plain.s, toBeHex(plain.v + 4)]);
}

/** Whose signature it is, over the typed data; undefined if it is none. */
export function signerOf(transaction: SafeTransaction, signature: string): string | undefined {
  const plain = toPlain(signature);
  return plain && recoverFrom(hashTransaction(transaction), plain);
}

/** With 27 or 28 at its end. */
function toPlain(signature: string): Signature | undefined {
  const bytes = getBytes(signature);
  if (bytes.length !== 64 && bytes.length !== 65) return undefined;
  const v = bytes[64];
  if (v !== undefined && v > 30) bytes[64] = v - 4;
  try {
    return Signature.from(toHex(bytes));
  } catch {
    return undefined;
  }
}

const toHex = (bytes: Uint8Array): string => concat([bytes]);

function recoverFrom(hash: string, signature: Signature): string | undefined {
  try {
    return recoverAddress(hash, signature);
  } catch {
    return undefined;
  }
}

const SAFE = new Interface(OFFICIAL_ABIS.safe);
/** `isValidSignature(bytes,bytes)`, as Safe 1.4.1 asks, and what it takes for a yes. */
const VALIDATOR = new Interface(["function isValidSignature(bytes data, bytes signature) view returns (bytes4)"]);
const YES = "0x20c13b0b";

/** What the hash is made of: a contract is asked for its consent to this. [hex] */
export const preimageOf = (transaction: SafeTransaction): string => {
  const { domain, types, message } = toTypedMessage(transaction);
  return TypedDataEncoder.encode(domain, types, message);
};

/** Whether the owner, a contract, takes the bytes for its signature in that block. */
export async function isSignedByContract(
  transaction: SafeTransaction,
  owner: string,
  signature: string,
  provider: Provider,
): Promise<boolean> {
  const data = VALIDATOR.encodeFunctionData("isValidSignature", [preimageOf(transaction), signature]);
  // From the Safe, as it will ask itself.
  const answer = await tryRead(() => provider.call({ from: transaction.safe, to: owner, data }));
  return answer.answered && answer.value.startsWith(YES) && dataLength(answer.value) === 32;
}

/** What a file has for an owner's signature. */
interface GivenSignature {
  readonly owner: string;
  readonly signature: string;
  readonly isContractSignature?: boolean | undefined;
}

/** A signature as Safe takes it; undefined where a contract does not take it. */
export async function toConsent(
  { owner, signature, isContractSignature }: GivenSignature,
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

/** Those of `owners` that have approved the transaction on the chain. */
export async function readApprovals(
  transaction: SafeTransaction,
  owners: readonly string[],
  provider: Provider,
): Promise<string[]> {
  const hash = hashTransaction(transaction);
  const found = await Promise.all(
    owners.map(async (owner) => {
      const data = SAFE.encodeFunctionData("approvedHashes", [owner, hash]);
      const answer = await provider.call({ to: transaction.safe, data });
      const [approved] = AbiCoder.defaultAbiCoder().decode(["uint256"], answer).toArray() as bigint[];
      return approved === 0n ? undefined : owner;
    }),
  );
  return found.filter((owner) => owner !== undefined);
}

/** As Safe reads them: 65 bytes each, by ascending owner; then what contracts judge, where those point to. */
export function joinConsents(consents: readonly Consent[]): string {
  const sorted = [...consents].sort((one, other) => (BigInt(one.owner) < BigInt(other.owner) ? -1 : 1));
  const tails: string[] = [];
  let offset = 65 * sorted.length;
  const heads = sorted.map((consent): string => {
    const owner = zeroPadValue(consent.owner, 32);
    switch (consent.kind) {
      case "key":
        return consent.signature;
      case "approval":
        return concat([owner, toBeHex(0, 32), "0x01"]);
      case "contract": {
        const head = concat([owner, toBeHex(offset, 32), "0x00"]);
        const length = dataLength(consent.signature);
        tails.push(toBeHex(length, 32), consent.signature);
        offset += 32 + length;
        return head;
      }
    }
  });
  return concat([...heads, ...tails]);
}
