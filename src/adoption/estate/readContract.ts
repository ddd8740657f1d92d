import { readManaged, readManager } from "./manager.js";
import { readOwnable } from "./ownable.js";
import { readProxy } from "./proxies.js";
import { readRoles } from "./roles.js";
import { readToken } from "./tokens.js";
import type { Found, Ground, Part } from "./types.js";

/** Proxies first: others look into the code behind them. */
const READERS = [readProxy, readManaged, readManager, readRoles, readOwnable, readToken];

/** What is in one contract, by whatever kinds it is of. */
export async function readContract(ground: Ground, address: string): Promise<Found> {
  const parts: Part[] = [];
  for (const read of READERS) {
    const part = await read(ground, address);
    if (part !== undefined) parts.push(part);
  }
  const all = <Key extends "handovers" | "own" | "others" | "notices" | "parts">(key: Key) =>
    parts.flatMap((part) => (part[key] ?? []) as readonly NonNullable<Part[Key]>[number][]);
  return {
    address,
    kinds: parts.map(({ kind }) => kind),
    handovers: all("handovers"),
    own: all("own"),
    others: all("others"),
    notices: all("notices"),
    parts: all("parts"),
  };
}
