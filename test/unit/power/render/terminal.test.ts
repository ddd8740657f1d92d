import { stripVTControlCharacters } from "node:util";

import { expect } from "chai";

import { renderAudit, renderComparison } from "../../../../src/power/render/terminal.js";
import { widthOf } from "../../../../src/terminal/wrap.js";
import { someReport } from "./someReport.js";

const lines = stripVTControlCharacters(renderAudit(someReport(), 80)).split("\n");

describe("an audit on a terminal", () => {
  it("[PWR-16] says of a rule what the page says, one thing a line", () => {
    const start = lines.indexOf("rule             ExampleVault._pause.resumesAt");
    expect(lines.slice(start, start + 9)).to.deep.equal([
      "rule             ExampleVault._pause.resumesAt",
      "who together     2 of 3 of the seal committee",
      "how fast         at once",
      "can object       no",
      "can leave first  no",
      "until when       2028-01-14 08:00:07 UTC (renewable until 2029-10-11 08:00:00",
      "                 UTC)",
      "may cost         nothing: deposits wait",
      "bounded          breaker.seal pauses once",
    ]);
  });

  it("fits into 80 columns", () => {
    const tables = lines.filter((line) => /^[┌│├└]/.test(line));
    expect(tables.length).to.be.greaterThan(20);
    expect(tables.filter((line) => widthOf(line) > 80)).to.deep.equal([]);
  });

  it("tells what got worse first, then what got better", () => {
    const told = (worse: string[], better: string[]) =>
      stripVTControlCharacters(renderComparison({ worse, better }, "power.lock"));
    expect(told([], [])).to.equal("Compared with power.lock: nothing has changed.");
    expect(told(["a: b."], ["c: d."])).to.equal(
      "Compared with power.lock this got worse:\n  a: b.\nThis got better:\n  c: d.",
    );
    expect(told([], ["c: d."])).to.equal("Compared with power.lock nothing got worse.\nThis got better:\n  c: d.");
  });
});
