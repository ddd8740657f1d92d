import { expect } from "chai";
import hre from "hardhat";

import { compareScales, listExcesses, renderComparisons, SMALL } from "../../src/gas/scale.js";
import type { Figures, RowKey } from "../../src/gas/rows.js";
import { openChain } from "../../tasks/openChain.js";

/** `npm run gas` compares with 10,000 stakers, 1,000 operations and 20 rage quits; this is the same, sooner. */
const LARGER = { stakers: 200, operations: 100, rageQuits: 3 };

describe("the scale of a DAO", () => {
  it("changes no cost by more than 2 %: 200 stakers, 100 operations, 3 rage quits", async () => {
    const comparisons = await compareScales(openChain(hre), SMALL, LARGER);
    expect(comparisons.map(({ title }) => title)).to.deep.equal([
      "10 → 200 stakers",
      "1 → 100 operations",
      "0 → 3 rage quits",
    ]);
    for (const comparison of comparisons) expect(listExcesses(comparison), comparison.title).to.deep.equal([]);
    expect(renderComparisons(comparisons)).to.include("lock, repeated");
  });

  it("would be noticed", () => {
    const small = { lockFirst: 100_000, unlock: 100_000, cancel: 30_000 };
    const excesses = (large: Figures): RowKey[] => listExcesses({ small, large });
    expect(excesses({ lockFirst: 102_001, unlock: 97_999 })).to.deep.equal(["lockFirst", "unlock"]);
    expect(excesses({ lockFirst: 102_000, unlock: 98_000 })).to.deep.equal([]);
  });
});
