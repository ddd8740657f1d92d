import { Interface } from "ethers";

import type { Call } from "./calls.js";
import { singleOperation, type Operation } from "./operations/operation.js";

/**
 * Something that a timelock owns or holds, and how another comes to have it. Where the other must accept it, `salt` is that
 * of the operation by which it does; zero by default. [32 bytes, hex]
 */
export type Handover =
  /** Ownable: one call. */
  | { readonly kind: "ownership"; readonly target: string }
  /** Ownable2Step: the new owner accepts. */
  | { readonly kind: "ownership in two steps"; readonly target: string; readonly salt?: string }
  /** Offered to the timelock, and not accepted yet: it accepts, and offers it on. */
  | { readonly kind: "pending ownership"; readonly target: string; readonly salt?: string }
  /** A role of AccessControl, whose admin the timelock holds as well. */
  | { readonly kind: "role"; readonly target: string; readonly role: string; readonly isAdmin: boolean }
  /** AccessControlDefaultAdminRules: the new admin accepts after the contract's own delay. */
  | { readonly kind: "default admin"; readonly target: string; readonly delay: bigint; readonly salt?: string }
  /** A role of an AccessManager, and how long after it was granted it comes into force. 0 is the highest. */
  | { readonly kind: "manager role"; readonly target: string; readonly role: bigint; readonly delay: bigint }
  /** A transparent proxy before OpenZeppelin 5 whose admin is the timelock itself. */
  | { readonly kind: "proxy admin"; readonly target: string }
  | { readonly kind: "ether"; readonly amount: bigint }
  | { readonly kind: "tokens"; readonly target: string; readonly amount: bigint }
  | { readonly kind: "token id"; readonly target: string; readonly id: bigint }
  /** What somebody may take of the timelock's tokens: taken back, not handed on. */
  | { readonly kind: "allowance"; readonly target: string; readonly spender: string };

const ABI = new Interface([
  "function transferOwnership(address)",
  "function acceptOwnership()",
  "function grantRole(bytes32,address)",
  "function renounceRole(bytes32,address)",
  "function beginDefaultAdminTransfer(address)",
  "function acceptDefaultAdminTransfer()",
  "function grantRole(uint64,address,uint32)",
  "function renounceRole(uint64,address)",
  "function changeAdmin(address)",
  "function transfer(address,uint256)",
  "function transferFrom(address,address,uint256)",
  "function approve(address,uint256)",
]);

const encode = (target: string, method: string, values: readonly unknown[] = []): Call => ({
  target,
  value: 0n,
  data: ABI.encodeFunctionData(method, values),
});

/** What whoever has something calls to give it away, grants before what is given up, the roles that grant others last. */
export function givingCalls(handovers: readonly Handover[], from: string, to: string): Call[] {
  const first = handovers.flatMap((one) => giving(one, from, to));
  const last = [...handovers].sort((one, other) => rank(one) - rank(other)).flatMap((one) => renouncing(one, from));
  return [...first, ...last];
}

function giving(handover: Handover, from: string, to: string): Call[] {
  switch (handover.kind) {
    case "ownership":
    case "ownership in two steps":
      return [encode(handover.target, "transferOwnership", [to])];
    case "pending ownership":
      return [encode(handover.target, "acceptOwnership"), encode(handover.target, "transferOwnership", [to])];
    case "role":
      return [encode(handover.target, "grantRole(bytes32,address)", [handover.role, to])];
    case "default admin":
      return [encode(handover.target, "beginDefaultAdminTransfer", [to])];
    case "manager role":
      return [encode(handover.target, "grantRole(uint64,address,uint32)", [handover.role, to, 0n])];
    case "proxy admin":
      return [encode(handover.target, "changeAdmin", [to])];
    case "ether":
      return [{ target: to, value: handover.amount, data: "0x" }];
    case "tokens":
      return [encode(handover.target, "transfer", [to, handover.amount])];
    case "token id":
      return [encode(handover.target, "transferFrom", [from, to, handover.id])];
    case "allowance":
      return [encode(handover.target, "approve", [handover.spender, 0n])];
  }
}

function renouncing(handover: Handover, from: string): Call[] {
  switch (handover.kind) {
    case "role":
      return [encode(handover.target, "renounceRole(bytes32,address)", [handover.role, from])];
    case "manager role":
      return [encode(handover.target, "renounceRole(uint64,address)", [handover.role, from])];
    default:
      return [];
  }
}

/** Whoever gives up the role that grants the others first cannot give those. */
const rank = (handover: Handover): number =>
  (handover.kind === "role" && handover.isAdmin) || (handover.kind === "manager role" && handover.role === 0n) ? 1 : 0;

/** How long after the handover the receiver has it at the earliest. [seconds] */
export const settlingOf = (handover: Handover): bigint =>
  handover.kind === "default admin" || handover.kind === "manager role" ? handover.delay : 0n;

/** What the receiver must do itself, each an operation of its own: one that fails holds up no other. */
export function acceptancesOf(
  handovers: readonly Handover[],
): { readonly operation: Operation; readonly delay: bigint }[] {
  return handovers.flatMap((handover) => {
    switch (handover.kind) {
      case "ownership in two steps":
      case "pending ownership":
        return [{ operation: acceptance(handover, "acceptOwnership"), delay: 0n }];
      case "default admin":
        return [{ operation: acceptance(handover, "acceptDefaultAdminTransfer"), delay: handover.delay }];
      default:
        return [];
    }
  });
}

const acceptance = ({ target, salt }: { readonly target: string; readonly salt?: string }, method: string): Operation =>
  singleOperation(encode(target, method), salt === undefined ? {} : { salt });
