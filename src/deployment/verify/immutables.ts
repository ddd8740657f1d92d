import {
  dataLength,
  getBytes,
  hexlify,
  id as hash,
  toBeHex,
  TypedDataEncoder,
  toUtf8Bytes,
  zeroPadBytes,
  zeroPadValue,
} from "ethers";

import { isAdopting, isExample, isOverStandIns } from "../../config/schema.js";
import { vestingAllocations } from "../parameters.js";
import type { VaultFacts } from "../../config/vaultFacts.js";
import type { CompiledCode, DatedSubject } from "./subject.js";

/** Words that a contract keeps in its code, in no order: a value may be there more than once. [32 bytes, hex] */
type Words = readonly string[];

const word = (value: bigint | string): string =>
  typeof value === "bigint" ? toBeHex(value, 32) : zeroPadValue(value, 32).toLowerCase();

const truth = (value: boolean): string => word(value ? 1n : 0n);

/** What OpenZeppelin's EIP-712 keeps of a domain whose name fits into a word. */
function domain(name: string, verifyingContract: string, chainId: bigint): Words {
  const version = "1";
  return [
    TypedDataEncoder.hashDomain({ name, version, chainId, verifyingContract }),
    word(chainId),
    word(verifyingContract),
    hash(name),
    hash(version),
    shortString(name),
    shortString(version),
  ];
}

/** The text, and its length in the last byte. */
function shortString(text: string): string {
  const bytes = getBytes(zeroPadBytes(hexlify(toUtf8Bytes(text)), 32));
  bytes[31] = toUtf8Bytes(text).length;
  return hexlify(bytes);
}

/**
 * Every immutable that follows from the configuration, by what the code is called in findings. It also covers those
 * that no function tells, like whether the escrow asks the vault for a votable supply.
 * @param supplyFloor As the escrow tells it: what it should be is looked at elsewhere.
 */
export function expectedImmutables(
  { addresses, dao, deployer, terms: dates, protectionHardEnd }: DatedSubject,
  facts: VaultFacts,
  chainId: bigint,
  supplyFloor: bigint,
): ReadonlyMap<string, Words> {
  const { delayFloor, delayCeiling, grace, fallbackDelay, ...terms } = dao.timelock;
  const limits = [protectionHardEnd, terms.emergencyLimit, terms.tiebreakerFloor, terms.tiebreakerCeiling];
  const { asset, share } = facts;
  const words = new Map<string, Words>([
    ...(isAdopting(dao) ? [] : [["token", domain(dao.token.name, addresses.token, chainId)] as const]),
    ["fallbackGate", [word(fallbackDelay)]],
    ["timelock", [delayFloor, delayCeiling, grace, ...limits, addresses.fallbackGate].map(word)],
    ...(isAdopting(dao)
      ? []
      : [["governor", [...domain(dao.name, addresses.governor, chainId), word(addresses.token)]] as const]),
    ["vessel", [...[asset, share, addresses.vault].map(word), truth(facts.tellsPrice)]],
    [
      "escrow",
      [
        ...[share, addresses.vault, addresses.vessel, deployer, supplyFloor].map(word),
        truth(facts.reportsVotableSupply),
      ],
    ],
    [
      "gate",
      [addresses.timelock, addresses.escrow, delayFloor, delayCeiling, grace, fallbackDelay, supplyFloor].map(word),
    ],
  ]);
  const { circuitBreaker, tiebreaker } = addresses.bodies;
  if (circuitBreaker !== undefined && dao.circuitBreaker !== undefined) {
    const { sealCommittee, resealCommittee } = circuitBreaker;
    const { sealDuration } = dao.circuitBreaker;
    words.set(
      "breaker",
      [addresses.timelock, sealCommittee, resealCommittee, sealDuration, dates.sealExpiry, deployer].map(word),
    );
  }
  if (tiebreaker !== undefined && dao.tiebreaker !== undefined) {
    words.set("tiebreaker", [addresses.timelock, dao.tiebreaker.delay].map(word));
  }
  if (addresses.example !== undefined && isExample(dao.vault)) {
    const kept = [word(asset), word(facts.assetDecimals)];
    if (isOverStandIns(dao.vault)) words.set("market", kept);
    words.set("vault", [...domain(dao.vault.name, addresses.vault, chainId), ...kept]);
    words.set("strategy", [addresses.example.market, asset, deployer].map(word));
  }
  if (addresses.pool !== undefined && dao.vault.kind === "pool") {
    const { registry, operatorVault, weth, depositContract } = addresses.pool;
    const { timelock, vault } = addresses;
    words.set("vault", [...domain(dao.vault.name, vault, chainId), ...[timelock, registry, weth].map(word)]);
    words.set("registry", [timelock, vault, operatorVault].map(word));
    words.set("operatorVault", [word(depositContract)]);
  }
  for (const [index, { vesting }] of vestingAllocations(dao).entries()) {
    words.set(`vesting wallet ${index}`, [vesting.start, vesting.duration, vesting.start + vesting.cliff].map(word));
  }
  return words;
}

/** The immutables of `code`; undefined if one of them differs from place to place. */
export function readImmutables(code: string, { immutableReferences }: CompiledCode): Words | undefined {
  const bytes = getBytes(code);
  const words: string[] = [];
  for (const places of Object.values(immutableReferences ?? {})) {
    const values = new Set(places.map(({ start, length }) => hexlify(bytes.slice(start, start + length))));
    const [value] = values;
    if (value === undefined || values.size > 1 || dataLength(value) !== 32) return undefined;
    words.push(value);
  }
  return words;
}

/** The same words but for the last, a truth value, which is the opposite one. */
export const withOtherTruth = (words: Words): Words => [...words.slice(0, -1), truth(words.at(-1) !== truth(true))];

export const sameWords = (one: Words, other: Words): boolean =>
  JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
