import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { subjectOf } from "../../src/power/check/asked.js";
import { renderCheck } from "../../src/power/check/renderCheck.js";
import { doesHarm, exitCodeOf } from "../../src/power/check/report.js";
import { SentenceError, UnreadableError } from "../../src/protocol/errors.js";
import { judgeFailure } from "../../src/protocol/failure.js";
import type { Proposal } from "../../src/protocol/proposals.js";
import { reasonOf } from "../../src/protocol/visible.js";
import type { Output } from "../../src/terminal/output.js";
import { checkOnCopy, type Checked } from "../checkOnCopy.js";

/**
 * What a proposal would change, before anybody is asked to vote on it.
 * @returns What was found.
 * @throws SentenceError if something fails or worsens by it, UnreadableError if it cannot be checked.
 */
export async function checkFirst(
  hre: HardhatRuntimeEnvironment,
  output: Output,
  dao: string | undefined,
  proposal: Proposal,
): Promise<Checked> {
  output.print("\nWhat it would change, executed on a copy of the chain; --no-check leaves that out:");
  const checked = await check(hre, output, dao, proposal);
  output.print();
  output.print(renderCheck(checked));
  output.print();
  if (doesHarm(checked)) {
    throw new SentenceError(
      "By this proposal something fails, or gets worse, as is told above: nothing was sent or written. " +
        "Whoever wants just that proposes it with --no-check.",
    );
  }
  if (checked.power.kind === "unjudged") {
    throw new UnreadableError(
      "Whether it worsens who can do what was not judged, as is told above: nothing was sent or written. " +
        "Whoever has read what moves, and wants it, proposes it with --no-check.",
    );
  }
  if (exitCodeOf(checked) !== 0) {
    output.print("What fails or is not proven above was no better before: that holds nothing up.");
  }
  return checked;
}

async function check(
  hre: HardhatRuntimeEnvironment,
  output: Output,
  dao: string | undefined,
  proposal: Proposal,
): Promise<Checked> {
  try {
    return await checkOnCopy(hre, output, {
      dao,
      choose: ({ addresses }) => Promise.resolve(subjectOf(addresses.governor, proposal)),
    });
  } catch (error) {
    if (!isTold(error)) throw error;
    throw new UnreadableError(
      `It could not be checked: ${reasonOf(error).replace(/\.$/, "")}. Nothing was sent or written. ` +
        "With a node that serves logs and the state of its newest blocks it can be; --no-check leaves it out.",
      undefined,
      { cause: error },
    );
  }
}

/** Whatever a person can mend, or a node says: not a mistake of ours. */
const isTold = (error: unknown): boolean =>
  error instanceof SentenceError ||
  error instanceof UnreadableError ||
  (error instanceof Error && error.name === "HardhatError") ||
  judgeFailure(error)?.kind === "unread";
