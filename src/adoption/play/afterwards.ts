import { Interface } from "ethers";

import { operationOf } from "../../protocol/proposals.js";
import { carry, execute, queue } from "./poll.js";
import { NOTHING, type Stage, type Step } from "./stage.js";

const TIMELOCK = new Interface([
  "function cancelOperations(bytes32[])",
  "function isOperationPending(bytes32) view returns (bool)",
]);
const ESCROW = new Interface(["function lock(uint256,uint256)"]);
const SHARE = new Interface(["function approve(address,uint256)"]);

const isPending = async ({ ground }: Stage, id: string): Promise<boolean> => {
  const data = TIMELOCK.encodeFunctionData("isOperationPending", [id]);
  const answer = await ground.reader.snapshot.call({ to: ground.newTimelock, data });
  return answer.ok && BigInt(answer.data) === 1n;
};

/** A decision through the new timelock, and its withdrawal by a vote. */
export async function decideAndWithdraw(stage: Stage): Promise<Step> {
  const { ground, poll } = stage;
  const what = "The Governor queues in the new timelock, and withdraws what it has queued";
  const decision = await carry(poll, "Nothing, to be withdrawn", [NOTHING]);
  if (typeof decision === "string") return { what, why: decision };
  const queued = await queue(poll, decision);
  if (!queued.ok) return { what, why: `it cannot queue: ${queued.why}` };
  const { id } = operationOf(ground.governor, decision);
  if (!(await isPending(stage, id))) return { what, why: "what it has queued does not wait there" };
  const data = TIMELOCK.encodeFunctionData("cancelOperations", [[id]]);
  const withdrawal = await carry(poll, "Withdraw it", [{ target: ground.newTimelock, value: 0n, data }]);
  if (typeof withdrawal === "string") return { what, why: withdrawal };
  for (const step of [queue, execute]) {
    const sent = await step(poll, withdrawal);
    if (!sent.ok) return { what, why: `it cannot withdraw: ${sent.why}` };
  }
  return { what, why: (await isPending(stage, id)) ? "what it has withdrawn still waits" : undefined };
}

/** A decision that stakers object to. */
export async function holdUp(stage: Stage): Promise<Step> {
  const { poll, plan, ground, escrow, share } = stage;
  const { snapshot } = ground.reader;
  const what = "Stakers who lock more than R1 hold up a decision";
  const decision = await carry(poll, "Nothing, to be held up", [NOTHING]);
  if (typeof decision === "string") return { what, why: decision };
  const queued = await queue(poll, decision);
  if (!queued.ok) return { what, why: `it cannot be queued: ${queued.why}` };
  for (const { account, shares } of await enough(stage)) {
    const approve = SHARE.encodeFunctionData("approve", [escrow, shares]);
    const approved = await snapshot.send({ from: account, to: share, data: approve });
    const lock = ESCROW.encodeFunctionData("lock", [shares, 0n]);
    const locked = await snapshot.send({ from: account, to: escrow, data: lock });
    if (!approved.ok || !locked.ok)
      return { what, why: `${account} cannot lock: ${locked.ok ? "approval" : locked.why}` };
  }
  await snapshot.travelTo((await snapshot.now()) + plan.delay + 1n);
  if ((await execute(poll, decision)).ok) return { what, why: "it was executed all the same" };
  const { id } = operationOf(ground.governor, decision);
  return { what, why: (await isPending(stage, id)) ? undefined : "it does not wait, but is gone" };
}

/** Those who have shares; on the copy somebody else, where they have too few. */
async function enough({ locks, needed, invent, share, ground }: Stage): Promise<Stage["locks"]> {
  if (locks.reduce((sum, { shares }) => sum + shares, 0n) >= needed) return locks;
  const stakers = await invent();
  return await Promise.all(
    stakers.map(async (account) => ({
      account,
      shares: (await ground.reader.amount(share, "balanceOf", [account])) ?? 0n,
    })),
  );
}
