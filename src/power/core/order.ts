import { partsOf, type Entity, type Formula, type PowerName } from "./formula.js";
import { entityOf, type PowerSystem } from "./system.js";

/** The order in which a system is worked out. */
export interface Order {
  /** Every power once, those that others lean on first where there is no cycle. */
  readonly powers: readonly PowerName[];
  /** Every entity once; those that act together stand together. */
  readonly entities: readonly Entity[];
}

/** Walks every formula once, each power before those that lean on it. */
export function orderOf(system: PowerSystem, formulas: ReadonlyMap<PowerName, Formula>): Order {
  const entities = new Set<Entity>();
  const done = new Set<PowerName>();
  const begun = new Set<PowerName>();

  const walk = (formula: Formula): void => {
    if (formula.kind === "principal") entities.add(entityOf(system, formula.principal));
    if (formula.kind === "power") visit(formula.power);
    if (formula.kind === "in-mode") visit(formula.mode);
    partsOf(formula).forEach(walk);
  };
  const visit = (name: PowerName): void => {
    const formula = formulas.get(name);
    if (begun.has(name) || formula === undefined) return;
    begun.add(name);
    walk(formula);
    done.add(name);
  };
  for (const name of formulas.keys()) visit(name);
  return { powers: [...done], entities: [...entities] };
}
