import { readHolders } from "../manifest/holders.js";
import type { Help } from "../manifest/types.js";
import { namesOf } from "../world/names.js";
import { guardOf, KINDS, type Part } from "../manifest/parts.js";
import type { World } from "../world/world.js";

/** A body that can help the DAO against those who object, and by what. */
export interface Helper {
  /** "seal committee" */
  readonly name: string;
  readonly account: string;
  readonly help: Help;
  readonly part: Part;
  /** As in the ABI. */
  readonly signature: string;
}

/** `breaker.seal(address[])` */
export const powerOf = ({ part, signature }: Helper): string => `${part.name}.${signature}`;

/**
 * Whoever holds a power of which the manifest says that it helps, in the order of the manifests: what follows another stands
 * behind it.
 * @param over Powers that are used up or have expired, as `part.function`.
 */
export async function listHelpers(world: World, over: ReadonlySet<string>): Promise<Helper[]> {
  const { snapshot, parts, accounts, addresses } = world;
  const known = accounts.map(({ address }) => address);
  const name = namesOf(world);
  const helpers: Helper[] = [];
  for (const part of parts) {
    const kind = KINDS[part.name];
    for (const [method, bound] of Object.entries(kind.manifest.bounded ?? {})) {
      const helps = bound?.helps ?? "nobody";
      if (helps === "nobody" || over.has(`${part.name}.${method}`)) continue;
      // Whether the vault is one that the breaker pauses is known of the example alone.
      if (helps === "pause" && addresses.example === undefined) continue;
      const signature = kind.abi.getFunction(method)?.format("sighash") ?? method;
      const holders = await readHolders(snapshot, part, guardOf(kind, signature), parts, known);
      for (const account of holders.accounts) {
        helpers.push({ name: name(account).replace(/^the /, ""), account, help: helps, part, signature });
      }
    }
  }
  return helpers;
}
