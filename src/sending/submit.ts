import { isHexString, toQuantity, type Provider } from "ethers";

import type { Call } from "../protocol/calls.js";
import { UnreadableError } from "../protocol/errors.js";
import { canSend } from "../protocol/sender.js";

/** A transaction to be handed over; what of gas is left out, whoever signs chooses. */
export interface Submission {
  readonly account: string;
  readonly nonce: number;
  /** Where it has no target, it creates a contract. */
  readonly call: Omit<Call, "target"> & { readonly target: string | undefined };
  readonly gasLimit?: bigint | undefined;
  /** [wei per gas] */
  readonly gasPrice?: bigint | undefined;
  /** [wei per gas] */
  readonly maxFeePerGas?: bigint | undefined;
  /** [wei per gas] */
  readonly maxPriorityFeePerGas?: bigint | undefined;
}

/**
 * Hands a transaction to whoever signs for the account, Hardhat or the node, and tells its hash at once. Hardhat's signer
 * would first ask the node for the transaction, as long as it takes, and a failure of that nobody could catch.
 * @returns The hash. [32 bytes, hex]
 */
export async function submit(provider: Provider, { account, nonce, call, ...gas }: Submission): Promise<string> {
  if (!canSend(provider)) throw new Error("the provider sends no requests");
  const { gasLimit, gasPrice, maxFeePerGas, maxPriorityFeePerGas } = gas;
  const quantities = { value: call.value, nonce, gas: gasLimit, gasPrice, maxFeePerGas, maxPriorityFeePerGas };
  const given = Object.entries(quantities).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, toQuantity(value)]],
  );
  const to = call.target === undefined ? {} : { to: call.target };
  const request = { from: account, ...to, data: call.data, ...Object.fromEntries(given) } as object;
  const hash = await provider.send("eth_sendTransaction", [request]);
  if (isHexString(hash, 32)) return hash;
  throw new UnreadableError("the answer is no hash, or a part of one", "garbled");
}
