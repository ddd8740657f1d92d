import { operationStatus } from "../../src/model/dualGovernanceModel.js";
import { EscrowPhase, phaseOf, positionOf } from "../../src/model/escrowLedger.js";
import { findPending } from "../../src/model/timelockModel.js";
import { max, min } from "../../src/model/units.js";
import { vesselOf, type Call, type Recipient } from "./calls.js";
import { BOUNDS, PLAN_NAMES, STAKERS, type Actor, type PlanName, type Staker } from "./setting.js";
import type { Step } from "./steps.js";
import { sealedShares, withdrawableAfterOf } from "./timers.js";
import type { World } from "./twin.js";
import { balanceOf, deposit, maxRedeem, toAssets } from "./vaultTwin.js";

/** One of `choices`; undefined if there are none. */
export const pick = <T>(choices: readonly T[], which: number): T | undefined => choices[which % choices.length];

/** One of `choices`, which are not empty. */
export function pickFrom<T>(choices: readonly [T, ...T[]] | readonly T[], which: number): T {
  const chosen = pick(choices, which);
  if (chosen === undefined) throw new RangeError("there is nothing to choose from");
  return chosen;
}

/** So much that nobody has it, yet the sums of the vault's arithmetic hold. */
const ABSURD = 1n << 128n;
/** Beyond this the vault takes no deposits: losses and deposits in turn would make its supply grow without end. */
const LARGE_SUPPLY = 1n << 100n;

/** A staker who can lock something, if there is one. */
export function pickStaker({ vault }: World, who: number): Staker {
  const able = STAKERS.filter((staker) => balanceOf(vault, staker) > 0n);
  return pick(able, who) ?? pickFrom(STAKERS, who);
}

export const part = (whole: bigint, size: number): bigint => (whole * BigInt(size % 101)) / 100n;
export const clamp = (value: bigint, limit: bigint): bigint => max(0n, min(value, limit));
/** Three times in four a seal of the present, else any amount. */
const aimsAtSeal = ({ size }: Step): boolean => size % 4 !== 0;

export function chooseLock(world: World, actor: Actor, step: Step): Call {
  const { ledger } = world.system;
  const balance = balanceOf(world.vault, actor);
  const goal = pickFrom(sealedShares(world), step.which) + BigInt(step.offset) - ledger.lockedShares;
  const shares = aimsAtSeal(step) && goal > 0n ? clamp(goal, balance) : 1n + part(balance, step.which % 100);
  return { type: "lock", shares, expectedEpoch: step.size % 5 === 0 ? ledger.runningEpoch : 0 };
}

export function chooseUnlock(world: World, step: Step): { actor: Actor; call: Call } {
  const { ledger } = world.system;
  const sharesOf = (staker: string): bigint => positionOf(ledger, ledger.runningEpoch, staker).shares;
  const bound = STAKERS.filter((staker) => sharesOf(staker) > 0n);
  const actor = pick(bound, step.who) ?? pickFrom(STAKERS, step.who);
  const all = sharesOf(actor);
  const goal = ledger.lockedShares - pickFrom(sealedShares(world), step.which) - BigInt(step.offset);
  const shares = aimsAtSeal(step) && goal > 0n ? clamp(goal, all) : step.which % 2 === 0 ? all : part(all, step.which);
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

/** What leads a closed epoch on. */
export function chooseExit(world: World, epoch: number, size: number): Call {
  const { system, vault } = world;
  const { ledger, now } = system;
  const phase = phaseOf(ledger, epoch, now);
  if (phase !== EscrowPhase.Claiming) {
    return phase <= EscrowPhase.Closed ? { type: "beginExit", epoch } : { type: "claim", epoch, maxShares: ABSURD };
  }
  const closed = ledger.closed[epoch - 1];
  const total = closed?.totalShares ?? 0n;
  const least = (total + 63n) / 64n;
  const isStuck = maxRedeem(vault, vesselOf(epoch)) === 0n && toAssets(vault, total) > 0n;
  if (isStuck && size % 3 !== 0) return { type: "boundLiquidity", assets: undefined };
  const maxShares = pickFrom([ABSURD, ABSURD, ABSURD, total / 2n, least, least - 1n], size);
  return { type: "claim", epoch, maxShares: max(0n, maxShares) };
}

/** Somebody who is owed something, or may be soon. */
export function chooseWithdrawal({ system: { ledger } }: World, { who, which }: Step) {
  const owed = ledger.closed.flatMap((closed, index) =>
    STAKERS.filter((staker) => (closed.positions[staker]?.shares ?? 0n) > 0n).flatMap((staker) => {
      const after = withdrawableAfterOf(closed);
      return after === undefined ? [] : [{ actor: staker, epoch: index + 1, after }];
    }),
  );
  return pick(owed, who + which);
}

/** Something between a deposit and a redemption, or between a redemption and a deposit, of the same transaction. */
export function chooseFlash(world: World, { who, which, size, offset }: Step): { actor: Actor; calls: Call[] } {
  const { vault, system } = world;
  const actor = pickFrom(["mallory", "mallory", "alice", "dora"] as const, who);
  const seals = sealedShares(world);
  const middle = pickFrom<Call>(
    [
      { type: "poke" },
      { type: "poke" },
      { type: "execute", plan: choosePlan(world, which, size) },
      { type: "schedule", plan: pickFrom(PLAN_NAMES, which), delay: system.timelock.minDelay },
      {
        type: "lock",
        shares: clamp(pickFrom(seals, which) + BigInt(offset), balanceOf(vault, actor)),
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

export function chooseDonation({ system, vault }: World, actor: Actor, { which, size }: Step): Call[] {
  const epochs = system.ledger.closed.flatMap(({ hasBegun }, index) => (hasBegun ? [index + 1] : []));
  const epoch = pick(epochs, which);
  if (size % 2 === 0) {
    const to = pickFrom<Recipient>(["vault", "escrow", ...epochs.map(vesselOf)], which);
    return [{ type: "donateAssets", to, assets: part(vault.assets, size >> 4) + 1n }];
  }
  const shares = part(balanceOf(vault, actor), size >> 4);
  if (epoch === undefined) return [{ type: "donateShares", to: "escrow", shares }];
  // A claim sweeps in what lies in a vessel.
  const claim: Call = { type: "claim", epoch, maxShares: ABSURD };
  return [{ type: "donateShares", to: vesselOf(epoch), shares }, ...(size % 3 === 0 ? [] : [claim])];
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
  const plan = pickFrom(PLAN_NAMES, which >> 4);
  return pickFrom<Call>(
    [
      { type: "lock", shares, expectedEpoch: epoch },
      { type: "unlock", shares, expectedEpoch: epoch },
      { type: "lock", shares: part(balance, size), expectedEpoch: epoch },
      { type: "beginExit", epoch },
      { type: "claim", epoch, maxShares: shares },
      { type: "withdraw", epoch },
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
