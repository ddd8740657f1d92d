import { Interface, ZeroAddress } from "ethers";

import type { FoundSafe } from "../../safe/readSafe.js";
import type { World } from "../world/world.js";

const OWNED = new Interface(["function owner() view returns (address)"]);

/** Who owns the guards of Safes, where a guard tells. */
export async function readGuardOwners(
  { snapshot }: Pick<World, "snapshot">,
  safes: ReadonlyMap<string, FoundSafe>,
): Promise<Map<string, string>> {
  const owners = new Map<string, string>();
  for (const safe of safes.values()) {
    if (safe.kind !== "safe" || safe.guard === undefined) continue;
    const answer = await snapshot.call({ to: safe.guard, data: OWNED.encodeFunctionData("owner") });
    if (!answer.ok || answer.data.length !== 66) continue;
    const owner = String(OWNED.decodeFunctionResult("owner", answer.data)[0]);
    if (owner !== ZeroAddress) owners.set(safe.guard, owner);
  }
  return owners;
}
