import type { Findings } from "./findings.js";
import type { Verdict } from "./report.js";
import { judgeBlock } from "./verdicts/block.js";
import { judgeBounds } from "./verdicts/bounds.js";
import { judgeContest, judgeExit } from "./verdicts/contest.js";
import { judgeIndependence } from "./verdicts/independence.js";
import { judgeUnilateral } from "./verdicts/unilateral.js";

/** The six properties, in their order. */
export function judge(findings: Findings): Verdict[] {
  return [
    judgeUnilateral(findings),
    judgeContest(findings),
    judgeExit(findings),
    judgeBounds(findings),
    judgeBlock(findings),
    judgeIndependence(findings),
  ];
}
