import { expect } from "chai";

import {
  admitsExecution,
  admitsScheduling,
  calcExtension,
  calcSignallingThreshold,
  calcWithdrawalDelay,
  enter,
  next,
  observeRageQuitThreshold,
} from "../../../src/model/stateTransitions.js";
import { GovernanceState, nameOfState, type Machine, type Reading } from "../../../src/model/types.js";
import { CONFIG, DAY, HOUR, PERCENT, START } from "../../helpers/defaultModel.js";

const { Normal, VetoSignalling, VetoSignallingDeactivation, VetoCooldown, RageQuit } = GovernanceState;
const { signalling, phases } = CONFIG;
const CONFIGS = { current: CONFIG, frozen: CONFIG };
const END_OF_MAX = START + signalling.maxDuration;

const machineIn = (state: GovernanceState, changes: Partial<Machine> = {}): Machine => ({
  state,
  round: 0,
  currentConfig: 0,
  frozenConfig: 0,
  signallingThreshold: signalling.signallingThreshold,
  minLock: phases.minLock,
  activatedAt: START,
  phaseEndsAt: START + signalling.minActive,
  rageQuitThresholdAt: 0n,
  ...changes,
});

const at = (timestamp: bigint, support: bigint, changes: Partial<Reading> = {}): Reading => ({
  timestamp,
  locked: support,
  supply: 10n ** 18n,
  lowestSupply: 10n ** 18n,
  supportNow: support,
  supportMax: support,
  completeAfter: 0n,
  ...changes,
});

describe("model: state transitions", () => {
  describe("the extension", () => {
    const cases: [string, bigint, bigint][] = [
      ["nothing below R1", PERCENT - 1n, 0n],
      ["Lmin at R1", PERCENT, 5n * DAY],
      ["half-way between the thresholds, half-way between the durations", (11n * PERCENT) / 2n, 25n * DAY],
      ["whole seconds, rounded down, just below R2", 10n * PERCENT - 1n, 45n * DAY - 1n],
      ["Lmax at R2", 10n * PERCENT, 45n * DAY],
      ["Lmax beyond R2", 100n * PERCENT, 45n * DAY],
    ];
    for (const [name, support, seconds] of cases) {
      it(`is ${name}`, () => {
        expect(calcExtension(support, signalling, signalling.signallingThreshold)).to.equal(seconds);
      });
    }
  });

  describe("R1", () => {
    const raised = { ...CONFIG, signalling: { ...signalling, signallingThreshold: 2n * PERCENT } };
    const lowered = { ...CONFIG, signalling: { ...signalling, signallingThreshold: PERCENT / 2n } };

    it("is the frozen one while signalling, whatever is current", () => {
      expect(calcSignallingThreshold(machineIn(VetoSignalling), lowered)).to.equal(PERCENT);
      expect(calcSignallingThreshold(machineIn(VetoSignallingDeactivation), raised)).to.equal(PERCENT);
    });

    it("is the smaller one on leaving a cooldown or a rage quit", () => {
      for (const state of [VetoCooldown, RageQuit]) {
        expect(calcSignallingThreshold(machineIn(state), raised)).to.equal(PERCENT);
        expect(calcSignallingThreshold(machineIn(state), lowered)).to.equal(PERCENT / 2n);
      }
    });
  });

  describe("next", () => {
    const cases: [string, Machine, Reading, GovernanceState][] = [
      ["Normal stays below R1", machineIn(Normal), at(START, PERCENT - 1n), Normal],
      ["Normal gives way at R1", machineIn(Normal), at(START, PERCENT), VetoSignalling],
      [
        "Normal looks at the present supply only",
        machineIn(Normal),
        at(START, PERCENT, { supportNow: PERCENT - 1n }),
        Normal,
      ],
      ["signalling lasts through the second in which D(R) ends", ...signallingAt(5n * DAY, PERCENT), VetoSignalling],
      ["signalling fades after D(R)", ...signallingAt(5n * DAY + 1n, PERCENT), VetoSignallingDeactivation],
      ["signalling lasts minActive though support is gone", ...signallingAt(5n * HOUR, 0n), VetoSignalling],
      ["signalling fades after minActive", ...signallingAt(5n * HOUR + 1n, 0n), VetoSignallingDeactivation],
      [
        "signalling waits for Lmax to have passed before a rage quit",
        machineIn(VetoSignalling, { rageQuitThresholdAt: START }),
        at(END_OF_MAX, 10n * PERCENT),
        VetoSignalling,
      ],
      [
        "signalling becomes a rage quit after Lmax",
        machineIn(VetoSignalling, { rageQuitThresholdAt: START }),
        at(END_OF_MAX + 1n, 10n * PERCENT),
        RageQuit,
      ],
      [
        "a late crossing of R2 waits for the join window to have passed",
        machineIn(VetoSignalling, { rageQuitThresholdAt: END_OF_MAX + 1n }),
        at(END_OF_MAX + 1n + DAY, 10n * PERCENT),
        VetoSignalling,
      ],
      [
        "a late crossing of R2 becomes a rage quit after the join window",
        machineIn(VetoSignalling, { rageQuitThresholdAt: END_OF_MAX + 1n }),
        at(END_OF_MAX + 2n + DAY, 10n * PERCENT),
        RageQuit,
      ],
      ["deactivation gives way to signalling within D(R)", ...fadingAt(5n * DAY, PERCENT), VetoSignalling],
      [
        "deactivation gives way to signalling at R2 whenever",
        machineIn(VetoSignallingDeactivation, { rageQuitThresholdAt: END_OF_MAX + DAY }),
        at(END_OF_MAX + DAY, 10n * PERCENT),
        VetoSignalling,
      ],
      [
        "deactivation becomes a rage quit if R2 has been counted for long",
        machineIn(VetoSignallingDeactivation, { rageQuitThresholdAt: START }),
        at(END_OF_MAX + 1n, 10n * PERCENT),
        RageQuit,
      ],
      ["deactivation lasts through its last second", ...fadingAt(5n * DAY + 1n, PERCENT), VetoSignallingDeactivation],
      [
        "deactivation ends in a cooldown",
        machineIn(VetoSignallingDeactivation),
        at(START + 5n * DAY + 1n, PERCENT),
        VetoCooldown,
      ],
      ["a cooldown lasts through its last second", machineIn(VetoCooldown), at(START + 5n * HOUR, 0n), VetoCooldown],
      ["a cooldown ends in Normal below R1", machineIn(VetoCooldown), at(START + 5n * HOUR + 1n, PERCENT - 1n), Normal],
      ["a cooldown ends in signalling at R1", machineIn(VetoCooldown), at(START + 6n * HOUR, PERCENT), VetoSignalling],
      ["a rage quit lasts until its extension is known", machineIn(RageQuit), at(END_OF_MAX, PERCENT), RageQuit],
      [
        "a rage quit lasts through the last second of its extension",
        machineIn(RageQuit),
        at(END_OF_MAX, PERCENT, { completeAfter: END_OF_MAX }),
        RageQuit,
      ],
      [
        "a complete rage quit ends in a cooldown below R1",
        machineIn(RageQuit),
        at(END_OF_MAX, PERCENT - 1n, { completeAfter: END_OF_MAX - 1n }),
        VetoCooldown,
      ],
      [
        "a complete rage quit ends in signalling at R1",
        machineIn(RageQuit),
        at(END_OF_MAX, PERCENT, { completeAfter: END_OF_MAX - 1n }),
        VetoSignalling,
      ],
    ];

    function signallingAt(age: bigint, support: bigint): [Machine, Reading] {
      return [machineIn(VetoSignalling), at(START + age, support)];
    }

    function fadingAt(age: bigint, support: bigint): [Machine, Reading] {
      const machine = machineIn(VetoSignallingDeactivation, { phaseEndsAt: START + 90n * DAY });
      return [machine, at(START + age, support)];
    }

    for (const [name, machine, reading, to] of cases) {
      it(`${name}: ${nameOfState(to)}`, () => {
        expect(next(machine, CONFIGS, reading)).to.equal(to);
      });
    }
  });

  describe("the rage quit threshold", () => {
    const observe = (machine: Machine, reading: Reading): bigint => observeRageQuitThreshold(machine, CONFIG, reading);

    it("counts from the first sight of R2", () => {
      const machine = machineIn(VetoSignalling);
      expect(observe(machine, at(START + 1n, 10n * PERCENT))).to.equal(START + 1n);
      expect(observe({ ...machine, rageQuitThresholdAt: START + 1n }, at(START + 9n, 10n * PERCENT))).to.equal(
        START + 1n,
      );
    });

    it("stops counting below R2 until Lmax has passed, then keeps its first value", () => {
      const machine = machineIn(VetoSignallingDeactivation, { rageQuitThresholdAt: START + 1n });
      expect(observe(machine, at(END_OF_MAX, 10n * PERCENT - 1n))).to.equal(0n);
      expect(observe(machine, at(END_OF_MAX + 1n, 10n * PERCENT - 1n))).to.equal(START + 1n);
    });

    it("is not looked at outside signalling", () => {
      for (const state of [Normal, VetoCooldown, RageQuit]) {
        expect(observe(machineIn(state, { rageQuitThresholdAt: 5n }), at(START, 10n * PERCENT))).to.equal(5n);
      }
    });
  });

  describe("enter", () => {
    const current = {
      signalling: {
        ...signalling,
        signallingThreshold: 2n * PERCENT,
        rageQuitThreshold: 20n * PERCENT,
        minActive: 7n * HOUR,
      },
      phases: { ...phases, minLock: 9n * HOUR },
    };
    const configs = { current, frozen: CONFIG };
    const now = START + 90n * DAY;

    it("freezes the current configuration on activation, with the smaller R1", () => {
      const before = machineIn(VetoCooldown, { currentConfig: 4, rageQuitThresholdAt: 5n });
      expect(enter(before, VetoSignalling, configs, at(now, 3n * PERCENT))).to.deep.equal({
        ...before,
        state: VetoSignalling,
        frozenConfig: 4,
        signallingThreshold: PERCENT,
        minLock: 9n * HOUR,
        activatedAt: now,
        phaseEndsAt: now + 7n * HOUR,
        rageQuitThresholdAt: 0n,
      });
    });

    it("counts R2 from an activation at R2 of the configuration being frozen", () => {
      const before = machineIn(RageQuit);
      expect(enter(before, VetoSignalling, configs, at(now, 20n * PERCENT)).rageQuitThresholdAt).to.equal(now);
      expect(enter(before, VetoSignalling, configs, at(now, 19n * PERCENT)).rageQuitThresholdAt).to.equal(0n);
    });

    it("keeps the activation on a return from the deactivation", () => {
      const before = machineIn(VetoSignallingDeactivation, { rageQuitThresholdAt: 5n });
      expect(enter(before, VetoSignalling, configs, at(now, PERCENT))).to.deep.equal({
        ...before,
        state: VetoSignalling,
        phaseEndsAt: now + 5n * HOUR,
      });
    });

    it("times the other states by the frozen configuration", () => {
      const reading = at(now, 0n);
      const fading = enter(machineIn(VetoSignalling), VetoSignallingDeactivation, configs, reading);
      expect(fading.phaseEndsAt).to.equal(now + 3n * DAY);
      const cooling = enter(machineIn(VetoSignallingDeactivation, { round: 3 }), VetoCooldown, configs, reading);
      expect(cooling.phaseEndsAt).to.equal(now + 5n * HOUR);
      expect(cooling.round).to.equal(0);
    });

    it("takes the current R1 and lock into Normal", () => {
      const normal = enter(machineIn(VetoCooldown), Normal, configs, at(now, 0n));
      expect(normal).to.include({ signallingThreshold: 2n * PERCENT, minLock: 9n * HOUR, phaseEndsAt: 0n });
    });

    it("counts rage quits in a row up to 255", () => {
      expect(enter(machineIn(VetoSignalling, { round: 1 }), RageQuit, configs, at(now, 0n)).round).to.equal(2);
      expect(enter(machineIn(VetoSignalling, { round: 255 }), RageQuit, configs, at(now, 0n)).round).to.equal(255);
    });
  });

  it("delays withdrawals by round, up to the cap", () => {
    expect([0, 1, 8, 9, 255].map((round) => calcWithdrawalDelay(round, CONFIG) / DAY)).to.deep.equal([
      60n,
      75n,
      180n,
      180n,
      180n,
    ]);
  });

  it("admits scheduling except while fading and cooling down", () => {
    expect(Object.values(GovernanceState).filter(admitsScheduling)).to.deep.equal([Normal, VetoSignalling, RageQuit]);
  });

  it("admits execution in Normal, and in a cooldown of what is strictly older than the activation", () => {
    const admitting = Object.values(GovernanceState).filter((state) => admitsExecution(machineIn(state), START - 1n));
    expect(admitting).to.deep.equal([Normal, VetoCooldown]);
    expect(admitsExecution(machineIn(VetoCooldown), START)).to.equal(false);
    expect(admitsExecution(machineIn(Normal), START)).to.equal(true);
  });
});
