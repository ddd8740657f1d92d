import { formatEther, formatUnits, type FeeData, type Provider } from "ethers";

import { judgeFailure } from "../protocol/failure.js";
import { awaitFate, type Fate, type Handed } from "../sending/fate.js";
import { describeRefusal, tryCallFrom, type PlannedCall } from "../protocol/plannedCall.js";
import type { Participant } from "../protocol/plans/participant.js";
import { mayHaveArrived } from "../sending/arrival.js";
import { chooseGas, MOST_GAS } from "../sending/gas.js";
import { saysUnderpriced } from "../sending/poolWords.js";
import { submit, type Submission } from "../sending/submit.js";
import { tryRead } from "../protocol/tryRead.js";
import type { Attempts } from "./attempts.js";
import type { Deed } from "./deed.js";

/** What acting may cost. */
export interface Bounds {
  /** [wei per gas] */
  readonly maxGasPrice: bigint;
  /** What the account keeps, whatever is due. [wei] */
  readonly minBalance: bigint;
  /** A transaction that takes longer is looked for again in the next round. [ms] */
  readonly patience: number;
}

/** What other commands bid less than a poke, so that it can replace them: nodes ask for a tenth more. [%] */
const ROOM = 85n;

/** Where a transaction stands among the account's. */
export interface Slot {
  readonly nonce: number;
  /** What stands there already offers so much above the base fee, as far as that is known, and is outbid. [wei per gas] */
  readonly before: bigint | undefined;
}

const notSent = (key: string, command: string, why: string): Deed => ({
  key: `${key}:${command}`,
  text: `${command} is due, and was not sent: ${why}.`,
  isDone: false,
});

const gwei = (value: bigint) => `${formatUnits(value, "gwei")} gwei`;
const priceOf = (fees: FeeData): bigint => fees.gasPrice ?? fees.maxFeePerGas ?? 0n;

/** Why nothing is sent now, whatever it is; undefined if nothing keeps from it. */
export function describeBound(
  command: string,
  account: string,
  { fees, balance }: { readonly fees: FeeData; readonly balance: bigint },
  { maxGasPrice, minBalance }: Bounds,
  gasLimit = 0n,
): Deed | undefined {
  const price = priceOf(fees);
  if (price > maxGasPrice) {
    const why = `gas costs ${gwei(price)}, more than ${gwei(maxGasPrice)} (--max-gas-price)`;
    return notSent("price", command, why);
  }
  if (balance >= minBalance + gasLimit * maxGasPrice) return undefined;
  const why = `${account} has ${formatEther(balance)} ETH, and must keep ${formatEther(minBalance)} (--min-balance) after paying for it`;
  return notSent("balance", command, why);
}

/** Sends a call within its bounds, after it was tried; pays for gas alone. @param command That is due. */
export async function sendBounded(
  { what, call }: PlannedCall,
  command: string,
  { provider, account, block }: Participant,
  bounds: Bounds,
  attempts: Attempts,
  { nonce, before }: Slot,
): Promise<Deed> {
  const not = (key: string, why: string): Deed => notSent(key, command, why);
  const { value } = call;
  if (value > 0n) {
    return not("pays", `whoever executes it pays ${formatEther(value)} ETH, and this account pays for gas alone`);
  }
  const refused = await tryCallFrom(provider, account, call, what);
  if (refused !== undefined) return not("refused", `it would fail, ${refused.words}`);
  // Meanwhile somebody else may have done it.
  const gas = await tryRead(() => chooseGas(provider, account, call), `gas of ${command}`);
  if (!gas.answered) return not("refused", `it would fail, ${describeRefusal(gas.refusal).words}`);
  const gasLimit = gas.value;
  if (gasLimit > MOST_GAS) return not("gas", `it takes ${gasLimit} gas, more than the ${MOST_GAS} of one transaction`);
  const [fees, balance] = await Promise.all([provider.getFeeData(), provider.getBalance(account)]);
  const bound = describeBound(command, account, { fees, balance }, bounds, gasLimit);
  if (bound !== undefined) return bound;
  const pricing = chooseFees(command, fees, bounds, before);
  const stands = attempts.underWay;
  const underWay = { command, nonce, since: block.timestamp, block: block.number, tip: pricing.maxPriorityFeePerGas };
  await attempts.begin(underWay);
  let hash: string;
  try {
    hash = await submit(provider, { account, nonce, call, gasLimit, ...pricing });
  } catch (error) {
    const failure = judgeFailure(error);
    // A chain for development mines it first, and then says that it has failed.
    if (failure?.kind !== "unread") return failed(command, what);
    if (mayHaveArrived(failure)) {
      const text = `${what}: sent with nonce ${nonce}, and nobody knows whether it has arrived: ${failure.words}.`;
      return { key: `unsure:${command}`, text, isDone: false, fate: "unsure" };
    }
    // A node that refuses has not got it: that costs nothing, and may pass. One that asks for more is offered more next time.
    attempts.worked(command);
    const other = stands?.nonce === nonce ? stands : { ...underWay, command: "something else" };
    await attempts.submitted(saysUnderpriced(failure.words) ? { ...other, tip: underWay.tip } : stands);
    return not("unsent", `the node does not take it, ${failure.words}`);
  }
  await attempts.submitted({ ...underWay, hash });
  return await follow(provider, { account, nonce, hash, call, since: block.number }, what, command, bounds, attempts);
}

/** @param before What is replaced must be outbid in both. */
function chooseFees(
  command: string,
  fees: FeeData,
  { maxGasPrice }: Bounds,
  before: bigint | undefined,
): Pick<Submission, "gasPrice" | "maxFeePerGas" | "maxPriorityFeePerGas"> {
  const price = priceOf(fees);
  if (fees.maxFeePerGas === null) return { gasPrice: maxGasPrice < price ? maxGasPrice : price };
  const room = (maxGasPrice * ROOM) / 100n;
  const maxFeePerGas = command === "poke" || room < price ? maxGasPrice : room;
  const outbid = before === undefined ? 0n : (before * 9n) / 8n + 1n;
  const usual = fees.maxPriorityFeePerGas ?? 0n;
  const tip = usual > outbid ? usual : outbid;
  return { maxFeePerGas, maxPriorityFeePerGas: tip < maxFeePerGas ? tip : maxFeePerGas };
}

const failed = (command: string, what: string, hash?: string): Deed => ({
  key: `failed:${command}`,
  text: `${what}: sent, and it failed${hash === undefined ? "" : `, ${hash}`}. It is tried again after a while.`,
  isDone: false,
  fate: "failed",
  isAlarm: true,
});

/** What became of it; what nobody knows yet is seen in the next round. */
async function follow(
  provider: Provider,
  handed: Handed,
  what: string,
  command: string,
  { patience }: Bounds,
  attempts: Attempts,
): Promise<Deed> {
  const { hash } = handed;
  const unsure = (words: string): Deed => ({
    ...{ key: `unsure:${command}`, text: `${what}: sent, ${hash}, and ${words}.` },
    ...{ isDone: false, fate: "unsure" },
  });
  let fate: Fate;
  try {
    fate = await awaitFate(provider, handed, { patience });
  } catch (error) {
    const failure = judgeFailure(error);
    if (failure?.kind !== "unread") throw error;
    return unsure(failure.words);
  }
  switch (fate.kind) {
    case "waiting":
      return unsure("it was not seen on the chain so far");
    case "replaced":
      return unsure(`${fate.by} is on the chain in its place`);
    case "included": {
      attempts.arrived();
      const { receipt } = fate;
      if (receipt.status === 0) return failed(command, what, receipt.hash);
      attempts.worked(command);
      return { key: `sent:${hash}`, text: `${what}: ${receipt.hash} in block ${receipt.blockNumber}.`, isDone: true };
    }
  }
}
