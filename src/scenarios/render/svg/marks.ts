import type { EntryKind } from "../../scenarioReport.js";
import { element } from "../../../svg/element.js";
import { styleOf } from "./markStyle.js";

const SIZE = 4.5;

/** The symbol of a kind of entry, centred on a point. */
export function drawMark(kind: EntryKind, x: number, y: number): string {
  const { color, shape } = styleOf(kind);
  const at = (dx: number, dy: number) => `${(x + dx * SIZE).toFixed(1)},${(y + dy * SIZE).toFixed(1)}`;
  const polygon = (...points: string[]) => element("polygon", { points: points.join(" "), fill: color });
  switch (shape) {
    case "circle":
      return element("circle", { cx: x, cy: y, r: SIZE, fill: color });
    case "cross":
      return element("path", {
        d: `M${at(-1, -1)}L${at(1, 1)}M${at(-1, 1)}L${at(1, -1)}`,
        stroke: color,
        "stroke-width": 2.4,
      });
    case "up":
      return polygon(at(0, -1.1), at(1.1, 1), at(-1.1, 1));
    case "down":
      return polygon(at(0, 1.1), at(1.1, -1), at(-1.1, -1));
    case "diamond":
      return polygon(at(0, -1.3), at(1.3, 0), at(0, 1.3), at(-1.3, 0));
    case "square":
      return polygon(at(-1, -1), at(1, -1), at(1, 1), at(-1, 1));
  }
}
