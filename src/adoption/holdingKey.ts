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

/** Whether anybody can send it to a timelock at any time. */
export const canComeLate = ({ kind }: Handover): boolean => ["ether", "tokens", "token id"].includes(kind);

/** What the receiver has afterwards: an allowance is only taken back. */
export const held = (handovers: readonly Handover[]): string[] =>
  handovers
    .filter(({ kind }) => kind !== "allowance")
    .map(holdingKey)
    .sort();

/** The same without its amount, and the amount; 1 of what is there or not. */
const portionOf = (handover: Handover): { readonly what: string; readonly amount: bigint } => {
  switch (handover.kind) {
    case "ether":
      return { what: "wei", amount: handover.amount };
    case "tokens":
      return { what: `token ${handover.target}`, amount: handover.amount };
    default:
      return { what: holdingKey(handover), amount: 1n };
  }
};

/** What of it a holder has not got, each in words: whoever had some of a token before has more afterwards. */
export function lackingOf(wanted: readonly Handover[], has: readonly Handover[]): string[] {
  const portions = new Map(has.map(portionOf).map(({ what, amount }) => [what, amount]));
  return wanted
    .filter(({ kind }) => kind !== "allowance")
    .filter((one) => (portions.get(portionOf(one).what) ?? 0n) < portionOf(one).amount)
    .map(holdingKey)
    .sort();
}
