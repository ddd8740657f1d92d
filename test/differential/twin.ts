import { createSystem, step, type Action, type Step, type System } from "../../src/model/dualGovernanceModel.js";
import type { ClaimResult, ClosedEpoch } from "../../src/model/escrowLedger.js";
import type { GateRules } from "../../src/model/gateModel.js";
import type { Refusal } from "../../src/model/types.js";
import type { Timestamp } from "../../src/model/units.js";
import { vesselOf, type Call } from "./calls.js";
import {
  ACCEPTED_RULES,
  ACTORS,
  BOUNDS,
  effectsOf,
  FIRST_DELAY,
  FIRST_DEPOSITS,
  FIRST_RULES,
  isCanceller,
  isProposer,
  type Actor,
  type RulesName,
} from "./setting.js";
import { balanceOf, deposit, EMPTY_VAULT, maxRedeem, redeem, toAssets, transfer, type Vault } from "./vaultTwin.js";

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
  const vault = ACTORS.reduce((before, actor) => deposit(before, actor, FIRST_DEPOSITS[actor]).vault, EMPTY_VAULT);
  return {
    vault,
    system: createSystem(FIRST_RULES, BOUNDS, FIRST_DELAY, { supply: vault.supply, answers: true }, now),
  };
}

/** The world after the clock was set to `at`. */
export const passTo = (world: World, at: Timestamp): World => ({ ...world, system: { ...world.system, now: at } });

/** What `call` does when `actor` makes it now. */
export function predict(world: World, actor: Actor, call: Call, rules: GateRules): Prediction {
  const { vault, system } = world;
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
      return withVault(prediction, transfer(vault, actor, "escrow", shares));
    }
    case "unlock": {
      const { shares, expectedEpoch } = call;
      const prediction = ask(world, { type: "unlock", staker: actor, shares, expectedEpoch }, rules);
      return prediction.refusal === undefined
        ? withVault(prediction, transfer(vault, "escrow", actor, shares))
        : prediction;
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
      const closed = system.ledger.closed[call.epoch - 1];
      const prediction = ask(world, { type: "beginExit", epoch: call.epoch }, rules);
      if (prediction.refusal !== undefined || closed === undefined) return prediction;
      return withVault(prediction, transfer(vault, "escrow", vesselOf(call.epoch), closed.totalShares));
    }
    case "claim": {
      const { epoch, maxShares } = call;
      const { result, vault: after } = claimFrom(vault, epoch, system.ledger.closed[epoch - 1], maxShares);
      const prediction = ask(world, { type: "claim", epoch, result, maxShares }, rules);
      return prediction.refusal === undefined ? withVault(prediction, after) : prediction;
    }
    case "withdraw":
      return ask(world, { type: "withdraw", epoch: call.epoch, staker: actor }, rules, ({ paid }) => paid);
    case "deposit": {
      const { vault: after, shares } = deposit(vault, actor, call.assets);
      return withVault({ ...untouched(world), returned: shares }, after);
    }
    case "redeem": {
      const limit = maxRedeem(vault, actor);
      if (call.shares > limit) return refused(world, "ERC4626ExceededMaxRedeem", call.shares, limit);
      const { vault: after, assets } = redeem(vault, actor, call.shares);
      return withVault({ ...untouched(world), returned: assets }, after);
    }
    case "donateAssets":
      if (call.to === "vault") return withVault(untouched(world), { ...vault, assets: vault.assets + call.assets });
      if (call.to === "escrow") return untouched(world);
      return ask(world, { type: "donate", epoch: epochOf(call.to), assets: call.assets }, rules);
    case "donateShares": {
      const balance = balanceOf(vault, actor);
      if (call.shares > balance) return refused(world, "ERC20InsufficientBalance", call.shares);
      return withVault(untouched(world), transfer(vault, actor, call.to, call.shares));
    }
    case "slash":
      return withVault(untouched(world), { ...vault, assets: vault.assets - call.assets });
    case "boundLiquidity":
      return withVault(untouched(world), { ...vault, bound: call.assets });
    case "silence":
      return withVault(untouched(world), { ...vault, silence: call.how });
  }
}

/** What the timelock's own change of the rules does. */
export const predictRuleChange = (world: World, name: RulesName, rules: GateRules): Prediction =>
  ask(world, { type: "setConfig", config: ACCEPTED_RULES[name] }, rules);

const epochOf = (vessel: `vessel ${number}`): number => Number(vessel.slice("vessel ".length));

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

/** What the vault does with a claim for the vessel of `epoch`. */
function claimFrom(
  vault: Vault,
  epoch: number,
  closed: ClosedEpoch | undefined,
  maxShares: bigint,
): { readonly result: ClaimResult; readonly vault: Vault } {
  const nothing = { result: { shares: 0n, assets: 0n }, vault };
  if (closed === undefined) return nothing;
  const outstanding = closed.totalShares - closed.goneShares;
  const isClaiming = closed.extensionStartedAt === 0n;
  if (isClaiming && toAssets(vault, outstanding) === 0n) {
    return { result: { shares: 0n, assets: 0n, isRestWorthless: true }, vault };
  }
  const claimable = maxRedeem(vault, vesselOf(epoch));
  const shares = maxShares < claimable ? maxShares : claimable;
  if (shares === 0n) return nothing;
  const { vault: after, assets } = redeem(vault, vesselOf(epoch), shares);
  const rest = shares < outstanding ? outstanding - shares : 0n;
  return { result: { shares, assets, isRestWorthless: isClaiming && toAssets(after, rest) === 0n }, vault: after };
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

/** The vault as a call left it; the twin of governance hears what it says of its shares. */
function withVault(prediction: Prediction, vault: Vault): Prediction {
  const { system } = prediction.world;
  const reading = { supply: vault.supply, answers: vault.silence === undefined };
  return { ...prediction, world: { vault, system: { ...system, vault: reading } } };
}
