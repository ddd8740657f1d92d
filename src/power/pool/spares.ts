import { inventAccount, type Snapshot } from "../../rehearsal/snapshot.js";
import { memberOf, OPERATOR_STATUSES } from "../../protocol/enums.js";
import type { PoolContracts } from "../../protocol/contracts.js";
import { act, StepError } from "../world/act.js";

/** What governance's calls of the registry are about. */
export interface Spares {
  /** An operator that is vetted. */
  readonly vetted: bigint;
  /** Two entities of which neither is merged into another. */
  readonly entities: readonly [bigint, bigint];
}

/** Those that there are; where they are too few, operators are vetted on the copy, each as an entity of its own. */
export async function prepareSpares(
  snapshot: Snapshot,
  timelock: string,
  { registry }: PoolContracts,
): Promise<Spares> {
  let found = await readSpares({ registry });
  for (let index = 0; index < 2 && (found.vetted === undefined || found.entities.length < 2); ++index) {
    try {
      await act(snapshot, inventAccount(`operator to vet ${index}`), registry, "register");
      await act(snapshot, timelock, registry, "vet", [await registry.operatorCount(), 0n, 10n ** 18n]);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      // Those are told as functions of which no call has worked.
      break;
    }
    found = await readSpares({ registry });
  }
  const [one = 1n, other = 2n] = found.entities;
  return { vetted: found.vetted ?? 1n, entities: [one, other] };
}

async function readSpares({ registry }: Pick<PoolContracts, "registry">): Promise<{
  readonly vetted: bigint | undefined;
  readonly entities: readonly bigint[];
}> {
  let vetted: bigint | undefined;
  for (let id = await registry.operatorCount(); id > 0n && vetted === undefined; --id) {
    if (memberOf(OPERATOR_STATUSES, (await registry.getOperator(id)).status) === "Vetted") vetted = id;
  }
  const entities: bigint[] = [];
  for (let entity = await registry.entityCount(); entity > 0n && entities.length < 2; --entity) {
    if ((await registry.getEntity(entity)).root === entity) entities.push(entity);
  }
  return { vetted, entities };
}
