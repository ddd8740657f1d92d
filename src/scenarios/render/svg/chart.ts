import type { ScenarioReport } from "../../scenarioReport.js";
import { element, escapeXml } from "../../../svg/element.js";
import { drawLegend } from "./legend.js";
import { drawPanel } from "./panel.js";
import { createTimeScale } from "./scales.js";
import { FAINT, INK, PAPER, renderDarkStyle } from "../../../svg/palette.js";

const WIDTH = 1200;
const LEFT = 64;
/** Beside the plot there is room for the names of the thresholds. */
const RIGHT = WIDTH - 96;
const HEAD_HEIGHT = 64;
const PANEL_GAP = 16;
/** Beside a run of years, one of weeks would be a stroke. [seconds] */
const LONGEST_SHARED_AXIS = 365 * 86_400;

/** Draws a scenario: one panel a run, on the same axis of time unless a run is too long for it. */
export function renderChart({ scenario, runs }: ScenarioReport): string {
  const longest = Math.max(...runs.map(({ duration }) => duration));
  const frame = { left: LEFT, right: RIGHT, edge: WIDTH - 8 };
  let y = HEAD_HEIGHT;
  const panels = runs.map((run) => {
    const span = longest > LONGEST_SHARED_AXIS ? run.duration : longest;
    const panel = drawPanel(run, { ...frame, time: createTimeScale(span, LEFT, RIGHT) }, y);
    y += panel.height + PANEL_GAP;
    return panel.svg;
  });
  const legend = drawLegend(runs, frame, y + 6);
  const height = legend.bottom + 12;
  const svg = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
      role: "img",
      "font-family": "system-ui, 'DejaVu Sans', sans-serif",
    },
    element("title", {}, escapeXml(scenario.title)),
    element("desc", {}, escapeXml(scenario.summary)),
    element("style", {}, renderDarkStyle()),
    element("rect", { width: WIDTH, height, fill: PAPER }),
    element("text", { x: LEFT, y: 28, "font-size": 19, "font-weight": 700, fill: INK }, escapeXml(scenario.title)),
    element("text", { x: LEFT, y: 47, "font-size": 13, fill: FAINT }, escapeXml(scenario.summary)),
    ...panels,
    legend.svg,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg}\n`;
}
