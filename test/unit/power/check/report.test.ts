import { expect } from "chai";

import { differenceOf, doesHarm, exitCodeOf } from "../../../../src/power/check/report.js";
import { verdictOf } from "../../../../src/power/report.js";

interface Found {
  readonly failures?: readonly string[];
  readonly gaps?: readonly string[];
}

/** A check of P1 alone, from what is found before and after. */
function reportOf(before: Found, after: Found) {
  const auditOf = ({ failures = [], gaps = [] }: Found) =>
    ({ verdicts: [verdictOf("P1", ["something was executed"], failures, gaps)] }) as never;
  const difference = differenceOf(auditOf(before), auditOf(after), { worse: [], better: [] });
  const power = { kind: "compared", difference };
  return { warnings: [], ending: { kind: "executes", at: 0n }, power } as never;
}
const codeOf = (before: Found, after: Found): number => exitCodeOf(reportOf(before, after));

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

  it("is 1 where something fails, which is not the operation's doing where it did so before", () => {
    const old = { failures: ["F"] };
    expect([codeOf(old, old), doesHarm(reportOf(old, old))]).to.deep.equal([1, false]);
    expect([codeOf({}, old), doesHarm(reportOf({}, old))]).to.deep.equal([1, true]);
    const more = { failures: ["F", "G"] };
    expect([codeOf(old, more), doesHarm(reportOf(old, more))]).to.deep.equal([1, true]);
  });

  it("takes a moment in a sentence for no news", () => {
    expect(codeOf({ gaps: ["not before 1790000000"] }, { gaps: ["not before 1790000001"] })).to.equal(2);
    expect(codeOf({ gaps: ["3 of 5"] }, { gaps: ["2 of 5"] })).to.equal(1);
  });
});
