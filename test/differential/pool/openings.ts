import { CLOSING_KINDS } from "./history.js";
import { EPOCHS, PENALTIES, TOP_UPS, type Kind, type Step } from "./steps.js";

/** At the beginning of a history each of two operators has a key that is the pool's, and one that waits for it. */
const FIRST = 0;
const WAITING = 1;
/** The first of the two. By the other number its prover brings fields that nobody asks for. */
const OPERATOR = 0;
const GENEROUS = 2;
const TENTH = PENALTIES.indexOf(10_000);

const step = (kind: Kind, which = 0, much = 0): Step => ({ kind, which, much });
const pass = (epochs: (typeof EPOCHS)[number], isSwept = true): Step =>
  step("pass", isSwept ? 1 : 0, EPOCHS.indexOf(epochs));

const inFlight = [step("activate", WAITING), step("round")];
const brought = [step("gift", OPERATOR, 99), step("round")];
const twoKeys = [step("activate", WAITING), pass(60)];
const withdrawable = [step("exit", FIRST), pass(300, false)];

const woundDown = [
  step("windDown"),
  step("windDown", OPERATOR, CLOSING_KINDS.indexOf("surrender")),
  step("windDown", OPERATOR, CLOSING_KINDS.indexOf("collect")),
];

/** What has to happen for a rule to matter, by the rule's id. */
export const OPENINGS: Readonly<Record<string, readonly Step[]>> = {
  // Places are proven one by one: no proof names a validator twice.
  R1: [step("activateAgain", FIRST), pass(60), step("prove", OPERATOR), step("prove", OPERATOR)],
  R2: [step("activateExiting"), step("round")],
  R3: inFlight,
  R4: inFlight,
  R5: [step("penalise", FIRST, TENTH), step("round")],
  R6: [step("start", OPERATOR), step("activate", WAITING), step("proveAll", OPERATOR)],
  R7: [...twoKeys, step("proveAgain", OPERATOR), step("proveAll", OPERATOR)],
  // In Gloas alone: before, a block carries its payload.
  R8: [...withdrawable, step("withhold"), step("proveAll", OPERATOR)],
  R9: [...twoKeys, step("prove", OPERATOR), pass(300), step("start", OPERATOR), step("proveAll", OPERATOR)],
  R10: [step("start", OPERATOR), step("gift", OPERATOR, 99), step("proveAll", OPERATOR)],
  R11: [...withdrawable, step("proveAll", GENEROUS), step("round")],
  R12: brought,
  R13: brought,
  R14: brought,
  R15: [step("activateRobbed", OPERATOR), step("round")],
  R16: [step("activateByOthersProof", OPERATOR), step("round")],
  R17: [step("activateByOldProof"), step("round")],
  R18: [step("round"), step("activate", WAITING), step("proveWithoutFields", OPERATOR), step("proveAll", OPERATOR)],
  R19: [step("round"), step("penalise", FIRST, TENTH), step("proveByOthersBalance", OPERATOR)],
  R20: [
    step("round"),
    step("penalise", FIRST, TENTH),
    step("start", OPERATOR),
    step("openByOldBlock", OPERATOR),
    step("proveAll", OPERATOR),
  ],
  R21: [...twoKeys, step("prove", OPERATOR)],
  R22: [step("penalise", FIRST, TENTH), step("exit", FIRST), pass(300), step("round")],
  R23: [step("slash", FIRST, 1), step("show", OPERATOR)],
  R24: [step("exit", FIRST), step("show", OPERATOR)],
  R25: [...twoKeys, pass(300), step("round"), step("forceExit", 1, 3)],
  R26: woundDown,
  R27: woundDown,
  R28: woundDown,
};

/** A key that others have filled loses a tenth before the pool's ETH comes, which is counted when it is credited. */
export const PENALISED_EARLY: readonly Step[] = [
  step("topUp", WAITING, TOP_UPS.indexOf(31)),
  // In Gloas a deposit waits for the next block.
  pass(1),
  pass(60),
  step("penalise", WAITING, TENTH),
  step("round"),
  step("activate", WAITING),
  step("round"),
  pass(60),
  step("round"),
];
