import { id, MaxUint256, ZeroAddress, ZeroHash } from "ethers";

import type { Effect } from "../model/twin/timelockModel.js";
import { Answer } from "../helpers/answer.js";
import { batch, encodeExecution, encodeScheduling, single, type Operation } from "../helpers/operations.js";
import type { Call, Recipient } from "./callTypes.js";
import type { Contracts } from "./deployment.js";
import { effectsOf, PLAN_NAMES, SPARE_PLAN, type Actor, type PlanName } from "./setting.js";

/** A call as the chain takes it. */
export interface EncodedCall {
  readonly target: string;
  readonly data: string;
}

/** The operations behind the plans, and behind the one that is never scheduled. */
export function makeOperations({ timelock, gate, addresses }: Contracts) {
  const operations = new Map<string, Operation>();
  // A plan may name those made before it, and itself only in vain.
  const idOf = (name: string): string => operations.get(name)?.id ?? ZeroHash;

  const encodeEffect = (effect: Effect, note: string): EncodedCall => {
    const { interface: timelockInterface } = timelock;
    switch (effect.type) {
      case "outside":
        return { target: addresses.target, data: note };
      case "setConfig":
        return { target: addresses.gate, data: gate.interface.encodeFunctionData("setConfig", [effect.config]) };
      case "updateDelay":
        return {
          target: addresses.timelock,
          data: timelockInterface.encodeFunctionData("updateDelay", [effect.delay]),
        };
      case "cancelOperations":
        return {
          target: addresses.timelock,
          data: timelockInterface.encodeFunctionData("cancelOperations", [effect.ids.map(idOf)]),
        };
      case "cancelAllOperations":
        return { target: addresses.timelock, data: timelockInterface.encodeFunctionData("cancelAllOperations") };
    }
  };

  const make = (name: string, effects: readonly Effect[]): Operation => {
    const salt = id(name);
    const calls = effects.map((effect) => encodeEffect(effect, salt));
    const [only] = calls;
    return only !== undefined && calls.length === 1 ? single(only, { salt }) : batch(calls, { salt });
  };

  for (const name of PLAN_NAMES) operations.set(name, make(name, effectsOf(name)));
  const operationOf = (plan: PlanName): Operation => {
    const operation = operations.get(plan);
    if (operation === undefined) throw new Error(`no operation was made for ${plan}`);
    return operation;
  };
  return { operationOf, idOf, spare: make(SPARE_PLAN, [{ type: "outside" }]) };
}

export type Operations = ReturnType<typeof makeOperations>;

/** @param vessels Addresses by name, as far as they are known. */
export function createEncoder(
  { timelock, gate, escrow, vault, asset, actors, addresses }: Contracts,
  { operationOf, idOf }: Operations,
  vessels: ReadonlyMap<string, string>,
) {
  const vesselAt = (name: string): string => {
    const address = vessels.get(name);
    if (address === undefined) throw new Error(`nobody knows ${name} yet`);
    return address;
  };
  const addressOf = (recipient: Recipient): string => {
    if (recipient === "vault") return addresses.vault;
    if (recipient === "escrow") return addresses.escrow;
    return vesselAt(recipient);
  };
  const toEscrow = (data: string): EncodedCall => ({ target: addresses.escrow, data });
  const toTimelock = (data: string): EncodedCall => ({ target: addresses.timelock, data });
  const toVault = (data: string): EncodedCall => ({ target: addresses.vault, data });
  const { interface: ofEscrow } = escrow;
  const { interface: ofTimelock } = timelock;
  const { interface: ofVault } = vault;

  /** `call` as `actor` makes it. */
  return (actor: Actor, call: Call): EncodedCall => {
    const self = actors[actor].address;
    switch (call.type) {
      case "poke":
        return { target: addresses.gate, data: gate.interface.encodeFunctionData("poke") };
      case "lock":
        return toEscrow(ofEscrow.encodeFunctionData("lock", [call.shares, call.expectedEpoch]));
      case "unlock":
        return toEscrow(ofEscrow.encodeFunctionData("unlock", [call.shares, call.expectedEpoch]));
      case "schedule":
        return toTimelock(encodeScheduling(operationOf(call.plan), call.delay));
      case "execute":
        return toTimelock(encodeExecution(operationOf(call.plan)));
      case "cancel":
        return toTimelock(ofTimelock.encodeFunctionData("cancel", [idOf(call.plan)]));
      case "deEscalate":
        if (call.plans === undefined) return toTimelock(ofTimelock.encodeFunctionData("cancelAllOperations"));
        return toTimelock(ofTimelock.encodeFunctionData("cancelOperations", [call.plans.map(idOf)]));
      case "beginExit": {
        const vessel = call.vessel === undefined ? ZeroAddress : vesselAt(call.vessel);
        return toEscrow(ofEscrow.encodeFunctionData("beginExit", [call.epoch, vessel]));
      }
      case "claim":
        return toEscrow(ofEscrow.encodeFunctionData("claim", [call.epoch, vesselAt(call.vessel)]));
      case "callOff":
        return toEscrow(ofEscrow.encodeFunctionData("callOff", [call.epoch]));
      case "withdraw":
        return toEscrow(ofEscrow.encodeFunctionData("withdraw", [call.epoch, self]));
      case "takeShares":
        return toEscrow(ofEscrow.encodeFunctionData("takeShares", [call.epoch, self]));
      case "moveShares":
        return toEscrow(ofEscrow.encodeFunctionData("moveShares", [call.epoch, call.expectedEpoch]));
      case "deposit":
        return toVault(ofVault.encodeFunctionData("deposit", [call.assets, self]));
      case "redeem":
        return toVault(ofVault.encodeFunctionData("redeem", [call.shares, self, self]));
      case "donateAssets": {
        const data = asset.interface.encodeFunctionData("transfer", [addressOf(call.to), call.assets]);
        return { target: addresses.asset, data };
      }
      case "donateShares":
        return toVault(ofVault.encodeFunctionData("transfer", [addressOf(call.to), call.shares]));
      case "clawBack":
        return toVault(ofVault.encodeFunctionData("confiscate", [addressOf(call.from), call.shares]));
      case "slash":
        return toVault(ofVault.encodeFunctionData("slash", [call.assets]));
      case "boundLiquidity":
        return toVault(ofVault.encodeFunctionData("setLiquidity", [call.assets ?? MaxUint256]));
      case "silence": {
        const { selector } = vault.getFunction("totalSupply").fragment;
        return toVault(ofVault.encodeFunctionData("setAnswer", [selector, Answer[call.how ?? "Honest"]]));
      }
    }
  };
}
