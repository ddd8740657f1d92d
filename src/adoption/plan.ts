import type { AdoptionPlan } from "../protocol/adoption.js";
import type { Handover } from "../protocol/handovers.js";
import type { Estate, Waiting } from "./estate/readEstate.js";
import type { Finding, Ground } from "./estate/types.js";

/** What the adoption does about what waits in the old timelock. */
export interface Pending {
  readonly cancelled: readonly Waiting[];
  /** Already queued: an adoption of this DAO, whatever else it does. */
  readonly adopting: readonly Waiting[];
  readonly findings: readonly Finding[];
  readonly notices: readonly string[];
}

/**
 * @param earliest When the adoption can land at the earliest, if it is proposed now. [unix seconds]
 * @param mover Calldata that makes the Governor obey the new timelock.
 */
export function sortPending(
  { old }: Estate,
  { governor }: Pick<Ground, "governor">,
  earliest: bigint,
  mover: string,
): Pending {
  const isAdopting = ({ calls }: Waiting): boolean =>
    calls.some(({ target, data }) => target === governor && data === mover);
  const adopting = old.waiting.filter(isAdopting);
  const cancelled = old.waiting.filter((one) => !isAdopting(one));
  return {
    cancelled,
    adopting,
    findings: cancelled
      .filter(({ eta }) => eta <= earliest)
      .map(({ id, calls }) => ({
        key: `operation ${id}`,
        sentence:
          `Operation ${id} waits in the old timelock, and can be executed before the adoption lands: it calls ` +
          `${calls.map(({ target }) => target).join(", ")}.`,
      })),
    notices: cancelled.map(
      ({ id, calls }) =>
        `Operation ${id} waits in the old timelock (${calls.length} calls): the adoption cancels it. What of it is wanted, ` +
        "the DAO decides again.",
    ),
  };
}

export const planOf = (
  { oldTimelock, newTimelock, governor }: Ground,
  { handovers, old }: Estate,
  pending: readonly Waiting[],
  delay: bigint,
): AdoptionPlan => ({
  ...{ governor, oldTimelock, newTimelock, delay },
  holdings: handovers,
  roles: old.roles,
  pending: pending.map(({ id }) => id),
});

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
