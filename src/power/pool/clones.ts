import { cloneCode } from "../../protocol/cloneCode.js";
import type { Scene } from "../scene.js";

/** Vaults of operators whose code is not what was tried, in sentences. */
export async function readClones({ snapshot, addresses, staking }: Scene): Promise<string[]> {
  const { pool, vault } = addresses;
  if (pool === undefined || staking === undefined) return [];
  const found: string[] = [];
  for (const { id, vault: clone } of staking.operators) {
    const right = cloneCode(pool.operatorVault, [vault, pool.registry, id]);
    if ((await snapshot.code(clone)) === right) continue;
    found.push(
      `The vault of operator ${id} (${clone}) is no clone of ${pool.operatorVault}: what it does is not known.`,
    );
  }
  return found;
}
