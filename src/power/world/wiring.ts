import { ZeroAddress } from "ethers";

import type { TribuneAddresses } from "../../protocol/addresses.js";
import { namesOf } from "./names.js";
import { readView, type KindName } from "../manifest/parts.js";
import type { World } from "./world.js";

/** Which accounts a view may name; nobody asks where it is undefined: whom it names decides nothing. */
type Expected = ((addresses: TribuneAddresses) => readonly (string | undefined)[]) | undefined;

const timelock: Expected = (addresses) => [addresses.timelock];
const vault: Expected = (addresses) => [addresses.vault];
const asset: Expected = ({ example, pool }) => [example?.asset ?? pool?.weth];
const breaker: Expected = ({ bodies }) => [bodies.circuitBreaker?.breaker ?? ZeroAddress];
const tiebreaker: Expected = ({ bodies }) => [bodies.tiebreaker?.committee ?? ZeroAddress];

/**
 * Every view without arguments that names accounts, and whom it names in a deployment as the address book has it. Seats
 * of committees are looked at by `unseen.ts`.
 */
export const WIRING: Readonly<Partial<Record<KindName, Readonly<Record<string, Expected>>>>> = {
  governor: { timelock, token: (addresses) => [addresses.token] },
  timelock: {
    FALLBACK_GATE: (addresses) => [addresses.fallbackGate],
    gate: (addresses) => [addresses.gate],
    tiebreaker,
  },
  gate: {
    TIMELOCK: timelock,
    ESCROW: (addresses) => [addresses.escrow],
    // They hold the state of a rage quit, and so every decision, for as long as they say so.
    withdrawalBlockers: vault,
  },
  escrow: {
    gate: (addresses) => [addresses.gate],
    SHARE: vault,
    VAULT: vault,
    VESSEL_IMPLEMENTATION: (addresses) => [addresses.vessel],
  },
  vessel: { ASSET: asset, SHARE: vault, VAULT: vault },
  vault: {
    asset,
    breaker,
    owner: timelock,
    pendingOwner: () => [ZeroAddress],
    strategy: ({ example }) => [example?.strategy, ZeroAddress],
  },
  strategy: { asset, MARKET: ({ example }) => [example?.market], vault },
  pool: { REGISTRY: (addresses) => [addresses.pool?.registry], TIMELOCK: timelock, asset, share: vault },
  registry: { POOL: vault, TIMELOCK: timelock, VAULT_IMPLEMENTATION: ({ pool }) => [pool?.operatorVault] },
  breaker: { TIMELOCK: timelock, pausables: undefined, SEAL_COMMITTEE: undefined, RESEAL_COMMITTEE: undefined },
  tiebreaker: { TIMELOCK: timelock, breaker, members: undefined },
  "vesting wallet": { owner: undefined },
};

/** Whatever the contracts name in each other's place, in sentences. */
export async function readWiring(
  world: Pick<World, "snapshot" | "addresses" | "parts" | "accounts">,
): Promise<string[]> {
  const { snapshot, addresses, parts } = world;
  const name = namesOf(world);
  const found: string[] = [];
  for (const part of parts) {
    for (const [view, expected] of Object.entries(WIRING[part.name] ?? {})) {
      if (expected === undefined) continue;
      const right = expected(addresses).filter((address) => address !== undefined);
      // Of a vault of somebody else's the address book does not know what it is made of.
      if (right.length === 0) continue;
      const [answer] = (await readView(snapshot, part, view)) as unknown[];
      const named = (Array.isArray(answer) ? answer : [answer]).map(String);
      for (const account of named.filter((one) => !right.includes(one))) {
        found.push(
          `${part.name}.${view} names ${name(account)} (${account}), where the address book has ` +
            `${right.map((one) => (one === ZeroAddress ? "nobody" : name(one))).join(" or ")}.`,
        );
      }
    }
  }
  return found;
}
