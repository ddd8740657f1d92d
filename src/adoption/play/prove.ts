import { Reader, STRANGER } from "../../power/foreign/reader.js";
import { returningCalls } from "../../protocol/adoption.js";
import { acceptancesOf, type Handover } from "../../protocol/handovers.js";
import { batchOperation, encodeExecution, encodeScheduling } from "../../protocol/operations/operation.js";
import { readEstate, type Estate } from "../estate/readEstate.js";
import { readRemains } from "../estate/remains.js";
import type { Finding, Ground } from "../estate/types.js";
import { held, lackingOf } from "../holdingKey.js";
import { decideAndWithdraw, holdUp } from "./afterwards.js";
import { executeWaiting, meddle, stillWaiting } from "./meddle.js";
import { decide } from "./poll.js";
import { NOTHING, type Stage, type Step } from "./stage.js";

/** What was played, and where the old timelock still stands afterwards. */
export interface Proof {
  readonly steps: readonly Step[];
  readonly findings: readonly Finding[];
}

/** Plays the whole adoption on a branch of the copy: what follows from it, and the way back. */
export async function proveAdoption(stage: Stage): Promise<Proof> {
  const { ground, poll, parts, estate, progress } = stage;
  const { snapshot } = ground.reader;
  return await snapshot.branch(async () => {
    const steps: Step[] = [];
    const findings: Finding[] = [];
    for (const [index, { description, calls }] of parts.entries()) {
      const what = parts.length === 1 ? "The proposal" : `Proposal ${index + 1} of ${parts.length}`;
      progress(`${what.toLowerCase()}: vote, queue, delay, execution`);
      const { stopped, gas } = await decide(poll, description, calls, estate.old.delay, async (proposal) => {
        findings.push(...(await meddle(stage, proposal)));
      });
      steps.push({ what: `${what} is carried, queued and executed`, why: stopped, gas });
      if (stopped !== undefined) return { steps, findings };
    }
    steps.push(await accept(stage, ground.newTimelock, stage.plan.delay));
    progress("who holds what afterwards");
    steps.push(...(await compareEstates(stage)));
    findings.push(...(await readRemains(groundOf(stage, ground.oldTimelock), estate.contracts)));
    steps.push(await stage.verifyNew());
    steps.push(await tryWaiting(stage));
    progress("a decision through the new timelock, and its withdrawal");
    steps.push(await snapshot.branch(() => decideAndWithdraw(stage)));
    progress("stakers hold up a decision");
    steps.push(await snapshot.branch(() => holdUp(stage)));
    progress("the way back");
    steps.push(await snapshot.branch(() => goBack(stage)));
    return { steps, findings };
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
  const { ground, plan, stays } = stage;
  const after = await readEstate(groundOf(stage, ground.oldTimelock));
  const known = held(stays);
  const left = held(after.handovers).filter((key) => !known.includes(key));
  const roles = after.old.roles;
  const others = [...roles.proposers, ...(roles.cancellers ?? []), ...roles.executors, ...roles.admins];
  return [
    {
      what: "The old timelock has nothing more of what was looked into",
      why: left.length === 0 ? undefined : `it still has ${left.join(", ")}`,
    },
    {
      what: "Nobody but the new timelock schedules, executes or cancels in the old one",
      why: others.length === 0 ? undefined : `${[...new Set(others)].join(", ")} may`,
    },
    { what: "The new timelock has everything", why: await missing(stage, ground.newTimelock, plan.holdings) },
  ];
}

async function missing(stage: Stage, holder: string, wanted: readonly Handover[]): Promise<string | undefined> {
  const absent = lackingOf(wanted, (await readEstate(groundOf(stage, holder))).handovers);
  return absent.length === 0 ? undefined : `it has not got ${absent.join(", ")}`;
}

/** What waited in the old timelock when the adoption was planned. */
async function tryWaiting({ ground, estate }: Stage): Promise<Step> {
  const what = "Nothing that waited in the old timelock executes any more";
  const { reader, oldTimelock, governor } = ground;
  const refused = await executeWaiting(ground, estate.old, [STRANGER, governor, ...estate.old.roles.executors]);
  if (refused !== undefined) return { what, why: refused };
  const data = encodeScheduling(batchOperation([NOTHING]), estate.old.delay);
  for (const from of new Set([governor, ...estate.old.roles.proposers, STRANGER])) {
    const answer = await reader.snapshot.call({ from, to: oldTimelock, data });
    if (answer.ok) return { what, why: `${reader.nameOf(from)} may still schedule there` };
  }
  return { what, why: undefined };
}

async function goBack(stage: Stage): Promise<Step> {
  const { poll, plan, estate, ground } = stage;
  const what = "A later proposal through the new timelock brings everything back";
  const { stopped } = await decide(
    poll,
    "Go back",
    returningCalls(plan, estate.old.delay, await stillWaiting(ground, estate.old)),
    plan.delay,
  );
  if (stopped !== undefined) return { what, why: stopped };
  const accepted = await accept(stage, ground.oldTimelock, estate.old.delay);
  if (accepted.why !== undefined) return { what, why: accepted.why };
  const absent = await missing(stage, ground.oldTimelock, plan.holdings);
  if (absent !== undefined) return { what, why: `the old timelock: ${absent}` };
  const { stopped: later } = await decide(poll, "Nothing, in the old timelock", [NOTHING], estate.old.delay);
  return { what, why: later };
}
