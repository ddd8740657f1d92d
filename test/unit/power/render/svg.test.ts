import { expect } from "chai";

import { powerGraph, STAKERS, VOTERS } from "../../../../src/power/render/graph.js";
import { renderSvg } from "../../../../src/power/render/svg.js";
import { DARK } from "../../../../src/svg/palette.js";
import { parseXml } from "../../../helpers/xml.js";
import { failing, someReport } from "./someReport.js";

describe("the picture of who holds what over whom", () => {
  it("has an arrow for every guarded call that somebody else may make of a contract with rules", () => {
    const { edges } = powerGraph(someReport());
    expect(edges.map(({ from, to, powers }) => `${from} → ${to}: ${powers.join()}`)).to.have.members([
      "the voters → the governor: carry a decision",
      "the timelock → the vault: setFee",
      "the breaker → the vault: pauseFor",
      "the stakers → the timelock: hold decisions back,leave before they land",
    ]);
  });

  it("names rules, quorums, and what stakers were seen to do alone", () => {
    const { nodes } = powerGraph(
      someReport({ verdicts: [failing("P2", "They could not."), failing("P3", "Nor that.")] }),
    );
    expect(nodes.find(({ name }) => name === "the vault")?.lines).to.deep.equal([
      "_fee",
      "_strategy",
      "_pause.resumesAt",
    ]);
    expect(nodes.find(({ name }) => name === VOTERS)?.lines).to.deep.equal(["voter 0: 66 %"]);
    expect(nodes.map(({ name }) => name)).not.to.include(STAKERS);
  });

  it("is an SVG whose every colour has one for dark pages, and names are no markup in it", async () => {
    const [fee] = someReport().rules;
    if (fee === undefined) throw new Error("no rule");
    const evil = 'Eve <script> & "co" \\N';
    const svg = await renderSvg(
      someReport({
        rules: [fee],
        record: { ...someReport().record, calls: { "vault.setFee(uint256)": { [evil]: ["Normal"] } } },
      }),
    );
    expect(svg).to.include("prefers-color-scheme: dark");
    expect(svg).not.to.include("<script");
    expect(svg).to.include("Eve &lt;script&gt; &amp; ");
    const colours = [...svg.matchAll(/(?:fill|stroke)="(#[0-9a-f]{6}|[a-z]+)"/g)].map(([, colour]) => colour ?? "");
    expect(colours.filter((colour) => colour !== "none" && !(colour in DARK))).to.deep.equal([]);
    expect(parseXml(svg)[0]?.name).to.equal("svg");
  });
});
