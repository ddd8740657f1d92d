import { Interface } from "ethers";

import type { AdoptingDao } from "../config/schema.js";
import { adoptionCalls } from "../protocol/adoption.js";
import { SentenceError } from "../protocol/errors.js";
import { readForeignGovernor, type ForeignGovernor } from "../protocol/foreignGovernor.js";
import { proposalOf } from "../protocol/proposals.js";
import { tellAdopted } from "./adopted.js";
import { readGovernor } from "./estate/governor.js";
import { readEstate } from "./estate/readEstate.js";
import { checkAdmins, noteExecutors, tellSeats } from "./estate/seats.js";
import type { Finding } from "./estate/types.js";
import { openGround, openPoll, readStakers, type Adoption } from "./ground.js";
import { holdingKey } from "./holdingKey.js";
import { planOf, sortPending } from "./plan.js";
import { measureCalls } from "./play/measure.js";
import { encodePropose } from "./play/poll.js";
import { proveAdoption } from "./play/prove.js";
import type { Step } from "./play/stage.js";
import { verifyNew } from "./play/verifyNew.js";
import { splitAdoption } from "./proposals.js";
import type { AdoptionReport, PreparedProposal } from "./report.js";

/** So that what was proposed already, or lost a vote, can be played again: a Governor takes the same text but once. */
const PLAYED = "\n\nPlayed on a copy.";
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
    const findings = [...estate.findings, ...(await tellAdopted(ground, estate)), ...voice.findings];
    const steps = [await verifyNew(adoption)];
    return { ...told, ...sorted(findings, dao), notices: estate.notices, proposals: [], steps };
  }
  const plan = planOf(ground, estate, dao.timelock.delay);
  // The Governor's own are made by way of it alone.
  const direct = adoptionCalls(plan).filter(({ target }) => target !== governor);
  const measured = await measureCalls(open.snapshot, oldTimelock, direct);
  const early = [...estate.findings, ...voice.findings, ...tellSeats(ground, estate.old)];
  const notices = [...estate.notices, ...voice.notices, ...noteExecutors(ground, estate.old)];
  if (measured.refused !== undefined) {
    const { call, why } = measured.refused;
    const step: Step = {
      what: "The old timelock can make every call",
      why: `${call.target} refuses ${call.data}: ${why}`,
    };
    return { ...told, ...sorted(early, dao), notices, proposals: [], steps: [step] };
  }
  const parts = splitAdoption(plan, measured.gasOf, adoption.gas);
  const proposals = parts.map((calls, index): PreparedProposal => {
    const signed = adoption.proposer === undefined ? "" : `\n\n#proposer=${adoption.proposer}`;
    const proposal = proposalOf(`${describe(told, index, parts.length)}${signed}`, calls);
    return { ...proposal, propose: { target: governor, value: 0n, data: encodePropose(proposal) } };
  });
  const pending = sortPending(estate, ground, parts, MOVER.encodeFunctionData("updateTimelock", [newTimelock]));
  const staged = {
    ...{ ground, plan, estate, progress },
    poll: await openPoll(ground, found),
    others: pending.others,
    parts: parts.map((calls, index) => ({ description: `${describe(told, index, parts.length)}${PLAYED}`, calls })),
    verifyNew: () => verifyNew(adoption),
    ...(await readStakers(adoption)),
  };
  const { steps, findings: played } = await proveAdoption(staged);
  const findings = [...early, ...pending.findings, ...played];
  return {
    ...{ ...told, ...sorted(findings, dao), proposals },
    notices: [...notices, ...pending.notices],
    steps: [checkAdmins(ground, estate.old), ...steps],
  };
}

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
