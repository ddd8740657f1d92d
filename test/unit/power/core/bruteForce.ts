import type { Entity, Formula, PowerName, PowerSystem } from "../../../../src/power/core/index.js";

/** One coalition's figures, worked out from the definitions, for nobody but this coalition. */
interface Truth {
  /** [seconds]; infinite: no control */
  readonly time: number;
  /** [unix seconds]; infinite: for ever; minus infinite: no control */
  readonly end: number;
  readonly renewedEnd: number;
}

export interface CoalitionTruth {
  readonly coalition: readonly Entity[];
  readonly truth: ReadonlyMap<PowerName, Truth>;
}

/** Every subset of a list, the empty one first, smaller bits first. */
export function subsetsOf<T>(list: readonly T[]): T[][] {
  return Array.from({ length: 2 ** list.length }, (_, bits) => list.filter((_, index) => (bits >> index) & 1));
}

export const isSubset = (part: readonly string[], whole: readonly string[]): boolean =>
  part.every((member) => whole.includes(member));

/** The sets of which no other of them is a part. */
export function minimalOf(sets: readonly (readonly string[])[]): string[][] {
  return sets
    .filter((set) => !sets.some((other) => other.length < set.length && isSubset(other, set)))
    .map((set) => [...set]);
}

/** The sets that have a member in common with each of `sets`, minimal ones only. */
export function hittingSets(entities: readonly string[], sets: readonly (readonly string[])[]): string[][] {
  return minimalOf(
    subsetsOf(entities).filter((set) => sets.every((other) => other.some((member) => set.includes(member)))),
  );
}

/** As text that two lists of coalitions can be compared by. */
export const written = (sets: readonly (readonly string[])[]): string[] =>
  sets.map((set) => [...set].sort().join("+")).sort();

/** Every coalition and what it can do, by trying for as long as anything changes. */
export function truthsOf(system: PowerSystem, everybody: readonly Entity[]): CoalitionTruth[] {
  const allTimes = settle(system, Infinity, (values) => timeRules(system, everybody, values));
  const isPossibleForAll = (formula: Formula): boolean => timeRules(system, everybody, allTimes)(formula) < Infinity;
  return subsetsOf(everybody).map((coalition) => {
    const times = settle(system, Infinity, (values) => timeRules(system, coalition, values));
    const isPossible = (formula: Formula): boolean => timeRules(system, coalition, times)(formula) < Infinity;
    const endsIf = (isRenewed: (by: Formula) => boolean): Values =>
      settle(system, -Infinity, (values) => endRules(system, coalition, values, isPossible, isRenewed));
    const [ends, renewed] = [endsIf(isPossible), endsIf(isPossibleForAll)];
    const truthOf = (power: PowerName): Truth => ({
      time: times.get(power) ?? Number.NaN,
      end: ends.get(power) ?? Number.NaN,
      renewedEnd: renewed.get(power) ?? Number.NaN,
    });
    return { coalition, truth: new Map(Array.from(system.powers.keys(), (power) => [power, truthOf(power)])) };
  });
}

type Values = ReadonlyMap<PowerName, number>;

function settle(system: PowerSystem, start: number, rules: (values: Values) => (formula: Formula) => number): Values {
  let values: Values = new Map(Array.from(system.powers.keys(), (power) => [power, start]));
  for (;;) {
    const now = values;
    const evaluate = rules(now);
    const next = new Map(
      Array.from(system.powers, ([power, formula]) => {
        const ways = [evaluate(formula)];
        for (const { gains, through, seconds = 0 } of system.escalations ?? []) {
          if (gains === power) ways.push(evaluate({ kind: "kept", of: { kind: "after", seconds, of: through } }));
        }
        return [power, start === Infinity ? Math.min(...ways) : Math.max(...ways)];
      }),
    );
    if ([...next].every(([power, value]) => value === now.get(power))) return next;
    values = next;
  }
}

const choices = new WeakMap<Formula, number[][]>();

/** Every choice of parts that weighs enough; worked out once, since it is the same for all coalitions. */
function choicesOf(formula: Extract<Formula, { kind: "weighted" }>): number[][] {
  const known = choices.get(formula);
  if (known !== undefined) return known;
  const weigh = (chosen: readonly number[]): bigint =>
    chosen.reduce((sum, index) => sum + (formula.of[index]?.weight ?? 0n), 0n);
  const found = subsetsOf(formula.of.map((_, index) => index)).filter((chosen) => weigh(chosen) >= formula.threshold);
  choices.set(formula, found);
  return found;
}

function timeRules(system: PowerSystem, coalition: readonly Entity[], values: Values): (formula: Formula) => number {
  const slowest = (list: readonly number[]): number => Math.max(0, ...list);
  const fastest = (list: readonly number[]): number => Math.min(Infinity, ...list);
  const rule = (formula: Formula): number => {
    switch (formula.kind) {
      case "nobody-needed":
        return 0;
      case "never":
        return Infinity;
      case "principal":
        return coalition.includes(system.identities?.get(formula.principal) ?? formula.principal) ? 0 : Infinity;
      case "power":
        return values.get(formula.power) ?? Number.NaN;
      case "all":
        return slowest(formula.of.map(rule));
      case "any":
        return fastest(formula.of.map(rule));
      case "in-order":
        return formula.of.reduce((sum, part) => sum + rule(part), 0);
      case "at-least": {
        const parts = formula.of.map(rule).sort((a, b) => (a < b ? -1 : 1));
        return formula.threshold === 0 ? 0 : (parts[formula.threshold - 1] ?? Infinity);
      }
      case "weighted": {
        const parts = formula.of.map(({ of }) => rule(of));
        return fastest(choicesOf(formula).map((chosen) => slowest(chosen.map((at) => parts[at] ?? 0))));
      }
      case "after":
        return rule(formula.of) + formula.seconds;
      case "in-mode":
        return Math.max(rule(formula.of), values.get(formula.mode) ?? Number.NaN);
      case "until": {
        const { at, renewal } = formula.expiry;
        if (system.now === undefined || at > system.now) return rule(formula.of);
        if (renewal === undefined || (renewal.hardEnd !== undefined && renewal.hardEnd <= system.now)) return Infinity;
        return Math.max(rule(formula.of), rule(renewal.by));
      }
      case "kept":
        return rule(formula.of);
    }
  };
  return rule;
}

function endRules(
  system: PowerSystem,
  coalition: readonly Entity[],
  values: Values,
  isPossible: (formula: Formula) => boolean,
  isRenewed: (formula: Formula) => boolean,
): (formula: Formula) => number {
  const first = (list: readonly number[]): number => Math.min(Infinity, ...list);
  const last = (list: readonly number[]): number => Math.max(-Infinity, ...list);
  const rule = (formula: Formula): number => {
    switch (formula.kind) {
      case "nobody-needed":
        return Infinity;
      case "never":
        return -Infinity;
      case "principal":
        return coalition.includes(system.identities?.get(formula.principal) ?? formula.principal)
          ? Infinity
          : -Infinity;
      case "power":
        return values.get(formula.power) ?? Number.NaN;
      case "all":
      case "in-order":
        return first(formula.of.map(rule));
      case "any":
        return last(formula.of.map(rule));
      case "at-least": {
        const parts = formula.of.map(rule).sort((a, b) => (a > b ? -1 : 1));
        return formula.threshold === 0 ? Infinity : (parts[formula.threshold - 1] ?? -Infinity);
      }
      case "weighted": {
        const parts = formula.of.map(({ of }) => rule(of));
        return last(choicesOf(formula).map((chosen) => first(chosen.map((at) => parts[at] ?? 0))));
      }
      case "after":
        return rule(formula.of);
      case "in-mode":
        return Math.min(rule(formula.of), values.get(formula.mode) ?? Number.NaN);
      case "until": {
        const { at, renewal } = formula.expiry;
        const ends = renewal !== undefined && isRenewed(renewal.by) ? (renewal.hardEnd ?? Infinity) : at;
        return isPossible(formula) ? Math.min(rule(formula.of), ends) : -Infinity;
      }
      case "kept":
        return isPossible(formula.of) ? Infinity : -Infinity;
    }
  };
  return rule;
}
