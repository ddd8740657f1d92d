import { expect } from "chai";

import { effectiveOf, type System } from "../../model/twin/dualGovernanceModel.js";
import { forecast, type Outlook } from "../../../src/model/forecast.js";
import { configPairOf } from "../../model/twin/gateModel.js";
import { nameOfState } from "../../../src/model/types.js";
import {
  ALICE,
  createDefaultSystem,
  DAY,
  HOUR,
  lock,
  play,
  poke,
  redeemAll,
  schedule,
  START,
  unlock,
  warp,
} from "../../helpers/defaultModel.js";

const outlooksOf = (system: System): readonly Outlook[] => {
  const { machine, reading } = effectiveOf(system);
  return forecast(machine, configPairOf(system.gate), reading);
};

/** Target, condition, whether it needs nothing but time, and how long after the start. */
const tell = (system: System): [string, string, boolean, bigint | undefined][] =>
  outlooksOf(system).map(({ to, condition, isOnCourse, earliest }) => [
    nameOfState(to),
    condition,
    isOnCourse,
    earliest === undefined ? undefined : earliest - START,
  ]);

describe("model: forecast", () => {
  it("in Normal waits for the signalling threshold", () => {
    expect(tell(play(createDefaultSystem(), schedule("a")))).to.deep.equal([
      ["VetoSignalling", "support reaches the signalling threshold, 1 %", false, 0n],
    ]);
  });

  it("in VetoSignalling tells when support will have been in vain, and what would end it sooner", () => {
    expect(tell(play(createDefaultSystem(), lock(ALICE, 1n)))).to.deep.equal([
      ["RageQuit", "support reaches the rage quit threshold, 10 %", false, 45n * DAY + 1n],
      ["VetoSignallingDeactivation", "support stays at 1 %", true, 5n * DAY + 1n],
      ["VetoSignallingDeactivation", "support falls below 1 %", false, 5n * HOUR + 1n],
    ]);
  });

  it("in VetoSignalling counts the join window of a late crossing", () => {
    const system = play(createDefaultSystem(), lock(ALICE, 9n), warp(40n * DAY), lock(ALICE, 1n));
    expect(tell(system)).to.deep.equal([
      ["RageQuit", "support stays at or above the rage quit threshold, 10 %", true, 45n * DAY + 1n],
      ["VetoSignallingDeactivation", "support falls below 8.875 %", false, 40n * DAY],
    ]);
    const later = play(createDefaultSystem(), lock(ALICE, 9n), warp(44n * DAY + 12n * HOUR), poke, lock(ALICE, 1n));
    expect(tell(play(later, warp(HOUR)))[0]?.[3]).to.equal(45n * DAY + 12n * HOUR + 1n);
  });

  it("in the deactivation tells how much would bring signalling back", () => {
    const system = play(createDefaultSystem(), lock(ALICE, 1n), warp(10n * DAY), poke);
    expect(tell(system)).to.deep.equal([
      ["VetoCooldown", "support stays below 2.125 %", true, 13n * DAY + 1n],
      ["VetoSignalling", "support reaches 2.125 %", false, 10n * DAY],
    ]);
  });

  it("in the cooldown knows both ways on", () => {
    const system = play(createDefaultSystem(), lock(ALICE, 1n), warp(5n * DAY + 1n), unlock(ALICE, 1n));
    expect(tell(play(system, warp(3n * DAY + 1n), poke))).to.deep.equal([
      ["VetoSignalling", "support is at or above the signalling threshold, 1 %", false, 8n * DAY + 5n * HOUR + 3n],
      ["Normal", "support is below the signalling threshold, 1 %", true, 8n * DAY + 5n * HOUR + 3n],
    ]);
  });

  it("in a rage quit knows no moment before the extension has started", () => {
    const system = play(createDefaultSystem(), lock(ALICE, 12n), warp(45n * DAY + 1n), poke);
    const words = "the exit has ended, the extension has passed, and support is";
    expect(tell(system)).to.deep.equal([
      ["VetoSignalling", `${words} at or above the signalling threshold, 1 %`, false, undefined],
      ["VetoCooldown", `${words} below the signalling threshold, 1 %`, true, undefined],
    ]);
    expect(tell(play(system, redeemAll(1, 120n)))[1]).to.deep.equal([
      "VetoCooldown",
      "support is below the signalling threshold, 1 %",
      true,
      52n * DAY + 2n,
    ]);
  });
});
