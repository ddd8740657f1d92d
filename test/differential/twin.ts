import { createSystem, step, type Action, type Step, type System } from "../model/twin/dualGovernanceModel.js";
import { exitOf } from "../model/twin/escrowLedger.js";
import type { GateRules } from "../model/twin/gateModel.js";
import type { Refusal } from "../../src/model/types.js";
import type { Timestamp } from "../../src/model/units.js";
import { vesselIn } from "../model/twin/vessels.js";
import type { Call, Recipient } from "./callTypes.js";
import {
  ACCEPTED_RULES,
  ACTORS,
  BOUNDS,
  CROWD,
  effectsOf,
  EXIT_TERMS,
  FIRST_DELAY,
  FIRST_DEPOSITS,
  FIRST_RULES,
  isCanceller,
  isProposer,
  type Actor,
  type RulesName,
} from "./setting.js";
import {
  balanceOf,
  credit,
  deposit,
  EMPTY_VAULT,
  leave,
  maxRedeem,
  redeem,
  toAssets,
  type Vault,
} from "./vaultTwin.js";

/** The twin, and the vault that is its environment. */
export interface World {
  readonly system: System;
  readonly vault: Vault;
}

/** What a call is expected to do. */
export interface Prediction {
  /** As it was, if the call is refused. */
  readonly world: World;
  readonly refusal: Refusal | undefined;
  /** The first word that the call returns, where that is known. */
  readonly returned: bigint | undefined;
  readonly transitions: Step["transitions"];
}

export function createWorld(now: Timestamp): World {
  const entered = ACTORS.reduce((before, actor) => deposit(before, actor, FIRST_DEPOSITS[actor]).vault, EMPTY_VAULT);
  const crowded = deposit(entered, "mallory", CROWD);
  const reading = { supply: crowded.vault.supply, answers: true };
  const system = createSystem(FIRST_RULES, BOUNDS, FIRST_DELAY, reading, now, EXIT_TERMS);
  const { vault } = redeem(crowded.vault, "mallory", crowded.shares);
  return withVault({ vault, system }, vault);
}

/** The world after the clock was set to `at`. */
export const passTo = (world: World, at: Timestamp): World => ({ ...world, system: { ...world.system, now: at } });

/** What `call` does when `actor` makes it now. */
export function predict(world: World, actor: Actor, call: Call, rules: GateRules): Prediction {
  const { vault } = world;
  switch (call.type) {
    case "poke": {
      const prediction = ask(world, { type: "poke" }, rules);
      return { ...prediction, returned: BigInt(prediction.world.system.gate.machine.state) };
    }
    case "lock": {
      const { shares, expectedEpoch } = call;
      const prediction = ask(world, { type: "lock", staker: actor, shares, expectedEpoch }, rules);
      const balance = balanceOf(vault, actor);
      if (prediction.refusal !== undefined) return prediction;
      if (shares > balance) return refused(world, "ERC20InsufficientBalance", shares);
      return leadTo(prediction, credit(vault, actor, 0n - shares));
    }
    case "unlock": {
      const { shares, expectedEpoch } = call;
      return askForShares(world, actor, { type: "unlock", staker: actor, shares, expectedEpoch }, rules);
    }
    case "schedule":
      return predictScheduling(world, actor, call, rules);
    case "execute":
      return ask(world, { type: "execute", id: call.plan }, rules);
    case "cancel":
      if (!isCanceller(actor)) return refused(world, "AccessControlUnauthorizedAccount");
      return ask(world, { type: "cancel", id: call.plan }, rules);
    case "deEscalate":
      if (!isCanceller(actor)) return refused(world, "CallerCannotDeEscalate");
      return ask(world, { type: "deEscalate", ...(call.plans === undefined ? {} : { ids: call.plans }) }, rules);
    case "beginExit": {
      const { epoch, vessel } = call;
      let after = vault;
      const prediction = ask(
        world,
        {
          type: "beginExit",
          epoch,
          vessel,
          leave: (offer) => {
            const left = leave(vault, offer);
            after = left?.vault ?? vault;
            return left?.leaving;
          },
        },
        rules,
      );
      return prediction.refusal === undefined ? leadTo(prediction, after) : prediction;
    }
    case "claim":
      return ask(world, { ...call, worth: worthOf(world, call.epoch) }, rules);
    case "callOff":
      return ask(world, { ...call, worth: worthOf(world, call.epoch) }, rules);
    case "withdraw":
      return ask(world, { type: "withdraw", epoch: call.epoch, staker: actor }, rules, ({ paid }) => paid);
    case "takeShares": {
      const action: Action = { type: "takeShares", epoch: call.epoch, staker: actor };
      return askForShares(world, actor, action, rules, ({ paid }) => paid);
    }
    case "moveShares":
      return ask(world, { ...call, staker: actor }, rules, ({ paid }) => paid);
    case "deposit": {
      const { vault: after, shares } = deposit(vault, actor, call.assets);
      return leadTo({ ...untouched(world), returned: shares }, after);
    }
    case "redeem": {
      const limit = maxRedeem(vault, actor);
      if (call.shares > limit) return refused(world, "ERC4626ExceededMaxRedeem", call.shares, limit);
      const { vault: after, assets } = redeem(vault, actor, call.shares);
      return leadTo({ ...untouched(world), returned: assets }, after);
    }
    case "donateAssets":
      if (call.to === "vault") return leadTo(untouched(world), { ...vault, assets: vault.assets + call.assets });
      if (call.to === "escrow") return untouched(world);
      return ask(world, { type: "donate", vessel: call.to, assets: call.assets }, rules);
    case "donateShares": {
      const balance = balanceOf(vault, actor);
      if (call.shares > balance) return refused(world, "ERC20InsufficientBalance", call.shares);
      const given = ask(world, { type: "giveShares", to: placeOf(call.to), shares: call.shares }, rules);
      return leadTo(given, credit(vault, actor, 0n - call.shares));
    }
    case "clawBack": {
      if (call.shares > heldAt(world, call.from)) return refused(world, "ERC20InsufficientBalance", call.shares);
      const taken = ask(world, { type: "giveShares", to: placeOf(call.from), shares: 0n - call.shares }, rules);
      return leadTo(taken, { ...vault, supply: vault.supply - call.shares });
    }
    case "slash":
      return leadTo(untouched(world), { ...vault, assets: vault.assets - call.assets });
    case "boundLiquidity":
      return leadTo(untouched(world), { ...vault, bound: call.assets });
    case "silence":
      return leadTo(untouched(world), { ...vault, silence: call.how });
  }
}

/** What the timelock's own change of the rules does. */
export const predictRuleChange = (world: World, name: RulesName, rules: GateRules): Prediction =>
  ask(world, { type: "setConfig", config: ACCEPTED_RULES[name] }, rules);

const placeOf = (recipient: Recipient): "escrow" | { vessel: string } =>
  recipient === "escrow" ? recipient : { vessel: recipient };

/** Shares that the escrow or a vessel holds. */
export const heldAt = ({ system: { ledger } }: World, place: Recipient): bigint =>
  place === "escrow" ? ledger.holdings.escrow : vesselIn(ledger.holdings, place).shares;

/** What the vault says that all of a closed epoch is worth. */
const worthOf = ({ vault, system }: World, epoch: number): bigint =>
  toAssets(vault, exitOf(system.ledger, epoch)?.totalShares ?? 0n);

/** The role is asked for after the gate, and before what OpenZeppelin checks. */
function predictScheduling(
  world: World,
  actor: Actor,
  { plan, delay }: Extract<Call, { type: "schedule" }>,
  rules: GateRules,
): Prediction {
  const action: Action = {
    type: "schedule",
    id: plan,
    delay,
    effects: effectsOf(plan),
    isCanceller: isCanceller(actor),
  };
  const prediction = ask(world, action, rules);
  const { refusal } = prediction;
  if (isProposer(actor) || refusal?.error === "DelayOutOfBounds" || refusal?.error === "SchedulingClosed") {
    return prediction;
  }
  return refused(world, "AccessControlUnauthorizedAccount");
}

/** What the twin says of `action`. */
function ask(
  world: World,
  action: Action,
  rules: GateRules,
  returned: (step: Step) => bigint | undefined = () => undefined,
): Prediction {
  const outcome = step(world.system, action, rules);
  if (!outcome.ok) return { ...untouched(world), refusal: outcome.refusal };
  const { system, transitions } = outcome.value;
  return { world: { ...world, system }, refusal: undefined, returned: returned(outcome.value), transitions };
}

const untouched = (world: World): Prediction => ({
  world,
  refusal: undefined,
  returned: undefined,
  transitions: [],
});

const refused = (world: World, error: string, actual?: bigint, limit?: bigint): Prediction => ({
  ...untouched(world),
  refusal: { error, ...(actual === undefined ? {} : { actual }), ...(limit === undefined ? {} : { limit }) },
});

/** As {@link ask}; the actor gets the shares that leave the escrow. */
function askForShares(
  world: World,
  actor: Actor,
  action: Action,
  rules: GateRules,
  returned?: (step: Step) => bigint | undefined,
): Prediction {
  let shares = 0n;
  const prediction = ask(world, action, rules, (step) => {
    shares = step.shares ?? 0n;
    return returned?.(step);
  });
  return prediction.refusal === undefined ? leadTo(prediction, credit(world.vault, actor, shares)) : prediction;
}

/** The vault as a call left it; the twin of governance hears what it says of its shares. */
function withVault({ system }: World, vault: Vault): World {
  const reading = { supply: vault.supply, answers: vault.silence === undefined };
  return { vault, system: { ...system, vault: reading } };
}

const leadTo = (prediction: Prediction, vault: Vault): Prediction => ({
  ...prediction,
  world: withVault(prediction.world, vault),
});
