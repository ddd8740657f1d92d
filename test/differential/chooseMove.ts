import type { Timestamp } from "../../src/model/units.js";
import type { Call, Move } from "./callTypes.js";
import {
  chooseClawBack,
  chooseDeposit,
  chooseDonation,
  chooseFlash,
  chooseLock,
  choosePlan,
  chooseSchedule,
  chooseStray,
  chooseUnlock,
  pickStaker,
} from "./candidates.js";
import { chooseExit, chooseReturn, chooseWithdrawal } from "./exitMoves.js";
import { crossLate, follow } from "./follow.js";
import { part, pick, pickFrom } from "./pick.js";
import { ACCEPTED_RULES, ACTORS, type Actor, type RulesName } from "./setting.js";
import type { Pause, Step } from "./steps.js";
import { farTimers, nearTimers } from "./timers.js";
import { passTo, type World } from "./twin.js";
import { maxRedeem, type Silence } from "./vaultTwin.js";

/** When the step happens. */
function choosePause(world: World, { kind, which, offset }: Pause): Timestamp {
  const { now } = world.system;
  const around = (timers: readonly Timestamp[]): Timestamp => {
    const ahead = timers.map((end) => end + BigInt(offset)).filter((moment) => moment > now);
    return pick(ahead, which) ?? now;
  };
  switch (kind) {
    case "none":
      return now;
    case "second":
      return now + 1n;
    case "near":
      return around(nearTimers(world));
    case "far":
      return around(farTimers(world));
    case "any":
      return now + BigInt(which % 90);
  }
}

const RULES_NAMES = Object.keys(ACCEPTED_RULES) as readonly RulesName[];
const SILENCES: readonly Silence[] = ["Revert", "BurnGas", "Empty", "Short"];

/** The move that `step` is in this world. */
export function choose(before: World, step: Step): Move {
  if (step.kind === "follow") return follow(before, step);
  if (step.kind === "crossLate") return crossLate(before, step);
  const at = choosePause(before, step.pause);
  const world = passTo(before, at);
  const { who, which, size } = step;
  const actor = pickFrom(ACTORS, who);
  const staker = pickStaker(world, who);
  const proposer = who % 4 === 0 ? "mallory" : "dora";
  const act = (by: Actor, ...calls: readonly Call[]): Move => ({ at, transaction: { actor: by, calls } });
  const { closed } = world.system.ledger;

  switch (step.kind) {
    case "wait":
      return { at, transaction: undefined };
    case "poke":
      return act(actor, { type: "poke" });
    case "lock":
      return act(staker, chooseLock(world, staker, step));
    case "unlock": {
      if (world.system.ledger.lockedShares === 0n) return act(staker, chooseLock(world, staker, step));
      const { actor: owner, call } = chooseUnlock(world, step);
      return act(owner, call);
    }
    case "change":
      return { at, transaction: { rules: pickFrom(RULES_NAMES, which) } };
    case "schedule":
      return act(proposer, chooseSchedule(world, step));
    case "execute":
      return act(actor, { type: "execute", plan: choosePlan(world, which, size) });
    case "cancel":
      return act("dora", { type: "cancel", plan: choosePlan(world, which, size) });
    case "deEscalate": {
      const plans = size % 2 === 0 ? undefined : [choosePlan(world, which, 1), choosePlan(world, size, 1)];
      return act("dora", { type: "deEscalate", plans });
    }
    case "exit": {
      if (closed.length === 0) return act(actor, { type: "poke" });
      // The last epoch half the time, else any.
      const epoch = size % 2 === 0 ? closed.length : 1 + (which % closed.length);
      return act(actor, chooseExit(world, epoch, step));
    }
    case "back": {
      const returned = chooseReturn(world, step);
      return act(returned?.actor ?? staker, returned?.call ?? { type: "takeShares", epoch: closed.length });
    }
    case "withdraw": {
      const owed = chooseWithdrawal(world, step);
      return act(owed?.actor ?? staker, { type: "withdraw", epoch: owed?.epoch ?? closed.length });
    }
    case "deposit":
      return act(actor, chooseDeposit(world, step));
    case "redeem":
      return act(actor, { type: "redeem", shares: part(maxRedeem(world.vault, actor), which) });
    case "flash": {
      const { actor: attacker, calls } = chooseFlash(world, step);
      return act(attacker, ...calls);
    }
    case "donate":
      return act(actor, ...chooseDonation(world, actor, step));
    case "clawBack":
      return act(actor, chooseClawBack(world, step));
    case "slash":
      return act(actor, { type: "slash", assets: part(world.vault.assets, size % 8 === 0 ? 100 : which % 60) });
    case "boundLiquidity": {
      const assets = size % 2 === 0 ? undefined : part(world.vault.assets, which);
      return act(actor, { type: "boundLiquidity", assets });
    }
    case "silence":
      return act(actor, { type: "silence", how: pickFrom(SILENCES, which) });
    case "speak":
      return act(actor, { type: "silence", how: undefined });
    case "stray":
      return act(actor, chooseStray(world, actor, step));
  }
}
