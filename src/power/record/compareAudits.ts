import { compareRecords, type PowerRecord } from "../core/index.js";
import { ANYBODY, EVERY_MODE, PROPERTIES, type AuditRecord, type Outcome, type PropertyName } from "../report.js";
import { amountOf } from "./figures.js";
import { tellChanges, type Change } from "./tellChanges.js";

/** What differs between two audits, in sentences. */
export interface Comparison {
  readonly worse: readonly string[];
  readonly better: readonly string[];
}

/** From one audit of a system to a later one. Accounts are compared, not their names: voters change places. */
export function compareAudits(before: AuditRecord, after: AuditRecord): Comparison {
  const names = namesOf(before, after);
  return {
    worse: tellChanges([...findWorse(before, after), ...goneFigures(before, after)], names, false),
    // What got better is what would be worse the other way round.
    better: tellChanges(findWorse(after, before), names, true),
  };
}

/** What is worse in `after`. */
function findWorse(before: AuditRecord, after: AuditRecord): Change[] {
  const [old, now] = [byAccount(before), byAccount(after)];
  return [
    ...worseVerdicts(before, after),
    ...compareRecords(old.powers, now.powers).map((worsening): Change => ({ kind: "power", worsening })),
    ...newCalls(old.calls, now.calls),
    ...worseFigures(before, after),
  ];
}

/** From the worst to the best. */
const OUTCOMES: readonly Outcome[] = ["fails", "unproven", "holds"];

function worseVerdicts({ verdicts: before }: AuditRecord, { verdicts: after }: AuditRecord): Change[] {
  return (Object.keys(PROPERTIES) as PropertyName[])
    .filter((property) => OUTCOMES.indexOf(after[property]) < OUTCOMES.indexOf(before[property]))
    .map((property) => ({ kind: "verdict", property, before: before[property], after: after[property] }));
}

/** Whoever may call what they could not in that mode. Where anybody could nobody is new. */
function newCalls(before: AuditRecord["calls"], after: AuditRecord["calls"]): Change[] {
  return Object.entries(after).flatMap(([by, callers]) =>
    Object.entries(callers).flatMap(([who, modes]): Change[] => {
      const known = new Set([...(before[by]?.[who] ?? []), ...(before[by]?.[ANYBODY] ?? [])]);
      const fresh = known.has(EVERY_MODE) ? [] : modes.filter((mode) => !known.has(mode));
      return fresh.length === 0 ? [] : [{ kind: "call", by, who, modes: fresh }];
    }),
  );
}

function worseFigures({ figures: before }: AuditRecord, { figures: after }: AuditRecord): Change[] {
  return Object.entries(after).flatMap(([name, { value, worse }]): Change[] => {
    const old = before[name]?.value;
    const [was, is] = [old === undefined ? undefined : amountOf(old), amountOf(value)];
    if (old === undefined || was === undefined || is === undefined) return [];
    const isWorse = worse === "more" ? is > was : is < was;
    return isWorse ? [{ kind: "figure", name, before: old, after: value }] : [];
  });
}

/** What was told and is not any more may be anything: it counts as worse. What is told anew is neither. */
function goneFigures({ figures: before }: AuditRecord, { figures: after }: AuditRecord): Change[] {
  return Object.entries(before)
    .filter(([name]) => after[name] === undefined)
    .map(([name, { value }]) => ({ kind: "figure", name, before: value, after: undefined }));
}

/** Whoever has a key goes by its address. */
function byAccount({ keys, powers, calls }: AuditRecord): Pick<AuditRecord, "powers" | "calls"> {
  const accountOf = (name: string): string => keys[name] ?? name;
  return {
    powers: powers.map((record): PowerRecord => {
      const { coalitions, ...sizes } = record.control;
      if (coalitions === undefined) return record;
      const moved = coalitions.map((coalition) => ({
        ...coalition,
        choices: coalition.choices.map(({ choose, of }) => ({ choose, of: of.map(accountOf) })),
      }));
      return { ...record, control: { ...sizes, coalitions: moved } };
    }),
    calls: Object.fromEntries(
      Object.entries(calls).map(([by, callers]) => [
        by,
        Object.fromEntries(Object.entries(callers).map(([who, modes]) => [accountOf(who), modes])),
      ]),
    ),
  };
}

/** Names of accounts; with the address where the same name was somebody else. */
function namesOf(before: AuditRecord, after: AuditRecord): (account: string) => string {
  const names = new Map<string, string>();
  for (const { keys } of [before, after]) {
    for (const [name, account] of Object.entries(keys)) {
      const isSomebodyElse = [before, after].some((one) => (one.keys[name] ?? account) !== account);
      names.set(account, isSomebodyElse ? `${name} (${account})` : name);
    }
  }
  return (account) => names.get(account) ?? account;
}
