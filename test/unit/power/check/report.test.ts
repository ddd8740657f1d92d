import { expect } from "chai";

import { differenceOf, exitCodeOf } from "../../../../src/power/check/report.js";
import { verdictOf } from "../../../../src/power/report.js";

interface Found {
  readonly failures?: readonly string[];
  readonly gaps?: readonly string[];
}

/** What the check says of P1, from what is found before and after. */
function codeOf(before: Found, after: Found): number {
  const reportOf = ({ failures = [], gaps = [] }: Found) =>
    ({ verdicts: [verdictOf("P1", ["something was executed"], failures, gaps)] }) as never;
  const difference = differenceOf(reportOf(before), reportOf(after), { worse: [], better: [] });
  return exitCodeOf({
    ...{ warnings: [], ending: { kind: "executes", at: 0n }, power: { kind: "compared", difference } },
  } as never);
}

describe("[PWR-12] the exit code of a check", () => {
  it("is 2 where nothing is unproven that was proven before", () => {
    expect(codeOf({ gaps: ["A"] }, { gaps: ["A"] })).to.equal(2);
    expect(codeOf({ gaps: ["A", "B"] }, { gaps: ["A"] })).to.equal(2);
    expect(codeOf({ failures: ["F"], gaps: ["A"] }, { gaps: ["A"] })).to.equal(2);
  });

  it("is 1 where something is not known any more, whatever was not known before", () => {
    expect(codeOf({}, { gaps: ["B"] })).to.equal(1);
    expect(codeOf({ gaps: ["A"] }, { gaps: ["A", "B"] })).to.equal(1);
    expect(codeOf({ failures: ["F"] }, { gaps: ["B"] })).to.equal(1);
  });

  it("takes a moment in a sentence for no news", () => {
    expect(codeOf({ gaps: ["not before 1790000000"] }, { gaps: ["not before 1790000001"] })).to.equal(2);
    expect(codeOf({ gaps: ["3 of 5"] }, { gaps: ["2 of 5"] })).to.equal(1);
  });
});
