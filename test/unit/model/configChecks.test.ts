import { expect } from "chai";

import { checkBaseDelay, checkConfig, checkExitTerms } from "../../../src/model/configChecks.js";
import type { DualGovernanceConfig, PhaseConfig, SignallingConfig } from "../../../src/model/types.js";
import { WHOLE } from "../../../src/model/units.js";
import { BASE_DELAY, BOUNDS, CONFIG, DAY, EXIT, PERCENT } from "../../helpers/defaultModel.js";

const withSignalling = (changes: Partial<SignallingConfig>): DualGovernanceConfig => ({
  ...CONFIG,
  signalling: { ...CONFIG.signalling, ...changes },
});
const withPhases = (changes: Partial<PhaseConfig>): DualGovernanceConfig => ({
  ...CONFIG,
  phases: { ...CONFIG.phases, ...changes },
});

describe("model: configuration checks", () => {
  it("refuse clocks of an exit that do not outlast every operation", () => {
    const lifetime = BOUNDS.grace + BOUNDS.delayCeiling;
    const broken = (terms: Partial<typeof EXIT>) =>
      checkExitTerms({ ...EXIT, ...terms }, BOUNDS).map(({ error, path, value, limit }) => ({
        error,
        path,
        value,
        limit,
      }));
    const error = "ExitLimitTooShort";
    expect(broken({ holdLimit: lifetime + 1n, exitLimit: lifetime + 1n })).to.deep.equal([]);
    expect(broken({ holdLimit: lifetime, exitLimit: lifetime })).to.deep.equal([
      { error, path: "exit.holdLimit", value: lifetime, limit: lifetime + 1n },
      { error, path: "exit.exitLimit", value: lifetime, limit: lifetime + 1n },
    ]);
  });

  it("accept the defaults", () => {
    expect(checkExitTerms(EXIT, BOUNDS)).to.deep.equal([]);
    expect(checkConfig(CONFIG, BOUNDS)).to.deep.equal([]);
    expect(checkBaseDelay(BASE_DELAY, BOUNDS)).to.deep.equal([]);
  });

  const cases: [string, DualGovernanceConfig, string, bigint, bigint][] = [
    ["SignallingThresholdZero", withSignalling({ signallingThreshold: 0n }), "signalling.signallingThreshold", 0n, 1n],
    [
      "SignallingThresholdNotBelowRageQuit",
      withSignalling({ signallingThreshold: 10n * PERCENT }),
      "signalling.signallingThreshold",
      10n * PERCENT,
      10n * PERCENT,
    ],
    [
      "RageQuitThresholdAboveFull",
      withSignalling({ rageQuitThreshold: WHOLE + 1n }),
      "signalling.rageQuitThreshold",
      WHOLE + 1n,
      WHOLE,
    ],
    [
      "MinDurationNotBelowMax",
      withSignalling({ minDuration: 45n * DAY }),
      "signalling.minDuration",
      45n * DAY,
      45n * DAY,
    ],
    [
      "MinDurationBelowDelayCeiling",
      withSignalling({ minDuration: 5n * DAY - 1n }),
      "signalling.minDuration",
      5n * DAY - 1n,
      5n * DAY,
    ],
    [
      "WithdrawalMinDelayAboveMax",
      withPhases({ withdrawalMinDelay: 181n * DAY }),
      "phases.withdrawalMinDelay",
      181n * DAY,
      180n * DAY,
    ],
    ["MinLockOutOfRange", withPhases({ minLock: 0n }), "phases.minLock", 0n, 48n * DAY],
    ["MinLockOutOfRange", withPhases({ minLock: 48n * DAY + 1n }), "phases.minLock", 48n * DAY + 1n, 48n * DAY],
    ["MinActiveZero", withSignalling({ minActive: 0n }), "signalling.minActive", 0n, 1n],
    ["DeactivationZero", withSignalling({ deactivation: 0n }), "signalling.deactivation", 0n, 1n],
    [
      "RageQuitExtensionBelowDeactivation",
      withPhases({ rageQuitExtension: 3n * DAY - 1n }),
      "phases.rageQuitExtension",
      3n * DAY - 1n,
      3n * DAY,
    ],
    ["CooldownOutOfRange", withPhases({ cooldown: 0n }), "phases.cooldown", 0n, (3n * DAY) / 4n],
    [
      "CooldownOutOfRange",
      withPhases({ cooldown: (3n * DAY) / 4n + 1n }),
      "phases.cooldown",
      (3n * DAY) / 4n + 1n,
      (3n * DAY) / 4n,
    ],
    [
      "JoinWindowAboveMinDuration",
      withSignalling({ joinWindow: 5n * DAY + 1n }),
      "signalling.joinWindow",
      5n * DAY + 1n,
      5n * DAY,
    ],
  ];
  for (const [error, config, path, value, limit] of cases) {
    it(`name ${error} for ${path} = ${value}`, () => {
      const violations = checkConfig(config, BOUNDS);
      expect(violations).to.have.length(1);
      expect(violations[0]).to.include({ error, path, value, limit });
      expect(violations[0]?.reason).to.match(/^[a-z].{20,}[^.]$/);
    });
  }

  it("name GraceTooShort if an operation does not outlive two rounds and a cooldown", () => {
    const grace = 96n * DAY + 15n * 3_600n;
    expect(checkConfig(CONFIG, { ...BOUNDS, grace })).to.deep.equal([]);
    const [violation] = checkConfig(CONFIG, { ...BOUNDS, grace: grace - 1n });
    expect(violation).to.include({ error: "GraceTooShort", value: grace - 1n, limit: grace });
  });

  it("name FallbackDelayTooShort if stakers had less time to leave than the longest signalling gives them", () => {
    const fallbackDelay = 48n * DAY;
    expect(checkConfig(CONFIG, { ...BOUNDS, fallbackDelay })).to.deep.equal([]);
    const [violation] = checkConfig(CONFIG, { ...BOUNDS, fallbackDelay: fallbackDelay - 1n });
    expect(violation).to.include({ error: "FallbackDelayTooShort", value: fallbackDelay - 1n, limit: fallbackDelay });
  });

  it("report everything that is wrong, in the order of the contract", () => {
    const config = {
      signalling: { ...CONFIG.signalling, minActive: 0n, signallingThreshold: 0n },
      phases: CONFIG.phases,
    };
    expect(checkConfig(config, BOUNDS).map(({ error }) => error)).to.deep.equal([
      "SignallingThresholdZero",
      "MinActiveZero",
    ]);
  });

  it("keep the base delay within its bounds", () => {
    expect(checkBaseDelay(3n * DAY - 1n, BOUNDS)[0]).to.include({ error: "DelayOutOfBounds", limit: 3n * DAY });
    expect(checkBaseDelay(5n * DAY + 1n, BOUNDS)[0]).to.include({ error: "DelayOutOfBounds", limit: 5n * DAY });
    const inverted = { ...BOUNDS, delayFloor: 6n * DAY };
    expect(checkBaseDelay(5n * DAY, inverted)[0]).to.include({ error: "DelayBoundsInverted" });
  });
});
