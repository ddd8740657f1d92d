import { formatEther, formatUnits, type Signer, type TransactionResponse } from "ethers";

import type { Call } from "../protocol/calls.js";
import { judgeFailure } from "../protocol/failure.js";
import { tryCallFrom, type PlannedCall } from "../protocol/plannedCall.js";
import type { Participant } from "../protocol/plans/participant.js";

/** What acting may cost. */
export interface Bounds {
  /** [wei per gas] */
  readonly maxGasPrice: bigint;
  /** What the account keeps, whatever is due. [wei] */
  readonly minBalance: bigint;
}

/** Something done, or not: each reason is told once while it lasts. */
export interface Deed {
  readonly key: string;
  readonly text: string;
  readonly isDone: boolean;
}

/** What a transaction may use. */
const GAS_LIMIT = 16_700_000n;
/** A transaction that takes longer is looked for again in the next round. [ms] */
const PATIENCE = 120_000;

/** Sends a call within its bounds, after it was tried; pays for gas alone. @param command That is due. */
export async function sendBounded(
  { what, call }: PlannedCall,
  command: string,
  { provider, account }: Participant,
  signer: Signer,
  { maxGasPrice, minBalance }: Bounds,
): Promise<Deed> {
  const not = (key: string, why: string): Deed => ({
    key: `${key}:${command}`,
    text: `${command} is due, and was not sent: ${why}.`,
    isDone: false,
  });
  if (call.value > 0n) {
    return not("pays", `whoever executes it pays ${formatEther(call.value)} ETH, and this account pays for gas alone`);
  }
  const refused = await tryCallFrom(provider, account, call, what);
  if (refused !== undefined) return not("refused", `it would fail, ${refused.words}`);
  const fees = await provider.getFeeData();
  const price = fees.gasPrice ?? fees.maxFeePerGas ?? 0n;
  const gwei = (value: bigint) => `${formatUnits(value, "gwei")} gwei`;
  if (price > maxGasPrice) {
    return not("price", `gas costs ${gwei(price)}, more than ${gwei(maxGasPrice)} (--max-gas-price)`);
  }
  const gasLimit = await estimate(call, account, provider);
  const balance = await provider.getBalance(account);
  if (balance < minBalance + gasLimit * maxGasPrice) {
    return not(
      "balance",
      `${account} has ${formatEther(balance)} ETH, and must keep ${formatEther(minBalance)} (--min-balance) after paying for it`,
    );
  }
  const tip = fees.maxPriorityFeePerGas ?? 0n;
  const pricing =
    fees.maxFeePerGas === null
      ? { gasPrice: maxGasPrice < price ? maxGasPrice : price }
      : { maxFeePerGas: maxGasPrice, maxPriorityFeePerGas: tip < maxGasPrice ? tip : maxGasPrice };
  const { target: to, value, data } = call;
  return await follow(() => signer.sendTransaction({ to, value, data, gasLimit, ...pricing }), what, command);
}

async function estimate(
  { target: to, value, data }: Call,
  from: string,
  provider: Participant["provider"],
): Promise<bigint> {
  const gas = ((await provider.estimateGas({ from, to, value, data })) * 6n) / 5n;
  return gas < GAS_LIMIT ? gas : GAS_LIMIT;
}

/** What became of it; what nobody knows yet is seen in the next round. */
async function follow(submit: () => Promise<TransactionResponse>, what: string, command: string): Promise<Deed> {
  try {
    const response = await submit();
    const receipt = await response.wait(1, PATIENCE);
    return {
      key: `sent:${response.hash}`,
      text:
        receipt === null
          ? `${what}: sent, ${response.hash}.`
          : `${what}: ${receipt.hash} in block ${receipt.blockNumber}.`,
      isDone: true,
    };
  } catch (error) {
    const failure = judgeFailure(error);
    const words =
      failure === undefined ? "it is not on the chain yet" : failure.kind === "unread" ? failure.words : "it failed";
    return { key: `unsure:${command}`, text: `${what}: sent, and ${words}.`, isDone: false };
  }
}
