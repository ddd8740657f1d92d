import type { EntryKind, StateName } from "../../report.js";

export const BAND_COLORS: Readonly<Record<StateName, string>> = {
  Normal: "#e4f3e6",
  VetoSignalling: "#fdf0c4",
  VetoSignallingDeactivation: "#d5eef2",
  VetoCooldown: "#b9c8f2",
  RageQuit: "#f9d3d0",
  FallbackGate: "#e7dcf7",
  SilentGate: "#cdd3da",
};

/** Where no gate is asked. */
export const NO_GATE_COLOR = "#eaeef2";

export const INK = "#24292f";
export const FAINT = "#6e7781";
export const SUPPORT_COLOR = "#8250df";
export const THRESHOLD_COLOR = "#bc4c00";

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
