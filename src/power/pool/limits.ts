import { memberOf, OPERATOR_STATUSES } from "../../protocol/enums.js";
import { formatAmount, formatPercent } from "../../protocol/format.js";
import type { Scene } from "../scene.js";
import { POOL_FEE_LIMIT } from "../terms.js";

/** What a key is given, the operator's part included. [wei] */
const KEY = 32n * 10n ** 18n;

const eth = (amount: bigint): string => `${formatAmount(amount)} ETH`;

/**
 * The pool's fee, and what operators were given against their caps, in sentences. What their keys have earned is not
 * counted: it is theirs to hold, and nothing is given beyond a cap.
 */
export async function readStakes({ staking }: Pick<Scene, "staking">): Promise<string[]> {
  if (staking === undefined) return [];
  const { pool, registry } = staking.contracts;
  const found: string[] = [];
  const fee = await pool.fee();
  if (fee > POOL_FEE_LIMIT) {
    found.push(`The pool's fee is ${formatPercent(fee, 16)}, above its limit ${formatPercent(POOL_FEE_LIMIT, 16)}.`);
  }
  const entities = new Map<bigint, bigint>();
  for (const { id } of staking.operators) {
    const { status, keyCount, cap, entity } = await registry.getOperator(id);
    entities.set(entity, (entities.get(entity) ?? 0n) + keyCount);
    // Whose keys leave first, and who gets no more.
    if (memberOf(OPERATOR_STATUSES, status) === "Retired" || keyCount * KEY <= cap) continue;
    found.push(`Operator ${id} was given ${eth(keyCount * KEY)}, above its cap of ${eth(cap)}.`);
  }
  for (const [entity, keys] of entities) {
    const { cap } = await registry.getEntity(entity);
    if (keys * KEY <= cap) continue;
    found.push(`Operators of entity ${entity} were given ${eth(keys * KEY)}, above its cap of ${eth(cap)}.`);
  }
  return found;
}

/** Functions for which there is no occasion: nobody who is vetted, no two entities, an operator that is given nothing. */
export async function readIdleOperators({ staking }: Pick<Scene, "staking">): Promise<string[]> {
  if (staking === undefined) return [];
  const { registry } = staking.contracts;
  const entities = await registry.entityCount();
  const first = staking.operators.find(({ id }) => id === 1n);
  const status = first && memberOf(OPERATOR_STATUSES, (await registry.getOperator(1n)).status);
  return [
    ...(status === "Vetted" ? [] : ["registry.setOperatorCap"]),
    ...(entities < 2n ? ["registry.mergeEntities"] : []),
  ];
}
