import {
  COMMITTEE_COLOR,
  DANGER_COLOR,
  EXIT_COLOR,
  FAINT,
  INK,
  PROPOSAL_COLOR,
  SUPPORT_COLOR,
} from "../../../svg/palette.js";
import type { EntryKind } from "../../scenarioReport.js";

/** How a mark looks, and what its kind is called in the legend. */
export interface MarkStyle {
  readonly name: string;
  readonly color: string;
  readonly shape: "circle" | "cross" | "up" | "down" | "diamond" | "square";
}

const PROPOSAL: MarkStyle = { name: "proposal", color: PROPOSAL_COLOR, shape: "circle" };
const REFUSAL: MarkStyle = { name: "refused", color: DANGER_COLOR, shape: "cross" };
const EXECUTION: MarkStyle = { name: "executed", color: DANGER_COLOR, shape: "square" };
const LOCK: MarkStyle = { name: "shares locked", color: SUPPORT_COLOR, shape: "up" };
const UNLOCK: MarkStyle = { name: "shares taken back", color: SUPPORT_COLOR, shape: "down" };
const EXIT: MarkStyle = { name: "assets leave, stakers are paid", color: EXIT_COLOR, shape: "diamond" };
const COMMITTEE: MarkStyle = { name: "a committee acts", color: COMMITTEE_COLOR, shape: "circle" };
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
