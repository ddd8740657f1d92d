import { getAddress, isAddress } from "ethers";

import { WHOLE } from "../../model/units.js";
import { SentenceError } from "../../protocol/errors.js";
import {
  formatAmount,
  formatPercent,
  parseDate,
  parseDuration,
  parsePercent,
  parseTokens,
  UnitError,
} from "../../protocol/format.js";
import { visible } from "../../protocol/visible.js";
import { BODIES, type Allocation, type Body, type Members, type VaultAnswer } from "./answers.js";

/** `parse` with its error as a sentence that names the question. */
function written<Value>(what: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    throw new SentenceError(`${what}: ${error.message}.`);
  }
}

/** @throws {SentenceError} What is no address. */
export function readAddress(text: string, what: string): string {
  const trimmed = text.trim();
  if (trimmed.startsWith("0x") && isAddress(trimmed)) return getAddress(trimmed);
  throw new SentenceError(
    `${what}: "${visible(trimmed)}" is not an address: 0x, 40 hexadecimal digits, and a checksum that fits.`,
  );
}

/**
 * Who gets what: `"0x… 60 %; 0x… 25,000,000; 0x… 15 % insider vesting 2027-01-01 over 1460 d cliff 365 d"`.
 * @param supply `"100,000,000"`; what they get must add up to it.
 * @throws {SentenceError} What cannot be read, or does not add up.
 */
export function readAllocations(text: string, supply: string): Allocation[] {
  const whole = readSupply(supply);
  const allocations = text
    .split(";")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map((entry) => readAllocation(entry, whole));
  const sum = allocations.reduce((total, { amount }) => total + parseTokens(amount), 0n);
  if (sum === whole) return allocations;
  const difference = sum > whole ? sum - whole : whole - sum;
  throw new SentenceError(
    `The holders get ${formatAmount(sum, 18, 18)} of ${formatAmount(whole, 18, 18)} tokens, ` +
      `${formatAmount(difference, 18, 18)} too ${sum > whole ? "many" : "few"}: what they get must add up to the supply.`,
  );
}

/** `"100,000,000"`. [token units, 18 decimals] */
export function readSupply(text: string): bigint {
  const supply = written("The supply", () => parseTokens(text));
  if (supply > 0n) return supply;
  throw new SentenceError("The supply: is 0, and nobody could vote; right is more than 0.");
}

const ENTRY = /^(\S+)\s+([\d,.]+(?:\s*%)?)(\s+insider)?(?:\s+vesting\s+(\S+)\s+over\s+(.+?)(?:\s+cliff\s+(.+))?)?$/;

/** One holder of `readAllocations`. */
export function readAllocation(text: string, supply: bigint): Allocation {
  const [, holder, amount, insider, start, duration, cliff = "0 s"] = ENTRY.exec(text) ?? [];
  if (holder === undefined || amount === undefined) {
    throw new SentenceError(
      `"${visible(text)}" is no holder; write an address and what it gets, like "0x… 20 %", and after that, where it is ` +
        'so, "insider" and "vesting 2027-01-01 over 1460 d cliff 365 d"; between two holders a ";".',
    );
  }
  const address = readAddress(holder, "A holder");
  const what = `What ${address} gets`;
  const units = written(what, () =>
    amount.endsWith("%") ? (supply * parsePercent(amount)) / WHOLE : parseTokens(amount),
  );
  if (units === 0n) throw new SentenceError(`${what}: is 0; right is more than 0.`);
  const given = { holder: address, amount: formatAmount(units, 18, 18), isInsider: insider !== undefined };
  if (start === undefined || duration === undefined) return given;
  written(`The vesting of ${address}`, () => [parseDate(start), parseDuration(duration), parseDuration(cliff)]);
  return { ...given, vesting: { start, duration: duration.trim(), cliff: cliff.trim() } };
}

/** `"2 of 0x…, 0x…, 0x…"` */
export function readMembers(text: string, what: string): Members {
  const match = /^\s*(\d{1,3})\s+of\s+(.+)$/.exec(text);
  if (match === null) {
    throw new SentenceError(`${what}: "${visible(text)}" is no committee; write it like "2 of 0x…, 0x…, 0x…".`);
  }
  const [, threshold = "", list = ""] = match;
  const owners = list.split(",").map((owner) => readAddress(owner, what));
  return { owners, threshold: Number(threshold) };
}

/** `"emergency, tiebreaker"`, or `"none"`. */
export function readBodies(text: string): Body[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.length === 1 && names[0] === "none") return [];
  return names.map((name) => {
    const body = BODIES.find((one) => one === name);
    if (body !== undefined) return body;
    throw new SentenceError(`"${visible(name)}" is no body; there are ${BODIES.join(", ")}, or none.`);
  });
}

/**
 * `"stand-in"`, `"test"`, `"pool"`, or the address of a vault that exists.
 * @param kind Of that vault: `"erc4626"`, `"erc7540"`, or `"own"` with `vessel`.
 */
export function readVault(text: string, kind = "erc4626", vessel?: string): VaultAnswer {
  const trimmed = text.trim();
  if (trimmed === "stand-in" || trimmed === "test" || trimmed === "pool") return { kind: trimmed };
  if (!trimmed.startsWith("0x")) {
    throw new SentenceError(
      `"${visible(trimmed)}" is no vault; give the address of one that exists, or "pool", "test" or "stand-in".`,
    );
  }
  const address = readAddress(trimmed, "The vault");
  switch (kind) {
    case "erc4626":
    case "erc7540":
      return { kind, address };
    case "own":
      if (vessel !== undefined) return { kind, address, vessel };
      throw new SentenceError(
        "A vault that is left in a way of its own needs a vessel: an address, or a contract's name.",
      );
    default:
      throw new SentenceError(`"${visible(kind)}" is no kind of vault; there are erc4626, erc7540 and own.`);
  }
}

/** What insiders get of the supply, and what of it vests. [1e18 = 100 %] */
function partsOf(allocations: readonly Allocation[]): { readonly insiders: bigint; readonly vesting: bigint } {
  const sum = (chosen: readonly Allocation[]): bigint =>
    chosen.reduce((total, { amount }) => total + parseTokens(amount), 0n);
  const supply = sum(allocations);
  const insiders = allocations.filter(({ isInsider }) => isInsider);
  const part = (chosen: readonly Allocation[]): bigint => (supply === 0n ? 0n : (sum(chosen) * WHOLE) / supply);
  return { insiders: part(insiders), vesting: part(insiders.filter(({ vesting }) => vesting !== undefined)) };
}

/** `"Insiders get 20 % of the supply, of which 20 % vests."` */
export function describeInsiders(allocations: readonly Allocation[]): string {
  const { insiders, vesting } = partsOf(allocations);
  if (insiders === 0n) return "Nobody among them is named an insider.";
  const share =
    vesting === insiders ? "all of it vests" : vesting === 0n ? "none of it vests" : `${formatPercent(vesting)} vests`;
  return `Insiders get ${formatPercent(insiders)} of the supply; ${share}.`;
}
