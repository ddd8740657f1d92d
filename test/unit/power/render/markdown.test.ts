import { expect } from "chai";

import { renderMarkdown } from "../../../../src/power/render/markdown.js";
import { BEGAN, failing, someReport } from "./someReport.js";

const page = (changes: Parameters<typeof someReport>[0] = {}): string =>
  renderMarkdown(someReport(changes), { name: "A DAO" });
/** The table's row that begins with a cell. */
const rowOf = (text: string, cell: string): string =>
  text.split("\n").find((line) => line.startsWith(`| ${cell}`)) ?? "";

describe("the page about who holds power", () => {
  it("says first whether one entity alone carries the DAO's decisions", () => {
    const [title, , first] = page().split("\n");
    expect(title).to.equal("# Who holds power over A DAO");
    expect(first).to.match(/^\*\*One entity alone carries what the DAO decides: voter 0, with 66 % of the votes/);
    expect(first).to.include("it was played, and suffices (P2, P3)").and.to.include("it can withhold every repair");
    expect(page({ verdicts: [failing("P2", "They could not.")] })).to.include("it is not shown that it suffices");
    expect(page({ carriers: [] })).to.include("**No entity carries the DAO's decisions alone.**");
  });

  it("[PWR-16] tells of each rule who together, how fast, whether one can object and leave, until when, at what cost", () => {
    expect(rowOf(page(), "`ExampleVault._fee`")).to.equal(
      "| `ExampleVault._fee` | voter 0 | 10 d | yes, as it was played | unproven | no end | a part of gains to come, at most 20 % |",
    );
    expect(rowOf(page(), "`ExampleVault._pause.resumesAt`")).to.equal(
      "| `ExampleVault._pause.resumesAt` | 2 of 3 of the seal committee | at once | no | no | " +
        "day 364 (renewable until day 1000) | nothing: deposits wait |",
    );
  });

  it("tells rules together of which the same is to be told", () => {
    const [fee] = someReport().rules;
    if (fee === undefined) throw new Error("no rule");
    expect(page({ rules: [fee, { ...fee, rule: "ExampleVault._other" }] })).to.include(
      "| `ExampleVault._fee`<br>`ExampleVault._other` | voter 0 |",
    );
  });

  it("tells every end, and who moves it", () => {
    expect(rowOf(page(), "`breaker.seal`")).to.equal(
      "| `breaker.seal` | seal committee | day 364, renewable by voter 0 (vault.setBreaker) up to day 1000, which is hard | 14 d |",
    );
    const [end] = someReport().ends;
    if (end === undefined) throw new Error("no end");
    const { by, holders, at = 0 } = end;
    expect(rowOf(page({ ends: [{ by, holders, at, isHard: true }] }), "`breaker.seal`")).to.include(
      "hard: nobody moves it",
    );
  });

  it("tells who bypasses the DAO, and whom it overrides", () => {
    expect(rowOf(page(), "seal committee | 2 of 3")).to.equal(
      "| seal committee | 2 of 3 owners | 7 | none | `none` | `none` | `breaker.seal` | `vault.setBreaker` |",
    );
  });

  it("says what fails before what was seen", () => {
    const text = page({ verdicts: [{ ...failing("P1", "Mallory can."), evidence: ["It was tried."] }] });
    expect(text).to.include("**P1. Nobody changes a rule alone: fails.**\n\n- Mallory can.\n- It was tried.");
  });

  it("is the same whenever the deployment began", () => {
    const later = 77_777_777;
    const moved = <Moments extends { end?: number; renewedEnd?: number; at?: number; hardEnd?: number }>(
      one: Moments,
    ) =>
      Object.fromEntries(
        Object.entries(one).map(([key, value]) => [
          key,
          typeof value === "number" && value >= BEGAN ? value + later : value,
        ]),
      ) as Moments;
    const report = someReport();
    const text = page({
      began: BEGAN + later,
      ends: report.ends.map(moved),
      bypasses: report.bypasses.map((rule) => ({ ...rule, ...(rule.ways && { ways: rule.ways.map(moved) }) })),
    });
    expect(text).to.equal(page());
  });

  it("takes no markup from names", () => {
    const text = page({ carriers: [{ name: "Eve **owns** <b>| `this`", withholds: false }] });
    expect(text).to.include("Eve \\*\\*owns\\*\\* \\<b\\>\\| \\`this\\`");
  });
});
