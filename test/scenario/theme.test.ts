import { expect } from "chai";

import { ENTRY_KINDS, STATE_NAMES, type ScenarioReport } from "../../src/scenarios/scenarioReport.js";
import { renderChart } from "../../src/scenarios/render/svg/chart.js";
import { styleOf } from "../../src/scenarios/render/svg/markStyle.js";
import {
  BAND_COLORS,
  DARK,
  FAINT,
  INK,
  NO_GATE_COLOR,
  PAPER,
  SUPPORT_COLOR,
  THRESHOLD_COLOR,
} from "../../src/svg/palette.js";
import { parseXml } from "../helpers/xml.js";

/** A story in which everything happens that a chart can show. */
const EVERYTHING: ScenarioReport = {
  schemaVersion: 1,
  scenario: { name: "story", title: "A story", summary: "of everything" },
  runs: [
    {
      id: "run",
      title: "run",
      startedAt: 0,
      duration: 1_000_000,
      thresholds: { signalling: "10000000000000000", rageQuit: "100000000000000000" },
      initialState: null,
      transitions: STATE_NAMES.map((to, index) => ({ at: index * 100_000, from: null, to })),
      timeline: ENTRY_KINDS.map((kind, index) => ({
        chapter: "",
        at: index * 50_000,
        timestamp: 0,
        kind,
        actor: "somebody",
        action: "acts",
        mark: kind,
        decided: [],
        state: "Normal" as const,
        support: { now: "1", max: String(index) },
      })),
      checks: [],
    },
  ],
  outcome: { columns: [], rows: [], moral: "" },
};

/** By WCAG 2: 21 for black on white. */
function contrastOf(one: string, other: string): number {
  const luminance = (color: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe("a chart's colours", () => {
  it("all have one for a dark page", () => {
    const elements = parseXml(renderChart(EVERYTHING));
    const colours = new Set(elements.flatMap(({ attributes: { fill, stroke } }) => [fill, stroke]));
    for (const colour of colours) {
      if (colour !== undefined && colour !== "none") expect(DARK, colour).to.have.property(colour);
    }
    const style = elements.find(({ name }) => name === "style")?.text;
    for (const dark of Object.values(DARK)) expect(style).to.contain(`fill: ${dark}`).and.to.contain(`stroke: ${dark}`);
  });

  const grounds = [PAPER, NO_GATE_COLOR, ...Object.values(BAND_COLORS)];
  const marks = [...ENTRY_KINDS.map((kind) => styleOf(kind).color), SUPPORT_COLOR, THRESHOLD_COLOR];
  for (const [page, shown] of [
    ["a light", (colour: string) => colour],
    ["a dark", (colour: string) => DARK[colour] ?? ""],
  ] as const) {
    it(`can be told from what is behind them on ${page} page`, () => {
      for (const ground of grounds) {
        for (const text of [INK, FAINT]) {
          expect(contrastOf(shown(text), shown(ground)), `${text} on ${ground}`).to.be.at.least(4.5);
        }
        for (const mark of marks) {
          expect(contrastOf(shown(mark), shown(ground)), `${mark} on ${ground}`).to.be.at.least(3);
        }
      }
    });
  }
});
