import type { Defence } from "../defence.js";
import { functionOf, type Findings } from "../findings.js";
import { verdictOf, type Verdict } from "../report.js";

/** Whether it could be executed before those who object were out. */
const isTooEarly = ({ outAfter, landsAfter }: Defence): boolean => landsAfter !== undefined && landsAfter <= outAfter;

/** P2: every change can be objected to. */
export function judgeContest({ defences, limits }: Findings): Verdict {
  const evidence: string[] = [];
  const failures: string[] = [...limits.protection];
  for (const defence of defences) {
    const told = `Against a decision that all votes were for, and that would have landed, those who object (${defence.cohort})`;
    if (isTooEarly(defence)) failures.push(`${told} could not hold it up until they were out.`);
    else evidence.push(`${told} held it up: ${defence.refusals} tries to execute it failed.`);
  }
  return verdictOf("P2", evidence, failures, missing(defences));
}

const missing = (defences: readonly Defence[]): string[] =>
  (["rage quit", "signalling"] as const)
    .filter((cohort) => !defences.some((defence) => defence.cohort === cohort))
    .map((cohort) => `The defence of those who object (${cohort}) could not be replayed.`);

const CLAIM = "pool.claimETH(uint256,address,address)";

/** The vault's own door: by it those leave who do not lock. Of a pool, where one asks first, and is paid by and by. */
const DOORS: ReadonlyMap<string, string> = new Map([
  ["vault.redeem(uint256,address,address)", "redeem shares"],
  ["pool.requestRedeem(uint256,address,address)", "ask the pool for what shares are worth"],
  [CLAIM, "claim what the pool has set aside"],
]);

/** Modes in which nobody gets out. */
function locked({ cells, modes, scene }: Findings): string[] {
  const isPaid = scene.staking?.requestId !== 0n;
  return cells
    .filter((cell) => isPaid || functionOf(cell) !== CLAIM)
    .filter((cell) => DOORS.has(functionOf(cell)) && cell.passed.length === 0)
    .map((cell) => {
      const { mode } = cell;
      const makers = modes.find(({ name }) => name === mode)?.madeBy ?? [];
      return `Nobody can ${DOORS.get(functionOf(cell)) ?? ""} in ${mode}${makers.length > 0 ? `, which the ${makers.map((maker) => maker.replace(/^the /, "")).join(" and the ")} can bring about` : ""}.`;
    });
}

/** P3: those who object are out before it lands. */
export function judgeExit(findings: Findings): Verdict {
  const { defences } = findings;
  const evidence: string[] = [];
  const failures: string[] = locked(findings);
  for (const defence of defences) {
    const { cohort, outAfter, landsAfter } = defence;
    const told = `Those who object (${cohort}) were out ${days(outAfter)} after the decision was queued`;
    const lands = landsAfter === undefined ? "it could not land" : `it could land ${days(landsAfter)} after`;
    (isTooEarly(defence) ? failures : evidence).push(`${told}; ${lands}.`);
  }
  const unpaid =
    findings.scene.staking?.requestId === 0n
      ? ["The pool has set nothing aside for anybody who asked, so that no claim of it could be tried."]
      : [];
  return verdictOf("P3", evidence, failures, [...missing(defences), ...unpaid]);
}

const days = (seconds: bigint): string => `${(Number(seconds) / 86_400).toFixed(1)} d`;
