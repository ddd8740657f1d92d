import { concat, getBytes, hexlify, sha256, zeroPadBytes } from "ethers";

/**
 * SSZ roots of what is deposited. Three small containers, so their trees are written out.
 * https://github.com/ethereum/consensus-specs/blob/a08d8a6e2b45f0b8c0d379abc15583427c643689/specs/phase0/beacon-chain.md#depositdata
 */

/** What a validator's key signs. Bytes as hex. */
export interface DepositMessage {
  readonly pubkey: string;
  readonly withdrawalCredentials: string;
  /** [gwei] */
  readonly amount: bigint;
}

/** What the deposit contract takes. */
export interface Deposit extends DepositMessage {
  readonly signature: string;
}

const ZERO = zeroPadBytes("0x", 32);
/** `DOMAIN_DEPOSIT` */
const DOMAIN_TYPE = "0x03000000";

const pair = (left: string, right: string): string => sha256(concat([left, right]));

/** A number of 8 bytes as a leaf: little-endian, then zeros. */
function leafOf(value: bigint): string {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return hexlify(bytes);
}

/** 48 bytes are two leaves, the second half full. */
export const pubkeyRoot = (pubkey: string): string => sha256(concat([pubkey, new Uint8Array(16)]));

function signatureRoot(signature: string): string {
  const bytes = getBytes(signature);
  return pair(sha256(bytes.slice(0, 64)), sha256(concat([bytes.slice(64), new Uint8Array(32)])));
}

export const depositMessageRoot = ({ pubkey, withdrawalCredentials, amount }: DepositMessage): string =>
  pair(pair(pubkeyRoot(pubkey), withdrawalCredentials), pair(leafOf(amount), ZERO));

/** What the deposit contract demands as its fourth argument. */
export const depositDataRoot = ({ pubkey, withdrawalCredentials, amount, signature }: Deposit): string =>
  pair(pair(pubkeyRoot(pubkey), withdrawalCredentials), pair(leafOf(amount), signatureRoot(signature)));

/** Deposits are good on every fork of a network, so its genesis fork stands for all, and no validators' root. */
function depositDomain(genesisForkVersion: string): string {
  const forkDataRoot = pair(zeroPadBytes(genesisForkVersion, 32), ZERO);
  return hexlify(concat([DOMAIN_TYPE, getBytes(forkDataRoot).slice(0, 28)]));
}

/** The 32 bytes that are signed. */
export const depositSigningRoot = (message: DepositMessage, genesisForkVersion: string): string =>
  pair(depositMessageRoot(message), depositDomain(genesisForkVersion));
