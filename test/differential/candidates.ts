import { operationStatus } from "../model/twin/dualGovernanceModel.js";
import { exitOf, positionOf } from "../model/twin/escrowLedger.js";
import { findPending } from "../model/twin/timelockModel.js";
import { max, min } from "../../src/model/units.js";
import { numberedVessel } from "../model/twin/vessels.js";
import type { Call } from "./callTypes.js";
import { chooseUsed, chooseVessel } from "./exitMoves.js";
import { part, pick, pickFrom } from "./pick.js";
import { BOUNDS, PLAN_NAMES, STAKERS, type Actor, type PlanName, type Staker } from "./setting.js";
import type { Step } from "./steps.js";
import { thresholdShares } from "./timers.js";
import { heldAt, type World } from "./twin.js";
import { balanceOf, deposit, maxRedeem, toAssets } from "./vaultTwin.js";

/** So much that nobody has it, yet the sums of the vault's arithmetic hold. */
const ABSURD = 1n << 128n;
/** Beyond this the vault takes no deposits: losses and deposits in turn would make its supply grow without end. */
const LARGE_SUPPLY = 1n << 100n;

/** A staker who can lock something, if there is one. */
export function pickStaker({ vault }: World, who: number): Staker {
  const able = STAKERS.filter((staker) => balanceOf(vault, staker) > 0n);
  return pick(able, who) ?? pickFrom(STAKERS, who);
}

export const clamp = (value: bigint, limit: bigint): bigint => max(0n, min(value, limit));
/** Three times in four a threshold of the present, else any amount. */
const aimsAtThreshold = ({ size }: Step): boolean => size % 4 !== 0;

export function chooseLock(world: World, actor: Actor, step: Step): Call {
  const { ledger } = world.system;
  const balance = balanceOf(world.vault, actor);
  const goal = pickFrom(thresholdShares(world), step.which) + BigInt(step.offset) - ledger.lockedShares;
  const shares = aimsAtThreshold(step) && goal > 0n ? clamp(goal, balance) : 1n + part(balance, step.which % 100);
  return { type: "lock", shares, expectedEpoch: step.size % 5 === 0 ? ledger.runningEpoch : 0 };
}

export function chooseUnlock(world: World, step: Step): { actor: Actor; call: Call } {
  const { ledger } = world.system;
  const sharesOf = (staker: string): bigint => positionOf(ledger, ledger.runningEpoch, staker).shares;
  const bound = STAKERS.filter((staker) => sharesOf(staker) > 0n);
  const actor = pick(bound, step.who) ?? pickFrom(STAKERS, step.who);
  const all = sharesOf(actor);
  const goal = ledger.lockedShares - pickFrom(thresholdShares(world), step.which) - BigInt(step.offset);
  const shares =
    aimsAtThreshold(step) && goal > 0n ? clamp(goal, all) : step.which % 2 === 0 ? all : part(all, step.which);
  return { actor, call: { type: "unlock", shares, expectedEpoch: 0 } };
}

export function chooseSchedule(world: World, { which, size, offset }: Step): Call {
  const { minDelay } = world.system.timelock;
  const odd = [minDelay - 1n, BOUNDS.delayCeiling, BOUNDS.delayCeiling + 1n, minDelay + BigInt(offset)];
  return {
    type: "schedule",
    plan: pickFrom(PLAN_NAMES, which),
    delay: size % 6 === 0 ? pickFrom(odd, size / 6) : minDelay,
  };
}

/** Half the time of what executes now if anything does, else of what may still execute; or now and then of everything that can be planned. */
export function choosePlan({ system }: World, which: number, size: number): PlanName {
  const pending = PLAN_NAMES.filter((plan) => findPending(system.timelock, plan, system.now) !== undefined);
  const executable = pending.filter((plan) => operationStatus(system, plan) === "executable");
  if (executable.length > 0 && size % 2 === 1) return pickFrom(executable, which);
  return (size % 8 === 0 ? undefined : pick(pending, which)) ?? pickFrom(PLAN_NAMES, which);
}

/** Something between a deposit and a redemption, or between a redemption and a deposit, of the same transaction. */
export function chooseFlash(world: World, { who, which, size, offset }: Step): { actor: Actor; calls: Call[] } {
  const { vault, system } = world;
  const actor = pickFrom(["mallory", "mallory", "alice", "dora"] as const, who);
  const thresholds = thresholdShares(world);
  const middle = pickFrom<Call>(
    [
      { type: "poke" },
      { type: "poke" },
      { type: "execute", plan: choosePlan(world, which, size) },
      { type: "schedule", plan: pickFrom(PLAN_NAMES, which), delay: system.timelock.minDelay },
      {
        type: "lock",
        shares: clamp(pickFrom(thresholds, which) + BigInt(offset), balanceOf(vault, actor)),
        expectedEpoch: 0,
      },
      { type: "unlock", shares: positionOf(system.ledger, system.ledger.runningEpoch, actor).shares, expectedEpoch: 0 },
    ],
    size,
  );
  if (who % 3 === 0) {
    const shares = part(maxRedeem(vault, actor), which);
    return { actor, calls: [{ type: "redeem", shares }, middle, { type: "deposit", assets: toAssets(vault, shares) }] };
  }
  const assets = vault.assets * BigInt(1 + (which % 12));
  if (vault.supply > LARGE_SUPPLY) return { actor, calls: [middle] };
  const { shares } = deposit(vault, actor, assets);
  return { actor, calls: [{ type: "deposit", assets }, middle, { type: "redeem", shares }] };
}

/** Vessels of closed epochs, used or not, and one that the running epoch may use. */
const vesselsOf = ({ system: { ledger } }: World): readonly { epoch: number; vessel: string }[] => [
  { epoch: ledger.runningEpoch, vessel: numberedVessel(ledger.runningEpoch, 0) },
  ...ledger.closed.flatMap(({ exit }, index) =>
    [numberedVessel(index + 1, 0), ...exit.vessels].map((vessel) => ({ epoch: index + 1, vessel })),
  ),
];

export function chooseDonation(world: World, actor: Actor, { which, size }: Step): Call[] {
  const { vault } = world;
  // Half the time to the exit that may still end.
  const current = vesselsOf(world).filter(({ epoch }) => epoch === world.system.ledger.runningEpoch - 1);
  const places = size % 4 > 1 && current.length > 0 ? current : vesselsOf(world);
  if (size % 2 === 0) {
    const to = pickFrom(["vault", "escrow", ...places.map(({ vessel }) => vessel)], which);
    return [{ type: "donateAssets", to, assets: part(vault.assets, size >> 4) + 1n }];
  }
  const shares = part(balanceOf(vault, actor), size >> 4);
  const { epoch, vessel } = pickFrom(places, which);
  if (which % 5 === 0) return [{ type: "donateShares", to: "escrow", shares }];
  // A claim sweeps in what lies in a vessel.
  const claim: Call = { type: "claim", epoch, vessel };
  return [{ type: "donateShares", to: vessel, shares }, ...(size % 3 === 0 ? [] : [claim])];
}

/** The issuer takes from the escrow, or from a vessel, a little, a part, or all. */
export function chooseClawBack(world: World, { which, size }: Step): Call {
  const places = ["escrow", "escrow", ...vesselsOf(world).map(({ vessel }) => vessel)];
  const from = pickFrom(places, which);
  const held = heldAt(world, from);
  const shares = pickFrom([1n, held / 64n, part(held, size >> 3), part(held, size >> 3), held - 1n, held], size);
  return { type: "clawBack", from, shares: clamp(shares, held) };
}

export function chooseDeposit({ vault }: World, { which }: Step): Call {
  const assets = vault.assets === 0n ? 1_000n : part(vault.assets, which) + BigInt(which % 3);
  return vault.supply > LARGE_SUPPLY ? { type: "poke" } : { type: "deposit", assets };
}

/** Anything, with any arguments. */
export function chooseStray(world: World, actor: Actor, step: Step): Call {
  const { which, size } = step;
  const { ledger } = world.system;
  const balance = balanceOf(world.vault, actor);
  const shares = pickFrom([0n, 1n, balance, balance + 1n, ABSURD, ABSURD - 1n], size);
  const epoch = (size >> 3) % (ledger.runningEpoch + 2);
  const exit = exitOf(ledger, epoch);
  const plan = pickFrom(PLAN_NAMES, which >> 4);
  return pickFrom<Call>(
    [
      { type: "lock", shares, expectedEpoch: epoch },
      { type: "unlock", shares, expectedEpoch: epoch },
      { type: "lock", shares: part(balance, size), expectedEpoch: epoch },
      { type: "beginExit", epoch, vessel: exit === undefined ? undefined : chooseVessel(exit, epoch, size) },
      { type: "beginExit", epoch, vessel: numberedVessel(epoch + 1, 1) },
      { type: "claim", epoch, vessel: chooseUsed(exit, epoch, size) },
      { type: "callOff", epoch },
      { type: "withdraw", epoch },
      { type: "takeShares", epoch },
      { type: "moveShares", epoch, expectedEpoch: 0 },
      { type: "redeem", shares },
      { type: "donateShares", to: "escrow", shares },
      { type: "schedule", plan, delay: world.system.timelock.minDelay },
      { type: "execute", plan },
      { type: "cancel", plan },
      { type: "deEscalate", plans: [plan, plan] },
      { type: "deEscalate", plans: undefined },
    ],
    which,
  );
}
