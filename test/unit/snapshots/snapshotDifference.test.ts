import { expect } from "chai";

import { listDifferences } from "../../../src/snapshots/snapshotDifference.js";

describe("a difference between snapshots", () => {
  it("is nothing where nothing differs, whatever the order", () => {
    expect(listDifferences({ a: 1, b: { c: [1, "x", null] } }, { b: { c: [1, "x", null] }, a: 1 })).to.deep.equal([]);
  });

  it("names the place, both values and the change of a figure", () => {
    const before = { operations: { lock: 70_001, poke: 42_000 } };
    const after = { operations: { lock: 69_950, poke: 42_100 } };
    expect(listDifferences(before, after)).to.deep.equal([
      "operations › lock: 70,001 → 69,950 (−51)",
      "operations › poke: 42,000 → 42,100 (+100)",
    ]);
  });

  it("says what is new and what is gone", () => {
    expect(listDifferences({ Old: { deployed: 1 } }, { New: { deployed: 2 } })).to.deep.equal([
      "Old › deployed is gone: 1",
      "New › deployed is new: 2",
    ]);
  });

  it("knows a storage field by its label, wherever it stands", () => {
    const field = (label: string, slot: number) => ({ label, slot, type: "uint256" });
    expect(
      listDifferences({ storage: [field("a", 0), field("b", 1)] }, { storage: [field("b", 0), field("a", 1)] }),
    ).to.deep.equal(["storage › a › slot: 0 → 1 (+1)", "storage › b › slot: 1 → 0 (−1)"]);
  });
});
