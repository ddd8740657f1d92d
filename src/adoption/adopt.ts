import { Interface } from "ethers";

import type { AdoptingDao } from "../config/schema.js";
import { adoptionCalls } from "../protocol/adoption.js";
import { SentenceError } from "../protocol/errors.js";
import { readForeignGovernor, type ForeignGovernor } from "../protocol/foreignGovernor.js";
import { formatTime } from "../protocol/format.js";
import { acceptancesOf, type Handover } from "../protocol/handovers.js";
import { proposalOf } from "../protocol/proposals.js";
import { readGovernor } from "./estate/governor.js";
import { readEstate } from "./estate/readEstate.js";
import { readRemains } from "./estate/remains.js";
import type { Finding, Ground } from "./estate/types.js";
import { openGround, openPoll, readStakers, type Adoption } from "./ground.js";
import { holdingKey, planOf, sortPending } from "./plan.js";
import { measureCalls } from "./play/measure.js";
import { encodePropose } from "./play/poll.js";
import { proveAdoption } from "./play/prove.js";
import type { Step } from "./play/stage.js";
import { splitAdoption } from "./proposals.js";
import type { AdoptionReport, PreparedProposal } from "./report.js";

const MOVER = new Interface(["function updateTimelock(address)"]);

/**
 * Reads what the old timelock has, prepares the proposals that hand it over, and plays them on the copy.
 * @throws SentenceError where the deployment is of no DAO that existed before, or cannot adopt.
 */
export async function prepareAdoption(adoption: Adoption): Promise<AdoptionReport> {
  const { open, deployment, dao, progress = () => undefined } = adoption;
  const { addresses } = deployment;
  const { governor, timelock: newTimelock, oldTimelock } = addresses;
  if (oldTimelock === undefined) {
    throw new SentenceError(`${deployment.dao} was made with its Governor: there is nothing to adopt.`);
  }
  const found = await readForeignGovernor(governor, open.connection.ethers.provider);
  refuseMoved(found, oldTimelock, newTimelock);
  progress("what the logs name");
  const ground = await openGround(adoption, oldTimelock);
  progress("what the old timelock owns and holds");
  const estate = await readEstate(ground);
  const voice = await readGovernor(ground);
  const hasAdopted = found.timelock === newTimelock;
  const told = {
    ...{ governor, oldTimelock, newTimelock, hasAdopted, contracts: estate.contracts },
    holdings: estate.handovers.map((one) => holdingKey(one)),
  };
  if (hasAdopted) {
    const left = await Promise.all(estate.handovers.map((one) => tellLeft(ground, one)));
    const findings = [...estate.findings, ...left, ...(await readRemains(ground)), ...voice.findings];
    return { ...told, ...sorted(findings, dao), notices: estate.notices, proposals: [], steps: [] };
  }
  const now = await open.snapshot.now();
  const pace = found.clock === "timestamp" ? 1n : BigInt(Math.ceil(ground.reader.place.secondsPerBlock));
  const earliest = now + (found.votingDelay + found.votingPeriod) * pace + estate.old.delay;
  const pending = sortPending(estate, ground, earliest, MOVER.encodeFunctionData("updateTimelock", [newTimelock]));
  const plan = planOf(ground, estate, pending.cancelled, dao.timelock.delay);
  const whole = adoptionCalls(plan);
  // The Governor's own are made by way of it alone.
  const direct = whole.filter(({ target }) => target !== governor);
  const measured = await measureCalls(open.snapshot, oldTimelock, direct);
  const early = [...estate.findings, ...voice.findings, ...pending.findings];
  const notices = [...estate.notices, ...pending.notices, ...voice.notices];
  const queued = pending.adopting.map(({ id, calls }): Finding | string =>
    JSON.stringify(calls, asText) === JSON.stringify(whole, asText)
      ? `This very proposal is queued already, as operation ${id}.`
      : {
          key: `operation ${id}`,
          sentence: `Operation ${id} moves the Governor to the new timelock, and is not the adoption as it would be prepared now.`,
        },
  );
  const findings = [...early, ...queued.filter((one) => typeof one !== "string")];
  const allNotices = [...notices, ...queued.filter((one) => typeof one === "string")];
  if (measured.refused !== undefined) {
    const { call, why } = measured.refused;
    const step: Step = {
      what: "The old timelock can make every call",
      why: `${call.target} refuses ${call.data}: ${why}`,
    };
    return { ...told, ...sorted(findings, dao), notices: allNotices, proposals: [], steps: [step] };
  }
  const proposals = splitAdoption(plan, measured.gasOf, adoption.gas).map((calls, index, all): PreparedProposal => {
    const signed = adoption.proposer === undefined ? "" : `\n\n#proposer=${adoption.proposer}`;
    const proposal = proposalOf(`${describe(told, index, all.length)}${signed}`, calls);
    return { ...proposal, propose: { target: governor, value: 0n, data: encodePropose(proposal) } };
  });
  const poll = await openPoll(ground, found);
  const staged = {
    ground,
    poll,
    plan,
    estate,
    progress,
    parts: proposals.map(({ calls }, index) => ({ description: describe(told, index, proposals.length), calls })),
    ...(await readStakers(adoption)),
  };
  const { steps, remains } = await proveAdoption(staged);
  return { ...told, ...sorted([...findings, ...remains], dao), notices: allNotices, proposals, steps };
}

/** What has not come along, and what of it only waits to be accepted. */
async function tellLeft({ reader, newTimelock }: Ground, handover: Handover): Promise<Finding> {
  const key = holdingKey(handover);
  for (const { operation } of acceptancesOf([handover])) {
    const eta = (await reader.amount(newTimelock, "getTimestamp", [operation.id])) ?? 0n;
    // 1 stands for one that is done.
    if (eta <= 1n) continue;
    const sentence =
      `The new timelock has not accepted ${key} yet: from ${formatTime(eta)} on anybody may let it, with npx hardhat ` +
      `tribune execute ${operation.id}.`;
    return { key, sentence };
  }
  return { key, sentence: `The old timelock still has ${key}.` };
}

const asText = (_: string, value: unknown): unknown => (typeof value === "bigint" ? value.toString() : value);

function refuseMoved({ timelock }: ForeignGovernor, oldTimelock: string, newTimelock: string): void {
  if (timelock === oldTimelock || timelock === newTimelock) return;
  throw new SentenceError(
    `The Governor obeys ${timelock ?? "no timelock that it tells"}: neither the old timelock, ${oldTimelock}, nor the new ` +
      `one, ${newTimelock}. Deploy again, for the DAO as it is now.`,
  );
}

const sorted = (findings: readonly Finding[], { accepted = [] }: AdoptingDao) => ({
  findings: findings.filter(({ key }) => !accepted.includes(key)),
  accepted: findings.filter(({ key }) => accepted.includes(key)),
});

function describe({ newTimelock }: { readonly newTimelock: string }, index: number, count: number): string {
  const part = count === 1 ? "" : `, part ${index + 1} of ${count}`;
  return (
    `Adopt dual governance${part}\n\n` +
    `Everything that the timelock of this DAO owns and holds goes to ${newTimelock}, in which stakers can delay what they ` +
    "object to, and leave before it lands."
  );
}
