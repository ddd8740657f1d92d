import type { Cell } from "../cells/cells.js";
import { blockingOf, controlOf, recordOf, type PowerRecord, type Solution } from "../core/index.js";
import { DAO, DAO_UNOPPOSED, ruleName } from "../compose/compose.js";
import type { Findings } from "../findings.js";
import { namesOf } from "../world/names.js";
import { listModes } from "../modes/modes.js";
import { ANYBODY, EVERY_MODE, type AuditRecord, type Figure, type Verdict } from "../report.js";
import { roundToHours } from "./figures.js";

/** Of a rule's name, for what others than the DAO can do. */
const WITHOUT_DAO = " without the DAO";

/** @param began From when moments count. [unix seconds] */
export function makeRecord(
  findings: Findings,
  whole: Solution,
  withoutDao: Solution,
  verdicts: readonly Verdict[],
  figures: Readonly<Record<string, Figure>>,
  began: number,
): AuditRecord {
  const { world, composition, contracts } = findings;
  const name = namesOf(world);
  const rules = [...new Set(composition.effects.map(({ rule }) => rule))].sort();
  const keep = (solution: Solution, power: string, title: string): PowerRecord[] => {
    const control = controlOf(solution, power);
    if (control.access === "nobody") return [];
    const record = recordOf(control, blockingOf(solution, power));
    return [{ ...tellRecord(record, name, began), power: title }];
  };
  const powers = [
    ...keep(whole, DAO, DAO),
    ...keep(whole, DAO_UNOPPOSED, DAO_UNOPPOSED),
    ...rules.flatMap((rule) => keep(whole, ruleName(rule), ruleName(rule))),
    ...rules.flatMap((rule) => keep(withoutDao, ruleName(rule), `${ruleName(rule)}${WITHOUT_DAO}`)),
  ];
  const calls = tellCalls(findings, name);
  const named = new Set([
    ...powers.flatMap(({ control }) => (control.coalitions ?? []).flatMap(membersOf)),
    ...Object.values(calls).flatMap((who) => Object.keys(who)),
  ]);
  const votes = new Set(world.voters.map(({ address }) => address));
  const keys = world.accounts
    // Parts and bodies go by their names; whoever votes is told apart by the account, with code or without.
    .filter(({ name: one, address }) => named.has(one) && (!contracts.has(address) || votes.has(address)))
    .map((account) => [account.name, account.address] as const);
  return {
    verdicts: Object.fromEntries(
      verdicts.map(({ property, outcome }) => [property, outcome]),
    ) as AuditRecord["verdicts"],
    keys: Object.fromEntries(keys.sort(([one], [other]) => compareText(one, other))),
    powers,
    calls,
    figures,
  };
}

type Coalition = NonNullable<PowerRecord["control"]["coalitions"]>[number];

const membersOf = ({ choices }: Coalition): string[] => choices.flatMap(({ of }) => [...of]);

/** With names for addresses, and moments from the beginning. */
function tellRecord(record: PowerRecord, name: (address: string) => string, began: number): PowerRecord {
  const { coalitions, ...sizes } = record.control;
  if (coalitions === undefined) return record;
  const told = coalitions.map(({ choices, seconds, end, renewedEnd }): Coalition => ({
    choices: choices
      .map(({ choose, of }) => ({ choose, of: of.map(name).sort() }))
      .sort((one, other) => compareText(JSON.stringify(one.of), JSON.stringify(other.of))),
    seconds,
    ...(end !== undefined && { end: roundToHours(end - began) }),
    ...(renewedEnd !== undefined && { renewedEnd: roundToHours(renewedEnd - began) }),
  }));
  return { ...record, control: { ...sizes, coalitions: sorted(told) } };
}

const sorted = (coalitions: readonly Coalition[]): Coalition[] =>
  coalitions.toSorted(
    (one, other) =>
      membersOf(one).length - membersOf(other).length || compareText(JSON.stringify(one), JSON.stringify(other)),
  );

const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function tellCalls({ cells, modes, world, vault }: Findings, name: (address: string) => string): AuditRecord["calls"] {
  const { stranger } = world;
  // Of those that were reached alone, "every mode" would hide the others later on.
  const isWhole = modes.length === listModes(world).length;
  const calls = new Map<string, Map<string, Set<string>>>();
  for (const cell of cells) {
    const by = `${cell.part.name}.${cell.signature}`;
    // A clone that works in the place of a part goes by its name.
    const nameOf = (account: string) => (account === cell.part.address ? `the ${cell.part.name}` : name(account));
    for (const caller of callersOf(cell, stranger, nameOf)) {
      const found = calls.get(by) ?? new Map<string, Set<string>>();
      calls.set(by, found.set(caller, (found.get(caller) ?? new Set()).add(cell.mode)));
    }
  }
  // Whoever rules a vault of somebody else's alone stands there like a caller.
  for (const { rule, effect, actor } of vault?.findings ?? []) {
    const by = `${rule}${effect === "blocks" ? ", blocked" : ""}, alone`;
    const who = actor === undefined ? ANYBODY : name(actor);
    calls.set(by, (calls.get(by) ?? new Map<string, Set<string>>()).set(who, new Set(modes.map((mode) => mode.name))));
  }
  const sort = <Value>(map: ReadonlyMap<string, Value>) => [...map].sort(([one], [other]) => compareText(one, other));
  return Object.fromEntries(
    sort(calls).map(([by, who]) => [
      by,
      Object.fromEntries(
        sort(who).map(([caller, found]) => [
          caller,
          found.size === modes.length && isWhole ? [EVERY_MODE] : [...found],
        ]),
      ),
    ]),
  );
}

/** Of an open function those who change a rule by it; beside anybody only who changes more. */
function callersOf(
  { holders, passed, changes }: Cell,
  stranger: string,
  name: (address: string) => string,
): readonly string[] {
  if (!holders.isOpen) return passed.map(name);
  const anybodys = new Set(changes.get(stranger)?.map(({ rule }) => rule));
  return [...changes].flatMap(([caller, rules]) => {
    if (caller === stranger) return [ANYBODY];
    return rules.every(({ rule }) => anybodys.has(rule)) ? [] : [name(caller)];
  });
}
