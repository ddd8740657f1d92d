import { readOpenMotions, type OpenMotion } from "../../src/protocol/committees/motions.js";
import { SentenceError, UnreadableError } from "../../src/protocol/errors.js";
import { describeMoment } from "../../src/status/moment.js";
import { openOutput } from "../../src/terminal/output.js";
import { renderPairs } from "../../src/terminal/table.js";
import { connectReading } from "../connect.js";
import { tellProgress } from "../progress.js";
import type { Verb } from "../verb.js";
import { findCommittees } from "./findCommittees.js";

interface Arguments {
  dao: string | undefined;
  json: string | undefined;
}

/** What people call an action on the command line. */
const NAMES = { Release: "release", Resume: "resume", ReplaceGate: "replace-gate" } as const;

const motions: Verb<Arguments> = async ({ dao, json }, hre) => {
  const { print, data } = openOutput(json);
  const { connection, place } = await connectReading(hre);
  const { deployment, powers } = await findCommittees(place, connection, dao);
  const { tiebreaker } = powers;
  if (tiebreaker?.committee === undefined) {
    throw new SentenceError("This timelock has no tiebreaker with sub-committees, so that there are no motions.");
  }
  const block = await place.provider.getBlock("latest");
  if (block?.hash == null) throw new UnreadableError("The node does not give its newest block.");
  const range = { firstBlock: deployment.firstBlock, head: { number: block.number, hash: block.hash } };
  const open = await readOpenMotions(tiebreaker.address, place.provider, range, tellProgress());
  if (open.length === 0) print("No motion is open, as far as the node's logs tell.");
  const view = { block: { timestamp: BigInt(block.timestamp) } };
  for (const motion of open) print(`${render(motion, view)}\n`);
  await data(open);
};

function render(motion: OpenMotion, view: Parameters<typeof describeMoment>[1]): string {
  const { action, subject, approvals, quorum, executableAt, lapsesAfter } = motion;
  const when =
    executableAt === undefined
      ? "once a quorum approves, after the delay, and in a deadlock"
      : `from ${describeMoment(executableAt, view)}, in a deadlock: --action execute-${NAMES[action]} ${subject}`;
  return renderPairs([
    ["motion", `${NAMES[action]} ${subject}`],
    ["approvals", `${approvals.length} of ${quorum} that it takes`],
    ...approvals.map((member) => ["approved by", member] as const),
    ["may be executed", when],
    ["lapses after", describeMoment(lapsesAfter, view)],
  ]);
}

export default motions;
