import { ZeroHash, type Provider } from "ethers";

import { DualGovernanceTimelock__factory } from "../../../types/index.js";
import { queryLogs } from "../logs.js";
import { SentenceError } from "../errors.js";

/** Where to look for an operation. */
export interface OperationPlace {
  readonly timelock: string;
  readonly provider: Provider;
  /** From before the timelock was deployed. */
  readonly firstBlock: number;
}

/**
 * Calldata that executes an operation of the timelock, made of what was said when it was scheduled. An identifier is a
 * hash of all of it, so what is found is compared with it.
 */
export async function encodeExecution(
  id: string,
  { timelock: address, provider, firstBlock }: OperationPlace,
): Promise<string> {
  const timelock = DualGovernanceTimelock__factory.connect(address, { provider });
  const newest = await provider.getBlockNumber();
  const [scheduled, salted] = await Promise.all([
    queryLogs((from, to) => timelock.queryFilter(timelock.filters.CallScheduled(id), from, to), firstBlock, newest),
    queryLogs((from, to) => timelock.queryFilter(timelock.filters.CallSalt(id), from, to), firstBlock, newest),
  ]);
  // One that was cancelled and scheduled again is told of twice, in the same words.
  const calls = [...new Map(scheduled.map(({ args }) => [args.index, args]))]
    .sort(([one], [other]) => Number(one - other))
    .map(([, call]) => call);
  const [first] = calls;
  if (first === undefined) throw new SentenceError(`The timelock ${address} never scheduled an operation ${id}.`);

  const targets = calls.map((call) => call.target);
  const values = calls.map((call) => call.value);
  const payloads = calls.map((call) => call.data);
  const { predecessor } = first;
  const salt = salted[0]?.args.salt ?? ZeroHash;
  const batch = [targets, values, payloads, predecessor, salt] as const;
  if ((await timelock.hashOperationBatch(...batch)) === id) {
    return timelock.interface.encodeFunctionData("executeBatch", [targets, values, payloads, predecessor, salt]);
  }
  const single = [first.target, first.value, first.data, predecessor, salt] as const;
  if ((await timelock.hashOperation(...single)) === id) {
    return timelock.interface.encodeFunctionData("execute", [...single]);
  }
  throw new SentenceError(`What the timelock ${address} told of operation ${id} does not make that identifier.`);
}
