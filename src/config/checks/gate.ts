import { checkBaseDelay, checkConfig, type Violation } from "../../model/configChecks.js";
import { YEAR } from "../../model/units.js";
import { formatDuration } from "../../protocol/format.js";
import { GATE_FIELDS, GATE_FORMATS, type GateField } from "../../protocol/gateFields.js";
import type { DaoConfig } from "../schema.js";
import { errorAt, problemsIf, warningAt, type Problem } from "./problem.js";

/** What would be right, by the error the contracts would revert with. */
const REMEDIES: Readonly<Record<string, (limit: string) => string>> = {
  SignallingThresholdZero: () => "more than 0 %",
  SignallingThresholdNotBelowRageQuit: (limit) => `less than rageQuitThreshold, ${limit}`,
  RageQuitThresholdAboveFull: (limit) => `at most ${limit}`,
  MinDurationNotBelowMax: (limit) => `less than maxDuration, ${limit}`,
  MinDurationBelowDelayCeiling: (limit) => `at least timelock.delayCeiling, ${limit}`,
  WithdrawalMinDelayAboveMax: (limit) => `at most withdrawalMaxDelay, ${limit}`,
  MinLockOutOfRange: (limit) => `from 1 s to ${limit}`,
  MinActiveZero: () => "at least 1 s",
  DeactivationZero: () => "at least 1 s",
  RageQuitExtensionBelowDeactivation: (limit) => `at least deactivation, ${limit}`,
  CooldownOutOfRange: (limit) => `from 1 s to a quarter of timelock.delayFloor, ${limit}`,
  JoinWindowAboveMinDuration: (limit) => `at most minDuration, ${limit}`,
  FallbackDelayTooShort: (limit) => `at least maxDuration + deactivation, ${limit}`,
  GraceTooShort: (limit) => `at least 2 * (maxDuration + minActive + deactivation) + cooldown, ${limit}`,
  DelayBoundsInverted: (limit) => `at most delayCeiling, ${limit}`,
  DelayOutOfBounds: (limit) => `from delayFloor to delayCeiling, the nearest being ${limit}`,
};

/** What is raised in the file, where the model names what asks for it. */
const RAISED: Readonly<Record<string, string>> = {
  GraceTooShort: "timelock.grace",
  FallbackDelayTooShort: "timelock.fallbackDelay",
};

/** Everything the chain would refuse of the gate and of the timelock, before anything is sent. */
export function checkGate({ dualGovernance, timelock }: DaoConfig): Problem[] {
  return [
    ...checkConfig(dualGovernance, timelock).map((violation) =>
      // The model names the duration that asks for more; in the file it is the timelock's value that would be raised.
      describe(
        RAISED[violation.error] ?? `dualGovernance.${violation.path}`,
        violation,
        GATE_FORMATS[fieldOf(violation)],
      ),
    ),
    ...checkBaseDelay(timelock.delay, timelock).map((violation) =>
      describe(
        violation.path === "minDelay" ? "timelock.delay" : `timelock.${violation.path}`,
        violation,
        formatDuration,
      ),
    ),
  ];
}

/** What the chain accepts and a DAO would regret. */
export function checkPolicy({ dualGovernance }: DaoConfig): Problem[] {
  const { signalling, phases } = dualGovernance;
  return problemsIf(
    [
      signalling.minActive > signalling.minDuration,
      errorAt(
        "dualGovernance.signalling.minActive",
        `is ${formatDuration(signalling.minActive)}: longer than the shortest extension, it alone would decide how long ` +
          `signalling lasts; right is at most minDuration, ${formatDuration(signalling.minDuration)}`,
      ),
    ],
    [
      phases.minLock < signalling.deactivation,
      warningAt(
        "dualGovernance.phases.minLock",
        `is ${formatDuration(phases.minLock)}: shares borrowed for that long can signal, be unlocked during ` +
          `deactivation and signal again from another account; at least deactivation, ` +
          `${formatDuration(signalling.deactivation)}, would rule that out`,
      ),
    ],
    ...(["withdrawalMaxDelay", "rageQuitExtension"] as const).map((field): [boolean, Problem] => [
      phases[field] > YEAR,
      warningAt(
        `dualGovernance.phases.${field}`,
        `is ${formatDuration(phases[field])}: for so long those who leave wait for what the vault has paid already; a ` +
          `year, ${formatDuration(YEAR)}, is longer than any operation lives`,
      ),
    ]),
  );
}

function fieldOf({ path }: Violation): GateField {
  const field = GATE_FIELDS.find((name) => path === `signalling.${name}` || path === `phases.${name}`);
  if (field === undefined) throw new Error(`${path} is no value of the gate`);
  return field;
}

function describe(
  path: string,
  { error, value, limit, reason }: Violation,
  format: (value: bigint) => string,
): Problem {
  const remedy = REMEDIES[error];
  const right = remedy === undefined ? `the limit is ${format(limit)}` : `right is ${remedy(format(limit))}`;
  return errorAt(path, `is ${format(value)}: ${reason}; ${right} (the chain would refuse with ${error})`);
}
