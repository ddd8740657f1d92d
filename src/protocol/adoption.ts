import { ZeroAddress, type Interface } from "ethers";

import {
  DualGovernanceTimelock__factory,
  ExampleVault__factory,
  TimelockController__factory,
  TribuneGovernor__factory,
} from "../../types/index.js";
import type { Call } from "./calls.js";
import { encodeScheduling, singleOperation, type Operation } from "./operations/operation.js";
import { ROLES } from "./roles.js";

/** A DAO that exists, and the timelock with dual governance that it is to obey. */
export interface AdoptionPlan {
  readonly governor: string;
  readonly oldTimelock: string;
  /** Has been deployed; the old timelock may propose to it. */
  readonly newTimelock: string;
  /** Changes owners in two steps, and belongs to the old timelock. */
  readonly vault: string;
  /** Base delay of the new timelock. [seconds] */
  readonly delay: bigint;
}

/** Who is given a role of the new timelock before its deployer gives up being admin. */
export const adoptionRoles = ({ governor, oldTimelock, newTimelock }: Omit<AdoptionPlan, "vault" | "delay">) =>
  [
    // Until it renounces within the adopting proposal, so that the same vote can withdraw what others may have scheduled,
    // and let the new timelock accept the vault.
    [ROLES.proposer, oldTimelock],
    [ROLES.canceller, oldTimelock],
    [ROLES.proposer, governor],
    [ROLES.canceller, governor],
    [ROLES.canceller, newTimelock],
    [ROLES.executor, ZeroAddress],
  ] as const;

/** What the one proposal of the old DAO does, in this order. */
export function adoptionCalls(plan: AdoptionPlan): Call[] {
  const { governor, oldTimelock, newTimelock, vault, delay } = plan;
  const controller = TimelockController__factory.createInterface();
  const acceptance = { target: newTimelock, value: 0n, data: encodeScheduling(acceptanceOf(vault), delay) };
  return [
    encode(vault, ExampleVault__factory.createInterface(), "transferOwnership", [newTimelock]),
    acceptance,
    encode(newTimelock, DualGovernanceTimelock__factory.createInterface(), "renounceRole", [
      ROLES.proposer,
      oldTimelock,
    ]),
    encode(newTimelock, DualGovernanceTimelock__factory.createInterface(), "renounceRole", [
      ROLES.canceller,
      oldTimelock,
    ]),
    encode(oldTimelock, controller, "revokeRole", [ROLES.proposer, governor]),
    encode(governor, TribuneGovernor__factory.createInterface(), "updateTimelock", [newTimelock]),
  ];
}

/** The operation by which the new timelock takes the vault: scheduled by the proposal, executed by anybody. */
export const acceptanceOf = (vault: string): Operation =>
  singleOperation({
    target: vault,
    value: 0n,
    data: ExampleVault__factory.createInterface().encodeFunctionData("acceptOwnership"),
  });

const encode = (target: string, abi: Interface, method: string, values: readonly unknown[]): Call => ({
  target,
  value: 0n,
  data: abi.encodeFunctionData(method, values),
});
