import { ZeroAddress } from "ethers";

import { isContract } from "../../protocol/accountCode.js";
import type { Reader } from "./reader.js";
import { resolveAccessControl } from "./resolvers/accessControl.js";
import { resolveAccessManager, resolveManaged } from "./resolvers/accessManager.js";
import { resolveCompoundGovernor, resolveCompoundTimelock } from "./resolvers/compound.js";
import { resolveGovernor } from "./resolvers/governor.js";
import { resolveOperators } from "./resolvers/operators.js";
import { resolveOwnable } from "./resolvers/ownable.js";
import { resolveProxy } from "./resolvers/proxy.js";
import { resolveSafe } from "./resolvers/safe.js";
import { resolveTimelock } from "./resolvers/timelock.js";
import type { Power, Resolved, Resolver } from "./types.js";

/** Proxies first: others look into the code behind them. */
const RESOLVERS: readonly Resolver[] = [
  resolveProxy,
  resolveSafe,
  resolveManaged,
  resolveAccessManager,
  resolveTimelock,
  resolveAccessControl,
  resolveOwnable,
  resolveGovernor,
  resolveCompoundTimelock,
  resolveCompoundGovernor,
  resolveOperators,
];
/** More is no system that a person has listed. */
const MOST_CONTRACTS = 200;
/** Whoever is met late may hold what was asked about early. */
const MOST_ROUNDS = 5;

/** A contract, and what is known of it. */
export interface Found {
  readonly address: string;
  readonly kinds: readonly string[];
  readonly resolved: readonly Resolved[];
}

export interface Discovery {
  readonly contracts: readonly Found[];
  readonly powers: readonly Power[];
  readonly gaps: readonly string[];
}

/**
 * What the listed contracts are, who holds what in them, and the same of every contract that holds something.
 * @param ends Contracts that are not looked into: whoever asks knows what they do.
 */
export async function discover(
  reader: Reader,
  listed: readonly string[],
  ends: ReadonlySet<string>,
  progress: (text: string) => void,
): Promise<Discovery> {
  for (const address of listed) reader.meet(address);
  let contracts: Found[] = [];
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const before = stateOf(reader, contracts);
    progress(`who holds what, round ${round}: ${reader.known.length} accounts`);
    contracts = await walk(reader, listed, ends);
    for (const { address, kinds } of contracts) {
      // Every name has come from a list or from what the contract belongs to; what is left goes by its kind.
      if (kinds.length > 0 && reader.nameOf(address) === address) reader.name(address, `${kinds[0] ?? ""} ${address}`);
    }
    if (stateOf(reader, contracts) === before) break;
  }
  const isCut = contracts.length >= MOST_CONTRACTS;
  return {
    contracts,
    powers: contracts.flatMap(({ resolved }) => resolved.flatMap(({ powers }) => powers)),
    gaps: isCut ? [`More than ${MOST_CONTRACTS} contracts hold something: the others were not looked at.`] : [],
  };
}

/** Changes while something is still found. */
const stateOf = (reader: Reader, contracts: readonly Found[]): string =>
  [reader.known, ...contracts.map(({ address }) => reader.nameOf(address))].join();

async function walk(reader: Reader, listed: readonly string[], ends: ReadonlySet<string>): Promise<Found[]> {
  const found = new Map<string, Found>();
  const queue = [...listed];
  for (let address = queue.shift(); address !== undefined; address = queue.shift()) {
    if (found.has(address) || ends.has(address) || found.size >= MOST_CONTRACTS) continue;
    if (!isContract(await reader.code(address))) continue;
    const resolved: Resolved[] = [];
    for (const resolve of RESOLVERS) {
      const one = await resolve(reader, address);
      if (one !== undefined) resolved.push(one);
    }
    found.set(address, { address, kinds: resolved.map(({ kind }) => kind), resolved });
    for (const next of mentionedIn(reader, resolved)) queue.push(next);
  }
  return [...found.values()];
}

/** Everybody who holds something, and what belongs to it. */
function mentionedIn(reader: Reader, resolved: readonly Resolved[]): string[] {
  const mentioned: string[] = [];
  for (const { powers, seats = [], parts = [], met = [] } of resolved) {
    for (const { address, name } of parts) {
      reader.name(address, name);
      mentioned.push(address);
    }
    const all = [...seats, ...powers.flatMap(({ seat }) => (seat === undefined ? [] : [seat]))];
    mentioned.push(...met, ...all.flatMap(({ members }) => members.map(({ account }) => account)));
  }
  const accounts = mentioned.filter((account) => account !== ZeroAddress);
  for (const account of accounts) reader.meet(account);
  return accounts;
}
