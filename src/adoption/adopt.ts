import type { AdoptingDao } from "../config/schema.js";
import { SentenceError } from "../protocol/errors.js";
import { readForeignGovernor, type ForeignGovernor } from "../protocol/foreignGovernor.js";
import { tellAdopted } from "./adopted.js";
import { tellGuardian } from "./estate/governor.js";
import { readEstate } from "./estate/readEstate.js";
import { checkAdmins, noteExecutors, tellSeats } from "./estate/seats.js";
import type { Finding } from "./estate/types.js";
import { openGround, openPoll, readStakers, type Adoption } from "./ground.js";
import { holdingKey } from "./holdingKey.js";
import { sortPending } from "./plan.js";
import { proveAdoption } from "./play/prove.js";
import { verifyNew } from "./play/verifyNew.js";
import { prepareProposals } from "./prepare.js";
import type { AdoptionReport } from "./report.js";

/** So that what was proposed already, or lost a vote, can be played again: a Governor takes the same text but once. */
const PLAYED = "\n\nPlayed on a copy.";

/**
 * Reads what the old timelock has, prepares the proposals that hand it over, or finds those that the Governor has, and
 * plays them on the copy.
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
  const guardian = await tellGuardian(ground);
  const hasAdopted = found.timelock === newTimelock;
  const told = {
    ...{ governor, oldTimelock, newTimelock, hasAdopted, contracts: estate.contracts },
    holdings: estate.handovers.map((one) => holdingKey(one)),
  };
  if (hasAdopted) {
    const findings = [...estate.findings, ...(await tellAdopted(ground, estate)), ...guardian];
    const steps = [await verifyNew(adoption)];
    return { ...told, ...sorted(findings, dao), notices: estate.notices, proposals: [], steps };
  }
  const prepared = await prepareProposals(adoption, ground, estate);
  const { plan, stays, proposals, refused } = prepared;
  const early = [...estate.findings, ...guardian, ...tellSeats(ground, estate.old), ...prepared.findings];
  const notices = [...estate.notices, ...prepared.notices, ...noteExecutors(ground, estate.old)];
  if (refused !== undefined) return { ...told, ...sorted(early, dao), notices, proposals, steps: [refused] };
  const pending = sortPending(
    estate,
    ground,
    proposals.map(({ calls }) => calls),
  );
  const { steps, findings: played } = await proveAdoption({
    ...{ ground, plan, estate, stays, progress },
    poll: await openPoll(ground, found),
    others: pending.others,
    parts: proposals.map(({ description, calls }) => ({ description: `${description}${PLAYED}`, calls })),
    verifyNew: () => verifyNew(adoption),
    ...(await readStakers(adoption)),
  });
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
