import { readFile } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";

import { expect } from "chai";

import { SCENARIOS } from "../../src/scenarios/catalogue.js";
import { playScenario } from "../../src/scenarios/playScenario.js";
import { renderOutcome } from "../../src/scenarios/render/outcome.js";
import { renderChart } from "../../src/scenarios/render/svg/chart.js";
import { createTimeline } from "../../src/scenarios/render/timeline.js";
import { reportSchema, type RunReport, type ScenarioReport } from "../../src/scenarios/scenarioReport.js";
import { negotiation } from "../../src/scenarios/stories/negotiation.js";
import { toJson } from "../../src/terminal/output.js";
import { environment } from "../helpers/scenarioEnvironment.js";
import { parseXml, type XmlElement } from "../helpers/xml.js";

const COLUMNS = 100;

/** The states a run was in, in the order of time. */
const statesOf = ({ initialState, transitions }: RunReport): (string | null)[] => [
  initialState,
  ...transitions.map(({ to }) => to),
];

/** The states of each run that every story must pass through. */
const COURSES: Readonly<Record<string, readonly (readonly (string | null)[])[]>> = {
  "hostile-majority": [["Normal", "VetoSignalling", "RageQuit", "VetoCooldown", "Normal"], [null]],
  "veto-griefer": [
    [
      ...["Normal", "VetoSignalling", "VetoSignallingDeactivation", "VetoSignalling", "VetoSignallingDeactivation"],
      ...["VetoCooldown", "VetoSignalling", "VetoSignallingDeactivation", "VetoSignalling"],
      ...["VetoSignallingDeactivation", "VetoCooldown"],
    ],
  ],
  negotiation: [["Normal", "VetoSignalling", "VetoSignallingDeactivation", "VetoCooldown", "Normal"]],
  adopt: [[null, "Normal", "VetoSignalling"]],
  "emergency-overstay": [["Normal", "VetoSignalling", "VetoSignallingDeactivation", "VetoCooldown", "Normal"], [null]],
  "committee-collusion": [
    ["Normal", "VetoSignalling", "RageQuit", "FallbackGate"],
    ["Normal", "VetoSignalling", "RageQuit", null],
  ],
  "deadlock-tiebreaker": [
    ["Normal", "VetoSignalling", "RageQuit", "VetoCooldown", "Normal"],
    [
      ...["Normal", "VetoSignalling", "VetoSignallingDeactivation", "VetoCooldown", "Normal"],
      ...["SilentGate", "FallbackGate"],
    ],
    ["Normal", "VetoSignalling", "RageQuit", "VetoCooldown", "Normal"],
    ["Normal", "VetoSignalling", "RageQuit", "VetoCooldown", "Normal"],
  ],
  "operator-cartel": [
    ["Normal", "VetoSignalling", "RageQuit", "VetoCooldown", "Normal"],
    ["Normal", "VetoSignalling", "RageQuit", "VetoCooldown", "Normal"],
  ],
  "fork-without-layout": [
    ["Normal", "VetoSignalling", "RageQuit", "VetoCooldown", "Normal"],
    ["Normal", "VetoSignalling", "RageQuit", "VetoCooldown", "Normal"],
  ],
};

describe("scenarios", () => {
  const reports = new Map<string, ScenarioReport>();
  for (const scenario of SCENARIOS) {
    describe(scenario.name, () => {
      const lines: string[] = [];
      let report: ScenarioReport;
      let chart: XmlElement[];

      before("ends as its assertions say", async () => {
        const listener = createTimeline({ print: (line) => lines.push(line), colors: false });
        report = await playScenario(scenario, environment, listener);
        reports.set(scenario.name, report);
        chart = parseXml(renderChart(report));
      });

      it("goes the way it is meant to", () => {
        expect(report.runs.map(statesOf)).to.deep.equal(COURSES[scenario.name]);
        for (const run of report.runs) expect(run.checks, run.title).to.not.be.empty;
      });

      it("reports in the documented shape, through JSON and back", () => {
        expect(reportSchema.parse(JSON.parse(toJson(report)))).to.deep.equal(report);
      });

      it("keeps its minutes in the order of time, each with what came of it", () => {
        for (const { timeline, duration } of report.runs) {
          const times = timeline.map(({ at }) => at);
          expect(times).to.deep.equal([...times].sort((a, b) => a - b));
          expect(times.at(-1)).to.equal(duration);
          for (const { kind, decided } of timeline)
            if (kind === "refused") expect(decided[0]).to.match(/^refused: [A-Z]/);
        }
      });

      it("draws a band for every state it was in, R, and both thresholds", () => {
        const bands = new Set(chart.flatMap(({ attributes }) => attributes["data-state"] ?? []));
        const gated = report.runs.filter(({ thresholds }) => thresholds !== null);
        const states = report.runs.flatMap(statesOf).map((state) => state ?? "no gate");
        expect(bands).to.deep.equal(new Set(states));
        const thresholds = chart.flatMap(({ attributes }) => attributes["data-threshold"] ?? []);
        expect(thresholds).to.deep.equal(gated.flatMap(() => ["R1", "R2"]));
        expect(chart.filter(({ attributes }) => attributes["data-line"] === "R_max")).to.have.lengthOf(gated.length);
      });

      if (scenario.name === "hostile-majority") {
        it("looks as in the README", async () => {
          const file = "docs/images/hostile-majority.svg";
          const advice = `npx hardhat tribune scenario hostile-majority --svg ${file}`;
          expect(await readFile(file, "utf8"), `draw it again: ${advice}`).to.equal(renderChart(report));
        });
      }

      it("labels every mark of the chart", () => {
        const texts = chart.filter(({ name }) => name === "text").map(({ text }) => text.replace(/ ×\d+$/, ""));
        const marks = report.runs.flatMap(({ timeline }) => timeline.flatMap(({ mark }) => mark ?? []));
        expect(marks).to.not.be.empty;
        expect(texts).to.include.members([...new Set(marks)]);
      });

      it(`can be read without colours, in ${COLUMNS} columns`, () => {
        const shown = [...lines, ...stripVTControlCharacters(renderOutcome(report.outcome)).split("\n")];
        expect(lines.join("")).to.not.contain("\u001b");
        expect(Math.max(...shown.map((line) => line.length))).to.be.at.most(COLUMNS);
        for (const { timeline } of report.runs) {
          const words = timeline.flatMap(({ actor }) => actor.split(/(?<=-)| /));
          for (const word of words) expect(lines.some((line) => line.includes(word))).to.equal(true);
        }
      });
    });
  }

  describe("told again", () => {
    it("are told in the same words", async () => {
      expect(await playScenario(negotiation, environment)).to.deep.equal(reports.get(negotiation.name));
    });
  });

  it("have names of their own", () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).to.equal(SCENARIOS.length);
  });
});
