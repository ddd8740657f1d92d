import { expect } from "chai";

import { canSchedule, effectiveOf, operationStatus, type System } from "../../model/twin/dualGovernanceModel.js";
import { activeConfigOf } from "../../model/twin/gateModel.js";
import { GovernanceState, nameOfState, type GovernanceStateName } from "../../../src/model/types.js";
import { freshVessel } from "../../model/twin/vessels.js";
import {
  ALICE,
  BASE_DELAY,
  BOB,
  CONFIG,
  createDefaultSystem,
  DAY,
  execute,
  HOUR,
  lock,
  ONE_PERCENT,
  PERCENT,
  play,
  playStep,
  poke,
  redeemAll,
  refusalOf,
  schedule,
  START,
  SUPPLY,
  unlock,
  warp,
} from "../../helpers/defaultModel.js";

const { Normal, VetoSignalling, VetoSignallingDeactivation, VetoCooldown, RageQuit } = GovernanceState;

const persisted = (system: System): GovernanceStateName => nameOfState(system.gate.machine.state);
const effective = (system: System): GovernanceStateName => nameOfState(effectiveOf(system).machine.state);

/** Alice has locked 1 % and nobody has poked since. */
const signalling = (): System => play(createDefaultSystem(), lock(ALICE, 1n));
const fading = (): System => play(signalling(), warp(5n * DAY + 1n), unlock(ALICE, 1n));
const cooling = (): System => play(fading(), warp(3n * DAY + 1n), poke);
/** Alice leaves with 12 %. */
const leaving = (): System => play(createDefaultSystem(), lock(ALICE, 12n), warp(45n * DAY + 1n), poke);
const complete = (): System => play(leaving(), redeemAll(1, 999n), warp(7n * DAY + 1n));
/** Nothing ever left, and everything came back. */
const calledOff = (): System => play(leaving(), warp(120n * DAY + 1n), { type: "callOff", epoch: 1 });

describe("model: dual governance", () => {
  it("walks through every state, persisted by pokes and told before them", () => {
    const walk = [
      createDefaultSystem(),
      signalling(),
      play(signalling(), warp(5n * DAY + 1n)),
      fading(),
      play(fading(), warp(3n * DAY + 1n)),
      cooling(),
      play(cooling(), warp(5n * HOUR + 1n)),
      leaving(),
      complete(),
    ];
    expect(walk.map((system) => `${persisted(system)} / ${effective(system)}`)).to.deep.equal([
      "Normal / Normal",
      "VetoSignalling / VetoSignalling",
      "VetoSignalling / VetoSignallingDeactivation",
      "VetoSignallingDeactivation / VetoSignallingDeactivation",
      "VetoSignallingDeactivation / VetoCooldown",
      "VetoCooldown / VetoCooldown",
      "VetoCooldown / Normal",
      "RageQuit / RageQuit",
      "RageQuit / VetoCooldown",
    ]);
  });

  it("answers whether the DAO may schedule by the effective state", () => {
    expect([signalling(), fading(), cooling(), leaving()].map(canSchedule)).to.deep.equal([true, false, false, true]);
    expect(canSchedule(play(signalling(), warp(5n * DAY + 1n)))).to.equal(false);
    expect(refusalOf(play(signalling(), warp(5n * DAY + 1n)), schedule("a"))).to.equal("SchedulingClosed");
    expect(refusalOf(cooling(), schedule("a"))).to.equal("SchedulingClosed");
  });

  describe("lock and unlock", () => {
    it("poke before and after", () => {
      const late = play(signalling(), warp(5n * DAY + 1n));
      const { transitions } = playStep(late, lock(BOB, 3n));
      expect(transitions).to.deep.equal([
        { from: VetoSignalling, to: VetoSignallingDeactivation },
        { from: VetoSignallingDeactivation, to: VetoSignalling },
      ]);
    });

    it("bind by the lock's length in force", () => {
      const config = { ...CONFIG, phases: { ...CONFIG.phases, minLock: 9n * HOUR } };
      const frozen = play(signalling(), { type: "setConfig", config }, lock(BOB, 1n));
      expect(frozen.ledger.positions[BOB]?.unlockableAfter).to.equal(START + 5n * HOUR);
      const current = play(createDefaultSystem(), { type: "setConfig", config }, lock(BOB, 1n));
      expect(current.ledger.positions[BOB]?.unlockableAfter).to.equal(START + 9n * HOUR);
    });

    it("count in the new epoch when the poke closes the old one, unless the old one was named", () => {
      const due = play(createDefaultSystem(), lock(ALICE, 12n), warp(45n * DAY + 1n));
      const after = play(due, lock(BOB, 2n));
      expect(persisted(after)).to.equal("RageQuit");
      expect(after.ledger).to.include({ runningEpoch: 2, lockedShares: 2n * ONE_PERCENT });
      expect(refusalOf(due, { type: "lock", staker: BOB, shares: 1n, expectedEpoch: 1 })).to.equal("UnexpectedEpoch");
      expect(refusalOf(due, unlock(ALICE, 1n))).to.equal("EpochClosed");
      expect(refusalOf(due, { type: "unlock", staker: ALICE, shares: 1n, expectedEpoch: 3 })).to.equal(
        "UnexpectedEpoch",
      );
      expect(refusalOf(due, { type: "lock", staker: BOB, shares: 0n })).to.equal("ZeroShares");
      expect(refusalOf(signalling(), unlock(ALICE, 1n))).to.equal("LockTooYoung");
    });
  });

  describe("execution", () => {
    it("waits, then is blocked while stakers object, and lands in the cooldown what is older", () => {
      const older = play(createDefaultSystem(), schedule("old"), warp(1n), lock(ALICE, 1n), schedule("new"));
      expect(operationStatus(older, "old")).to.equal("waiting");
      const blocked = play(older, warp(BASE_DELAY));
      expect(operationStatus(blocked, "old")).to.equal("blocked");
      expect(refusalOf(blocked, execute("old"))).to.equal("ExecutionClosed");
      const cooldown = play(blocked, warp(2n * DAY), unlock(ALICE, 1n), warp(3n * DAY + 1n), poke);
      expect(persisted(cooldown)).to.equal("VetoCooldown");
      expect(operationStatus(cooldown, "old")).to.equal("executable");
      expect(operationStatus(cooldown, "new")).to.equal("blocked");
      expect(operationStatus(play(cooldown, execute("old")), "old")).to.equal("executed");
      expect(refusalOf(cooldown, execute("new"))).to.equal("ExecutionClosed");
      const normal = play(cooldown, warp(5n * HOUR + 1n), execute("new"));
      expect(persisted(normal)).to.equal("Normal");
    });

    it("changes what the operation says it changes", () => {
      const config = { ...CONFIG, signalling: { ...CONFIG.signalling, signallingThreshold: 2n * PERCENT } };
      const effects = [
        { type: "setConfig", config },
        { type: "updateDelay", delay: 5n * DAY },
      ] as const;
      const before = play(createDefaultSystem(), { type: "schedule", id: "a", effects }, warp(BASE_DELAY));
      const after = play(before, execute("a"));
      expect(after.timelock.minDelay).to.equal(5n * DAY);
      expect(activeConfigOf(after.gate).signalling.signallingThreshold).to.equal(2n * PERCENT);
      expect(after.gate.machine).to.include({ currentConfig: 1, signallingThreshold: 2n * PERCENT });
    });

    it("is refused as a whole if one of its calls is", () => {
      const config = { ...CONFIG, signalling: { ...CONFIG.signalling, signallingThreshold: 0n } };
      const effects = [{ type: "updateDelay", delay: 5n * DAY } as const, { type: "setConfig", config } as const];
      const before = play(createDefaultSystem(), { type: "schedule", id: "a", effects }, warp(BASE_DELAY));
      expect(refusalOf(before, execute("a"))).to.equal("SignallingThresholdZero");
      const delay = { type: "schedule", id: "b", effects: [{ type: "updateDelay", delay: DAY }] } as const;
      expect(refusalOf(play(before, delay, warp(BASE_DELAY)), execute("b"))).to.equal("DelayOutOfBounds");
    });

    it("is not scheduled beyond the ceiling", () => {
      const action = { type: "schedule", id: "a", delay: 5n * DAY + 1n } as const;
      expect(refusalOf(createDefaultSystem(), action)).to.equal("DelayOutOfBounds");
      expect(refusalOf(createDefaultSystem(), { ...action, delay: DAY })).to.equal("TimelockInsufficientDelay");
    });
  });

  describe("de-escalation", () => {
    const all = { type: "schedule", id: "stop", effects: [{ type: "cancelAllOperations" }] } as const;

    it("is scheduled and lands in every state, and withdraws only what is older", () => {
      for (const system of [signalling(), fading(), cooling(), leaving()]) {
        expect(operationStatus(play(system, all), "stop")).to.equal("executable");
      }
      const before = play(signalling(), schedule("old"), all, schedule("young"), execute("stop"));
      expect(["old", "stop", "young"].map((id) => operationStatus(before, id))).to.deep.equal([
        "cancelled",
        "executed",
        "waiting",
      ]);
    });

    it("names what it withdraws, if it is not to be all", () => {
      const effects = [{ type: "cancelOperations", ids: ["a", "c"] }] as const;
      const stop = { type: "schedule", id: "stop", effects } as const;
      const after = play(signalling(), schedule("a"), schedule("b"), stop, schedule("c"), execute("stop"));
      expect(["a", "b", "c"].map((id) => operationStatus(after, id))).to.deep.equal([
        "cancelled",
        "waiting",
        "waiting",
      ]);
    });

    it("by who is no canceller is an operation like any other", () => {
      expect(refusalOf(cooling(), { ...all, isCanceller: false })).to.equal("SchedulingClosed");
      const waiting = play(signalling(), { ...all, isCanceller: false });
      expect(operationStatus(waiting, "stop")).to.equal("waiting");
    });

    it("by a canceller himself needs no operation", () => {
      const before = play(createDefaultSystem(), schedule("a"), schedule("b"), lock(ALICE, 1n));
      const one = play(before, { type: "deEscalate", ids: ["b", "z"] });
      expect(["a", "b"].map((id) => operationStatus(one, id))).to.deep.equal(["waiting", "cancelled"]);
      expect(operationStatus(play(before, { type: "deEscalate" }), "a")).to.equal("cancelled");
      expect(operationStatus(play(before, { type: "cancel", id: "a" }), "a")).to.equal("cancelled");
      expect(refusalOf(before, { type: "cancel", id: "z" })).to.equal("TimelockUnexpectedOperationState");
    });
  });

  describe("the configuration", () => {
    it("of a running round does not change", () => {
      const config = { ...CONFIG, signalling: { ...CONFIG.signalling, signallingThreshold: 5n * PERCENT } };
      const after = play(signalling(), { type: "setConfig", config });
      expect(activeConfigOf(after.gate).signalling.signallingThreshold).to.equal(PERCENT);
      expect(effective(play(after, warp(5n * DAY)))).to.equal("VetoSignalling");
    });

    it("is refused where the chain refuses it", () => {
      const config = { ...CONFIG, phases: { ...CONFIG.phases, cooldown: 0n } };
      expect(refusalOf(createDefaultSystem(), { type: "setConfig", config })).to.equal("CooldownOutOfRange");
    });
  });

  describe("a rage quit", () => {
    it("pays its stakers after the delay of its round, rounded down", () => {
      const system = play(complete(), poke, warp(75n * DAY - 1n));
      const withdrawal = { type: "withdraw", epoch: 1, staker: ALICE } as const;
      expect(refusalOf(system, withdrawal)).to.equal("NotYetWithdrawable");
      expect(playStep(play(system, warp(1n)), withdrawal).paid).to.equal(999n);
    });

    it("takes its shares out of the supply, once", () => {
      expect(leaving().vault.supply).to.equal(SUPPLY);
      expect(effectiveOf(leaving()).reading.supply).to.equal(88n * ONE_PERCENT);
      expect(complete().vault.supply).to.equal(88n * ONE_PERCENT);
      expect(effectiveOf(complete()).reading.supply).to.equal(88n * ONE_PERCENT);
    });

    it("leaves out of the supply what is pending, unless the request burnt it or the vault reports what can vote", () => {
      const asked = (burnt: bigint): System =>
        play(leaving(), {
          type: "beginExit",
          epoch: 1,
          leave: ({ shares }) => ({ taken: shares, redeemed: 0n, assets: 0n, burnt, worth: 0n }),
        });
      const votable = (system: System): bigint => effectiveOf(system).reading.supply;
      expect(votable(asked(0n))).to.equal(88n * ONE_PERCENT);
      expect(votable(asked(12n * ONE_PERCENT))).to.equal(88n * ONE_PERCENT);
      const reported = { type: "setVault", vault: { supply: 70n * ONE_PERCENT, isReported: true } } as const;
      expect(votable(play(asked(0n), reported))).to.equal(70n * ONE_PERCENT);
      // A vessel whose vault does not tell leaves the record as it was.
      const silent = { type: "setVessel", vessel: freshVessel(1, 0), changes: { answered: false } } as const;
      expect(votable(play(asked(0n), reported, poke, { ...reported, vault: { isReported: false } }, silent))).to.equal(
        70n * ONE_PERCENT,
      );
    });

    it("that is called off lifts the recorded supply once, by what came back", () => {
      const shrunk = { type: "setVault", vault: { supply: 50n * ONE_PERCENT } } as const;
      const low = play(leaving(), shrunk, poke, { type: "setVault", vault: { supply: SUPPLY } });
      expect(low.gate.supply.lowest).to.equal(38n * ONE_PERCENT);
      const over = play(low, warp(120n * DAY + 1n), { type: "callOff", epoch: 1 });
      expect(effectiveOf(over).reading).to.include({ supply: SUPPLY, lowestSupply: 50n * ONE_PERCENT });
      const seen = play(over, poke);
      expect(seen.gate.machine.phaseEndsAt).to.equal(over.ledger.completeAfter);
      expect(play(seen, poke).gate.supply.lowest).to.equal(50n * ONE_PERCENT);
    });

    it("that is called off gives its shares back, to be taken or to signal on", () => {
      const back = calledOff();
      expect(back.ledger.completeAfter).to.equal(back.now + 14n * DAY);
      expect(refusalOf(leaving(), { type: "moveShares", epoch: 1, staker: ALICE })).to.equal("UnexpectedPhase");
      const moving = { type: "moveShares", epoch: 1, staker: ALICE } as const;
      expect(refusalOf(back, { ...moving, expectedEpoch: 1 })).to.equal("UnexpectedEpoch");
      const moved = playStep(back, moving);
      expect(moved.paid).to.equal(12n * ONE_PERCENT);
      expect(moved.system.ledger.positions[ALICE]).to.deep.equal({
        shares: 12n * ONE_PERCENT,
        unlockableAfter: back.now + 5n * HOUR,
      });
      expect(effective(play(moved.system, warp(14n * DAY + 1n)))).to.equal("VetoSignalling");
      const taken = playStep(back, { type: "takeShares", epoch: 1, staker: ALICE });
      expect(taken).to.include({ paid: 12n * ONE_PERCENT, shares: 12n * ONE_PERCENT });
      expect(refusalOf(taken.system, moving)).to.equal("NothingToWithdraw");
      expect(effective(play(taken.system, warp(14n * DAY + 1n)))).to.equal("VetoCooldown");
    });

    it("is refused out of turn, and may be given more", () => {
      const vessel = freshVessel(1, 0);
      expect(refusalOf(leaving(), redeemAll(2, 1n))).to.equal("UnexpectedPhase");
      expect(refusalOf(complete(), redeemAll(1, 1n))).to.equal("UnexpectedPhase");
      expect(refusalOf(leaving(), { type: "claim", epoch: 1, vessel })).to.equal("NotAVessel");
      expect(refusalOf(leaving(), { type: "callOff", epoch: 1 })).to.equal("ClockRunning");
      const donated = play(complete(), { type: "donate", vessel, assets: 1n }, warp(76n * DAY));
      expect(playStep(donated, { type: "withdraw", epoch: 1, staker: ALICE }).paid).to.equal(1_000n);
    });
  });

  describe("what the guarantee does not say", () => {
    const honest = { type: "setVault", vault: { supply: 60n * ONE_PERCENT } } as const;
    const flash = { type: "setVault", vault: { supply: 100n * SUPPLY } } as const;

    it("a fall of the supply that no poke has seen can be hidden behind a flash deposit", () => {
      // Bob keeps 0.9 %; when two fifths of the supply have left the vault that is 1.5 %, but nobody has looked.
      const lockBob = { type: "lock", staker: BOB, shares: (9n * ONE_PERCENT) / 10n } as const;
      const unseen = play(signalling(), lockBob, warp(5n * HOUR + 1n), unlock(ALICE, 1n), honest);
      expect(effective(unseen)).to.equal("VetoSignalling");
      expect(effective(play(unseen, flash))).to.equal("VetoSignallingDeactivation");
      expect(effective(play(unseen, poke, flash))).to.equal("VetoSignalling");
    });

    it("who meets the lower R1 in a cooldown may find it raised again before it ends", () => {
      const withSignallingThreshold = (signallingThreshold: bigint) =>
        ({
          type: "setConfig",
          config: { ...CONFIG, signalling: { ...CONFIG.signalling, signallingThreshold } },
        }) as const;
      const high = play(createDefaultSystem(), withSignallingThreshold(2n * PERCENT), lock(ALICE, 2n));
      const cooldown = play(
        play(high, warp(13n * DAY), unlock(ALICE, 2n), warp(3n * DAY + 1n), poke),
        withSignallingThreshold(PERCENT),
        lock(BOB, 1n),
      );
      expect(effective(play(cooldown, warp(5n * HOUR + 1n)))).to.equal("VetoSignalling");
      const raised = play(cooldown, withSignallingThreshold(2n * PERCENT), warp(5n * HOUR + 1n));
      expect(effective(raised)).to.equal("Normal");
    });

    it("who locks in the very second T1 may start the cooldown in which the operation lands", () => {
      const reaction = BASE_DELAY - 5n * HOUR;
      const quiet = play(createDefaultSystem(), schedule("hostile"), warp(1n), lock(ALICE, 1n));
      const unpoked = play(quiet, warp(5n * HOUR + 1n), unlock(ALICE, 1n), warp(reaction - 5n * HOUR - 3n));
      expect(unpoked.now).to.equal(START + reaction - 1n);
      const inTime = play(unpoked, lock(BOB, 1n), warp(5n * HOUR + 1n));
      expect(operationStatus(inTime, "hostile")).to.equal("blocked");
      const late = play(unpoked, warp(1n), lock(BOB, 1n), warp(5n * HOUR));
      expect(persisted(late)).to.equal("VetoCooldown");
      expect(operationStatus(late, "hostile")).to.equal("executable");
    });
  });

  it("refuses one configuration more than the gate has room for", () => {
    const system = createDefaultSystem();
    const machine = { ...system.gate.machine, currentConfig: 65_535 };
    const configs = Array.from({ length: 65_536 }, () => CONFIG);
    const full: System = { ...system, gate: { ...system.gate, machine, configs } };
    expect(refusalOf(full, { type: "setConfig", config: CONFIG })).to.equal("TooManyConfigurations");
  });

  it("has states in the order of the contracts", () => {
    expect([Normal, VetoSignalling, VetoSignallingDeactivation, VetoCooldown, RageQuit]).to.deep.equal([0, 1, 2, 3, 4]);
  });
});
