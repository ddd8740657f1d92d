import type { Provider, TransactionReceipt } from "ethers";

import { SentenceError, UnreadableError } from "../protocol/errors.js";
import { judgeFailure } from "../protocol/failure.js";
import { mayHaveArrived } from "./arrival.js";
import { awaitFate, WAITING, type Handed, type Waiting } from "./fate.js";
import { describeRefusal, type PlannedCall } from "../protocol/plannedCall.js";
import { RefusedError } from "../protocol/refusedError.js";
import { reasonOf } from "../protocol/visible.js";
import { chooseGas } from "./gas.js";
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
  return async (calls: readonly PlannedCall[]): Promise<TransactionReceipt[]> => {
    const first = await readNonce(from, calls, sending, used);
    const since = await from.provider.getBlockNumber();
    const errors: unknown[] = [];
    const pending: { readonly planned: PlannedCall; readonly handed: Handed }[] = [];
    for (const [index, planned] of calls.entries()) {
      const next: Next = { planned, nonce: first + index, unsent: calls.slice(index + 1) };
      try {
        const handed = await handOver(from, next, await estimate(from, next), sending);
        pending.push({ planned, handed: { ...handed, call: planned.call, since } });
      } catch (error) {
        errors.push(error);
        break;
      }
    }
    const receipts: TransactionReceipt[] = [];
    const { patience, interval } = { ...WAITING, ...sending.waiting };
    const end = Date.now() + patience;
    for (const { planned, handed } of pending) {
      used = handed.nonce + 1;
      const known: UnderWay = { what: planned.what, account: handed.account, nonce: handed.nonce, hash: handed.hash };
      try {
        const waiting = { patience: Math.max(end - Date.now(), 0), interval };
        const receipt = await receive(from.provider, planned, known, handed, { ...sending, waiting });
        sending.onSent?.({ what: known.what, hash: receipt.hash, block: receipt.blockNumber }, known);
        receipts.push(receipt);
      } catch (error) {
        errors.push(error);
      }
    }
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

/** Behind what is not on the chain yet a second one would wait, and very likely do the same once more. */
async function readNonce(
  { provider, account }: SendingAccount,
  calls: readonly PlannedCall[],
  { isAgain }: Sending,
  used: number,
): Promise<number> {
  const [counted, expected] = await Promise.all([
    provider.getTransactionCount(account, "latest"),
    provider.getTransactionCount(account, "pending"),
  ]);
  const latest = Math.max(counted, used);
  const pending = Math.max(expected, latest);
  if (pending === latest || isAgain === true) return pending;
  const count = pending - latest;
  const which =
    count === 1
      ? `an earlier transaction, with nonce ${latest},`
      : `${count} earlier transactions, from nonce ${latest} on,`;
  throw new SentenceError(
    `${calls[0]?.what ?? "It"}: not sent. ${account} has ${which} not on the chain yet, and this one would wait behind, or do ` +
      `the same a second time. Wait, or let its wallet hurry it${isAgain === false ? "; --again sends all the same" : ""}.`,
  );
}

/** Nothing is sent yet: a node that fails is told by itself. */
async function estimate({ provider, account }: SendingAccount, { planned, unsent }: Next): Promise<bigint> {
  try {
    return await chooseGas(provider, account, planned.call);
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
  gasLimit: bigint,
  { onUnderWay, onNotSent, advice = RUN_AGAIN }: Sending,
): Promise<Pick<Handed, "account" | "nonce" | "hash">> {
  const { what, call } = planned;
  const unknown: UnderWay = { what, account, nonce, hash: undefined };
  onUnderWay?.(unknown);
  try {
    const hash = await submit(provider, { account, nonce, call, gasLimit });
    onUnderWay?.({ ...unknown, hash });
    return { account, nonce, hash };
  } catch (error) {
    const failure = judgeFailure(error);
    if (failure?.kind === "unread" && mayHaveArrived(failure)) {
      const why = failure.isNodes
        ? `when it was sent, the node answered “${failure.words}”`
        : `the line broke while it was sent (${failure.words})`;
      throw new UnreadableError(
        `${what}: ${why}, so it may have arrived, with nonce ${nonce} of ${account}. ${advice}`,
        failure.trouble,
        { cause: error },
      );
    }
    onNotSent?.(unknown);
    if (failure === undefined || failure.kind === "unread") throw error;
    const { words } = describeRefusal(failure);
    // A chain for development puts it on the chain first, and then says that it has failed.
    const isThere = (await provider.getTransactionCount(account, "latest").catch(() => 0)) > nonce;
    const fate = isThere ? "it is on the chain, and has failed" : "the contract refuses it";
    throw new RefusedError(`${what}: ${fate}, ${words}.`, planned, unsent, { cause: error });
  }
}

async function receive(
  provider: Provider,
  planned: PlannedCall,
  known: UnderWay,
  handed: Handed,
  { onNotSent, advice = RUN_AGAIN, waiting }: Sending,
): Promise<TransactionReceipt> {
  const { what } = known;
  const { hash, nonce, account } = handed;
  const fate = await orUnknown(what, hash, advice, () => awaitFate(provider, handed, waiting));
  if (fate.kind === "waiting") {
    throw new UnreadableError(
      `${what}: ${hash} was not seen on the chain so far, and may be there, or come later. ${advice}`,
      "timeout",
    );
  }
  if (fate.kind === "included" && fate.receipt.status !== 0) return fate.receipt;
  onNotSent?.(known);
  if (fate.kind === "included") {
    throw new RefusedError(
      `${what}: ${fate.receipt.hash} is on the chain, in block ${fate.receipt.blockNumber}, and has failed: it has changed ` +
        "nothing, and its gas is paid.",
      planned,
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
