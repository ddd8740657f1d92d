import { Interface, ZeroAddress } from "ethers";

import { DAY } from "../../model/units.js";
import { STRANGER } from "../../power/foreign/reader.js";
import { batchOperation, encodeExecution, lackingFor, singleOperation } from "../../protocol/operations/operation.js";
import type { Proposal } from "../../protocol/proposals.js";
import type { OldTimelock, Waiting } from "../estate/oldTimelock.js";
import type { Finding, Ground } from "../estate/types.js";
import { execute } from "./poll.js";
import type { Stage } from "./stage.js";

const TIMELOCK = new Interface(["function cancel(bytes32)"]);

/** Nobody waits so long with an adoption; whoever schedules in a timelock chooses any delay. [seconds] */
const FAR = 3_650n * DAY;

/** What asks for an operation: its events do not tell whether it is a batch, its id does. */
function executionOf({ id, calls, predecessor, salt }: Waiting): string | undefined {
  const [only, ...more] = calls;
  const extras = { predecessor, salt };
  const batch = batchOperation(calls, extras);
  if (batch.id === id) return encodeExecution(batch);
  const single = only === undefined || more.length > 0 ? undefined : singleOperation(only, extras);
  return single?.id === id ? encodeExecution(single) : undefined;
}

/** Executes it as one of the accounts, with the ETH that the timelock lacks for it; why nobody can, else. */
async function run(
  { reader, oldTimelock }: Ground,
  waiting: Waiting,
  accounts: readonly string[],
): Promise<string | undefined> {
  const { snapshot } = reader;
  const data = executionOf(waiting);
  if (data === undefined) return "nobody here knows its salt";
  const held = BigInt((await snapshot.request("eth_getBalance", [oldTimelock, "latest"])) as string);
  const value = lackingFor(waiting.calls, held);
  let why: string | undefined = "nobody executes there";
  for (const from of new Set(accounts.map((account) => (account === ZeroAddress ? STRANGER : account)))) {
    const sent = await snapshot.send({ from, to: oldTimelock, data, value });
    if (sent.ok) return undefined;
    why = sent.why;
  }
  return why;
}

/** The same once all of it is due, after what must be done before it. @param all What waits: there that is looked for. */
async function runInOrder(
  ground: Ground,
  waiting: Waiting,
  all: readonly Waiting[],
  accounts: readonly string[],
): Promise<string | undefined> {
  const { snapshot } = ground.reader;
  const chain = [waiting];
  for (let [first] = chain; first !== undefined; [first] = chain) {
    const before = all.find(({ id }) => id === first.predecessor);
    if (before === undefined) break;
    chain.unshift(before);
  }
  const due = chain.reduce((latest, { eta }) => (eta > latest ? eta : latest), 0n);
  const now = await snapshot.now();
  if (due > now + FAR) return "it is not due within ten years";
  if (now < due) await snapshot.travelTo(due);
  for (const one of chain) {
    const why = await run(ground, one, accounts);
    if (why !== undefined) return one === waiting ? why : `operation ${one.id}, which goes before it: ${why}`;
  }
  return undefined;
}

/**
 * Whether the adoption, which could be executed now, still lands when each operation that waits is executed before it, and
 * when it is cancelled.
 */
export async function meddle({ ground, poll, estate, others }: Stage, proposal: Proposal): Promise<Finding[]> {
  const { snapshot } = ground.reader;
  const { roles } = estate.old;
  const found: Finding[] = [];
  const lands = async (): Promise<string | undefined> => {
    const executed = await execute(poll, proposal);
    return executed.ok ? undefined : executed.why;
  };
  const tell = (one: Waiting, what: string, why: string | undefined): void => {
    if (why === undefined) return;
    const sentence = `Operation ${one.id}, ${what} before the adoption, makes it fail: ${why}.`;
    found.push({ key: `operation ${one.id} ${what} before the adoption`, sentence });
  };
  for (const one of others) {
    await snapshot.branch(async () => {
      const why = await runInOrder(ground, one, others, roles.executors);
      if (why === undefined) tell(one, "executed", await lands());
      else if (roles.executors.length > 0) found.push(tellUnplayed(one, why));
    });
    const [canceller] = roles.cancellers ?? roles.proposers;
    if (canceller === undefined) continue;
    await snapshot.branch(async () => {
      const data = TIMELOCK.encodeFunctionData("cancel", [one.id]);
      const sent = await snapshot.send({ from: canceller, to: ground.oldTimelock, data });
      if (sent.ok) tell(one, "cancelled", await lands());
    });
  }
  return found;
}

const tellUnplayed = ({ id }: Waiting, why: string): Finding => ({
  key: `operation ${id} could not be played`,
  sentence:
    `Operation ${id} could not be executed on the copy before the adoption: ${why}. Whether the adoption lands after it is ` +
    "not known.",
});

/** Why something that waits in the old timelock can be executed by one of the accounts, once it is due. */
export async function executeWaiting(
  ground: Ground,
  old: OldTimelock,
  accounts: readonly string[],
): Promise<string | undefined> {
  const { snapshot } = ground.reader;
  const left = await stillWaiting(ground, old);
  const waiting = old.waiting.filter(({ id }) => left.includes(id));
  for (const one of waiting) {
    const why = await snapshot.branch(() => runInOrder(ground, one, waiting, accounts));
    if (why === undefined) return `operation ${one.id} of ${one.calls.length} calls still does`;
  }
  return undefined;
}

/** What of it is neither done nor cancelled. */
export const stillWaiting = ({ reader, oldTimelock }: Ground, { waiting }: OldTimelock): Promise<string[]> =>
  pendingOf(
    reader,
    oldTimelock,
    waiting.map(({ id }) => id),
  );

/** Which of some operations wait in a timelock. */
export async function pendingOf(reader: Ground["reader"], timelock: string, ids: readonly string[]): Promise<string[]> {
  const left: string[] = [];
  for (const id of ids) {
    // 1 stands for one that is done.
    if (((await reader.amount(timelock, "getTimestamp", [id])) ?? 0n) > 1n) left.push(id);
  }
  return left;
}
