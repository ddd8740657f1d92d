import type { Handover } from "../protocol/handovers.js";

/** What tells one holding from another, whoever has it and however it came to be offered. */
export function holdingKey(handover: Handover): string {
  switch (handover.kind) {
    case "ownership":
    case "ownership in two steps":
    case "pending ownership":
      return `owner of ${handover.target}`;
    case "role":
    case "manager role":
      return `role ${handover.role} of ${handover.target}`;
    case "default admin":
    case "proxy admin":
      return `${handover.kind} of ${handover.target}`;
    case "ether":
      return `${handover.amount} wei`;
    case "tokens":
      return `${handover.amount} of token ${handover.target}`;
    case "token id":
      return `id ${handover.id} of token ${handover.target}`;
    case "allowance":
      return `allowance of ${handover.spender} over token ${handover.target}`;
  }
}

/** What the receiver has afterwards: an allowance is only taken back. */
export const held = (handovers: readonly Handover[]): string[] =>
  handovers
    .filter(({ kind }) => kind !== "allowance")
    .map(holdingKey)
    .sort();
