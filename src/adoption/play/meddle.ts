import { Interface, ZeroAddress } from "ethers";

import { STRANGER } from "../../power/foreign/reader.js";
import type { Call } from "../../protocol/calls.js";
import type { Proposal } from "../../protocol/proposals.js";
import type { OldTimelock, Waiting } from "../estate/oldTimelock.js";
import type { Finding, Ground } from "../estate/types.js";
import { execute } from "./poll.js";
import type { Stage } from "./stage.js";

const TIMELOCK = new Interface([
  "function execute(address,uint256,bytes,bytes32,bytes32) payable",
  "function executeBatch(address[],uint256[],bytes[],bytes32,bytes32) payable",
  "function cancel(bytes32)",
]);

/** Both ways to ask for an operation: which of them made its id, its events do not tell. */
function encodings({ calls, predecessor, salt }: Waiting): string[] {
  const columns = (key: keyof Call) => calls.map((call) => call[key]);
  const batch = TIMELOCK.encodeFunctionData("executeBatch", [
    ...[columns("target"), columns("value"), columns("data")],
    ...[predecessor, salt],
  ]);
  const [only, ...more] = calls;
  if (only === undefined || more.length > 0) return [batch];
  return [TIMELOCK.encodeFunctionData("execute", [only.target, only.value, only.data, predecessor, salt]), batch];
}

/** Executes it as whoever may. */
async function run({ reader, oldTimelock }: Ground, waiting: Waiting, accounts: readonly string[]): Promise<boolean> {
  for (const from of new Set(accounts.map((account) => (account === ZeroAddress ? STRANGER : account)))) {
    for (const data of encodings(waiting)) {
      if ((await reader.snapshot.send({ from, to: oldTimelock, data })).ok) return true;
    }
  }
  return false;
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
      if ((await snapshot.now()) < one.eta) await snapshot.travelTo(one.eta);
      if (await run(ground, one, roles.executors)) tell(one, "executed", await lands());
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

/** Why something that waits in the old timelock can be executed by one of the accounts, once it is due. */
export async function executeWaiting(
  ground: Ground,
  old: OldTimelock,
  accounts: readonly string[],
): Promise<string | undefined> {
  const { snapshot } = ground.reader;
  const left = await stillWaiting(ground, old);
  for (const one of old.waiting.filter(({ id }) => left.includes(id))) {
    const isRun = await snapshot.branch(async () => {
      if ((await snapshot.now()) < one.eta) await snapshot.travelTo(one.eta);
      return await run(ground, one, accounts);
    });
    if (isRun) return `operation ${one.id} of ${one.calls.length} calls still does`;
  }
  return undefined;
}

/** What of it is neither done nor cancelled. */
export async function stillWaiting({ reader, oldTimelock }: Ground, old: OldTimelock): Promise<string[]> {
  const left: string[] = [];
  for (const { id } of old.waiting) {
    // 1 stands for one that is done.
    if (((await reader.amount(oldTimelock, "getTimestamp", [id])) ?? 0n) > 1n) left.push(id);
  }
  return left;
}
