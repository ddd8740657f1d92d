import { getAddress } from "ethers";

import type { FoundSafe } from "../../safe/readSafe.js";
import {
  after,
  all,
  any,
  atLeast,
  inOrder,
  NEVER,
  NOBODY_NEEDED,
  power,
  principal,
  until,
  carries,
  type Escalation,
  type Formula,
  type PowerSystem,
  type Votes,
} from "../core/index.js";
import type { Cell, RuleChange } from "../cells/cells.js";
import { expiryOf, lastEndOf, type End } from "./ends.js";
import type { Mode } from "../modes/modes.js";
import type { World } from "../world/world.js";
import { officesOf, type Office } from "../manifest/offices.js";

/** A rule that a call has been seen to change, and what it takes to make that call. */
export interface Effect {
  readonly rule: string;
  /** `vault.setFee(uint256)` */
  readonly by: string;
  /** Whose call it was. */
  readonly caller: string;
  readonly call: { readonly to: string; readonly data: string };
  readonly mode: string;
  /** Of the block that it was asked in. [unix seconds] */
  readonly at: bigint;
  readonly madeBy: readonly string[];
  readonly change: RuleChange;
  /** Offices by which the caller was let through. */
  readonly offices: readonly Office[];
}

/** What was seen, as powers of principals. */
export interface Composition {
  readonly effects: readonly Effect[];
  /** With the DAO's own path. */
  readonly whole: PowerSystem;
  /** As if the DAO decided nothing: what others can do without it. */
  readonly withoutDao: PowerSystem;
  /** Accounts that hold something, and of which nothing is known. */
  readonly unknown: readonly string[];
}

export const ruleName = (rule: string): string => `change ${rule}`;
export const appointing = (rule: string): string => `appoint by ${rule}`;
/** Who only empties an office, puts nobody into it. */
export const appoints = ({ change }: Effect): boolean => !/^(0x0+|0|false)$/.test(change.after);
export const actAs = (address: string): string => `act as ${address}`;
export const DAO = "carry a decision";
/** With the quorum alone, where nobody else votes: told and compared, and nothing is judged by it. */
export const DAO_UNOPPOSED = "carry a decision that nobody votes against";

/** How long the DAO's decisions take. [seconds] */
export interface DaoTimes {
  /** From a proposal to the end of its vote. */
  readonly vote: number;
  /** The base delay. */
  readonly delay: number;
  /** Between the tiebreaker's quorum and what it agreed on. */
  readonly tiebreaker: number;
  /** Of the tiebreaker's members. */
  readonly quorum: number;
  readonly members: readonly string[];
}

/** What is needed beside the cells. */
interface Grounds {
  readonly world: World;
  readonly modes: readonly Mode[];
  readonly cells: readonly Cell[];
  readonly safes: ReadonlyMap<string, FoundSafe>;
  readonly times: DaoTimes;
  readonly votes: Votes;
  /** Entities behind addresses. */
  readonly identities: ReadonlyMap<string, string>;
  /** Who has code. */
  readonly contracts: ReadonlySet<string>;
  /** Of bounded powers, by function. */
  readonly ends: ReadonlyMap<string, End>;
}

/** Every call that changed a rule, whoever made it. */
function listEffects({ cells, modes, world }: Grounds): Effect[] {
  const { stranger, parts } = world;
  const madeBy = new Map(modes.map((mode) => [mode.name, mode.madeBy]));
  return cells.flatMap(({ mode, at, part, signature, guard, data, passed, changes, holders }) => {
    const [change] = changes.values();
    if (change === undefined) return [];
    // Of a guarded function, all who pass it change what the first one does: it is the same call.
    const callers = holders.isOpen ? [...changes.keys()] : passed;
    // What a stranger can, anybody can: of others only what they do beyond it.
    const anybodys = new Set(changes.get(stranger)?.map(({ rule }) => rule));
    const isMore = (caller: string, { rule }: RuleChange) => caller === stranger || !anybodys.has(rule);
    return callers.flatMap((caller) =>
      (changes.get(caller) ?? change)
        .filter((one) => isMore(caller, one))
        .map((one) => ({
          rule: one.rule,
          by: `${part.name}.${signature}`,
          caller,
          call: { to: part.address, data },
          mode,
          at,
          madeBy: madeBy.get(mode) ?? [],
          change: one,
          offices: holders.accounts.includes(caller) ? officesOf(part, guard, parts) : [],
        })),
    );
  });
}

export function compose(grounds: Grounds): Composition {
  const { identities, votes } = grounds;
  const effects = listEffects(grounds);
  const unknown: string[] = [];
  const actors = describeActors(grounds, effects, unknown);
  const rules = describeRules(grounds, effects, ruleName);
  const appointments = describeRules(grounds, effects.filter(appoints), appointing);
  const offices = new Map(effects.flatMap((effect) => effect.offices.map((office) => [office.name, office])));
  const system = (dao: Formula): PowerSystem => ({
    // Who is in an office acts as itself; others get there by a change of who is.
    powers: new Map([
      ...actors,
      ...rules,
      ...appointments,
      ...[...offices.keys()].map((name) => [name, NEVER] as const),
      [DAO, dao],
      [DAO_UNOPPOSED, carries(votes, "unopposed")],
    ]),
    escalations: listEscalations(grounds, offices.values(), actors, appointments),
    identities,
  });
  return { effects, unknown, whole: system(carries(votes, "opposed")), withoutDao: system(NEVER) };
}

/** What one power gives of another: whoever says who is in an office can be in it, or let somebody be. */
function listEscalations(
  { world, times }: Grounds,
  offices: Iterable<Office>,
  actors: ReadonlyMap<string, Formula>,
  appointments: ReadonlyMap<string, Formula>,
): Escalation[] {
  const { timelock, governor, bodies } = world.addresses;
  const acting = [
    { rule: "DualGovernanceTimelock._roles", gains: actAs(timelock), seconds: times.delay },
    // The Governor relays whatever its executor asks for.
    { rule: "TribuneGovernor._timelock", gains: actAs(governor), seconds: 0 },
    ...["TiebreakerCommittee._members", "TiebreakerCommittee._quorum"].map((rule) => ({
      rule,
      gains: actAs(bodies.tiebreaker?.committee ?? ""),
      seconds: times.tiebreaker,
    })),
  ].filter(({ gains }) => actors.has(gains));
  return [...acting, ...[...offices].map(({ name, rule }) => ({ rule, gains: name, seconds: 0 }))]
    .filter(({ rule }) => appointments.has(appointing(rule)))
    .map(({ rule, gains, seconds }) => ({ gains, seconds, through: power(appointing(rule)) }));
}

function describeRules(
  grounds: Grounds,
  effects: readonly Effect[],
  nameOf: (rule: string) => string,
): Map<string, Formula> {
  const { world, cells, ends } = grounds;
  const addresses = new Map(world.accounts.map(({ name, address }) => [name, address]));
  const actsAs = (caller: string) => (caller === world.stranger ? NOBODY_NEEDED : power(actAs(caller)));
  const callersOf = (name: string) =>
    [...new Set(effects.filter(({ by }) => by.startsWith(`${name}(`)).map(({ caller }) => caller))].map(actsAs);
  const endAt = (end: End | undefined, formula: Formula): Formula => {
    const expiry = end && expiryOf(end, callersOf);
    return expiry === undefined ? formula : until(expiry, formula);
  };
  const rules = new Map<string, Formula[]>();
  for (const { rule, by, caller, madeBy, offices } of effects) {
    const acts = endAt(ends.get(by), any(actsAs(caller), ...offices.map(({ name }) => power(name))));
    const makers = madeBy.map((name) => {
      const address =
        addresses.get(name) ?? (name === "tiebreaker" ? world.addresses.bodies.tiebreaker?.committee : "");
      return endAt(lastEndOf(address ?? "", cells, ends), power(actAs(address ?? "")));
    });
    const formula = makers.length === 0 ? acts : inOrder(all(...makers), acts);
    rules.set(nameOf(rule), [...(rules.get(nameOf(rule)) ?? []), formula]);
  }
  return new Map([...rules].map(([name, formulas]) => [name, any(...formulas)]));
}

/** What it takes to act as each account that somebody is asked for. */
function describeActors(grounds: Grounds, effects: readonly Effect[], unknown: string[]): Map<string, Formula> {
  const { world, safes, times, contracts } = grounds;
  const { addresses, parts } = world;
  const proposers = proposersIn(grounds.cells, addresses.timelock);
  const bySafe = new Map([...safes.values()].map((safe) => [getAddress(safe.address), safe]));
  const actors = new Map<string, Formula>();
  const describe = (address: string): Formula => {
    const name = actAs(address);
    if (actors.has(name)) return power(name);
    // Held open while its own members are described: Safes may own each other.
    actors.set(name, NEVER);
    actors.set(name, formulaOf(address));
    return power(name);
  };
  const formulaOf = (address: string): Formula => {
    // Whoever may schedule decides what the timelock does.
    if (address === addresses.timelock) return after(times.delay, any(...proposers.map(describe)));
    if (address === addresses.governor) return after(times.vote, power(DAO));
    if (address === addresses.bodies.tiebreaker?.committee) {
      return after(times.tiebreaker, atLeast(times.quorum, times.members.map(describe)));
    }
    // They do nothing that one of their own functions does not, and those are looked at.
    if (parts.some((part) => part.address === address)) return NEVER;
    const safe = bySafe.get(address);
    if (safe?.kind === "safe") {
      return any(atLeast(safe.threshold, safe.owners.map(describe)), ...safe.modules.map(describe));
    }
    if (contracts.has(address)) unknown.push(address);
    return principal(address);
  };
  for (const { caller, madeBy } of effects) {
    describe(caller);
    for (const name of madeBy) {
      const account = world.accounts.find((one) => one.name === name)?.address;
      describe(account ?? addresses.bodies.tiebreaker?.committee ?? "");
    }
  }
  return actors;
}

/** Whoever may schedule in the timelock. */
export function proposersIn(cells: readonly Cell[], timelock: string): string[] {
  const schedulings = cells.filter(
    ({ part, signature }) => part.address === timelock && signature.startsWith("schedule"),
  );
  return [...new Set(schedulings.flatMap(({ holders }) => holders.accounts))];
}
