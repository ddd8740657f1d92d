import type { Provider } from "ethers";

import {
  readBlockTime,
  readForeignGovernor,
  readForeignTimelock,
  type ForeignGovernor,
} from "../../protocol/foreignGovernor.js";
import type { AdoptingDao } from "../schema.js";
import { checkCode } from "./codeOnChain.js";
import { readOtherProposers } from "./otherProposers.js";
import { errorAt, problemsIf, warningAt, type Problem } from "./problem.js";
import { checkVote } from "./vote.js";

/**
 * Token, Governor and timelock that exist are such as can adopt another timelock.
 * @param newest Up to which block the pace of the chain is measured.
 * @param deployed Timelocks that this deployment has put there: a Governor that has adopted obeys one of them.
 */
export async function checkAdoptionOnChain(
  dao: AdoptingDao,
  provider: Provider,
  newest: number,
  deployed?: string,
): Promise<Problem[]> {
  const { governor, token } = dao;
  const withoutCode = [
    ...(await checkCode("governor.address", governor.address, provider)),
    ...(await checkCode("token.address", token.address, provider)),
    ...(dao.oldTimelock === undefined ? [] : await checkCode("oldTimelock", dao.oldTimelock, provider)),
  ];
  if (withoutCode.length > 0) return withoutCode;
  const found = await readForeignGovernor(governor.address, provider);
  const { timelock } = found;
  if (timelock === undefined || found.token === undefined || !found.canMove || found.clock === undefined) {
    return [errorAt("governor.address", `is ${governor.address}, which ${whyNot(found)}`)];
  }
  const wrongToken = problemsIf([
    found.token !== token.address,
    errorAt(
      "token.address",
      `is ${token.address}, and the Governor counts the votes of ${found.token}; right is the latter`,
    ),
  ]);
  const hasAdopted = deployed !== undefined && timelock === deployed;
  if (hasAdopted) return wrongToken;
  const pace = found.clock === "blocks" ? await readBlockTime(provider, newest) : 1n;
  return [
    ...wrongToken,
    ...problemsIf([
      dao.oldTimelock !== undefined && dao.oldTimelock !== timelock,
      errorAt(
        "oldTimelock",
        `is ${dao.oldTimelock ?? ""}, and the Governor obeys ${timelock}: whoever stands here may propose to the new ` +
          "timelock until the adoption; right is the latter, or nothing",
      ),
    ]),
    ...(await checkOldTimelock(timelock, governor.address, provider)),
    ...(await warnOfProposers(timelock, dao, provider, newest)),
    ...checkVote(dao, {
      votingDelay: found.votingDelay * pace,
      votingPeriod: found.votingPeriod * pace,
      lateQuorumExtension: found.lateQuorumExtension * pace,
    }),
  ];
}

function whyNot({ timelock, token, canMove }: ForeignGovernor): string {
  const right = "right is an OpenZeppelin Governor with GovernorTimelockControl";
  if (timelock === undefined) return `does not tell a timelock(): ${right}`;
  if (token === undefined) return `does not tell a token(): ${right} and GovernorVotes`;
  if (!canMove) {
    return (
      "has no updateTimelock(address) that only governance may call, so that no vote can make it obey another timelock: " +
      right
    );
  }
  return 'has a CLOCK_MODE() that is neither "mode=timestamp" nor "mode=blocknumber&from=default": what a vote takes cannot be told';
}

/** Until the adoption whoever proposes in the old timelock proposes in the new one, by way of it. */
async function warnOfProposers(
  timelock: string,
  { governor, fromBlock = 0 }: AdoptingDao,
  provider: Provider,
  newest: number,
): Promise<Problem[]> {
  const others = await readOtherProposers(timelock, governor.address, provider, { first: fromBlock, newest });
  const until = "until the adoption lands they act through it in the new timelock as well, unseen by stakers";
  if (others === undefined) {
    return [
      warningAt(
        "governor.address",
        `obeys ${timelock}; who else may propose there, the node's logs do not tell: ${until}`,
      ),
    ];
  }
  if (others.length === 0) return [];
  return [
    warningAt("governor.address", `obeys ${timelock}, where ${others.join(", ")} may propose beside it: ${until}`),
  ];
}

async function checkOldTimelock(address: string, governor: string, provider: Provider): Promise<Problem[]> {
  const refuse = (what: string) => [errorAt("governor.address", `obeys ${address}, ${what}`)];
  const found = await readForeignTimelock(address, governor, provider);
  if (found === undefined) {
    return refuse("which is no TimelockController: right is a Governor with GovernorTimelockControl, not Compound's");
  }
  if (!found.obeysGovernor)
    return refuse("where the Governor has no proposer's role: none of its decisions could land");
  if (!found.isOwnAdmin) {
    return refuse(
      "which does not hand out its own roles, so that no decision could take them back: whoever is its admin must grant " +
        "that role to the timelock itself first",
    );
  }
  return [];
}
