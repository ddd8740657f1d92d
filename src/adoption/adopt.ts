import { SentenceError } from "../protocol/errors.js";
import { readForeignGovernor, type ForeignGovernor } from "../protocol/foreignGovernor.js";
import { tellAdopted } from "./adopted.js";
import { tellGuardian } from "./estate/governor.js";
import { readEstate, refuseUnsure } from "./estate/readEstate.js";
import { checkAdmins, noteExecutors, tellEarlySeats, tellSeats } from "./estate/seats.js";
import { openGround, openPoll, readStakers, type Adoption } from "./ground.js";
import { holdingKey } from "./holdingKey.js";
import { readInNew, sortPending } from "./plan.js";
import { proveAdoption } from "./play/prove.js";
import { verifyNew } from "./play/verifyNew.js";
import { prepareReturn } from "./back/prepareReturn.js";
import { toBePlayed } from "./play/stage.js";
import { prepareProposals } from "./prepare.js";
import { sorted, type AdoptionReport } from "./report.js";

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
  if (adoption.isBack === true) return await prepareReturn(adoption, oldTimelock, found);
  progress("what the logs name");
  const ground = await openGround(adoption, oldTimelock);
  progress("what the old timelock owns and holds");
  const estate = await readEstate(ground);
  refuseUnsure(ground);
  const guardian = await tellGuardian(ground);
  const hasAdopted = found.timelock === newTimelock;
  const told = {
    ...{
      governor,
      oldTimelock,
      newTimelock,
      hasAdopted,
      isBack: false,
      contracts: estate.contracts,
      unlooked: estate.unlooked,
    },
    holdings: estate.handovers.map((one) => holdingKey(one)),
  };
  if (hasAdopted) {
    const left = await tellAdopted(ground, estate);
    // Nothing of it is left behind: whatever the DAO calls from now on would be open otherwise.
    const others = estate.others.map(({ sentence }) => sentence);
    const findings = [...estate.findings, ...left.findings, ...guardian];
    const steps = [await verifyNew(adoption)];
    return {
      ...told,
      ...sorted(findings, dao),
      notices: [...estate.notices, ...others, ...left.notices],
      proposals: [],
      steps,
    };
  }
  const prepared = await prepareProposals(adoption, ground, estate);
  const { plan, stays, proposals, refused } = prepared;
  const seats = [...tellSeats(ground, estate.old), ...(await tellEarlySeats(ground, estate.old))];
  const early = [...estate.findings, ...estate.others, ...guardian, ...seats, ...prepared.findings];
  const notices = [...estate.notices, ...prepared.notices, ...noteExecutors(ground, estate.old)];
  if (refused !== undefined) return { ...told, ...sorted(early, dao), notices, proposals, steps: [refused] };
  const pending = sortPending(
    estate,
    ground,
    proposals.map(({ calls }) => calls),
  );
  const { inNew, notices: noted } = await readInNew(ground);
  const { steps, findings: played } = await proveAdoption({
    ...{ ground, plan, estate, stays, progress, gas: adoption.gas },
    poll: await openPoll(ground, found),
    ...{ others: pending.others, inNew },
    parts: proposals.map(toBePlayed),
    verifyNew: () => verifyNew(adoption),
    ...(await readStakers(adoption)),
  });
  const findings = [...early, ...pending.findings, ...played];
  return {
    ...{ ...told, ...sorted(findings, dao), proposals },
    notices: [...notices, ...pending.notices, ...noted],
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
