import { TypedDataEncoder, ZeroAddress, type TypedDataDomain, type TypedDataField } from "ethers";

import type { Call } from "../protocol/calls.js";

/** One transaction of a Safe: what its owners sign. It is always a call, never a delegatecall, and refunds nobody. */
export interface SafeTransaction {
  readonly chainId: bigint;
  readonly safe: string;
  /** Number of the Safe's transaction. */
  readonly nonce: bigint;
  readonly call: Call;
}

/** As Safe 1.4.1 declares it. */
const TYPES: Record<string, TypedDataField[]> = {
  SafeTx: [
    { name: "to", type: "address" },
    { name: "value", type: "uint256" },
    { name: "data", type: "bytes" },
    { name: "operation", type: "uint8" },
    { name: "safeTxGas", type: "uint256" },
    { name: "baseGas", type: "uint256" },
    { name: "gasPrice", type: "uint256" },
    { name: "gasToken", type: "address" },
    { name: "refundReceiver", type: "address" },
    { name: "nonce", type: "uint256" },
  ],
};

/**
 * What every transaction here leaves at nothing. With `safeTxGas` and `gasPrice` 0, a call that fails makes the whole
 * transaction revert, and its nonce stays unused.
 */
export const NO_REFUND = {
  operation: 0,
  safeTxGas: 0n,
  baseGas: 0n,
  gasPrice: 0n,
  gasToken: ZeroAddress,
  refundReceiver: ZeroAddress,
} as const;

interface TypedMessage {
  readonly domain: TypedDataDomain;
  readonly types: Record<string, TypedDataField[]>;
  readonly message: Record<string, unknown>;
}

/** The EIP-712 message that owners sign. */
export const toTypedMessage = ({ chainId, safe, nonce, call }: SafeTransaction): TypedMessage => ({
  domain: { chainId, verifyingContract: safe },
  types: TYPES,
  message: { to: call.target, value: call.value, data: call.data, ...NO_REFUND, nonce },
});

/**
 * The same as wallets take it in a file, and `cast wallet sign --data --from-file`: with the type of the domain, and
 * amounts as decimal strings, which no reader rounds.
 */
export function toTypedData(transaction: SafeTransaction) {
  const { domain, types, message } = toTypedMessage(transaction);
  const DOMAIN = [
    { name: "chainId", type: "uint256" },
    { name: "verifyingContract", type: "address" },
  ];
  // Wallets compare this one with the chain that they are on, and take it for a number.
  const chainId = Number(transaction.chainId);
  return {
    types: { EIP712Domain: DOMAIN, ...types },
    primaryType: "SafeTx",
    domain: { ...domain, chainId },
    message,
  } as const;
}

/** The two hashes that the hash to sign is made of: a Ledger shows these. [32 bytes each, hex] */
export function hashParts(transaction: SafeTransaction): { readonly domainHash: string; readonly messageHash: string } {
  const { domain, types, message } = toTypedMessage(transaction);
  return {
    domainHash: TypedDataEncoder.hashDomain(domain),
    messageHash: TypedDataEncoder.hashStruct("SafeTx", types, message),
  };
}

/** Hash of that message; Safe calls it `safeTxHash`. [32 bytes, hex] */
export function hashTransaction(transaction: SafeTransaction): string {
  const { message } = toTypedMessage(transaction);
  return hashMessage(transaction.chainId, transaction.safe, message);
}

/**
 * Hash of any transaction of a Safe, also of one that is not made here.
 * @param message By the names of Safe's own fields.
 */
export const hashMessage = (chainId: bigint, safe: string, message: Record<string, unknown>): string =>
  TypedDataEncoder.hash({ chainId, verifyingContract: safe }, TYPES, message);
