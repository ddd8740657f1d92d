import type { Entity, Formula, PowerName, Principal, Seconds } from "./formula.js";
import { closeEscalations, entityOf, isOver, type PowerSystem } from "./system.js";

/**
 * How a coalition does something: what is left of a formula when only the parts are kept that it uses. To play it, play
 * the parts: those of `together` at the same time, those of `in-order` one after the other, `after` by waiting.
 */
export type Way =
  | { readonly kind: "nobody-needed"; readonly seconds: 0 }
  | { readonly kind: "principal"; readonly principal: Principal; readonly entity: Entity; readonly seconds: 0 }
  | { readonly kind: "power"; readonly power: PowerName; readonly of: Way; readonly seconds: Seconds }
  | { readonly kind: "together" | "in-order"; readonly of: readonly Way[]; readonly seconds: Seconds }
  /** `of` first, then the wait. */
  | { readonly kind: "after"; readonly of: Way; readonly wait: Seconds; readonly seconds: Seconds }
  | { readonly kind: "in-mode"; readonly mode: Way; readonly of: Way; readonly seconds: Seconds }
  /** The power has expired: `renewal` first. */
  | { readonly kind: "renewed"; readonly renewal: Way; readonly of: Way; readonly seconds: Seconds };

type Ways = ReadonlyMap<PowerName, Way>;

/** A fastest way in which a coalition does something; undefined: it cannot. All of its ways are worked out once. */
export function wayOf(system: PowerSystem, power: PowerName, coalition: Iterable<Entity>): Way | undefined {
  const known = remembered.get(system) ?? new Map<string, Ways>();
  remembered.set(system, known);
  const members = new Set(coalition);
  const key = JSON.stringify([...members].sort());
  const ways = known.get(key) ?? workOut(system, members);
  known.set(key, ways);
  return ways.get(power);
}

const remembered = new WeakMap<PowerSystem, Map<string, Ways>>();

function workOut(system: PowerSystem, members: ReadonlySet<Entity>): Ways {
  const formulas = closeEscalations(system);
  const ways = new Map<PowerName, Way>();
  // A way is only replaced by a faster one, and made of ways that were there before it: none leads back to itself.
  for (let hasChanged = true; hasChanged;) {
    hasChanged = false;
    for (const [name, formula] of formulas) {
      const way = find({ system, members, ways }, formula);
      if (way === undefined || way.seconds >= (ways.get(name)?.seconds ?? Infinity)) continue;
      ways.set(name, { kind: "power", power: name, of: way, seconds: way.seconds });
      hasChanged = true;
    }
  }
  return ways;
}

interface Known {
  readonly system: PowerSystem;
  readonly members: ReadonlySet<Entity>;
  readonly ways: Ways;
}

function find(known: Known, formula: Formula): Way | undefined {
  const inner = (part: Formula): Way | undefined => find(known, part);
  switch (formula.kind) {
    case "nobody-needed":
      return { kind: "nobody-needed", seconds: 0 };
    case "never":
      return undefined;
    case "principal": {
      const entity = entityOf(known.system, formula.principal);
      if (!known.members.has(entity)) return undefined;
      return { kind: "principal", principal: formula.principal, entity, seconds: 0 };
    }
    case "power":
      return known.ways.get(formula.power);
    case "any":
      return fastest(formula.of.map(inner));
    case "all":
      return together(formula.of.map(inner));
    case "in-order": {
      const steps = whole(formula.of.map(inner));
      return steps && { kind: "in-order", of: steps, seconds: steps.reduce((sum, { seconds }) => sum + seconds, 0) };
    }
    case "at-least":
      return enough(
        BigInt(formula.threshold),
        formula.of.map((part) => ({ weight: 1n, way: inner(part) })),
      );
    case "weighted":
      return enough(
        formula.threshold,
        formula.of.map(({ weight, of }) => ({ weight, way: inner(of) })),
      );
    case "after": {
      const of = inner(formula.of);
      return of && { kind: "after", of, wait: formula.seconds, seconds: of.seconds + formula.seconds };
    }
    case "in-mode": {
      const [mode, of] = [known.ways.get(formula.mode), inner(formula.of)];
      return mode && of && { kind: "in-mode", mode, of, seconds: Math.max(mode.seconds, of.seconds) };
    }
    case "until": {
      const { at, renewal } = formula.expiry;
      const { now } = known.system;
      const of = inner(formula.of);
      if (!isOver(at, now)) return of;
      if (renewal === undefined || isOver(renewal.hardEnd, now)) return undefined;
      const renews = inner(renewal.by);
      return of && renews && { kind: "renewed", renewal: renews, of, seconds: Math.max(of.seconds, renews.seconds) };
    }
    case "kept":
      return inner(formula.of);
  }
}

interface WeightedWay {
  readonly weight: bigint;
  readonly way: Way | undefined;
}

/** The fastest parts that weigh enough, none of which could be left out. */
function enough(threshold: bigint, parts: readonly WeightedWay[]): Way | undefined {
  const usable = parts
    .flatMap(({ weight, way }) => (way === undefined ? [] : [{ weight, way }]))
    .sort((a, b) => a.way.seconds - b.way.seconds);
  const taken: typeof usable = [];
  let spare = -threshold;
  for (const part of usable) {
    if (spare >= 0n) break;
    taken.push(part);
    spare += part.weight;
  }
  if (spare < 0n) return undefined;
  const needed = taken.filter(({ weight }) => {
    if (weight > spare) return true;
    spare -= weight;
    return false;
  });
  return together(needed.map(({ way }) => way));
}

function together(parts: readonly (Way | undefined)[]): Way | undefined {
  const of = whole(parts);
  return of && { kind: "together", of, seconds: Math.max(0, ...of.map(({ seconds }) => seconds)) };
}

const fastest = (ways: readonly (Way | undefined)[]): Way | undefined =>
  ways.reduce((best, way) => (way === undefined || (best && best.seconds <= way.seconds) ? best : way), undefined);

const whole = (ways: readonly (Way | undefined)[]): readonly Way[] | undefined =>
  ways.every((way) => way !== undefined) ? ways : undefined;
