import type { World } from "../world/world.js";
import { cloneOfOperator } from "./parts.js";

/** Vaults of operators whose code is not what was tried, and whom else the registry takes for one, in sentences. */
export async function readClones({ snapshot, addresses, accounts, staking }: World): Promise<string[]> {
  if (addresses.pool === undefined || staking === undefined) return [];
  const { registry } = staking.contracts;
  const found: string[] = [];
  const vaults = new Map(staking.operators.map(({ id, vault }) => [vault, id]));
  for (const [clone, id] of vaults) {
    if ((await snapshot.code(clone)) !== cloneOfOperator(addresses, id)) {
      const { operatorVault } = addresses.pool;
      found.push(`The vault of operator ${id} (${clone}) is no clone of ${operatorVault}: what it does is not known.`);
    }
  }
  for (const { name, address } of accounts) {
    const [told, right] = [await registry.operatorOf(address), vaults.get(address) ?? 0n];
    if (told === right) continue;
    const wanted = right === 0n ? "no operator's" : `operator ${right}'s`;
    found.push(
      `The registry takes ${name} (${address}) for ${told === 0n ? "no vault" : `the vault of operator ${told}`}, and it is ${wanted}.`,
    );
  }
  return found;
}
