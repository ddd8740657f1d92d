import { ssz } from "@lodestar/types";
import { getBytes, hexlify, sha256, toBeHex } from "ethers";

import type { DepositRequest } from "./state.js";

/** Deposits and requests as the execution layer sees them, worked out with Lodestar's types. */

/** Two kinds of withdrawal credentials that pay to an address. */
export const credentials = (prefix: "0x01" | "0x02" | "0x03", address: string): string =>
  `${prefix}${"00".repeat(11)}${address.slice(2).toLowerCase()}`;

/** 48 bytes that stand for a public key: the model never looks inside. */
export const somePubkey = (seed: number): string =>
  `0x${sha256(toBeHex(seed, 32)).slice(2)}${toBeHex(seed, 16).slice(2)}`;

export const someSignature = (seed: number): string => `0x${sha256(toBeHex(seed, 32)).slice(2).repeat(3)}`;

const depositValue = ({ pubkey, withdrawalCredentials, amount, signature }: DepositRequest) => ({
  pubkey: getBytes(pubkey),
  withdrawalCredentials: getBytes(withdrawalCredentials),
  amount: Number(amount),
  signature: getBytes(signature),
});

/** What the deposit contract demands as its fourth argument. */
export const depositDataRoot = (deposit: DepositRequest): string =>
  hexlify(ssz.phase0.DepositData.hashTreeRoot(depositValue(deposit)));

/** The root that the deposit contract keeps of everything deposited so far. */
export const depositTreeRoot = (deposits: readonly DepositRequest[]): string =>
  hexlify(ssz.phase0.DepositDataRootList.hashTreeRoot(deposits.map((deposit) => getBytes(depositDataRoot(deposit)))));

const REQUEST_LENGTH = 76;

/** The records that the predeploy of EIP-7002 hands to the block: SSZ, so amounts are little-endian here. */
export function decodeWithdrawalRequests(records: string) {
  const bytes = getBytes(records);
  if (bytes.length % REQUEST_LENGTH !== 0) throw new Error(`${bytes.length} bytes are no whole number of records`);
  return Array.from({ length: bytes.length / REQUEST_LENGTH }, (_, record) => {
    const start = record * REQUEST_LENGTH;
    const value = ssz.electra.WithdrawalRequest.deserialize(bytes.subarray(start, start + REQUEST_LENGTH));
    return {
      sourceAddress: hexlify(value.sourceAddress),
      pubkey: hexlify(value.validatorPubkey),
      amount: value.amount,
    };
  });
}
