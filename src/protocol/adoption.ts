import { Interface, ZeroAddress, ZeroHash } from "ethers";

import type { Call } from "./calls.js";
import { acceptancesOf, givingCalls, type Handover } from "./handovers.js";
import { encodeScheduling, singleOperation } from "./operations/operation.js";
import { ROLES } from "./roles.js";

/** A DAO that exists, and the timelock with dual governance that it is to obey. */
export interface Adopting {
  readonly governor: string;
  readonly oldTimelock: string;
  /** Has been deployed; the old timelock may propose to it, and cancel there. */
  readonly newTimelock: string;
}

/** Who may do what in the old timelock. */
export interface OldRoles {
  readonly proposers: readonly string[];
  /** None where proposers cancel, as before OpenZeppelin 4.5. */
  readonly cancellers: readonly string[] | undefined;
  readonly executors: readonly string[];
  /** The role that hands out the others, and who holds it beside the timelock itself. */
  readonly admin: string;
  readonly admins: readonly string[];
}

/** Everything that the adopting proposal does. */
export interface AdoptionPlan extends Adopting {
  readonly holdings: readonly Handover[];
  /** Base delay of the new timelock. [seconds] */
  readonly delay: bigint;
  readonly roles: OldRoles;
}

/** Who is given a role of the new timelock before its deployer gives up being admin. */
export const adoptionRoles = ({ governor, oldTimelock, newTimelock }: Adopting) =>
  [
    // Until it renounces within the adopting proposal, so that the same vote can withdraw what others may have scheduled,
    // and let the new timelock accept what changes owners in two steps.
    [ROLES.proposer, oldTimelock],
    [ROLES.canceller, oldTimelock],
    [ROLES.proposer, governor],
    [ROLES.canceller, governor],
    [ROLES.canceller, newTimelock],
    [ROLES.executor, ZeroAddress],
  ] as const;

const ABI = new Interface([
  "function grantRole(bytes32,address)",
  "function revokeRole(bytes32,address)",
  "function renounceRole(bytes32,address)",
  "function cancel(bytes32)",
  "function cancelAllOperations()",
  "function updateTimelock(address)",
]);

const encode = (target: string, method: string, values: readonly unknown[] = []): Call => ({
  target,
  value: 0n,
  data: ABI.encodeFunctionData(method, values),
});

/** Who holds what in the old timelock, beside its admin. */
const seatsOf = ({ proposers, cancellers, executors }: OldRoles) =>
  [
    [ROLES.proposer, proposers],
    ...(cancellers === undefined ? [] : [[ROLES.canceller, cancellers] as const]),
    [ROLES.executor, executors],
  ] as const;

/** What is done first: nothing that somebody else has made the new timelock schedule outlives it. */
export const openingCalls = ({ newTimelock }: Adopting): Call[] => [encode(newTimelock, "cancelAllOperations")];

/** What is done once everything is handed over; the Governor moves last. */
export const closingCalls = (plan: AdoptionPlan): Call[] => [
  ...acceptancesOf(plan.holdings).map(({ operation, delay }) => ({
    target: plan.newTimelock,
    value: 0n,
    data: encodeScheduling(operation, delay > plan.delay ? delay : plan.delay),
  })),
  encode(plan.newTimelock, "renounceRole", [ROLES.proposer, plan.oldTimelock]),
  encode(plan.newTimelock, "renounceRole", [ROLES.canceller, plan.oldTimelock]),
  ...seizingCalls(plan),
  encode(plan.governor, "updateTimelock", [plan.newTimelock]),
];

/**
 * The old timelock becomes a holding of the new one: nobody else may schedule, execute or cancel there, so that nothing
 * that waits in it executes, and what reaches it later can be fetched. Nothing is cancelled by its number: whoever
 * executes or cancels it first would make the whole adoption fail.
 */
function seizingCalls({ oldTimelock, newTimelock, roles }: AdoptionPlan): Call[] {
  const own = (method: string, role: string, account: string) => encode(oldTimelock, method, [role, account]);
  const seats = seatsOf(roles);
  return [
    ...seats.map(([role]) => own("grantRole", role, newTimelock)),
    ...seats.flatMap(([role, accounts]) => accounts.map((account) => own("revokeRole", role, account))),
    own("grantRole", roles.admin, newTimelock),
    ...roles.admins.map((account) => own("revokeRole", roles.admin, account)),
  ];
}

/** What the one proposal of the old DAO does, in this order. */
export const adoptionCalls = (plan: AdoptionPlan): Call[] => [
  ...openingCalls(plan),
  ...givingCalls(plan.holdings, plan.oldTimelock, plan.newTimelock),
  ...closingCalls(plan),
];

/** What comes back of what was handed over and accepted: an allowance was taken back, and what was offered is owned now. */
export const returnedOf = (holdings: readonly Handover[]): Handover[] =>
  holdings
    .filter(({ kind }) => kind !== "allowance")
    .map((one): Handover => (one.kind === "pending ownership" ? { ...one, kind: "ownership in two steps" } : one));

/** The way back, through the new timelock. */
export interface ReturnPlan extends Adopting {
  /** What the new timelock gives back. */
  readonly holdings: readonly Handover[];
  /** Of the old timelock. [seconds] */
  readonly delay: bigint;
  /** Who had which seat in the old timelock before the adoption. */
  readonly roles: OldRoles;
  /** Operations that wait in the old timelock: with its executors back they would be executed. [32 bytes, hex] */
  readonly waiting: readonly string[];
}

/**
 * What need not be done at once: what waits in the old timelock is cancelled, of which nothing executes before its executors
 * are back, and everything is given back.
 */
export const returningGiving = ({ holdings, oldTimelock, newTimelock, waiting }: ReturnPlan): Call[] => [
  ...waiting.map((operation) => encode(oldTimelock, "cancel", [operation])),
  ...givingCalls(holdings, newTimelock, oldTimelock),
];

/**
 * What ends the way back once everything is given back; the Governor moves last. The old timelock may propose and cancel
 * in the new one again, as before the adoption: without that the DAO could not adopt another time.
 */
export function returningClosing(plan: ReturnPlan): Call[] {
  const { governor, oldTimelock, newTimelock, roles, holdings, delay } = plan;
  const own = (method: string, role: string, account: string) => encode(oldTimelock, method, [role, account]);
  const seats = seatsOf(roles);
  return [
    ...acceptancesOf(holdings).map((one) => ({
      target: oldTimelock,
      value: 0n,
      data: encodeScheduling(one.operation, one.delay > delay ? one.delay : delay),
    })),
    ...seats.flatMap(([role, accounts]) => accounts.map((account) => own("grantRole", role, account))),
    ...seats.map(([role]) => own("renounceRole", role, newTimelock)),
    own("renounceRole", roles.admin, newTimelock),
    encode(newTimelock, "grantRole", [ROLES.proposer, oldTimelock]),
    encode(newTimelock, "grantRole", [ROLES.canceller, oldTimelock]),
    encode(governor, "updateTimelock", [oldTimelock]),
  ];
}

/** What later proposals, through the new timelock, do to undo all of it. */
export const returningCalls = (plan: ReturnPlan): Call[] => [...returningGiving(plan), ...returningClosing(plan)];

/**
 * Where an adoption takes several proposals, each but the last leaves a mark in the new timelock, and each but the first
 * takes away the mark of the one before, which fails where it is missing: so whoever executes them in another order
 * changes nothing. In the new timelock a mark never executes, for it calls no account without code. In one of
 * OpenZeppelin's it does: a proposer there can use up its number for ever.
 */
export const markOf = (part: number) =>
  singleOperation({ target: NOWHERE, value: 0n, data: `0x${part.toString(16).padStart(8, "0")}` }, { salt: ZeroHash });

/** Nobody has a key to it, and no contract can be made there. */
const NOWHERE = "0x000000000000000000000000000000000000dEaD";

export const markingCall = (
  { newTimelock, delay }: Pick<AdoptionPlan, "newTimelock" | "delay">,
  part: number,
): Call => ({
  target: newTimelock,
  value: 0n,
  data: encodeScheduling(markOf(part), delay),
});

export const unmarkingCall = ({ newTimelock }: Pick<Adopting, "newTimelock">, part: number): Call =>
  encode(newTimelock, "cancel", [markOf(part).id]);
