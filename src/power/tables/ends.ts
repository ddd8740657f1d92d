import { solve, type Formula, any, controlOf, NEVER, power, type PowerSystem } from "../core/index.js";
import { actAs } from "../compose/compose.js";
import { NORMAL } from "../modes/modes.js";
import type { Findings } from "../findings.js";
import { namesOf } from "../world/names.js";
import type { EndReport } from "../report.js";
import type { CoalitionTeller } from "./coalitions.js";

/** Every power that ends, and who moves its end. */
export function reportEnds(findings: Findings, coalitions: CoalitionTeller): EndReport[] {
  const { world, cells, ends, composition } = findings;
  const name = namesOf(world);
  return [...ends.values()].map(({ by, at, hardEnd, renewedBy, lasts }) => {
    const holders = cells
      .filter(({ mode, part, signature }) => mode === NORMAL && `${part.name}.${signature}` === by)
      .flatMap((cell) => cell.holders.accounts);
    const callers = composition.effects.filter((effect) => renewedBy.some((one) => effect.by.startsWith(`${one}(`)));
    const ways = waysToCall([...new Set(callers.map(({ caller }) => caller))], composition.whole, coalitions);
    return {
      by,
      holders: [...new Set(holders)].map(name),
      ...(at !== undefined && { at }),
      isHard: ways.length === 0,
      ...(ways.length > 0 && { renewal: { by: renewedBy, ways } }),
      ...(hardEnd !== undefined && { hardEnd }),
      ...(lasts !== undefined && { lasts }),
    };
  });
}

const RENEW = "renew";

function waysToCall(callers: readonly string[], system: PowerSystem, coalitions: CoalitionTeller): string[] {
  if (callers.length === 0) return [];
  const formula: Formula = any(NEVER, ...callers.map((caller) => power(actAs(caller))));
  const solution = solve({ ...system, powers: new Map([...system.powers, [RENEW, formula]]) });
  const { patterns = [] } = controlOf(solution, RENEW).coalitions;
  return patterns.filter(({ isMinimal }) => isMinimal).map((pattern) => coalitions.tell(pattern));
}
