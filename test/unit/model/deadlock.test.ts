import { expect } from "chai";

import { calcHaltedSince, forecastDeadlock, noteReactivation } from "../../model/twin/deadlock.js";
import { createGate } from "../../model/twin/gateModel.js";
import { GovernanceState, type Machine } from "../../../src/model/types.js";
import { CONFIG, DAY, START } from "../../helpers/defaultModel.js";

const { Normal, VetoSignalling, VetoSignallingDeactivation, VetoCooldown, RageQuit } = GovernanceState;
const TIMEOUT = 365n * DAY;
/** Just inside the timeout. */
const SINCE = START - TIMEOUT + 1n;

const machineIn = (state: GovernanceState, round: number, activatedAt: bigint): Machine => ({
  ...createGate(CONFIG, { supply: 0n, answers: true }).machine,
  ...{ state, round, activatedAt },
});

describe("calcHaltedSince", () => {
  it("is 0 where governance goes on, whatever was", () => {
    for (const state of [Normal, VetoCooldown]) {
      expect(calcHaltedSince(7n, machineIn(RageQuit, 3, 5n), machineIn(state, 0, 5n))).to.equal(0n);
    }
  });

  it("begins with the activation, and stays there through the first rage quit", () => {
    const signalling = machineIn(VetoSignalling, 0, 5n);
    for (const from of [Normal, VetoCooldown]) {
      expect(calcHaltedSince(7n, machineIn(from, 0, 3n), signalling)).to.equal(5n);
    }
    for (const from of [signalling, machineIn(VetoSignallingDeactivation, 0, 5n), machineIn(RageQuit, 1, 5n)]) {
      expect(calcHaltedSince(7n, from, machineIn(RageQuit, 1, 5n))).to.equal(5n);
    }
  });

  it("is what was noted when signalling followed the first rage quit in a row", () => {
    const first = machineIn(RageQuit, 1, 5n);
    const noted = noteReactivation(0n, first, VetoSignalling);
    expect(noted).to.equal(5n);
    const again = machineIn(VetoSignalling, 1, 9n);
    expect(calcHaltedSince(noted, again, again)).to.equal(5n);
    const second = machineIn(RageQuit, 2, 9n);
    expect(noteReactivation(noted, second, VetoSignalling)).to.equal(5n);
    expect(noteReactivation(noted, first, VetoCooldown)).to.equal(5n);
    expect(calcHaltedSince(noted, second, second)).to.equal(5n);
  });
});

describe("forecastDeadlock", () => {
  it("knows none while governance goes on", () => {
    const nothing = { cause: undefined, earliest: undefined };
    expect(forecastDeadlock(Normal, 0n, TIMEOUT, [{ resumesAt: undefined }], START)).to.deep.equal(nothing);
  });

  it("tells the first second of the deadlock by time, and that it is there", () => {
    for (const [now, cause, earliest] of [
      [SINCE, undefined, SINCE + TIMEOUT],
      [SINCE + TIMEOUT - 1n, undefined, SINCE + TIMEOUT],
      [SINCE + TIMEOUT, "timeout", SINCE + TIMEOUT],
      [SINCE + TIMEOUT + 1n, "timeout", SINCE + TIMEOUT + 1n],
    ] as const) {
      expect(forecastDeadlock(VetoSignalling, SINCE, TIMEOUT, [], now)).to.deep.equal({ cause, earliest });
    }
  });

  it("counts a blocker in a rage quit only, and only beyond the timeout", () => {
    const at = (state: GovernanceState, resumesAt: bigint | undefined) =>
      forecastDeadlock(state, SINCE, TIMEOUT, [{ resumesAt: 0n }, { resumesAt }], START).cause;
    expect(at(RageQuit, START + TIMEOUT)).to.equal(undefined);
    expect(at(RageQuit, START + TIMEOUT + 1n)).to.equal("blocker");
    expect(at(RageQuit, undefined)).to.equal("blocker");
    expect(at(VetoSignalling, undefined)).to.equal(undefined);
  });

  it("counts an exit that the vault holds up in a rage quit only", () => {
    const causeIn = (state: GovernanceState) => forecastDeadlock(state, SINCE, TIMEOUT, [], START, true).cause;
    expect(causeIn(RageQuit)).to.equal("stalledExit");
    expect(causeIn(VetoSignalling)).to.equal(undefined);
    expect(forecastDeadlock(RageQuit, SINCE, TIMEOUT, [], START, false).earliest).to.equal(SINCE + TIMEOUT);
  });
});
