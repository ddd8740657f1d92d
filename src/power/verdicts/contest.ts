import { formatDuration } from "../../protocol/format.js";
import { isTooEarly, namesOfHelpers, type Defence } from "../play/defence.js";
import { functionOf, type Findings } from "../findings.js";
import { powerOf } from "../play/helpers.js";
import { boundOf } from "../manifest/parts.js";
import { roundToHours } from "../record/figures.js";
import { verdictOf, type Verdict } from "../report.js";

/**
 * When the help ends for good: of two bodies or more at the least the end is one that nobody moves, the DAO included; then
 * the coalition is exempt. Undefined: it is not. [unix seconds]
 */
export function exemptUntil({ helpers }: Pick<Defence, "helpers">, ends: Findings["ends"]): number | undefined {
  const hardEnds = helpers.flatMap((helper) => {
    const by = powerOf(helper);
    const end = ends.get(boundOf(by)?.follows ?? by);
    const hard = end?.hardEnd ?? (end?.renewedBy.length === 0 ? end.at : undefined);
    return hard === undefined ? [] : [hard];
  });
  return hardEnds.length < 2 ? undefined : hardEnds.sort((one, other) => one - other)[1];
}

const LIST = new Intl.ListFormat("en-GB");

const withHelp = (defence: Defence): string => {
  const names = namesOfHelpers(defence);
  return names.length === 0 ? "" : `, with the help of ${LIST.format(names.map((name) => `the ${name}`))}`;
};

/** P2: every decision can be objected to. */
export function judgeContest(findings: Findings): Verdict {
  const { defences, limits, objectors } = findings;
  const evidence: string[] = [];
  const failures: string[] = [...limits.protection, ...objectors.tooFew.toObject];
  const exempt: string[] = [];
  // What follows an earlier decision is judged by whether those who object to that one are out: P3 tells of it.
  const first = defences.filter(({ isAfterBlocker }) => !isAfterBlocker);
  for (const defence of first.filter(({ cohort }) => cohort !== "a lone staker")) {
    const told = `Against a decision that all votes were for${withHelp(defence)}, and that would have landed, those who object (${defence.cohort})`;
    if (!isTooEarly(defence))
      evidence.push(`${told} held it up: every attempt to execute it failed (${defence.refusals}).`);
    else sort(`${told} could not hold it up until they were out.`, defence, findings, { failures, exempt });
  }
  const facts = evidence.length > 0 ? [...exempt, ...objectors.leftOut] : [];
  return verdictOf("P2", [...evidence, ...facts], failures, [
    // One that is alone holds nothing up.
    ...missing(findings)
      .filter((cohort) => cohort !== "a lone staker")
      .map(tellMissing),
    ...objectors.unknown.toObject,
  ]);
}

/** What fails, unless the coalition is exempt. */
function sort(
  told: string,
  defence: Defence,
  { ends, began }: Pick<Findings, "ends" | "began">,
  { failures, exempt }: { readonly failures: string[]; readonly exempt: string[] },
): void {
  const until = exemptUntil(defence, ends);
  if (until === undefined) failures.push(told);
  else exempt.push(`${told} Such a coalition is exempt, as its help ends for good ${sinceBeginning(until, began)}.`);
}

const sinceBeginning = (moment: number, began: number): string =>
  `${formatDuration(BigInt(roundToHours(moment - began)), 2)} after the deployment began`;

const missing = ({ defences, objectors }: Findings): Defence["cohort"][] =>
  objectors.cohorts.filter(
    (cohort) => !defences.some((one) => one.cohort === cohort && one.helpers.length === 0 && !one.isAfterBlocker),
  );

const tellMissing = (cohort: Defence["cohort"]): string =>
  `The defence of those who object (${cohort}) could not be replayed.`;

const CLAIM = "pool.claimETH(uint256,address,address)";

/** The vault's own door: by it those leave who do not lock. Of a pool, where one asks first, and is paid by and by. */
const DOORS: ReadonlyMap<string, string> = new Map([
  ["vault.redeem(uint256,address,address)", "redeem shares"],
  ["pool.requestRedeem(uint256,address,address)", "ask the pool for what shares are worth"],
  [CLAIM, "claim what the pool has set aside"],
]);

/** Modes in which nobody gets out. */
function locked({ cells, modes, world }: Findings): string[] {
  const isPaid = world.staking?.requestId !== 0n;
  return cells
    .filter((cell) => isPaid || functionOf(cell) !== CLAIM)
    .filter((cell) => DOORS.has(functionOf(cell)) && cell.passed.length === 0)
    .map((cell) => {
      const { mode } = cell;
      const makers = modes.find(({ name }) => name === mode)?.madeBy ?? [];
      return `Nobody can ${DOORS.get(functionOf(cell)) ?? ""} in ${mode}${makers.length > 0 ? `, which the ${makers.map((maker) => maker.replace(/^the /, "")).join(" and the ")} can bring about` : ""}.`;
    });
}

/** P3: those who object to a decision are out before it lands. */
export function judgeExit(findings: Findings): Verdict {
  const { defences, world, objectors } = findings;
  const evidence: string[] = [];
  const failures: string[] = [...locked(findings), ...objectors.tooFew.toLeave];
  const exempt: string[] = [];
  for (const defence of defences) {
    const sentence = tellExit(defence);
    if (!isTooEarly(defence)) evidence.push(sentence);
    // Notice of both decisions was that of the first, and those who object to it are out: that is played above.
    else if (defence.isAfterBlocker) exempt.push(sentence);
    else sort(sentence, defence, findings, { failures, exempt });
  }
  const facts = evidence.length > 0 ? [...exempt, ...assumptions(findings)] : [];
  const unpaid =
    world.staking?.requestId === 0n
      ? ["The pool has set nothing aside for anybody who asked, so that no claim of it could be tried."]
      : [];
  return verdictOf("P3", [...evidence, ...facts], failures, [
    ...missing(findings).map(tellMissing),
    ...objectors.unknown.toLeave,
    ...unpaid,
  ]);
}

function tellExit(defence: Defence): string {
  const { cohort, outAfter, landsAfter, isAfterBlocker } = defence;
  const objecting = `those who object (${cohort}) were out ${days(outAfter)} after the decision was queued`;
  const out = isAfterBlocker ? `${AFTER_BLOCKER}: ${objecting}` : objecting.replace(/^t/, "T");
  const before = isTooEarly(defence) ? "before that, " : "";
  const lands = landsAfter === undefined ? "it could not land" : `it could land ${before}${days(landsAfter)} after`;
  return `${out}; ${lands}${withHelp(defence)}.`;
}

const AFTER_BLOCKER = "After a vote for a withdrawal blocker that is paused for good, to which nobody objected";

/** What these figures assume. */
const assumptions = ({ world, objectors }: Findings): string[] => [
  world.staking === undefined
    ? "Network delays are not included: the vault paid at once."
    : "Network delays are not included: the pool paid out of what was idle. An exit of validators takes longer, by as much as the network lets them wait.",
  "Helpers act on this decision only: if several decisions build on each other, the notice is that of the first, and those who object to it are out before it lands.",
  ...objectors.leftOut,
];

const days = (seconds: bigint): string => `${(Number(seconds) / 86_400).toFixed(1)} d`;
