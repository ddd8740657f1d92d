import { exitOf, positionOf } from "../model/twin/escrowLedger.js";
import { configPairOf } from "../model/twin/gateModel.js";
import { findPending } from "../model/twin/timelockModel.js";
import { GovernanceState } from "../../src/model/types.js";
import { max, type Timestamp } from "../../src/model/units.js";
import type { Call, Move } from "./callTypes.js";
import { chooseLock, chooseSchedule, chooseUnlock, clamp, pickStaker } from "./candidates.js";
import { chooseReturn, chooseWithdrawal, pursueExit } from "./exitMoves.js";
import { pick, pickFrom } from "./pick.js";
import { ACTORS, PLAN_NAMES, STAKERS, type Actor, type Staker } from "./setting.js";
import type { Step } from "./steps.js";
import { gateTimers, thresholdShares } from "./timers.js";
import { passTo, type World } from "./twin.js";
import { balanceOf } from "./vaultTwin.js";

/** Whatever leads on from here: to the next state, or out of the vault. */
export function follow(world: World, step: Step): Move {
  const { system } = world;
  const { now, ledger, gate } = system;
  const { offset, which, size } = step;
  const around = (moment: Timestamp | undefined): Timestamp => max(now, (moment ?? now) + BigInt(offset));
  const actor = pickFrom(ACTORS, step.who);
  const act = (at: Timestamp, call: Call, by = actor): Move => ({ at, transaction: { actor: by, calls: [call] } });

  const owed = chooseWithdrawal(world, step);
  if (owed !== undefined && size % 3 === 0) {
    return act(around(owed.after), { type: "withdraw", epoch: owed.epoch }, owed.actor);
  }
  const returned = chooseReturn(world, step);
  if (returned !== undefined && size % 5 === 1) return act(now, returned.call, returned.actor);
  const pending = PLAN_NAMES.flatMap((plan) => {
    const operation = findPending(system.timelock, plan, now);
    return operation === undefined || operation.isDeEscalation ? [] : [{ plan, ...operation }];
  });
  const staker = pickStaker(world, step.who);
  const ahead = gateTimers(world).filter((end) => end + BigInt(offset) >= now);
  const atTimer = around(pick(ahead, which));
  switch (gate.machine.state) {
    case GovernanceState.Normal: {
      if (size % 5 < 2) return act(now, chooseLock(world, staker, step), staker);
      const ripe = pick(pending, which);
      if (ripe === undefined) return act(now, chooseSchedule(world, step), "dora");
      // An operation is due at its time already, not strictly after it.
      return act(max(now, ripe.readyAt + BigInt(offset)), { type: "execute", plan: ripe.plan });
    }
    case GovernanceState.VetoSignalling:
    case GovernanceState.VetoSignallingDeactivation: {
      const later = passTo(world, atTimer);
      if (size % 5 < 3) return act(atTimer, { type: "poke" });
      if (size % 5 === 3) return act(atTimer, chooseLock(later, staker, step), staker);
      const { actor: owner, call } = chooseUnlock(later, step);
      return act(atTimer, call, owner);
    }
    case GovernanceState.VetoCooldown: {
      const ripe = pick(
        pending.filter(({ readyAt }) => readyAt <= gate.machine.phaseEndsAt + 1n),
        which,
      );
      if (ripe === undefined || size % 2 === 0) return act(atTimer, { type: "poke" });
      return act(max(now, ripe.readyAt), { type: "execute", plan: ripe.plan });
    }
    case GovernanceState.RageQuit:
      if (ledger.completeAfter !== 0n) return act(around(ledger.completeAfter), { type: "poke" });
      return pursue(world, step, actor);
  }
}

/** The exit that governance waits for goes on. */
function pursue(world: World, step: Step, actor: Actor): Move {
  const { ledger } = world.system;
  const epoch = ledger.runningEpoch - 1;
  const exit = exitOf(ledger, epoch);
  if (exit === undefined) throw new Error("a rage quit without an exit");
  const { at, call } = pursueExit(world, epoch, exit, step);
  return { at, transaction: { actor, calls: [call] } };
}

/**
 * Step by step, whatever others do in between: support stays just below R2, crosses it so late that the join window
 * outlasts the longest extension, falls below it again, and comes back from the deactivation when the window is over.
 */
export function crossLate(world: World, step: Step): Move {
  const { now, gate, ledger } = world.system;
  const { machine } = gate;
  const { signalling } = configPairOf(gate).frozen;
  const { Normal, VetoSignalling, VetoSignallingDeactivation } = GovernanceState;
  if (machine.state !== Normal && machine.state !== VetoSignalling && machine.state !== VetoSignallingDeactivation) {
    return follow(world, step);
  }
  const late = machine.activatedAt + signalling.maxDuration + 1n;
  const end = max(now, machine.phaseEndsAt + 1n);
  // By the lowest supply: what is counted.
  const threshold = pickFrom(thresholdShares(world), 3);
  const locked = ledger.lockedShares;
  const actor = pickStaker(world, step.who);
  const act = (at: Timestamp, call: Call, by: Actor = actor): Move => ({
    at: max(at, now),
    transaction: { actor: by, calls: [call] },
  });
  const raiseTo = (goal: bigint): Call => {
    const shares = clamp(goal - locked, balanceOf(world.vault, actor));
    return shares === 0n ? { type: "poke" } : { type: "lock", shares, expectedEpoch: 0 };
  };

  if (machine.state === Normal) return act(now, raiseTo(threshold - 1n));
  if (machine.rageQuitThresholdAt === 0n) {
    if (locked < threshold - 1n && now < late) return act(now, raiseTo(threshold - 1n));
    return act(late + BigInt(step.offset) - signalling.joinWindow / 2n, raiseTo(threshold));
  }
  if (locked >= threshold) {
    const sharesOf = (staker: Staker): bigint => positionOf(ledger, ledger.runningEpoch, staker).shares;
    const owner = STAKERS.find((staker) => sharesOf(staker) > locked - threshold);
    const isOpen = max(late, now) <= machine.rageQuitThresholdAt + signalling.joinWindow;
    if (owner === undefined || !isOpen) return act(late, { type: "poke" });
    return act(late, { type: "unlock", shares: locked - threshold + 1n, expectedEpoch: 0 }, owner);
  }
  if (machine.state === VetoSignalling) return act(end, { type: "poke" });
  return act(machine.rageQuitThresholdAt + signalling.joinWindow + BigInt(step.offset), raiseTo(threshold));
}
