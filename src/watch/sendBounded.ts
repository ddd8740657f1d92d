import { formatEther, formatUnits, id, type FeeData, type Provider, type TransactionResponse } from "ethers";

import { DAY, max, min } from "../model/units.js";
import { judgeFailure } from "../protocol/failure.js";
import { awaitFate, type Fate, type Handed } from "../sending/fate.js";
import { describeRefusal, tryCallFrom, type PlannedCall } from "../protocol/plannedCall.js";
import type { Participant } from "../protocol/plans/participant.js";
import { mayHaveArrived } from "../sending/arrival.js";
import { chooseGas, MOST_GAS } from "../sending/gas.js";
import { doesSame, findIncluded } from "../sending/included.js";
import { saysUnderpriced, saysUsed } from "../sending/poolWords.js";
import { submit, type Submission } from "../sending/submit.js";
import { tryRead } from "../protocol/tryRead.js";
import { reasonOf } from "../protocol/visible.js";
import type { Attempts, UnderWay } from "./attempts.js";
import type { Deed } from "./deed.js";

/** What acting may cost. */
export interface Bounds {
  /** [wei per gas] */
  readonly maxGasPrice: bigint;
  /** What the account keeps, whatever is due; twice that of what is no poke, so that pokes have something left. [wei] */
  readonly minBalance: bigint;
  /** A transaction that takes longer is looked for again in the next round. [ms] */
  readonly patience: number;
  /** Whether to end: then nothing more is sent, and what was sent is not waited for. */
  readonly isStopped?: (() => boolean) | undefined;
}

/** A bid that leaves room for one that replaces it: nodes ask for a tenth more, some for an eighth. */
const below = (price: bigint): bigint => (price * 8n) / 9n;
/** The least that replaces it. */
const above = (price: bigint): bigint => (price * 9n) / 8n + 1n;

/** Where a transaction stands among the account's. */
export interface Slot {
  readonly nonce: number;
  /** What stands there already offers so much above the base fee, as far as that is known, and is outbid. [wei per gas] */
  readonly before: bigint | undefined;
}

/** That a poke waits for money or a lower price is reported again so often. [seconds] */
const REMINDER = DAY;

const notSent = (key: string, command: string, why: string): Deed => ({
  key: `${key}:${command}`,
  text: `${command} is due, and was not sent: ${why}.`,
  isDone: false,
});

/** Whether a contract refuses it, where it was tried. */
export const isRefused = ({ key }: Deed): boolean => key.startsWith("refused:");

const gwei = (value: bigint) => `${formatUnits(value, "gwei")} gwei`;
const priceOf = (fees: FeeData): bigint => fees.gasPrice ?? fees.maxFeePerGas ?? 0n;

/** Why nothing is sent now, whatever it is; undefined if nothing keeps from it. */
export function describeBound(
  command: string,
  account: string,
  { fees, balance, now }: { readonly fees: FeeData; readonly balance: bigint; readonly now: bigint },
  { maxGasPrice, minBalance }: Bounds,
  gasLimit = 0n,
): Deed | undefined {
  const isPoke = command === "poke";
  const not = (key: string, why: string): Deed => ({
    ...notSent(key, command, why),
    // The stakers' time depends on it, and a person alone can mend it.
    ...(isPoke && { key: `${key}:poke:${now / REMINDER}`, isAlarm: true }),
  });
  const price = priceOf(fees);
  if (price > maxGasPrice) {
    const why = `gas costs ${gwei(price)}, more than ${gwei(maxGasPrice)} (--max-gas-price)`;
    return not("price", why);
  }
  const least = isPoke ? minBalance : 2n * minBalance;
  if (balance >= least + gasLimit * maxGasPrice) return undefined;
  const which = isPoke ? "--min-balance" : "twice --min-balance, half of it for pokes";
  const why = `${account} has ${formatEther(balance)} ETH, and must keep ${formatEther(least)} (${which}) after paying for it`;
  return not("balance", why);
}

/** What a transaction does, whatever it pays for gas. */
export const digestOf = ({ to, value, data }: Pick<TransactionResponse, "to" | "value" | "data">): string =>
  id([to?.toLowerCase(), value, data].join());

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
  const bound = describeBound(command, account, { fees, balance, now: block.timestamp }, bounds, gasLimit);
  if (bound !== undefined) return bound;
  const stands = attempts.underWay;
  const isSame = stands?.nonce === nonce;
  const isReplacing = isSame && stands.command === command;
  const pricing = chooseFees(command, fees, bounds, before, {
    isLast: isReplacing,
    // What was not sent here may have bid anything.
    mayBidAll: isReplacing || !isSame || stands.call === undefined,
  });
  const underWay: UnderWay = {
    ...{ since: block.timestamp, block: block.number },
    // Of what it replaces any may be on the chain in the end.
    ...(isReplacing && stands),
    ...{
      command,
      nonce,
      tip: pricing.maxPriorityFeePerGas ?? pricing.gasPrice,
      call: digestOf({ ...call, to: call.target }),
    },
  };
  if (bounds.isStopped?.() === true) return notSent("stopped", command, "the watch is to stop");
  await attempts.begin(underWay, block.timestamp);
  let hash: string;
  try {
    hash = await submit(provider, { account, nonce, call, gasLimit, ...pricing });
  } catch (error) {
    const failure = judgeFailure(error);
    if (failure?.kind !== "unread") {
      // A chain for development mines it first, and then says that it has failed.
      const counted = await provider.getTransactionCount(account, "latest").catch(() => 0);
      if (counted > nonce) return tellFailed(attempts, { command, nonce }, what, block.timestamp);
      await attempts.submitted(stands);
      return not(
        "unsent",
        `it is refused, ${failure === undefined ? reasonOf(error) : describeRefusal(failure).words}`,
      );
    }
    if (saysUsed(failure.words)) {
      const used = await findIncluded(account, nonce, provider, block.number).catch(() => undefined);
      if (used === undefined || !doesSame(call, used)) {
        attempts.sawUsed(nonce + 1, block.timestamp);
        await attempts.submitted(stands);
        return not("unsent", `nonce ${nonce} is used already, and the next one is taken next time`);
      }
      ({ hash } = used);
    } else if (mayHaveArrived(failure)) {
      const text = `${what}: sent with nonce ${nonce}, and nobody knows whether it has arrived: ${failure.words}.`;
      return { key: `unsure:${command}`, text, isDone: false, fate: "unsure" };
    } else {
      // A node that refuses has not got it: that costs nothing, and may pass. One that asks for more is offered more next time.
      const other = isSame ? stands : { ...underWay, command: "something else", call: undefined };
      const isInPool = saysUnderpriced(failure.words);
      await attempts.submitted(isInPool ? { ...other, isInPool, tip: underWay.tip } : stands);
      return not("unsent", `the node does not take it, ${failure.words}`);
    }
  }
  await attempts.submitted({ ...underWay, hash });
  const handed = { account, nonce, hash, call, since: underWay.block ?? block.number };
  return await follow(provider, handed, what, command, bounds, attempts, block.timestamp);
}

/**
 * @param before What is replaced must be outbid in both; undefined where nothing stands.
 * @param room Whether a poke leaves room for another: where it is the last, it offers all that it may, tip included, since
 * nothing can take its place.
 */
function chooseFees(
  command: string,
  fees: FeeData,
  { maxGasPrice }: Bounds,
  before: bigint | undefined,
  room: { readonly isLast: boolean; readonly mayBidAll: boolean },
): Pick<Submission, "gasPrice" | "maxFeePerGas" | "maxPriorityFeePerGas"> {
  const price = priceOf(fees);
  const outbid = before === undefined ? 0n : above(before);
  if (fees.maxFeePerGas === null) return { gasPrice: min(maxGasPrice, max(price, outbid)) };
  const isReplacing = command === "poke" && before !== undefined;
  if (isReplacing && room.isLast) return { maxFeePerGas: maxGasPrice, maxPriorityFeePerGas: maxGasPrice };
  // A poke can replace what else was sent, and a second poke the first.
  const first = below(maxGasPrice);
  const wanted = command !== "poke" ? below(first) : isReplacing && room.mayBidAll ? maxGasPrice : first;
  const maxFeePerGas = wanted < price ? maxGasPrice : wanted;
  const tip = max(fees.maxPriorityFeePerGas ?? 0n, outbid);
  return { maxFeePerGas, maxPriorityFeePerGas: min(tip, maxFeePerGas) };
}

/** That it has failed on the chain, which counts. */
export function tellFailed(
  attempts: Attempts,
  { command, nonce }: Pick<UnderWay, "command" | "nonce">,
  what: string,
  now: bigint,
  hash?: string,
): Deed {
  attempts.failed(command);
  attempts.arrived(nonce, now);
  return {
    key: `failed:${command}:${nonce}`,
    text: `${what}: sent, and it failed${hash === undefined ? "" : `, ${hash}`}. It is tried again after a while.`,
    isDone: false,
    fate: "failed",
    isAlarm: true,
  };
}

/** What became of it; what nobody knows yet is seen in the next round. */
async function follow(
  provider: Provider,
  handed: Handed,
  what: string,
  command: string,
  { patience, isStopped }: Bounds,
  attempts: Attempts,
  now: bigint,
): Promise<Deed> {
  const { hash, nonce } = handed;
  const unsure = (words: string): Deed => ({
    ...{ key: `unsure:${command}`, text: `${what}: sent, ${hash}, and ${words}.` },
    ...{ isDone: false, fate: "unsure" },
  });
  let fate: Fate;
  try {
    fate = await awaitFate(provider, handed, { patience, isStopped });
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
      const { receipt } = fate;
      if (receipt.status === 0) return tellFailed(attempts, { command, nonce }, what, now, receipt.hash);
      attempts.worked(command);
      attempts.arrived(nonce, now);
      return { key: `sent:${hash}`, text: `${what}: ${receipt.hash} in block ${receipt.blockNumber}.`, isDone: true };
    }
  }
}
