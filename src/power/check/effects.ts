import { isAddress, ZeroAddress } from "ethers";

import type { TribuneAddresses } from "../../protocol/addresses.js";
import { classOf } from "../manifest/classOf.js";
import type { AnyManifest, Class } from "../manifest/types.js";
import { KINDS } from "../manifest/parts.js";
import type { Change, Difference } from "../storage/difference.js";
import { nameIn, type Entry } from "./addressBook.js";

/** What moves who may decide, and not only what was decided. */
type PowerKind = "role" | "owner" | "delegate" | "code pointer" | "term" | "allowance" | "code";

/** One change in storage or code. */
export interface Effect {
  readonly contract: string;
  /** "the timelock", or the address. */
  readonly name: string;
  /** `_roles[0x…].hasRole[0x…]`; of what no layout knows the slot, and "its code". */
  readonly place: string;
  /** As it is declared; "unknown" of slots and contracts that nobody has declared. */
  readonly class: Class | "unknown";
  /** Absent where it moves no power. */
  readonly power?: PowerKind;
  /** Of a role: which one, and whose. */
  readonly keys: readonly string[];
  readonly before: string;
  readonly after: string;
}

/** What is a power although it is kept as a number or a list. */
const TERMS = /^(_emergency\.terms|_recovery|_members|_places|_quorum$|_minDelay$)/;

/** @param hasCode Whether an account has code, before or after. */
export function listEffects(
  difference: Difference & { readonly ok: true },
  book: readonly Entry[],
  hasCode: (account: string) => boolean,
): Effect[] {
  const effects = difference.changes.map((change): Effect => {
    const { contract, before, after } = change;
    const told = { contract, name: nameIn(book, contract), before, after };
    if (change.kind === "unknown") return { ...told, place: `slot ${change.slot}`, class: "unknown", keys: [] };
    const entry = book.find(({ address }) => address === contract);
    const manifest: AnyManifest | undefined = entry?.part && KINDS[entry.part.name].manifest;
    const declared = (manifest && classOf(manifest, change).declared) ?? "unknown";
    const power = powerOf(change, declared, entry?.part !== undefined, book, hasCode);
    return { ...told, place: change.place, class: declared, keys: change.keys, ...(power && { power }) };
  });
  const code = difference.code.map(({ account, before, after }): Effect => ({
    contract: account,
    name: nameIn(book, account),
    place: "its code",
    class: "unknown",
    power: "code",
    keys: [],
    before: sizeOf(before),
    after: sizeOf(after),
  }));
  return [...effects, ...code];
}

/** What several calls did together: from before the first to after the last. What ends as it began is left out. */
export function mergeEffects(played: readonly (readonly Effect[])[]): Effect[] {
  const merged = new Map<string, Effect>();
  for (const effect of played.flat()) {
    const key = `${effect.contract} ${effect.place}`;
    merged.set(key, { ...effect, before: merged.get(key)?.before ?? effect.before });
  }
  return [...merged.values()].filter(({ before, after }) => before !== after);
}

const sizeOf = (code: string): string => (code === "0x" ? "none" : `${(code.length - 2) / 2} bytes`);

function powerOf(
  { variable, keys, type, before, after }: Change & { readonly kind: "located" },
  declared: Class | "unknown",
  isPart: boolean,
  book: readonly Entry[],
  hasCode: (account: string) => boolean,
): PowerKind | undefined {
  const name = variable.slice(variable.lastIndexOf(".") + 1);
  if (name === "_roles") return "role";
  if (name === "_delegatee") return "delegate";
  if (name === "_owner" || name === "_pendingOwner") return "owner";
  if (name === "_allowances") return book.some(({ address }) => address === keys[0]) ? "allowance" : undefined;
  if (variable.startsWith("ERC1967.") || variable.startsWith("Safe.")) return "code pointer";
  if (isPart && declared === "rule" && TERMS.test(variable)) return "term";
  if (isPart && declared === "rule" && /^(address|contract )/.test(type)) {
    return [before, after].some((account) => isAddress(account) && account !== ZeroAddress && hasCode(account))
      ? "code pointer"
      : "owner";
  }
  return undefined;
}

/** What the timelock keeps of operations, by their identifiers. */
const OPERATIONS = /^(_timestamps|_ledger\.operations)\[/;

/** What remains of an execution in the books of timelock and Governor, whatever it did. */
export const isBookkeeping = ({ place, class: declared }: Effect, id: string): boolean =>
  (place.includes(id) && OPERATIONS.test(place)) ||
  (declared !== "rule" && /^(_proposals|_timelockIds|_governanceCall)\b/.test(place));

/**
 * The same of a Governor of anybody's, whose slots nobody has declared: what changes there without that any of the calls
 * reaches it.
 * @param played What each of the calls does.
 */
export const isGovernorsBook = (
  { contract, class: declared }: Effect,
  { governor, oldTimelock }: Pick<TribuneAddresses, "governor" | "oldTimelock">,
  played: readonly (readonly Effect[])[],
): boolean =>
  oldTimelock !== undefined &&
  contract === governor &&
  declared === "unknown" &&
  played.flat().every((effect) => effect.contract !== governor);

/** Whether who can do what in the contracts of the book may be another afterwards, so that the audit has to look. */
export const movesPower = (
  effects: readonly Effect[],
  book: readonly Entry[],
  { token, timelock }: Pick<TribuneAddresses, "token" | "timelock">,
): boolean =>
  effects.some(({ contract, class: declared, power, place }) => {
    if (power !== undefined || declared === "rule") return true;
    // Another operation is scheduled, or withdrawn: what waits there anybody executes.
    if (contract === timelock && OPERATIONS.test(place)) return true;
    // Votes move with tokens.
    if (contract === token && /^_(balances|delegateCheckpoints)\b/.test(place)) return true;
    // Owners of a Safe, or whatever a contract without a manifest keeps.
    return declared === "unknown" && book.some(({ address }) => address === contract);
  });

/** Addresses that a change names. */
export const accountsIn = (effects: readonly Effect[]): string[] =>
  [...new Set(effects.flatMap(({ keys, before, after }) => [...keys, before, after]))].filter(
    (text) => isAddress(text) && text !== ZeroAddress,
  );
