import { STATE_NAMES, type EntryKind, type RunReport } from "../../scenarioReport.js";
import { nameOfState } from "../stateNames.js";
import { element, escapeXml } from "../../../svg/element.js";
import { widthOf } from "./labels.js";
import { drawMark } from "./marks.js";
import { BAND_COLORS, EDGE, INK, NO_GATE_COLOR, SUPPORT_COLOR, THRESHOLD_COLOR } from "../../../svg/palette.js";
import { styleOf } from "./markStyle.js";

const ROW = 20;
const SAMPLE = 20;
const TEXT_AT = SAMPLE + 6;
const ITEM_GAP = 22;

interface LegendItem {
  readonly text: string;
  /** Draws the sample beside the text's baseline. */
  readonly sample: (x: number, y: number) => string;
}

/** Names what occurs in the runs, and nothing else. */
export function drawLegend(
  runs: readonly RunReport[],
  { left, right }: { readonly left: number; readonly right: number },
  top: number,
): { svg: string; bottom: number } {
  let x = left;
  let y = top + 12;
  const parts = [...bandItems(runs), ...lineItems(runs), ...markItems(runs)].map(({ text, sample }) => {
    const width = TEXT_AT + widthOf(text) + ITEM_GAP;
    if (x + width > right) {
      x = left;
      y += ROW;
    }
    const part = sample(x, y) + element("text", { x: x + TEXT_AT, y, "font-size": 11, fill: INK }, escapeXml(text));
    x += width;
    return part;
  });
  return { svg: element("g", { "data-legend": "true" }, ...parts), bottom: y + 6 };
}

function bandItems(runs: readonly RunReport[]): LegendItem[] {
  const band = (text: string, fill: string): LegendItem => ({
    text,
    sample: (x, y) => element("rect", { x, y: y - 10, width: SAMPLE, height: 12, fill, stroke: EDGE }),
  });
  const seen = new Set(
    runs.flatMap(({ initialState, transitions }) => [initialState, ...transitions.map(({ to }) => to)]),
  );
  return [
    ...STATE_NAMES.filter((state) => seen.has(state)).map((state) => band(nameOfState(state), BAND_COLORS[state])),
    ...(seen.has(null) ? [band(nameOfState(null), NO_GATE_COLOR)] : []),
  ];
}

function lineItems(runs: readonly RunReport[]): LegendItem[] {
  const line = (text: string, attributes: Record<string, string | number>): LegendItem => ({
    text,
    sample: (x, y) => element("line", { x1: x, x2: x + SAMPLE, y1: y - 4, y2: y - 4, ...attributes }),
  });
  if (runs.every(({ thresholds }) => thresholds === null)) return [];
  const differs = runs.some(({ timeline }) =>
    timeline.some(({ support }) => support !== null && support.now !== support.max),
  );
  return [
    line("R: support of the stakers, √ scale", { stroke: SUPPORT_COLOR, "stroke-width": 2.2 }),
    ...(differs ? [line("R_now, by the present supply", { stroke: SUPPORT_COLOR, "stroke-dasharray": "2 2" })] : []),
    line("R1, R2: the thresholds", { stroke: THRESHOLD_COLOR, "stroke-dasharray": "6 3" }),
  ];
}

function markItems(runs: readonly RunReport[]): LegendItem[] {
  const kinds = new Map<string, EntryKind>(
    runs.flatMap(({ timeline }) =>
      timeline.filter(({ mark }) => mark !== undefined).map(({ kind }) => [styleOf(kind).name, kind]),
    ),
  );
  return Array.from(kinds, ([text, kind]) => ({ text, sample: (x, y) => drawMark(kind, x + SAMPLE / 2, y - 4) }));
}
