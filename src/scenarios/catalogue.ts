import { SentenceError, sentences } from "../protocol/errors.js";
import type { Scenario } from "./scenario.js";
import { operatorCartel } from "./stories/operatorCartel.js";
import { adopt } from "./stories/adopt.js";
import { committeeCollusion } from "./stories/committeeCollusion.js";
import { deadlockTiebreaker } from "./stories/deadlockTiebreaker.js";
import { emergencyOverstay } from "./stories/emergencyOverstay.js";
import { forkWithoutLayout } from "./stories/forkWithoutLayout.js";
import { hostileMajority } from "./stories/hostileMajority.js";
import { negotiation } from "./stories/negotiation.js";
import { vetoGriefer } from "./stories/vetoGriefer.js";

/** Every story, in the order of `--list`. */
export const SCENARIOS: readonly Scenario[] = [
  hostileMajority,
  vetoGriefer,
  negotiation,
  adopt,
  emergencyOverstay,
  committeeCollusion,
  deadlockTiebreaker,
  operatorCartel,
  forkWithoutLayout,
];

export function findScenario(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  throw new SentenceError(
    sentences(
      `There is no scenario "${name}"; there are:`,
      SCENARIOS.map((scenario) => `${scenario.name}: ${scenario.summary}`),
    ),
  );
}
