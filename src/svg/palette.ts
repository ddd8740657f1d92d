/** Behind what happens in a state of the gate. */
export const BAND_COLORS = {
  Normal: "#e4f3e6",
  VetoSignalling: "#fdf0c4",
  VetoSignallingDeactivation: "#d5eef2",
  VetoCooldown: "#bfcdf4",
  RageQuit: "#f9d3d0",
  FallbackGate: "#e7dcf7",
  SilentGate: "#cdd3da",
} as const;

/** Where no gate is asked. */
export const NO_GATE_COLOR = "#eaeef2";

export const PAPER = "#ffffff";
export const EDGE = "#d0d7de";
export const INK = "#24292f";
export const FAINT = "#4b535c";
export const SUPPORT_COLOR = "#8250df";
export const THRESHOLD_COLOR = "#bc4c00";
export const PROPOSAL_COLOR = "#0550ae";
export const DANGER_COLOR = "#cf222e";
export const EXIT_COLOR = "#1a7f37";
export const COMMITTEE_COLOR = "#953800";

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
  [PROPOSAL_COLOR]: "#79c0ff",
  [DANGER_COLOR]: "#ff7b72",
  [EXIT_COLOR]: "#56d364",
  [COMMITTEE_COLOR]: "#ffa657",
};

/**
 * Colours are attributes, which any program that draws an SVG knows; a browser whose page is dark puts these in their
 * place.
 */
export const renderDarkStyle = (): string =>
  `@media (prefers-color-scheme: dark) { ${Object.entries(DARK)
    .map(([light, dark]) => `[fill="${light}"] { fill: ${dark} } [stroke="${light}"] { stroke: ${dark} }`)
    .join(" ")} }`;
