import { AbiCoder, id, Interface } from "ethers";

import type { Answer } from "../../rehearsal/snapshot.js";
import type { Found } from "./discover.js";
import type { Proven } from "./prove.js";
import { STRANGER, type Guess, type Reader } from "./reader.js";
import { ownerOf } from "./resolvers/ownable.js";
import { adminRoleOf } from "./resolvers/accessManager.js";
import { roleOf } from "./resolvers/accessControl.js";
import { selectorsOf, WHOLE } from "./standards.js";
import { immediately, type Power, type Seat } from "./types.js";

/** What contracts revert with where somebody is not who may. */
const REFUSALS = new Interface([
  "error OwnableUnauthorizedAccount(address account)",
  "error AccessControlUnauthorizedAccount(address account, bytes32 role)",
  "error AccessManagedUnauthorized(address caller)",
  "error AccessManagerUnauthorizedAccount(address caller, uint64 role)",
  "error AccessManagerUnauthorizedCall(address caller, address target, bytes4 selector)",
  "error AccessManagerUnauthorizedCancel(address caller, address account, address target, bytes4 selector)",
  "error AccessManagerUnauthorizedConsume(address target)",
  "error GovernorOnlyExecutor(address account)",
  "error TimelockUnauthorizedCaller(address caller)",
  "error Unauthorized()",
  "error NotOwner()",
  "error OnlyOwner()",
  "error NotAuthorized()",
  // Of transparent proxies: their admin upgrades, and is let at nothing else.
  "error ProxyDeniedAdminAccess()",
]);
/** Without those of the language, which `getError` knows as well. */
const REFUSED = new Set<string>();
REFUSALS.forEachError(({ selector }) => REFUSED.add(selector));
const REASON = id("Error(string)").slice(0, 10);
const SAYS_SO =
  /owner|auth|admin|missing role|guardian|minter|governance|permission|forbidden|must come from|only|caller/i;

/**
 * Functions beyond the standards, found in the code by their selectors: whoever is refused as somebody who may not, and
 * who is not. The arguments are made up, so what they do is inferred where the call works for nobody.
 */
export async function proveGuards(reader: Reader, contracts: readonly Found[]): Promise<Proven[]> {
  const proven: Proven[] = [];
  const known = new Set(
    contracts.flatMap(({ resolved }) =>
      resolved.flatMap(({ powers }) => powers.map(({ contract, by }) => contract + by)),
    ),
  );
  const seats = contracts.flatMap(({ resolved }) => resolved.flatMap((one) => one.seats ?? []));
  for (const { address, kinds } of contracts) {
    if (kinds.some((kind) => WHOLE.has(kind))) continue;
    const groups = new Map<string, Guarded[]>();
    for (const selector of await selectorsOf(reader, address)) {
      const guess = reader.guess(address, selector);
      // A resolver has read who may.
      if (known.has(address + guess.name)) continue;
      const guarded = await tryFunction(reader, address, guess);
      if (guarded === undefined) continue;
      const key = JSON.stringify([guarded.seat, guarded.passed, guarded.reached]);
      groups.set(key, [...(groups.get(key) ?? []), guarded]);
    }
    for (const group of groups.values()) proven.push(toProven(reader, address, group, seats));
  }
  return proven;
}

/** Of a power that no seat was read for: the one that a stranger's refusal names, if all of its members were let through. */
export async function nameSeats(
  reader: Reader,
  contracts: readonly Found[],
  proven: readonly Proven[],
): Promise<Proven[]> {
  const seats = contracts.flatMap(({ resolved }) => resolved.flatMap((one) => one.seats ?? []));
  return await Promise.all(
    proven.map(async (one) => {
      const { power, passed } = one;
      const [step] = power.proof?.kind === "steps" ? power.proof.steps(immediately(STRANGER)) : [];
      if (power.seat !== undefined || step === undefined) return one;
      const refusal = await reader.snapshot.call({ ...step, from: STRANGER });
      if (refusal.ok) return one;
      const name = await seatNamed(reader, power.contract, refusal.revert);
      const seat = seats.find((known) => known.name === name);
      if (seat?.members.every(({ account }) => passed.includes(account)) !== true) return one;
      const strangers = passed.filter((account) => !seat.members.some((member) => member.account === account));
      return { ...one, power: { ...power, seat }, strangers };
    }),
  );
}

/** A function that refuses a stranger as such. */
interface Guarded {
  readonly name: string;
  /** What the refusal names: "owner of the vault". */
  readonly seat: string | undefined;
  /** For whom it worked. */
  readonly passed: readonly string[];
  /** Whom the guard let through, into an error of another kind. */
  readonly reached: readonly string[];
}

async function tryFunction(reader: Reader, address: string, { name, data }: Guess): Promise<Guarded | undefined> {
  const ask = async (from: string): Promise<Answer> => await reader.snapshot.call({ from, to: address, data });
  const refusal = await ask(STRANGER);
  if (refusal.ok || !isRefusal(reader, address, refusal.revert)) return undefined;
  const passed: string[] = [];
  const reached: string[] = [];
  for (const account of reader.known) {
    const answer = await ask(account);
    if (answer.ok) passed.push(account);
    else if (!isRefusal(reader, address, answer.revert) && !isOver(reader, address, answer.revert))
      reached.push(account);
  }
  return { name, seat: await seatNamed(reader, address, refusal.revert), passed, reached };
}

function isRefusal(reader: Reader, address: string, revert: string): boolean {
  if (revert.startsWith(REASON)) return SAYS_SO.test(reasonIn(revert));
  const selector = revert.slice(0, 10);
  if (selector.length < 10) return false;
  if (REFUSED.has(selector)) return true;
  const known = reader.place.interfaces?.get(address)?.getError(selector);
  return known !== null && known !== undefined && SAYS_SO.test(known.name);
}

/** What is bound once, and was, nobody binds again: whom the guard lets through gains nothing by it. */
const isOver = (reader: Reader, address: string, revert: string): boolean =>
  reader.place.interfaces?.get(address)?.getError(revert.slice(0, 10))?.name.endsWith("AlreadyBound") === true;

function reasonIn(revert: string): string {
  try {
    return String(AbiCoder.defaultAbiCoder().decode(["string"], `0x${revert.slice(10)}`)[0]);
  } catch {
    return "";
  }
}

async function seatNamed(reader: Reader, address: string, revert: string): Promise<string | undefined> {
  const name = reader.nameOf(address);
  const error = revert.startsWith(REASON) ? undefined : REFUSALS.parseError(revert);
  if (error?.name === "OwnableUnauthorizedAccount") return ownerOf(name);
  if (error?.name === "AccessControlUnauthorizedAccount") return roleOf(String(error.args[1]), name);
  if (error?.name === "AccessManagedUnauthorized") {
    const manager = await reader.address(address, "authority");
    return manager === undefined ? undefined : adminRoleOf(reader.nameOf(manager));
  }
  const reason = reasonIn(revert);
  if (reason === "Ownable: caller is not the owner") return ownerOf(name);
  const role = /is missing role (0x[0-9a-f]{64})/.exec(reason)?.[1];
  return role === undefined ? undefined : roleOf(role, name);
}

function toProven(reader: Reader, address: string, group: readonly Guarded[], seats: readonly Seat[]): Proven {
  const [first] = group;
  const { passed = [], reached = [], seat: named } = first ?? {};
  const names = group.map(({ name }) => name);
  const through = [...passed, ...reached];
  const known = seats.find(({ name }) => name === named);
  const holders = through.map((account) => reader.nameOf(account)).join(", ");
  const seat = known ?? {
    name: named ?? (holders === "" ? "nobody who was met" : holders),
    members: through.map(immediately),
  };
  const power: Power = {
    rule: `functions of ${reader.nameOf(address)} for ${seat.name}`,
    ...{ effect: "changes", contract: address, by: names.join(", "), seat },
  };
  const others = reader.known.length + 1 - through.length;
  const isInferred = passed.length === 0 && reached.length > 0;
  return {
    ...{ power, passed: through, strangers: [], refused: [], others },
    status: isInferred ? "inferred" : through.length > 0 ? "proven" : "unproven",
    says: isInferred
      ? `With made-up arguments it works for nobody; ${reached.length} were not refused for who they are, ${others} were.`
      : `${through.length} could, ${others} others could not.`,
  };
}
