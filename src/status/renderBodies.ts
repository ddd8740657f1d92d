import { MaxUint256 } from "ethers";
import colors from "picocolors";

import { formatDuration, formatTime } from "../protocol/format.js";
import { sentences } from "../protocol/errors.js";
import { renderPairs, renderTable } from "../terminal/table.js";
import type { SeatedBody } from "./readCommittees.js";
import type { NamedPausable, Pausable, Powers } from "../protocol/committees/powers.js";

/** What of the bodies is shown. */
export interface BodiesView {
  readonly block: { readonly timestamp: bigint };
  readonly powers: Powers;
  readonly bodies: readonly SeatedBody[];
}

/** The bodies whose powers end: who they are, and what they may do now. */
export function renderBodies(view: BodiesView): string {
  const { bodies } = view;
  if (bodies.length === 0) {
    return `No body has a power beside the DAO and the stakers.\n${renderPairs([describeHardEnd(view)])}`;
  }
  const rows = bodies.map((body) => [
    body.name,
    describeSafe(body),
    body.power,
    `${body.now.isGiven ? colors.yellow("yes") : "no"}: ${body.now.reason}`,
    describeEnd(body, view),
  ]);
  const problems = bodies.flatMap(({ name, problems: found }) => found.map((problem) => `${name} ${problem}`));
  return [
    `${colors.bold("Bodies")}\n${renderTable(["body", "Safe", "may", "now", "ends after"], rows)}`,
    ...(problems.length === 0 ? [] : [colors.yellow(sentences("Not as configured:", problems))]),
    renderPairs(describePowers(view)),
  ].join("\n");
}

function describeSafe({ safe, address }: SeatedBody): string {
  // In full by `tribune committee list`, and in the data.
  const short = `${address.slice(0, 6)}…${address.slice(-4)}`;
  if (safe === undefined) return `a contract\n${short}`;
  const signatures = safe.kind === "safe" ? `${safe.threshold} of ${safe.owners.length}` : colors.yellow("no Safe");
  return `${signatures}\n${short}`;
}

function describeEnd({ endsAt }: SeatedBody, { block }: BodiesView): string {
  if (endsAt === undefined) return "a vote ends it";
  if (endsAt < block.timestamp) return "it has ended";
  return `${formatTime(endsAt)}\n(in ${formatDuration(endsAt - block.timestamp, 2)})`;
}

function describePowers(view: BodiesView): [string, string][] {
  const { powers, block } = view;
  const { emergency, deadlock, breaker } = powers;
  const { modeEndsAt } = emergency;
  const { isDeadlocked, haltedSince, gateSilentSince } = deadlock;
  const since = (at: bigint) => `since ${formatTime(at)}, ${formatDuration(block.timestamp - at, 2)}`;
  return [
    ["emergency mode", modeEndsAt === 0n ? "no" : colors.red(`yes, until ${formatTime(modeEndsAt)}`)],
    describeHardEnd(view),
    [
      "deadlock",
      isDeadlocked
        ? colors.red(`yes; halted ${since(haltedSince)}`)
        : haltedSince === 0n
          ? "no"
          : `no; halted ${since(haltedSince)}`,
    ],
    ["gate on record as silent", gateSilentSince === 0n ? "no" : colors.red(since(gateSilentSince))],
    ...(breaker?.pausables ?? []).map((pausable): [string, string] => [
      `pausable ${pausable.address}`,
      `${describePause(pausable)}${describeObedience(pausable, breaker?.address)}`,
    ]),
    ...deadlock.withdrawalBlockers.map((blocker): [string, string] => [
      `withdrawal blocker ${blocker.address}`,
      describePause(blocker),
    ]),
  ];
}

function describeHardEnd({ powers, block }: BodiesView): [string, string] {
  const { hardEnd } = powers.emergency;
  const left = hardEnd - block.timestamp;
  return [
    "hard end of emergency protection",
    left < 0n
      ? `${formatTime(hardEnd)}: over, no vote can give another term`
      : `${formatTime(hardEnd)} (in ${formatDuration(left, 2)}): no vote can give a later end`,
  ];
}

function describePause({ isPaused, resumesAt }: Pausable): string {
  if (isPaused === undefined || resumesAt === undefined) return colors.red("does not answer");
  if (!isPaused) return "runs";
  return colors.yellow(resumesAt === MaxUint256 ? "paused until a vote" : `paused until ${formatTime(resumesAt)}`);
}

const describeObedience = ({ obeys }: NamedPausable, breaker: string | undefined): string =>
  obeys === undefined || obeys === breaker ? "" : colors.yellow(`, and obeys another breaker, ${obeys}`);
