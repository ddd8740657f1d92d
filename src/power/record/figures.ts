import { formatDuration, formatPercent, parseDuration, parsePercent } from "../../protocol/format.js";
import { namesOfHelpers, type Defence } from "../play/defence.js";
import type { End } from "../compose/ends.js";
import type { Figure, VotesReport } from "../report.js";
import type { World } from "../world/world.js";

/** Moments are told to the hour: what else the chain does in between takes seconds. */
const HOUR = 3_600;
export const roundToHours = (seconds: number): number => Math.round(seconds / HOUR) * HOUR;

const NEVER_LANDS = "never";

/** As a number that can be compared with one of the same kind; undefined if it is no figure. */
export function amountOf(value: string): bigint | undefined {
  if (value === NEVER_LANDS) return 2n ** 255n;
  try {
    return value.endsWith("%") ? parsePercent(value) : parseDuration(value);
  } catch {
    return undefined;
  }
}

const duration = (seconds: bigint | number, worse: Figure["worse"]): Figure => ({
  value: formatDuration(BigInt(seconds)),
  worse,
});

/** Rounded down, to what a person reads. */
const share = (part: bigint, whole: bigint, worse: Figure["worse"]): Figure => ({
  value: formatPercent(whole === 0n ? 0n : (part * 10n ** 18n) / whole, 4),
  worse,
});

/** What a configuration settles, read from the chain, and what was measured. */
export async function readFigures(
  { contracts }: World,
  ends: ReadonlyMap<string, End>,
  defences: readonly Defence[],
  votes: VotesReport,
  began: number,
): Promise<Record<string, Figure>> {
  const { governor, token, timelock, gate, tiebreaker } = contracts;
  const { signalling, phases } = await gate.currentConfig();
  const vote = (await governor.votingDelay()) + (await governor.votingPeriod());
  const [largest] = votes.holders;
  return {
    "from a proposal to the end of its vote": duration(vote, "less"),
    "what a late quorum prolongs a vote by": duration(await governor.lateQuorumVoteExtension(), "less"),
    // Of what can be cast the share changes whenever our own contracts pay somebody in tokens.
    "the quorum, of the supply": share(
      await governor["quorumNumerator()"](),
      await governor.quorumDenominator(),
      "less",
    ),
    "what a proposal asks for, of the supply": share(
      await governor.proposalThreshold(),
      await token.totalSupply(),
      "more",
    ),
    "the base delay": duration(await timelock.getMinDelay(), "less"),
    "R1, from which objection stretches it": {
      value: formatPercent(signalling.signallingThreshold, 16),
      worse: "more",
    },
    "R2, from which those who object leave": { value: formatPercent(signalling.rageQuitThreshold, 16), worse: "more" },
    "the extension at R1": duration(signalling.minDuration, "less"),
    "the extension at R2": duration(signalling.maxDuration, "less"),
    "to join after R2 is crossed late": duration(signalling.joinWindow, "less"),
    "signalling at the least": duration(signalling.minActive, "less"),
    "to object again, once support has faded": duration(signalling.deactivation, "less"),
    "a lock binds": duration(phases.minLock, "less"),
    "older decisions run, after signalling": duration(phases.cooldown, "more"),
    "after the last claim of a rage quit": duration(phases.rageQuitExtension, "less"),
    "those who have left wait, at the least": duration(phases.withdrawalMinDelay, "more"),
    "those who have left wait, at the most": duration(phases.withdrawalMaxDelay, "more"),
    ...Object.fromEntries(defences.map((defence): [string, Figure] => [marginOf(defence), figureOf(defence)])),
    ...(largest && {
      "the largest share of the votes": { value: formatPercent(BigInt(largest.share), 4), worse: "more" },
    }),
    ...Object.fromEntries([...ends.values()].flatMap((end) => figuresOf(end, began))),
    "until the tiebreaker may act": duration(await timelock.tiebreakerTimeout(), "less"),
    ...(tiebreaker && { "between the tiebreaker's quorum and its act": duration(await tiebreaker.DELAY(), "less") }),
  };
}

function marginOf(defence: Defence): string {
  const { cohort, isAfterBlocker } = defence;
  const names = namesOfHelpers(defence);
  return [
    `between the exit of those who object (${cohort}) and what they object to`,
    ...(isAfterBlocker ? ["after a vote for a blocker that is paused for good"] : []),
    ...(names.length === 0 ? [] : [`with the ${names.join(" and the ")}`]),
  ].join(", ");
}

/** None where it lands before they are out. */
function figureOf({ outAfter, landsAfter }: Defence): Figure {
  if (landsAfter === undefined) return { value: NEVER_LANDS, worse: "less" };
  return duration(Math.max(0, roundToHours(Number(landsAfter - outAfter))), "less");
}

function figuresOf({ by, at, hardEnd, lasts }: End, began: number): [string, Figure][] {
  const since = (moment: number) => duration(roundToHours(Math.max(0, moment - began)), "more");
  return [
    ...(at === undefined ? [] : [[`${by} can be used until`, since(at)] as [string, Figure]]),
    ...(hardEnd === undefined ? [] : [[`${by} ends for good`, since(hardEnd)] as [string, Figure]]),
    ...(lasts === undefined ? [] : [[`${by} lasts`, duration(lasts, "more")] as [string, Figure]]),
  ];
}
