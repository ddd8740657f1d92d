import { ZeroAddress } from "ethers";

import { STRANGER } from "../../power/foreign/reader.js";
import { returnedOf } from "../../protocol/adoption.js";
import { acceptancesOf } from "../../protocol/handovers.js";
import { batchOperation, encodeScheduling } from "../../protocol/operations/operation.js";
import { goBack } from "../back/goBack.js";
import { makeReturn } from "../back/makeReturn.js";
import { readEstate } from "../estate/readEstate.js";
import { readRemains } from "../estate/remains.js";
import type { Finding } from "../estate/types.js";
import { held } from "../holdingKey.js";
import { decideAndWithdraw, holdUp } from "./afterwards.js";
import { accept, groundOf, missing } from "./handOver.js";
import { executeWaiting, meddle, pendingOf, stillWaiting } from "./meddle.js";
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
        const known = findings.map(({ key }) => key);
        findings.push(...(await meddle(stage, proposal)).filter(({ key }) => !known.includes(key)));
      });
      steps.push({ what: `${what} is carried, queued and executed`, why: stopped, gas });
      if (stopped !== undefined) return { steps, findings };
    }
    const receiver = { timelock: ground.newTimelock, delay: stage.plan.delay, executors: [ZeroAddress] };
    steps.push(await accept(ground, stage.plan.holdings, receiver));
    steps.push(await checkOutlived(stage));
    progress("who holds what afterwards");
    steps.push(...(await compareEstates(stage)));
    findings.push(...(await readRemains(groundOf(ground, ground.oldTimelock), estate.contracts)));
    steps.push(await stage.verifyNew());
    steps.push(await tryWaiting(stage));
    progress("a decision through the new timelock, and its withdrawal");
    steps.push(await snapshot.branch(() => decideAndWithdraw(stage)));
    progress("stakers hold up a decision");
    steps.push(await snapshot.branch(() => holdUp(stage)));
    progress("the way back");
    steps.push(await snapshot.branch(() => playReturn(stage)));
    return { steps, findings };
  });
}

/** What others had scheduled in the new timelock before. */
async function checkOutlived({ ground, plan, inNew }: Stage): Promise<Step> {
  const own = acceptancesOf(plan.holdings).map(({ operation }) => operation.id);
  const others = inNew.map(({ id }) => id).filter((id) => !own.includes(id));
  const left = await pendingOf(ground.reader, ground.newTimelock, others);
  return {
    what: "Nothing that waited in the new timelock before outlives the adoption",
    why: left.length === 0 ? undefined : `operation ${left.join(", ")} waits there still`,
  };
}

async function compareEstates(stage: Stage): Promise<Step[]> {
  const { ground, plan, stays } = stage;
  const after = await readEstate(groundOf(ground, ground.oldTimelock));
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
    { what: "The new timelock has everything", why: await missing(ground, ground.newTimelock, plan.holdings) },
  ];
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

async function playReturn({ ground, poll, plan, estate, gas }: Stage): Promise<Step> {
  const { governor, oldTimelock, newTimelock, roles } = plan;
  const holdings = returnedOf(plan.holdings);
  const waiting = await stillWaiting(ground, estate.old);
  const wanted = { governor, oldTimelock, newTimelock, holdings, roles, delay: estate.old.delay, waiting };
  const made = await makeReturn(ground, wanted, gas, []);
  if (made.why !== undefined) return { what: "The way back can be made", why: made.why };
  const parts = made.parts.map((calls, index) => ({ description: `Go back, part ${index + 1}`, calls }));
  return await goBack({ ground, poll, plan: made.plan, parts, newDelay: plan.delay });
}
