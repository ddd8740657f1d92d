import { expect } from "chai";

import { renderChart } from "../../src/scenarios/render/svg/chart.js";
import type { RunReport, ScenarioReport } from "../../src/scenarios/scenarioReport.js";
import { parseXml } from "../helpers/xml.js";

const DAY = 86_400;

const run = (id: string, days: number): RunReport => ({
  id,
  title: id,
  startedAt: 0,
  duration: days * DAY,
  thresholds: null,
  initialState: null,
  transitions: [],
  timeline: [],
  checks: [],
});

/** Widths of the bands of runs that last this long. [pixels] */
function widthsOf(...days: number[]): number[] {
  const report: ScenarioReport = {
    schemaVersion: 1,
    scenario: { name: "story", title: "A story", summary: "of runs" },
    runs: days.map((duration, index) => run(`run ${index}`, duration)),
    outcome: { columns: [], rows: [], moral: "" },
  };
  const bands = parseXml(renderChart(report)).filter(({ attributes }) => "data-state" in attributes);
  return bands.map(({ attributes }) => Number(attributes.width));
}

describe("chart", () => {
  it("draws the runs of a year on one axis of time, so that they can be compared", () => {
    const [whole = 0, half] = widthsOf(365, 182.5);
    expect(half).to.equal(whole / 2);
  });

  it("gives each run an axis of its own where one lasts longer", () => {
    const [years, weeks] = widthsOf(1_095, 30);
    expect(weeks).to.equal(years);
  });
});
