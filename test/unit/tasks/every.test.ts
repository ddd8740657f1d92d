import { expect } from "chai";

import { readEvery, waitAfter } from "../../../tasks/every.js";

describe("how often a watch looks", () => {
  it("is as often as was asked for; more seldom after failures, and never more often", () => {
    expect(waitAfter(0, 600_000)).to.equal(600_000);
    expect(waitAfter(9, 600_000)).to.equal(600_000);
    expect([0, 1, 2, 3, 9].map((failures) => waitAfter(failures, 12_000))).to.deep.equal([
      12_000, 24_000, 48_000, 60_000, 60_000,
    ]);
  });

  it("is from a second to a day", () => {
    expect(readEvery(undefined)).to.equal(12_000);
    expect(readEvery("86400")).to.equal(86_400_000);
    for (const text of ["0", "86401", "9999999"]) expect(() => readEvery(text)).to.throw("is not from 1 to 86400");
  });
});
