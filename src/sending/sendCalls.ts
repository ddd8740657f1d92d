import type { Provider, TransactionReceipt } from "ethers";

import { SentenceError, UnreadableError } from "../protocol/errors.js";
import { judgeFailure, type NodeFailure } from "../protocol/failure.js";
import { mayHaveArrived } from "./arrival.js";
import { awaitFate, WAITING, type Handed, type OnSilence, type Waiting } from "./fate.js";
import { describeRefusal, type PlannedCall } from "../protocol/plannedCall.js";
import { RefusedError } from "../protocol/refusedError.js";
import { reasonOf } from "../protocol/visible.js";
import { chooseGas } from "./gas.js";
import { doesSame, findIncluded } from "./included.js";
import { readNonce } from "./nonce.js";
import { saysUsed } from "./poolWords.js";
import { submit } from "./submit.js";

/** A call that is on the chain. */
export interface SentCall {
  readonly what: string;
  readonly hash: string;
  readonly block: number;
}

/** How far a call has come that is not on the chain. */
export interface UnderWay {
  readonly what: string;
  readonly account: string;
  readonly nonce: number;
  /** Undefined while it is handed over: it may have arrived. */
  readonly hash: string | undefined;
}

/** What to do where nobody knows whether a transaction arrived: of commands that may be repeated, and of others. */
export const RUN_AGAIN = "Run the command again: what is on the chain is not sent twice.";
export const LOOK_FIRST = "Look whether it did before you run the command again, which would do it a second time.";

/** How calls are sent. */
export interface Sending {
  /** Told before a call is handed over, and as soon as it has a hash. */
  readonly onUnderWay?: ((one: UnderWay) => void) | undefined;
  /** Told that one was not sent after all, or can never be on the chain. */
  readonly onNotSent?: ((one: UnderWay) => void) | undefined;
  /** Told each one that is on the chain. */
  readonly onSent?: ((sent: SentCall, one: UnderWay) => void) | undefined;
  /** Told, now and then, for how long the node has not answered while one is waited for, and how long it is asked on. [ms] */
  readonly onSilence?: ((one: UnderWay, since: number, left: number) => void) | undefined;
  /** For where nobody knows what became of it: whether the same may be sent again. */
  readonly advice?: string | undefined;
  /** Whether to send behind what is not on the chain yet; undefined where nobody can ask for it. */
  readonly isAgain?: boolean | undefined;
  readonly waiting?: Partial<Waiting> | undefined;
}

/** Who sends: an account that Hardhat, or the node, signs for. */
export interface SendingAccount {
  readonly provider: Provider;
  readonly account: string;
}

/**
 * Sends calls from one account: all of them first, so that they come into one block where that is possible, then waits.
 * One that fails ends the sending; what was sent before it is waited for, and told, all the same.
 * @throws UnreadableError where nobody knows what became of a call; RefusedError where a contract refuses one, or it failed;
 * SentenceError where it was not sent.
 */
export const sendFrom = (from: SendingAccount, sending: Sending = {}) => {
  // Of those that were seen on the chain: a backend that lags counts fewer.
  let used = 0;
  // The newest block of those that they are in, which such a backend has not got.
  let seen = 0;
  return async (calls: readonly PlannedCall[]): Promise<TransactionReceipt[]> => {
    const first = await readNonce(from.provider, from.account, calls[0]?.what ?? "It", used, sending.isAgain);
    const since = await from.provider.getBlockNumber();
    const errors: unknown[] = [];
    const pending: Pending[] = [];
    const receipts: TransactionReceipt[] = [];
    /** Waits for all that was handed over. */
    const receiveAll = async () => {
      const { patience, ...pauses } = { ...WAITING, ...sending.waiting };
      const end = Date.now() + patience;
      for (const one of pending.splice(0)) {
        used = one.handed.nonce + 1;
        try {
          const waiting = { patience: Math.max(end - Date.now(), 0), ...pauses };
          const receipt = await receive(from.provider, one, { ...sending, waiting });
          sending.onSent?.({ what: one.planned.what, hash: receipt.hash, block: receipt.blockNumber }, underWay(one));
          receipts.push(receipt);
          seen = Math.max(seen, receipt.blockNumber);
        } catch (error) {
          errors.push(error);
        }
      }
    };
    for (const [index, planned] of calls.entries()) {
      const next: Next = { planned, nonce: first + index, unsent: calls.slice(index + 1) };
      try {
        const gas = await estimate(from, next, seen).catch(async (refusal: unknown) => {
          if (!(refusal instanceof RefusedError) || pending.length === 0) throw refusal;
          // What it needs may be in a pending block that this backend has not got: on the chain every one has it.
          await receiveAll();
          if (errors.length > 0) throw refusal;
          return await estimate(from, next, seen);
        });
        const handed = await handOver(from, next, since, gas, sending);
        pending.push({ planned, handed });
      } catch (error) {
        errors.push(error);
        break;
      }
    }
    await receiveAll();
    if (errors.length > 0) throw asOne(errors);
    return receipts;
  };
};

/** A call that is to be sent next. */
interface Next {
  readonly planned: PlannedCall;
  readonly nonce: number;
  /** Those behind it. */
  readonly unsent: readonly PlannedCall[];
}

/** A call that was handed over. */
interface Pending {
  readonly planned: PlannedCall;
  readonly handed: Handed;
}

const underWay = ({ planned: { what }, handed: { account, nonce, hash } }: Pending): UnderWay => ({
  what,
  account,
  nonce,
  hash,
});

/** All that went wrong. Where nobody knows what became of one of them, that is what it ends with. */
function asOne(errors: readonly unknown[]): unknown {
  const [first] = errors;
  if (errors.length === 1) return first;
  const message = errors.map(reasonOf).join(" ");
  const unknown = errors.find((error) => error instanceof UnreadableError);
  if (unknown !== undefined) return new UnreadableError(message, unknown.trouble, { cause: unknown });
  if (first instanceof RefusedError) return new RefusedError(message, first.planned, first.unsent, { cause: first });
  return new SentenceError(message, { cause: first });
}

/** Nothing is sent yet: a node that fails is told by itself. */
async function estimate(
  { provider, account }: SendingAccount,
  { planned, unsent }: Next,
  seen: number,
): Promise<bigint> {
  try {
    return await chooseGas(provider, account, planned.call, seen);
  } catch (error) {
    const failure = judgeFailure(error);
    if (failure === undefined || failure.kind === "unread") throw error;
    const words = `${planned.what}: the contract refuses it, ${describeRefusal(failure).words}.`;
    throw new RefusedError(words, planned, unsent, { cause: error });
  }
}

async function handOver(
  { provider, account }: SendingAccount,
  { planned, nonce, unsent }: Next,
  since: number,
  gasLimit: bigint,
  { onUnderWay, onNotSent, advice = RUN_AGAIN }: Sending,
): Promise<Handed> {
  const { what, call } = planned;
  const unknown: UnderWay = { what, account, nonce, hash: undefined };
  const handed = (hash: string): Handed => {
    onUnderWay?.({ ...unknown, hash });
    return { account, nonce, hash, call, since };
  };
  onUnderWay?.(unknown);
  try {
    return handed(await submit(provider, { account, nonce, call, gasLimit }));
  } catch (error) {
    const failure = judgeFailure(error);
    if (failure?.kind === "unread") {
      const used = saysUsed(failure.words) ? await findUsed(provider, account, nonce, since) : undefined;
      if (used !== undefined && doesSame(call, used)) return handed(used.hash);
      if (used === undefined && mayHaveArrived(failure)) throw tellUnknown(unknown, failure, advice);
      onNotSent?.(unknown);
      throw used === undefined ? tellNotTaken(unknown, failure) : tellUsed(unknown, used.hash);
    }
    onNotSent?.(unknown);
    if (failure === undefined) throw error;
    const { words } = describeRefusal(failure);
    // A chain for development puts it on the chain first, and then says that it has failed.
    const isThere = (await provider.getTransactionCount(account, "latest").catch(() => 0)) > nonce;
    const fate = isThere ? "it is on the chain, and has failed" : "the contract refuses it";
    throw new RefusedError(`${what}: ${fate}, ${words}.`, planned, unsent, { cause: error });
  }
}

/** What has used the nonce; undefined where the node does not show it. */
const findUsed = (provider: Provider, account: string, nonce: number, since: number) =>
  findIncluded(account, nonce, provider, since).catch(() => undefined);

function tellUnknown({ what, account, nonce }: UnderWay, failure: NodeFailure, advice: string): UnreadableError {
  const why = failure.isNodes
    ? `when it was sent, the node answered “${failure.words}”`
    : `the line broke while it was sent (${failure.words})`;
  const text = `${what}: ${why}, so it may have arrived, with nonce ${nonce} of ${account}. ${advice}`;
  return new UnreadableError(text, failure.trouble);
}

const tellUsed = ({ what, account, nonce }: UnderWay, by: string): SentenceError =>
  new SentenceError(
    `${what}: not sent. ${by} is on the chain with its nonce, ${nonce} of ${account}, and does something else.`,
  );

const tellNotTaken = ({ what }: UnderWay, { isNodes, trouble, words }: NodeFailure): SentenceError =>
  isNodes
    ? new SentenceError(`${what}: not sent, for the node does not take it: ${words}.`)
    : new UnreadableError(`${what}: not sent, for nothing answers where the node should be (${words}).`, trouble);

async function receive(
  provider: Provider,
  one: Pending,
  { onNotSent, onSilence, advice = RUN_AGAIN, waiting }: Sending,
): Promise<TransactionReceipt> {
  const { what, account, nonce } = underWay(one);
  const { hash } = one.handed;
  const tellSilence: OnSilence = (since, left) => onSilence?.(underWay(one), since, left);
  const fate = await orUnknown(what, hash, advice, () => awaitFate(provider, one.handed, waiting, tellSilence));
  if (fate.kind === "waiting") {
    throw new UnreadableError(
      `${what}: ${hash} was not seen on the chain so far, and may be there, or come later. ${advice}`,
      "timeout",
    );
  }
  if (fate.kind === "included" && fate.receipt.status !== 0) return fate.receipt;
  onNotSent?.(underWay(one));
  if (fate.kind === "included") {
    throw new RefusedError(
      `${what}: ${fate.receipt.hash} is on the chain, in block ${fate.receipt.blockNumber}, and has failed: it has changed ` +
        "nothing, and its gas is paid.",
      one.planned,
      [],
    );
  }
  throw new SentenceError(
    `${what}: ${hash} never comes on the chain: ${fate.by} is there with its nonce, ${nonce} of ` +
      `${account}, and does something else.`,
  );
}

async function orUnknown<Result>(
  what: string,
  hash: string,
  advice: string,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const failure = judgeFailure(error);
    if (failure?.kind !== "unread") throw error;
    throw new UnreadableError(
      `${what}: sent as ${hash}, and the line broke while it was waited for (${failure.words}), so it may have arrived. ${advice}`,
      failure.trouble,
      { cause: error },
    );
  }
}
