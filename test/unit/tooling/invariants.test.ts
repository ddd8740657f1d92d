import { readdirSync, readFileSync } from "node:fs";

import { expect } from "chai";

const PAGE = "docs/invariants.md";

/** IDs in the first column of the page's table. */
function documented(): string[] {
  const ids = readFileSync(PAGE, "utf8").matchAll(/^\| ([A-Z]+-\d+) +\|/gm);
  return [...ids].map(([, id]) => id ?? "");
}

/** IDs in the names of tests: `[INV-5]` in TypeScript, `INV_5` in a Solidity function. */
function carried(): Set<string> {
  const ids = new Set<string>();
  for (const file of readdirSync("test", { recursive: true, encoding: "utf8" })) {
    const isSolidity = file.endsWith(".t.sol");
    if (!isSolidity && !file.endsWith(".ts")) continue;
    const text = readFileSync(`test/${file}`, "utf8");
    const names = isSolidity ? [...text.matchAll(/function \w+/g)].join() : text;
    const pattern = isSolidity ? /([A-Z]{3,4})_(\d+)_/g : /\[([A-Z]{3,4})-(\d+)\]/g;
    for (const [, letters, number] of names.matchAll(pattern)) {
      ids.add(`${letters ?? ""}-${number ?? ""}`);
    }
  }
  return ids;
}

describe("the page of invariants", () => {
  it("names each property once", () => {
    expect(documented()).to.deep.equal([...new Set(documented())]);
  });

  it("names no property without a test, and tests carry none that it does not name", () => {
    expect([...carried()].sort()).to.deep.equal(documented().sort());
  });
});
