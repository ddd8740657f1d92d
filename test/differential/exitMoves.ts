import { exitOf, paymentsOf } from "../model/twin/escrowLedger.js";
import { sharesDue } from "../model/twin/escrowPayments.js";
import { callOffAfterOf } from "../model/twin/exitCalls.js";
import { idleOf, withdrawableAfterOf, type Exit } from "../model/twin/exitLedger.js";
import { max, type Timestamp } from "../../src/model/units.js";
import { NUMBERED_VESSELS, numberedVessel } from "../model/twin/vessels.js";
import type { Call } from "./callTypes.js";
import { part, pick, pickFrom } from "./pick.js";
import { STAKERS, type Staker } from "./setting.js";
import type { Step } from "./steps.js";
import { heldAt, type World } from "./twin.js";
import { leave, toAssets } from "./vaultTwin.js";

/** A vessel for a beginning: a numbered one, one that the epoch uses, or a fresh one. */
export function chooseVessel(exit: Exit, epoch: number, which: number): string | undefined {
  const known = [numberedVessel(epoch, 0), numberedVessel(epoch, which % NUMBERED_VESSELS), ...exit.vessels];
  return pick([...known, undefined], which);
}

/** A vessel that has, or may soon have, something to claim. */
export const chooseUsed = (exit: Exit | undefined, epoch: number, which: number): string =>
  pick(exit?.vessels ?? [], which) ?? numberedVessel(epoch, which % NUMBERED_VESSELS);

/** How an exit is meant to end; the same whenever somebody goes on with it. */
const PLOTS = ["redeemed", "redeemed", "called off", "called off", "in part", "robbed", "robbed at once"] as const;

const plotOf = (exit: Exit): (typeof PLOTS)[number] => pickFrom(PLOTS, Number(exit.closedAt % 7n));

/** What leads an exit on whose extension has not started, and when. */
export function pursueExit(world: World, epoch: number, exit: Exit, step: Step): { at: Timestamp; call: Call } {
  const { system, vault } = world;
  const { ledger, now } = system;
  const { which, size, offset } = step;
  const at = (moment: Timestamp): Timestamp => max(now, moment + BigInt(offset));
  const beginning: Call = { type: "beginExit", epoch, vessel: chooseVessel(exit, epoch, which) };
  const claiming: Call = { type: "claim", epoch, vessel: chooseUsed(exit, epoch, which) };
  const ending = { at: at(callOffAfterOf(ledger, epoch)), call: { type: "callOff", epoch } as const };
  const hasBegun = exit.vessels.length > 0;
  const worth = toAssets(vault, exit.totalShares);
  const robbery: Call = { type: "clawBack", from: "escrow", shares: (heldAt(world, "escrow") * 199n) / 200n };
  const isOpen = vault.bound === undefined || vault.bound >= worth;

  switch (plotOf(exit)) {
    case "redeemed": {
      if (hasBegun && size % 3 === 0) return { at: now, call: claiming };
      const offer = { shares: idleOf(exit), least: 0n, total: exit.totalShares };
      const isRefused = leave(vault, offer) === undefined && !isOpen;
      return { at: now, call: isRefused ? { type: "boundLiquidity", assets: undefined } : beginning };
    }
    case "called off":
      if (isOpen && !hasBegun) return { at: now, call: { type: "boundLiquidity", assets: BigInt(which % 3) } };
      return size % 3 === 0 ? { at: now, call: beginning } : ending;
    case "in part":
      if (isOpen && !hasBegun) return { at: now, call: { type: "boundLiquidity", assets: part(worth, which) } };
      if (!hasBegun) return { at: now, call: beginning };
      // Again with what the vault did not take, or not at all.
      if (size % 3 === 0) return ending;
      return { at: now, call: isOpen ? beginning : { type: "boundLiquidity", assets: undefined } };
    case "robbed": {
      if (isOpen && !hasBegun) return { at: now, call: { type: "boundLiquidity", assets: (worth * 9n) / 10n } };
      if (!hasBegun) return { at: now, call: beginning };
      if (exit.fewSince !== 0n) return { at: at(exit.fewSince + ledger.terms.wordDelay), call: claiming };
      const isRobbed = ledger.holdings.escrow * 50n < ledger.lockedShares + ledger.idleShares;
      return { at: now, call: isRobbed ? claiming : robbery };
    }
    case "robbed at once": {
      const isRobbed = ledger.holdings.escrow * 2n < ledger.lockedShares + ledger.idleShares;
      if (isOpen) return { at: now, call: { type: "boundLiquidity", assets: 0n } };
      return isRobbed ? ending : { at: now, call: robbery };
    }
  }
}

/** What leads a closed epoch on, at once. */
export function chooseExit(world: World, epoch: number, step: Step): Call {
  const exit = exitOf(world.system.ledger, epoch);
  if (exit?.extensionStartedAt !== 0n) return { type: "claim", epoch, vessel: chooseUsed(exit, epoch, step.which) };
  if (step.size % 4 === 0) return { type: "beginExit", epoch, vessel: chooseVessel(exit, epoch, step.which) };
  return pursueExit(world, epoch, exit, step).call;
}

interface Owed {
  readonly actor: Staker;
  readonly epoch: number;
  readonly after: Timestamp;
}

/** Somebody who is owed assets, or may be soon. */
export function chooseWithdrawal({ system: { ledger } }: World, { who, which }: Step): Owed | undefined {
  const owed = ledger.closed.flatMap(({ exit, positions }, index) =>
    exit.extensionStartedAt === 0n || exit.redeemedShares === 0n
      ? []
      : STAKERS.filter((staker) => (positions[staker]?.shares ?? 0n) > 0n)
          .filter((staker) => paymentsOf(ledger, index + 1, staker).assets === 0n || which % 16 === 0)
          .map((actor) => ({ actor, epoch: index + 1, after: withdrawableAfterOf(exit) })),
  );
  return pick(owed, who + which);
}

/** Somebody who is owed shares that came back, and what is done with them. */
export function chooseReturn({ system: { ledger } }: World, { who, which, size }: Step) {
  const owed = ledger.closed.flatMap(({ exit }, index) =>
    exit.extensionStartedAt === 0n
      ? []
      : STAKERS.filter((staker) => sharesDue(ledger, index + 1, staker) > 0n).map((actor) => ({
          actor,
          epoch: index + 1,
        })),
  );
  const found = pick(owed, who + which);
  if (found === undefined) return undefined;
  const { actor, epoch } = found;
  const expectedEpoch = size % 7 === 0 ? epoch : size % 3 === 0 ? ledger.runningEpoch : 0;
  const call: Call = size % 2 === 0 ? { type: "takeShares", epoch } : { type: "moveShares", epoch, expectedEpoch };
  return { actor, call };
}
