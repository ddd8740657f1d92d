import { formatPercent } from "../../../protocol/format.js";
import type { Entry, RunReport, StateName } from "../../scenarioReport.js";
import { nameOfState } from "../stateNames.js";
import { element, escapeXml, roundPixels } from "../../../svg/element.js";
import { placeLabels, TEXT_OFFSET, widthOf, type PlacedLabel } from "./labels.js";
import { drawMark } from "./marks.js";
import { createSupportScale, type Scale } from "./scales.js";
import { BAND_COLORS, FAINT, INK, NO_GATE_COLOR, SUPPORT_COLOR, THRESHOLD_COLOR } from "../../../svg/palette.js";
import { styleOf } from "./markStyle.js";

const LANE_HEIGHT = 15;
const TITLE_HEIGHT = 26;
const AXIS_HEIGHT = 24;
const PLOT_HEIGHT = 230;
/** Without a gate there is no support to draw. */
const STRIP_HEIGHT = 26;
/** A cooldown of hours must be seen in a story of months. */
const LEAST_BAND = 2.5;

export interface Frame {
  readonly left: number;
  readonly right: number;
  /** Labels end here. */
  readonly edge: number;
  readonly time: Scale;
}

export interface Panel {
  readonly svg: string;
  readonly height: number;
}

interface Mark {
  readonly text: string;
  readonly x: number;
  readonly entry: Entry;
}

/** One run: marks with their labels above, support over bands of state below. */
export function drawPanel(run: RunReport, frame: Frame, top: number): Panel {
  const labels = placeLabels(collectMarks(run, frame), frame.edge);
  const lanes = labels.reduce((most, { lane }) => Math.max(most, lane + 1), 0);
  const plotTop = top + TITLE_HEIGHT + lanes * LANE_HEIGHT + 8;
  const plotBottom = plotTop + (run.thresholds === null ? STRIP_HEIGHT : PLOT_HEIGHT);
  const parts = [
    element(
      "text",
      { x: frame.left, y: top + 14, "font-size": 14, "font-weight": 600, fill: INK },
      escapeXml(run.title),
    ),
    drawBands(run, frame, plotTop, plotBottom),
    ...(run.thresholds === null ? [] : [drawSupport(run, run.thresholds, frame, plotTop, plotBottom)]),
    drawTimeAxis(frame, plotTop, plotBottom),
    ...labels.map((label) => drawLabel(label, plotTop, plotBottom)),
  ];
  return { svg: element("g", { "data-run": run.id }, ...parts), height: plotBottom + AXIS_HEIGHT - top };
}

/** Equal marks that would lie on each other become one: "paid ×6". */
function collectMarks(run: RunReport, { time }: Frame): Mark[] {
  const marks: { text: string; x: number; entry: Entry; count: number }[] = [];
  for (const entry of run.timeline) {
    if (entry.mark === undefined) continue;
    const x = time.of(entry.at);
    const equal = marks.find((mark) => mark.text === entry.mark && mark.entry.kind === entry.kind && x - mark.x < 4);
    if (equal === undefined) marks.push({ text: entry.mark, x, entry, count: 1 });
    else equal.count++;
  }
  return marks.map(({ count, text, ...mark }) => ({ ...mark, text: count === 1 ? text : `${text} ×${count}` }));
}

function drawBands(run: RunReport, { left, right, time }: Frame, top: number, bottom: number): string {
  const end = time.of(run.duration);
  const height = bottom - top;
  const starts: { state: StateName | null; x: number }[] = [
    { state: run.initialState, x: left },
    ...run.transitions.map(({ at, to }) => ({ state: to, x: time.of(at) })),
  ];
  // Later bands lie above earlier ones, so a short band is drawn last to keep its least width.
  const bands = starts.map(({ state, x }, index) => ({ state, x, width: (starts[index + 1]?.x ?? end) - x }));
  return bands
    .sort((a, b) => b.width - a.width)
    .map(({ state, x, width }) => {
      const shown = Math.max(width, LEAST_BAND);
      const name = nameOfState(state);
      const fill = state === null ? NO_GATE_COLOR : BAND_COLORS[state];
      const rect = element("rect", { x, y: top, width: shown, height, fill, "data-state": state ?? name });
      const fits = widthOf(name) + 5 < Math.min(shown, right - x);
      return fits ? rect + element("text", { x: x + 5, y: top + 14, "font-size": 11, fill: FAINT }, name) : rect;
    })
    .join("");
}

function drawSupport(
  run: RunReport,
  thresholds: NonNullable<RunReport["thresholds"]>,
  { left, right, time }: Frame,
  top: number,
  bottom: number,
): string {
  const readings = run.timeline.flatMap(({ at, support }) =>
    support === null ? [] : [{ at, now: Number(support.now), max: Number(support.max) }],
  );
  const highest = Math.max(Number(thresholds.rageQuit), ...readings.map(({ max }) => max));
  const scale = createSupportScale(highest, bottom, top + 20);
  const path = (read: (reading: (typeof readings)[number]) => number): string =>
    readings
      .map((reading, index) => {
        const [x, y] = [roundPixels(time.of(reading.at)), roundPixels(scale.of(read(reading)))];
        return index === 0 ? `M${x} ${y}` : `H${x}V${y}`;
      })
      .join("");
  const from = time.of(readings[0]?.at ?? 0);
  const differs = readings.some(({ now, max }) => now !== max);
  const threshold = (name: string, value: string) => {
    const y = scale.of(Number(value));
    const label = `${name} ${formatPercent(BigInt(value))}`;
    return (
      element("line", {
        x1: from,
        x2: right,
        y1: y,
        y2: y,
        stroke: THRESHOLD_COLOR,
        "stroke-dasharray": "6 3",
        "data-threshold": name,
      }) + element("text", { x: right + 6, y: y + 4, "font-size": 11, fill: THRESHOLD_COLOR }, label)
    );
  };
  const ticks = scale.ticks.map(({ value, label }) => {
    const y = scale.of(value);
    return (
      element("line", { x1: left - 4, x2: left, y1: y, y2: y, stroke: FAINT }) +
      element("text", { x: left - 7, y: y + 4, "text-anchor": "end", "font-size": 11, fill: FAINT }, label)
    );
  });
  const line = { fill: "none", stroke: SUPPORT_COLOR };
  return [
    ...ticks,
    threshold("R1", thresholds.signalling),
    threshold("R2", thresholds.rageQuit),
    ...(differs
      ? [element("path", { ...line, d: path(({ now }) => now), "stroke-dasharray": "2 2", "data-line": "R_now" })]
      : []),
    element("path", { ...line, d: path(({ max }) => max), "stroke-width": 2.2, "data-line": "R_max" }),
  ].join("");
}

function drawTimeAxis({ left, right, time }: Frame, top: number, bottom: number): string {
  const ticks = time.ticks.map(({ value, label }) => {
    const x = time.of(value);
    return (
      element("line", { x1: x, x2: x, y1: bottom, y2: bottom + 4, stroke: FAINT }) +
      element("text", { x, y: bottom + 16, "text-anchor": "middle", "font-size": 11, fill: FAINT }, label)
    );
  });
  return (
    element("line", { x1: left, x2: right, y1: bottom, y2: bottom, stroke: FAINT }) +
    element("line", { x1: left, x2: left, y1: top, y2: bottom, stroke: FAINT }) +
    ticks.join("")
  );
}

function drawLabel({ label, lane, anchor }: PlacedLabel<Mark>, top: number, bottom: number): string {
  const { color } = styleOf(label.entry.kind);
  const y = top - 12 - lane * LANE_HEIGHT;
  const leader = { x1: label.x, x2: label.x, stroke: color };
  const textX = label.x + (anchor === "start" ? TEXT_OFFSET : -TEXT_OFFSET);
  return [
    element("line", { ...leader, y1: y - 4, y2: top, "stroke-width": 0.8 }),
    element("line", { ...leader, y1: top, y2: bottom, "stroke-width": 0.6, "stroke-dasharray": "1 4" }),
    drawMark(label.entry.kind, label.x, y - 4),
    element("text", { x: textX, y, "text-anchor": anchor, "font-size": 11, fill: INK }, escapeXml(label.text)),
  ].join("");
}
