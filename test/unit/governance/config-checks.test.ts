import { expect } from "chai";
import hre from "hardhat";

import { EXIT } from "../../helpers/deployCore.js";
import {
  DAY,
  deployGateWorld,
  HOUR,
  makeRules,
  readRules,
  TIMELOCK,
  type RuleChanges,
} from "../../helpers/gateWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const deploy = () => deployGateWorld(connection);
const deployPatient = () => deployGateWorld(connection, { timelock: { fallbackDelay: TIMELOCK.grace / 2n } });

const PERCENT = 10n ** 16n;
const FULL = 10n ** 18n;
const MIN_LOCK_CAP = 48n * DAY;
/** The longest that a minority can stall with the grace of config/default.ts, were the rest of the rules default. */
const LONGEST_FOR_GRACE = (TIMELOCK.grace - 5n * HOUR) / 2n - 5n * HOUR - 3n * DAY;

interface Refusal {
  readonly name: string;
  readonly changes: RuleChanges;
  readonly error: string;
  /** Actual and limit, as the error names them. */
  readonly args: readonly bigint[];
  /** The nearest that is accepted. */
  readonly nearest: RuleChanges;
  /** Where another rule would speak up before. */
  readonly world?: typeof deploy;
}

const REFUSALS: readonly Refusal[] = [
  {
    name: "no signalling threshold",
    changes: { signalling: { signallingThreshold: 0n } },
    error: "SignallingThresholdZero",
    args: [],
    nearest: { signalling: { signallingThreshold: 1n } },
  },
  {
    name: "a signalling threshold at the rage quit threshold",
    changes: { signalling: { signallingThreshold: 10n * PERCENT } },
    error: "SignallingThresholdNotBelowRageQuit",
    args: [10n * PERCENT, 10n * PERCENT],
    nearest: { signalling: { signallingThreshold: 10n * PERCENT - 1n } },
  },
  {
    name: "a signalling threshold above the rage quit threshold",
    changes: { signalling: { rageQuitThreshold: PERCENT - 1n } },
    error: "SignallingThresholdNotBelowRageQuit",
    args: [PERCENT, PERCENT - 1n],
    nearest: { signalling: { rageQuitThreshold: PERCENT + 1n } },
  },
  {
    name: "a rage quit threshold above everything",
    changes: { signalling: { rageQuitThreshold: FULL + 1n } },
    error: "RageQuitThresholdAboveFull",
    args: [FULL + 1n, FULL],
    nearest: { signalling: { rageQuitThreshold: FULL } },
  },
  {
    name: "a shortest extension as long as the longest",
    changes: { signalling: { minDuration: 45n * DAY } },
    error: "MinDurationNotBelowMax",
    args: [45n * DAY, 45n * DAY],
    nearest: { signalling: { minDuration: 45n * DAY - 1n } },
  },
  {
    name: "a shortest extension longer than the longest",
    changes: { signalling: { maxDuration: 5n * DAY - 1n } },
    error: "MinDurationNotBelowMax",
    args: [5n * DAY, 5n * DAY - 1n],
    nearest: { signalling: { maxDuration: 5n * DAY + 1n } },
  },
  {
    name: "a shortest extension within the longest base delay",
    changes: { signalling: { minDuration: TIMELOCK.delayCeiling - 1n } },
    error: "MinDurationBelowDelayCeiling",
    args: [TIMELOCK.delayCeiling - 1n, TIMELOCK.delayCeiling],
    nearest: { signalling: { minDuration: TIMELOCK.delayCeiling } },
  },
  {
    name: "a first withdrawal delay beyond the longest",
    changes: { phases: { withdrawalMinDelay: 180n * DAY + 1n } },
    error: "WithdrawalMinDelayAboveMax",
    args: [180n * DAY + 1n, 180n * DAY],
    nearest: { phases: { withdrawalMinDelay: 180n * DAY } },
  },
  {
    name: "locks that bind nobody",
    changes: { phases: { minLock: 0n } },
    error: "MinLockOutOfRange",
    args: [0n, MIN_LOCK_CAP],
    nearest: { phases: { minLock: 1n } },
  },
  {
    name: "locks that bind too long",
    changes: { phases: { minLock: MIN_LOCK_CAP + 1n } },
    error: "MinLockOutOfRange",
    args: [MIN_LOCK_CAP + 1n, MIN_LOCK_CAP],
    nearest: { phases: { minLock: MIN_LOCK_CAP } },
  },
  {
    name: "no least stay in signalling",
    changes: { signalling: { minActive: 0n } },
    error: "MinActiveZero",
    args: [],
    nearest: { signalling: { minActive: 1n } },
  },
  {
    name: "no deactivation",
    changes: { signalling: { deactivation: 0n } },
    error: "DeactivationZero",
    args: [],
    nearest: { signalling: { deactivation: 1n } },
  },
  {
    name: "a rage quit's extension shorter than the deactivation",
    changes: { phases: { rageQuitExtension: 3n * DAY - 1n } },
    error: "RageQuitExtensionBelowDeactivation",
    args: [3n * DAY - 1n, 3n * DAY],
    nearest: { phases: { rageQuitExtension: 3n * DAY } },
  },
  {
    name: "no cooldown",
    changes: { phases: { cooldown: 0n } },
    error: "CooldownOutOfRange",
    args: [0n, TIMELOCK.delayFloor / 4n],
    nearest: { phases: { cooldown: 1n } },
  },
  {
    name: "a cooldown longer than a quarter of the shortest base delay",
    changes: { phases: { cooldown: TIMELOCK.delayFloor / 4n + 1n } },
    error: "CooldownOutOfRange",
    args: [TIMELOCK.delayFloor / 4n + 1n, TIMELOCK.delayFloor / 4n],
    nearest: { phases: { cooldown: TIMELOCK.delayFloor / 4n } },
  },
  {
    name: "a join window longer than the shortest extension",
    changes: { signalling: { joinWindow: 5n * DAY + 1n } },
    error: "JoinWindowAboveMinDuration",
    args: [5n * DAY + 1n, 5n * DAY],
    nearest: { signalling: { joinWindow: 5n * DAY } },
  },
  {
    name: "rounds so long that a minority could make operations expire",
    changes: { signalling: { maxDuration: LONGEST_FOR_GRACE + 1n } },
    error: "GraceTooShort",
    args: [TIMELOCK.grace, 2n * (LONGEST_FOR_GRACE + 1n + 5n * HOUR + 3n * DAY) + 5n * HOUR],
    nearest: { signalling: { maxDuration: LONGEST_FOR_GRACE } },
    world: deployPatient,
  },
  {
    name: "rounds so long that the fallback gate would give stakers less time to leave",
    changes: { signalling: { maxDuration: TIMELOCK.fallbackDelay - 3n * DAY + 1n } },
    error: "FallbackDelayTooShort",
    args: [TIMELOCK.fallbackDelay, TIMELOCK.fallbackDelay + 1n],
    nearest: { signalling: { maxDuration: TIMELOCK.fallbackDelay - 3n * DAY } },
  },
];

describe("ConfigChecks", () => {
  for (const [index, { name, changes, error, args, nearest, world = deploy }] of REFUSALS.entries()) {
    const id = `[CFG-${index + 1}]`;

    it(`${id} refuses ${name} at the construction, naming the values`, async () => {
      const { timelock, escrow, gate } = await networkHelpers.loadFixture(world);
      const construction = ethers.deployContract("DualGovernance", [timelock, escrow, makeRules(changes)]);
      await expect(construction)
        .to.be.revertedWithCustomError(gate, error)
        .withArgs(...args);
    });

    it(`${id} refuses ${name} in a running gate, and changes nothing`, async () => {
      const { setRules, gate, rules } = await networkHelpers.loadFixture(world);
      const before = await gate.persisted();
      await expect(setRules(makeRules(changes)))
        .to.be.revertedWithCustomError(gate, error)
        .withArgs(...args);
      expect(await gate.persisted()).to.deep.equal(before);
      expect(readRules(await gate.currentConfig())).to.deep.equal(rules);
    });

    it(`${id} accepts what is nearest to ${name}`, async () => {
      const { setRules, gate } = await networkHelpers.loadFixture(world);
      const rules = makeRules(nearest);
      await setRules(rules);
      expect(readRules(await gate.currentConfig())).to.deep.equal(rules);
    });
  }

  it("refuses an escrow whose clocks do not outlast every operation, naming the values", async () => {
    const { timelock, vessel, gate, rules } = await networkHelpers.loadFixture(deploy);
    const lifetime = TIMELOCK.grace + TIMELOCK.delayCeiling;
    for (const terms of [{ holdLimit: lifetime }, { holdLimit: lifetime - 1n, exitLimit: lifetime }]) {
      const escrow = await ethers.deployContract("VetoEscrow", [vessel, { ...EXIT, ...terms }]);
      await expect(ethers.deployContract("DualGovernance", [timelock, escrow, rules]))
        .to.be.revertedWithCustomError(gate, "ExitLimitTooShort")
        .withArgs(terms.holdLimit, lifetime + 1n);
    }
    const terms = { holdLimit: lifetime + 1n, exitLimit: lifetime + 1n };
    const escrow = await ethers.deployContract("VetoEscrow", [vessel, { ...EXIT, ...terms }]);
    const accepted = await ethers.deployContract("DualGovernance", [timelock, escrow, rules]);
    expect(await accepted.ESCROW()).to.equal(escrow);
  });
});
