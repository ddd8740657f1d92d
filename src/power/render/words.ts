import { formatDuration, formatPercent, formatTime } from "../../protocol/format.js";
import { roundToHours } from "../record/figures.js";
import type { AuditReport, EndReport, Outcome, RuleReport, WayReport } from "../report.js";

/** Rules of which everything else is the same. */
export interface RuleGroup {
  readonly rules: readonly string[];
  /** What is told of each. */
  readonly told: RuleReport;
}

export function groupRules(reports: readonly RuleReport[]): RuleGroup[] {
  const groups = new Map<string, { rules: string[]; told: RuleReport }>();
  for (const told of reports) {
    const { ways, smallest, smallestBlock, seconds, canObject, canLeave, bounds, cost } = told;
    const key = JSON.stringify([ways, smallest, smallestBlock, seconds, canObject, canLeave, bounds, cost]);
    const group = groups.get(key) ?? { rules: [], told };
    group.rules.push(told.rule);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** How a moment is told. [unix seconds] */
export type TellMoment = (moment: number) => string;

/** By what has passed since the deployment began: the same whenever it is deployed. "day 730" */
export const sinceBeginning =
  ({ began }: Pick<AuditReport, "began">): TellMoment =>
  (moment) => {
    const passed = roundToHours(moment - began);
    return passed % DAY === 0 ? `day ${passed / DAY}` : `${formatDuration(BigInt(passed), 2)} after the beginning`;
  };
const DAY = 86_400;

/** By the calendar. */
export const byCalendar: TellMoment = (moment) => formatTime(BigInt(moment));

/** Until when a coalition can do it: hard, or renewable. */
export function tellUntil({ end, renewedEnd }: WayReport, moment: TellMoment): string {
  if (end === undefined) return "no end";
  if (end === renewedEnd) return `${moment(end)} (hard)`;
  return `${moment(end)} (renewable ${renewedEnd === undefined ? "for ever" : `until ${moment(renewedEnd)}`})`;
}

/** The end of a power, with whoever moves it. */
export function tellEnd({ at, isHard, renewal, hardEnd }: EndReport, moment: TellMoment): string {
  if (at === undefined) return "no end";
  if (isHard) return `${moment(at)}, hard: nobody moves it`;
  const limit = hardEnd === undefined ? "again and again" : `up to ${moment(hardEnd)}, which is hard`;
  return `${moment(at)}, renewable by ${renewal?.ways.join(" or ") ?? "somebody"} (${renewal?.by.join(", ") ?? ""}) ${limit}`;
}

const ANSWERS: Readonly<Record<Outcome | "no", string>> = {
  holds: "yes, as it was played",
  fails: "no: it was played, and failed",
  unproven: "unproven",
  no: "no",
};
export const tellAnswer = (answer: Outcome | "no"): string => ANSWERS[answer];

/** So many coalitions of a rule are named. */
const MOST_WAYS = 3;

/** Who together, smallest first: each of these is enough. */
export function tellWays({ ways, smallest }: RuleReport): string[] {
  if (ways === undefined) return [`${smallest ?? "?"} entities at the least, in more ways than can be listed`];
  const more = ways.length - MOST_WAYS;
  return [...ways.slice(0, MOST_WAYS).map(({ who }) => who), ...(more > 0 ? [`one of ${more} more`] : [])];
}

export const tellSeconds = (seconds: number | undefined): string =>
  seconds === undefined ? "unknown" : seconds === 0 ? "at once" : formatDuration(BigInt(seconds));

export const tellShare = (share: string): string => formatPercent(BigInt(share), 1);

/** The first lines of everything that tells of an audit. */
export function tellCarrier({ carriers, votes, verdicts }: AuditReport): string {
  if (carriers.length === 0) return "No entity carries the DAO's decisions alone.";
  const told = carriers.map((carrier) => {
    const share = votes.holders.find(({ name }) => name === carrier.name)?.share;
    return `${carrier.name}${share === undefined ? "" : `, with ${tellShare(share)} of the votes`}`;
  });
  // Of several it is the holder, and not who casts its votes for it.
  const withholder = carriers.find(({ withholds }) => withholds);
  const withheld =
    withholder === undefined
      ? ""
      : ` Without ${carriers.length === 1 ? "it" : withholder.name} nothing is decided: it can withhold every repair, too (P5).`;
  const suffices = verdicts
    .filter(({ property }) => property === "P2" || property === "P3")
    .every(({ outcome }) => outcome === "holds");
  return (
    `One entity alone carries what the DAO decides: ${told.join("; or ")}.${withheld} ` +
    `The stakers are the only check that is left; ${suffices ? "it was played, and suffices (P2, P3)." : "it is not shown that it suffices (P2, P3)."}`
  );
}

/** `vault.setFee(uint256)` without its arguments. */
export const shortName = (signature: string): string => signature.slice(0, signature.indexOf("("));
