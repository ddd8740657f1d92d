import type { Findings } from "../findings.js";
import type { Verdict } from "../report.js";
import { judgeBlock } from "./block.js";
import { judgeBounds } from "./bounds.js";
import { judgeContest, judgeExit } from "./contest.js";
import { judgeIndependence } from "./independence.js";
import { judgeUnilateral } from "./unilateral.js";

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
