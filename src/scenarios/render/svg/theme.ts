import type { EntryKind, StateName } from "../../scenarioReport.js";

export const BAND_COLORS: Readonly<Record<StateName, string>> = {
  Normal: "#e4f3e6",
  VetoSignalling: "#fdf0c4",
  VetoSignallingDeactivation: "#d5eef2",
  VetoCooldown: "#bfcdf4",
  RageQuit: "#f9d3d0",
  FallbackGate: "#e7dcf7",
  SilentGate: "#cdd3da",
};

/** Where no gate is asked. */
export const NO_GATE_COLOR = "#eaeef2";

export const PAPER = "#ffffff";
export const EDGE = "#d0d7de";
export const INK = "#24292f";
export const FAINT = "#4b535c";
export const SUPPORT_COLOR = "#8250df";
export const THRESHOLD_COLOR = "#bc4c00";

/** What each colour is on a dark page. */
export const DARK: Readonly<Record<string, string>> = {
  [PAPER]: "#0d1117",
  [EDGE]: "#3d444d",
  [INK]: "#e6edf3",
  [FAINT]: "#adb5bf",
  [BAND_COLORS.Normal]: "#12301c",
  [BAND_COLORS.VetoSignalling]: "#3a2f0b",
  [BAND_COLORS.VetoSignallingDeactivation]: "#0f3338",
  [BAND_COLORS.VetoCooldown]: "#1d2b5c",
  [BAND_COLORS.RageQuit]: "#46191b",
  [BAND_COLORS.FallbackGate]: "#2e1f4b",
  [BAND_COLORS.SilentGate]: "#333a42",
  [NO_GATE_COLOR]: "#21262d",
  [SUPPORT_COLOR]: "#bc93ff",
  [THRESHOLD_COLOR]: "#f0883e",
  "#0550ae": "#79c0ff",
  "#cf222e": "#ff7b72",
  "#1a7f37": "#56d364",
  "#953800": "#ffa657",
};

/**
 * Colours are attributes, which any program that draws an SVG knows; a browser whose page is dark puts these in their
 * place.
 */
export const renderDarkStyle = (): string =>
  `@media (prefers-color-scheme: dark) { ${Object.entries(DARK)
    .map(([light, dark]) => `[fill="${light}"] { fill: ${dark} } [stroke="${light}"] { stroke: ${dark} }`)
    .join(" ")} }`;

/** How a mark looks, and what its kind is called in the legend. */
export interface MarkStyle {
  readonly name: string;
  readonly color: string;
  readonly shape: "circle" | "cross" | "up" | "down" | "diamond" | "square";
}

const PROPOSAL: MarkStyle = { name: "proposal", color: "#0550ae", shape: "circle" };
const REFUSAL: MarkStyle = { name: "refused", color: "#cf222e", shape: "cross" };
const EXECUTION: MarkStyle = { name: "executed", color: "#cf222e", shape: "square" };
const LOCK: MarkStyle = { name: "shares locked", color: "#8250df", shape: "up" };
const UNLOCK: MarkStyle = { name: "shares taken back", color: "#8250df", shape: "down" };
const EXIT: MarkStyle = { name: "assets leave, stakers are paid", color: "#1a7f37", shape: "diamond" };
const COMMITTEE: MarkStyle = { name: "a committee acts", color: "#953800", shape: "circle" };
const EVENT: MarkStyle = { name: "something happens", color: INK, shape: "circle" };
const OTHER: MarkStyle = { name: "gate poked", color: FAINT, shape: "circle" };

export function styleOf(kind: EntryKind): MarkStyle {
  switch (kind) {
    case "propose":
    case "vote":
    case "queue":
    case "cancel":
      return PROPOSAL;
    case "refused":
      return REFUSAL;
    case "execute":
    case "theft":
      return EXECUTION;
    case "lock":
      return LOCK;
    case "unlock":
      return UNLOCK;
    case "exit":
    case "claim":
    case "withdraw":
      return EXIT;
    case "committee":
      return COMMITTEE;
    case "note":
      return EVENT;
    case "setup":
    case "poke":
      return OTHER;
  }
}
