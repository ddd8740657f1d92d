import { POOL_FEE_LIMIT } from "../../model/limits.js";
import { memberOf, OPERATOR_STATUSES } from "../../protocol/enums.js";
import { formatAmount, formatPercent } from "../../protocol/format.js";
import type { World } from "../world/world.js";

/** What a key is given, the operator's part included. [wei] */
export const KEY = 32n * 10n ** 18n;

const eth = (amount: bigint): string => `${formatAmount(amount)} ETH`;

/** A pool's fee above its limit, in a sentence. */
export async function readPoolFee({ staking }: Pick<World, "staking">): Promise<string[]> {
  const fee = (await staking?.contracts.pool.fee()) ?? 0n;
  if (fee <= POOL_FEE_LIMIT) return [];
  return [`The pool's fee is ${formatPercent(fee, 16)}, above its limit ${formatPercent(POOL_FEE_LIMIT, 16)}.`];
}

/**
 * What operators were given above their caps, in sentences: no fault, since the DAO lowers a cap below what stands so
 * that these keys leave first. What their keys have earned is not counted: it is theirs to hold.
 */
export async function readExcess({ staking }: Pick<World, "staking">): Promise<string[]> {
  if (staking === undefined) return [];
  const { registry } = staking.contracts;
  const found: string[] = [];
  const entities = new Map<bigint, bigint>();
  for (const { id } of staking.operators) {
    const { status, keyCount, cap, entity } = await registry.getOperator(id);
    entities.set(entity, (entities.get(entity) ?? 0n) + keyCount);
    // Whose keys leave first, and who gets no more.
    if (memberOf(OPERATOR_STATUSES, status) === "Retired" || keyCount * KEY <= cap) continue;
    found.push(`Operator ${id} was given ${eth(keyCount * KEY)}, above its cap of ${eth(cap)}: its keys leave first.`);
  }
  for (const [entity, keys] of entities) {
    const { cap } = await registry.getEntity(entity);
    if (keys * KEY <= cap) continue;
    found.push(
      `Operators of entity ${entity} were given ${eth(keys * KEY)}, above its cap of ${eth(cap)}: their keys leave first.`,
    );
  }
  return found;
}
