import { getAddress, ZeroAddress, type Result } from "ethers";

import { UnreadableError } from "../../protocol/errors.js";
import type { Snapshot } from "../../rehearsal/snapshot.js";
import type { Guard, Reading } from "./types.js";
import { readView, type Part } from "./parts.js";

/** Who a guard lets through, in a state of the chain. */
export interface Holders {
  /** Everybody: the other list says nothing then. */
  readonly isOpen: boolean;
  readonly accounts: readonly string[];
}

const NONE: Holders = { isOpen: false, accounts: [] };
const EVERYBODY: Holders = { isOpen: true, accounts: [] };
const just = (...accounts: string[]): Holders => ({ isOpen: false, accounts });

/**
 * Reads who a guard names.
 * @param parts The system's, by address: a view of one may name another that is asked further.
 * @param known Everybody who is asked about where a contract lists nobody, as of roles.
 */
export async function readHolders(
  snapshot: Snapshot,
  part: Part,
  guard: Guard,
  parts: readonly Part[],
  known: readonly string[],
): Promise<Holders> {
  switch (guard.kind) {
    case "anyone":
    case "owner":
    case "signature":
      return EVERYBODY;
    case "nobody":
      return NONE;
    case "self":
      return just(part.address);
    case "operator":
      return just(await readOwner(snapshot, parts));
    case "part":
      return just(...parts.filter(({ name }) => name === guard.part).map(({ address }) => address));
    case "role":
      return await readRole(snapshot, part, guard.role, known);
    case "named": {
      const asked = await follow(snapshot, part, guard.by, parts);
      if (asked === undefined) return NONE;
      const named = pick(await readView(snapshot, asked, guard.by.view), guard.by.path ?? []);
      const accounts = (Array.isArray(named) ? (named as unknown[]) : [named]).map((account) =>
        getAddress(String(account)),
      );
      return just(...accounts.filter((account) => account !== ZeroAddress));
    }
    case "any": {
      const each = await Promise.all(guard.guards.map((one) => readHolders(snapshot, part, one, parts, known)));
      if (each.some(({ isOpen }) => isOpen)) return EVERYBODY;
      return just(...new Set(each.flatMap(({ accounts }) => accounts)));
    }
  }
}

/** Of the first vault of an operator that there is. */
async function readOwner(snapshot: Snapshot, parts: readonly Part[]): Promise<string> {
  const [vault, registry] = ["operator vault", "registry"].map((kind) => parts.find(({ name }) => name === kind));
  if (vault === undefined || registry === undefined) throw new UnreadableError("There is no operator to look at.");
  const [id] = (await readView(snapshot, registry, "operatorOf", [vault.address])) as unknown[];
  return getAddress(String((await readView(snapshot, registry, "ownerOf", [id]))[0]));
}

/** Only OpenZeppelin's executor is open to everybody where the zero address holds the role. */
async function readRole(snapshot: Snapshot, part: Part, role: string, known: readonly string[]): Promise<Holders> {
  const holds = async (account: string) => (await readView(snapshot, part, "hasRole", [role, account]))[0] === true;
  const executor: unknown = (await readView(snapshot, part, "EXECUTOR_ROLE"))[0];
  if (executor === role && (await holds(ZeroAddress))) return EVERYBODY;
  const asked = await Promise.all(known.map(holds));
  return just(...known.filter((_, index) => asked[index] === true));
}

async function follow(
  snapshot: Snapshot,
  part: Part,
  { of }: Reading,
  parts: readonly Part[],
): Promise<Part | undefined> {
  if (of === undefined) return part;
  const address = getAddress(String((await readView(snapshot, part, of))[0]));
  const found = parts.find((one) => one.address === address);
  if (found === undefined) {
    throw new UnreadableError(`${of} of the ${part.name} names ${address}, of which the audit knows nothing.`);
  }
  return found;
}

export function pick(result: Result, path: readonly string[]): unknown {
  // A view with one answer gives it alone.
  let value: unknown = result.length === 1 ? result[0] : result;
  for (const name of path) value = (value as Record<string, unknown>)[name];
  return value;
}
