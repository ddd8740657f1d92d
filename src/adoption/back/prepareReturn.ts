import { SentenceError } from "../../protocol/errors.js";
import type { ForeignGovernor } from "../../protocol/foreignGovernor.js";
import { readDecisions } from "../estate/decisions.js";
import { readOldTimelock } from "../estate/oldTimelock.js";
import { readEstate, refuseUnsure } from "../estate/readEstate.js";
import { tellSeatsBack } from "../estate/seats.js";
import { readSeatsBefore } from "../estate/seatsBefore.js";
import type { Ground } from "../estate/types.js";
import { openGround, openPoll, type Adoption } from "../ground.js";
import { holdingKey } from "../holdingKey.js";
import { marksIn } from "../marks.js";
import { groundOf } from "../play/handOver.js";
import { toBePlayed } from "../play/stage.js";
import { asProposal, inFreeWords, noteNumbers } from "../prepare.js";
import { sorted, type AdoptionReport } from "../report.js";
import { tellRivals } from "../underWay.js";
import { goBack } from "./goBack.js";
import { makeReturn } from "./makeReturn.js";
import { ofReturn } from "./ofReturn.js";

/**
 * Reads what the new timelock has, prepares the proposals that give it back, and plays them on the copy.
 * @throws SentenceError where the Governor does not obey the new timelock.
 */
export async function prepareReturn(
  adoption: Adoption,
  oldTimelock: string,
  found: ForeignGovernor,
): Promise<AdoptionReport> {
  const { deployment, dao, proposer, gas, open, progress = () => undefined } = adoption;
  const { governor, timelock: newTimelock } = deployment.addresses;
  if (found.timelock !== newTimelock) {
    throw new SentenceError(`The Governor obeys the old timelock, ${oldTimelock}: there is nothing to go back from.`);
  }
  progress("what the logs name");
  const ground = await openGround(adoption, oldTimelock, true);
  progress("what the new timelock owns and holds");
  const estate = await readEstate(ground);
  const asOld = groundOf(ground, oldTimelock);
  const old = await readOldTimelock(asOld);
  refuseUnsure(asOld);
  const wanted = {
    ...{ governor, oldTimelock, newTimelock, delay: old.delay, holdings: estate.handovers },
    roles: await readSeatsBefore(ground, { oldTimelock, newTimelock }, old),
    waiting: old.waiting.map(({ id }) => id),
  };
  const decisions = await readDecisions(ground);
  const others = [...decisions, ...estate.old.waiting].flatMap(({ calls }) => marksIn(calls, oldTimelock));
  const { plan, parts, why } = await makeReturn(ground, wanted, gas, others);
  const words = await inFreeWords(ground, parts, (index) => describe(ground, index + 1, parts.length), proposer);
  const proposals = words.map(asProposal(ground));
  progress("the way back");
  const step =
    why === undefined
      ? await open.snapshot.branch(async () =>
          goBack({
            ...{ ground, plan, newDelay: estate.old.delay, parts: proposals.map(toBePlayed) },
            poll: await openPoll(ground, found),
          }),
        )
      : { what: "The way back can be made", why };
  return {
    ...{ governor, oldTimelock, newTimelock, hasAdopted: true, isBack: true },
    ...{
      contracts: estate.contracts,
      unlooked: estate.unlooked,
      holdings: estate.handovers.map((one) => holdingKey(one)),
    },
    ...sorted(
      [
        ...[...estate.findings, ...estate.others].map(({ key, sentence }) => ({ key, sentence: ofReturn(sentence) })),
        ...tellSeatsBack(ground, wanted.roles),
        ...tellRivals(decisions, [], ground),
      ],
      dao,
    ),
    notices: [
      ...estate.notices.map(ofReturn),
      ...noteWaiting(estate.old.waiting),
      ...(await noteNumbers(ground, proposals)),
    ],
    ...{ proposals, steps: [step] },
  };
}

const noteWaiting = (waiting: readonly { readonly id: string }[]): string[] =>
  waiting.map(
    ({ id }) =>
      `Operation ${id} waits in the new timelock, and can be executed there also after the way back, with what is left there.`,
  );

/** @param ground With the new timelock as the one that gives. */
function describe({ oldTimelock: giver, newTimelock: receiver }: Ground, part: number, count: number): string {
  const which = count === 1 ? "" : `, part ${part} of ${count}`;
  return (
    `Go back from dual governance${which}\n\n` +
    `Everything that ${giver} owns and holds goes back to ${receiver}, the timelock that this DAO had before.`
  );
}
