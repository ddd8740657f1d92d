import { bls12_381 } from "@noble/curves/bls12-381.js";
import { getBytes, hexlify, sha256, toUtf8Bytes } from "ethers";

import type { DepositNetwork } from "../../../src/staking/deposits/networks.js";
import { depositDataRoot, depositMessageRoot, depositSigningRoot } from "../../../src/staking/deposits/roots.js";

const { longSignatures } = bls12_381;
const SCHEME = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";

/** One deposit of a file, as the official tool writes it. */
export interface FileEntry {
  pubkey: string;
  withdrawal_credentials: string;
  amount: number;
  signature: string;
  deposit_message_root: string;
  deposit_data_root: string;
  fork_version: string;
  network_name: string;
  deposit_cli_version: string;
}

export interface Signed {
  readonly withdrawalCredentials: string;
  /** [gwei] */
  readonly amount: bigint;
  readonly network: DepositNetwork;
}

const secretKey = (seed: string): Uint8Array =>
  bls12_381.utils.randomSecretKey(getBytes(`${sha256(toUtf8Bytes(seed))}${"00".repeat(16)}`));

/** The BLS key made from `seed`. [48 bytes, hex] */
export const realPubkey = (seed: string): string => hexlify(longSignatures.getPublicKey(secretKey(seed)).toBytes());

/** A deposit by the key made from `seed`, really signed. */
export function signEntry(seed: string, { withdrawalCredentials, amount, network }: Signed): FileEntry {
  const message = { pubkey: realPubkey(seed), withdrawalCredentials, amount };
  const root = depositSigningRoot(message, network.genesisForkVersion);
  const point = longSignatures.sign(longSignatures.hash(getBytes(root), SCHEME), secretKey(seed));
  const signature = hexlify(point.toBytes());
  const bare = (hex: string): string => hex.slice(2);
  return {
    pubkey: bare(message.pubkey),
    withdrawal_credentials: bare(withdrawalCredentials),
    amount: Number(amount),
    signature: bare(signature),
    deposit_message_root: bare(depositMessageRoot(message)),
    deposit_data_root: bare(depositDataRoot({ ...message, signature })),
    fork_version: bare(network.genesisForkVersion),
    network_name: network.name ?? "devnet",
    deposit_cli_version: "1.2.2",
  };
}
