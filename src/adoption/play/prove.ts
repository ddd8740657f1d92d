import { Interface } from "ethers";

import { Reader, STRANGER } from "../../power/foreign/reader.js";
import { returningCalls, type AdoptionPlan } from "../../protocol/adoption.js";
import type { Call } from "../../protocol/calls.js";
import { acceptancesOf } from "../../protocol/handovers.js";
import { encodeExecution, encodeScheduling, batchOperation } from "../../protocol/operations/operation.js";
import { operationOf } from "../../protocol/proposals.js";
import { readEstate, type Estate } from "../estate/readEstate.js";
import { readRemains } from "../estate/remains.js";
import type { Finding, Ground } from "../estate/types.js";
import { held } from "../plan.js";
import { carry, decide, execute, queue, type Poll } from "./poll.js";

const TIMELOCK = new Interface([
  "function cancelOperations(bytes32[])",
  "function isOperationPending(bytes32) view returns (bool)",
]);
const ESCROW = new Interface(["function lock(uint256,uint256)"]);
const SHARE = new Interface(["function approve(address,uint256)"]);
/** Sends nothing to nobody. */
const NOTHING: Call = { target: STRANGER, value: 0n, data: "0x" };

/** One thing that was played on the copy, and what is wrong; undefined if it went as it should. */
export interface Step {
  readonly what: string;
  readonly why: string | undefined;
  /** Of the transaction that executes it, where there is one. [gas] */
  readonly gas?: bigint;
}

/** What is played. */
export interface Stage {
  readonly ground: Ground;
  readonly poll: Poll;
  readonly plan: AdoptionPlan;
  /** The calls of each proposal. */
  readonly parts: readonly { readonly description: string; readonly calls: readonly Call[] }[];
  readonly estate: Estate;
  readonly escrow: string;
  readonly share: string;
  /** Who locks how much, so that the first threshold is passed; fewer where hardly anybody has staked. */
  readonly locks: readonly { readonly account: string; readonly shares: bigint }[];
  /** What they lock together at least. [shares] */
  readonly needed: bigint;
  /** Makes stakers on the copy. */
  readonly invent: () => Promise<readonly string[]>;
  readonly progress: (text: string) => void;
}

/** What was played, and where the old timelock still stands afterwards. */
export interface Proof {
  readonly steps: readonly Step[];
  readonly remains: readonly Finding[];
}

/** Plays the whole adoption on a branch of the copy: what follows from it, and the way back. */
export async function proveAdoption(stage: Stage): Promise<Proof> {
  const { ground, poll, parts, estate, progress } = stage;
  const { snapshot } = ground.reader;
  return await snapshot.branch(async () => {
    const steps: Step[] = [];
    for (const [index, { description, calls }] of parts.entries()) {
      const what = parts.length === 1 ? "The proposal" : `Proposal ${index + 1} of ${parts.length}`;
      progress(`${what.toLowerCase()}: vote, queue, delay, execution`);
      const { stopped, gas } = await decide(poll, description, calls, estate.old.delay);
      steps.push({ what: `${what} is carried, queued and executed`, why: stopped, gas });
      if (stopped !== undefined) return { steps, remains: [] };
    }
    steps.push(await accept(stage, ground.newTimelock, stage.plan.delay));
    progress("who holds what afterwards");
    steps.push(...(await compareEstates(stage)));
    const remains = await readRemains(groundOf(stage, ground.oldTimelock));
    steps.push(await tryWaiting(stage));
    progress("a decision through the new timelock, and its withdrawal");
    steps.push(await snapshot.branch(() => decideAndWithdraw(stage)));
    progress("stakers hold up a decision");
    steps.push(await snapshot.branch(() => holdUp(stage)));
    progress("the way back");
    steps.push(await snapshot.branch(() => goBack(stage)));
    return { steps, remains };
  });
}

/** Whatever the receiver must do itself, once its delay and the contract's own are over. */
async function accept({ ground, plan, estate }: Stage, receiver: string, delay: bigint): Promise<Step> {
  const { snapshot } = ground.reader;
  const what = `${ground.reader.nameOf(receiver)} accepts what changes owners in two steps`;
  const acceptances = acceptancesOf(plan.holdings);
  const longest = acceptances.reduce((most, one) => (one.delay > most ? one.delay : most), delay);
  await snapshot.travelTo((await snapshot.now()) + longest + 1n);
  const from =
    receiver === ground.newTimelock || isOpen(estate) ? STRANGER : (estate.old.roles.executors[0] ?? STRANGER);
  for (const { operation } of acceptances) {
    const sent = await snapshot.send({ from, to: receiver, data: encodeExecution(operation) });
    if (!sent.ok) return { what, why: `operation ${operation.id} is refused: ${sent.why}` };
  }
  return { what, why: undefined };
}

const isOpen = ({ old }: Estate): boolean => old.roles.executors.some((account) => BigInt(account) === 0n);

/** The same ground with nothing remembered of it, as if `holder` were the one whose estate is read. */
function groundOf({ ground }: Stage, holder: string): Ground {
  const reader = new Reader(ground.reader.place);
  const other = holder === ground.oldTimelock ? ground.newTimelock : ground.oldTimelock;
  for (const account of [holder, other]) reader.meet(account);
  return { ...ground, reader, oldTimelock: holder, newTimelock: other };
}

async function compareEstates(stage: Stage): Promise<Step[]> {
  const { ground, estate } = stage;
  const after = await readEstate(groundOf(stage, ground.oldTimelock));
  const left = held(after.handovers);
  const roles = after.old.roles;
  const others = [...roles.proposers, ...(roles.cancellers ?? []), ...roles.executors, ...roles.admins];
  return [
    {
      what: "The old timelock holds nothing any more",
      why: left.length === 0 ? undefined : `it still has ${left.join(", ")}`,
    },
    {
      what: "Nobody but the new timelock schedules, executes or cancels in the old one",
      why: others.length === 0 ? undefined : `${[...new Set(others)].join(", ")} may`,
    },
    { what: "The new timelock has everything", why: await missing(stage, ground.newTimelock, estate) },
  ];
}

async function missing(stage: Stage, holder: string, estate: Estate): Promise<string | undefined> {
  const has = new Set(held((await readHandovers(stage, holder)).handovers));
  const absent = held(estate.handovers).filter((key) => !has.has(key));
  return absent.length === 0 ? undefined : `it has not got ${absent.join(", ")}`;
}

/** Of a holder whose roles in itself do not matter here. */
const readHandovers = async (stage: Stage, holder: string) => await readEstate(groundOf(stage, holder));

/** What waited in the old timelock when the adoption was planned. */
async function tryWaiting({ ground, estate, plan }: Stage): Promise<Step> {
  const what = "Nothing that waited in the old timelock executes any more";
  const { reader, oldTimelock, governor } = ground;
  for (const { id, calls } of estate.old.waiting.filter((one) => plan.pending.includes(one.id))) {
    const eta = await reader.amount(oldTimelock, "getTimestamp", [id]);
    if (eta !== 0n) return { what, why: `operation ${id} of ${calls.length} calls is still there` };
  }
  const data = encodeScheduling(batchOperation([NOTHING]), estate.old.delay);
  for (const from of new Set([governor, ...estate.old.roles.proposers, STRANGER])) {
    const answer = await reader.snapshot.call({ from, to: oldTimelock, data });
    if (answer.ok) return { what, why: `${reader.nameOf(from)} may still schedule there` };
  }
  return { what, why: undefined };
}

const isPending = async ({ ground }: Stage, id: string): Promise<boolean> => {
  const data = TIMELOCK.encodeFunctionData("isOperationPending", [id]);
  const answer = await ground.reader.snapshot.call({ to: ground.newTimelock, data });
  return answer.ok && BigInt(answer.data) === 1n;
};

async function decideAndWithdraw(stage: Stage): Promise<Step> {
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

async function holdUp(stage: Stage): Promise<Step> {
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

async function goBack(stage: Stage): Promise<Step> {
  const { poll, plan, estate, ground } = stage;
  const what = "A later proposal through the new timelock brings everything back";
  const { stopped } = await decide(poll, "Go back", returningCalls(plan, estate.old.delay), plan.delay);
  if (stopped !== undefined) return { what, why: stopped };
  const accepted = await accept(stage, ground.oldTimelock, estate.old.delay);
  if (accepted.why !== undefined) return { what, why: accepted.why };
  const absent = await missing(stage, ground.oldTimelock, estate);
  if (absent !== undefined) return { what, why: `the old timelock: ${absent}` };
  const { stopped: later } = await decide(poll, "Nothing, in the old timelock", [NOTHING], estate.old.delay);
  return { what, why: later };
}
