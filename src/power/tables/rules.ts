import { ruleName, type Effect } from "../compose/compose.js";
import {
  blockingOf,
  controlOf,
  leastTime,
  type ControllingPattern,
  type Pattern,
  type Solution,
} from "../core/index.js";
import { ask } from "../core/solve.js";
import { byRule, type Findings } from "../findings.js";
import { boundOf } from "../manifest/parts.js";
import type { Outcome, RuleReport, Verdict, WayReport } from "../report.js";
import type { CoalitionTeller } from "./coalitions.js";
import type { CostTeller } from "./costs.js";

/** What the rules of a system are told with. */
export interface RuleGrounds {
  readonly findings: Findings;
  readonly whole: Solution;
  readonly withoutDao: Solution;
  readonly verdicts: readonly Verdict[];
  readonly coalitions: CoalitionTeller;
  readonly costs: CostTeller;
}

/** Who can change each rule by way of the DAO: whoever needs its decision for that. */
export function reportRules(grounds: RuleGrounds): RuleReport[] {
  const { findings, whole, withoutDao, verdicts } = grounds;
  const outcomeOf = (name: string): Outcome =>
    verdicts.find(({ property }) => property === name)?.outcome ?? "unproven";
  return [...byRule(findings.composition.effects)].flatMap(([rule, effects]): RuleReport[] => {
    const { patterns } = controlOf(whole, ruleName(rule)).coalitions;
    const isDaos = (pattern: Pattern) => leastTime(withoutDao, ruleName(rule), someOf(pattern)) === undefined;
    const found = patterns?.filter(({ isMinimal }) => isMinimal).filter(isDaos);
    if (found?.length === 0 || !effects.some((effect) => isByDao(effect, findings))) return [];
    const seconds = found && Math.min(...found.map((pattern) => pattern.seconds));
    return [
      {
        ...describe(
          grounds,
          whole,
          rule,
          effects.filter((effect) => isByDao(effect, findings)),
        ),
        ...(found && { ways: found.map((pattern) => grounds.coalitions.way(pattern)) }),
        smallest: found
          ? Math.min(...found.map(({ size }) => size))
          : controlOf(whole, ruleName(rule)).coalitions.smallest,
        seconds: seconds ?? controlOf(whole, ruleName(rule)).fastest,
        isDaos: true,
        canObject: outcomeOf("P2"),
        canLeave: outcomeOf("P3"),
        bounds: [],
      },
    ];
  });
}

/** Who can change each rule without the DAO. */
export function reportBypasses(grounds: RuleGrounds): RuleReport[] {
  const { findings, withoutDao } = grounds;
  return [...byRule(findings.composition.effects)].flatMap(([rule, effects]): RuleReport[] => {
    const { coalitions, fastest, access } = controlOf(withoutDao, ruleName(rule));
    if (access === "nobody") return [];
    const others = effects.filter((effect) => !isByDao(effect, findings) && acts(effect, findings));
    const told = describe(grounds, withoutDao, rule, others);
    const ways = coalitions.patterns?.filter(({ isMinimal }) => isMinimal);
    return [
      {
        ...told,
        ...(ways && { ways: ways.map((pattern) => withEnds(grounds, rule, pattern)) }),
        smallest: coalitions.smallest,
        seconds: fastest,
        isDaos: false,
        canObject: "no",
        canLeave: "no",
        bounds: told.by.flatMap((by) => {
          const says = boundOf(by)?.says;
          return says === undefined ? [] : [{ by, says }];
        }),
      },
    ];
  });
}

/** Whoever renews, the DAO too: so ends are those of the whole system. */
function withEnds({ whole, coalitions }: RuleGrounds, rule: string, pattern: ControllingPattern): WayReport {
  const { end, renewedEnd } = whole.figuresOf(ruleName(rule));
  const members = someOf(pattern);
  const [ends, renewed] = [ask(whole, end, members), ask(whole, renewedEnd, members)];
  const { who, size, seconds } = coalitions.way(pattern);
  return {
    ...{ who, size, seconds },
    ...(ends < Infinity && { end: ends }),
    ...(renewed < Infinity && { renewedEnd: renewed }),
  };
}

/** One of the coalitions that a pattern stands for. */
const someOf = ({ choices }: Pattern): string[] => choices.flatMap(({ choose, of }) => of.slice(0, choose));

const isByDao = ({ caller }: Effect, { world: { addresses } }: Findings): boolean =>
  caller === addresses.timelock || caller === addresses.governor;

/** Our own contracts act by their functions, which stand there themselves. */
const acts = ({ caller }: Effect, { world }: Findings): boolean =>
  caller === world.addresses.bodies.tiebreaker?.committee || !world.parts.some(({ address }) => address === caller);

function describe(
  { costs }: RuleGrounds,
  solution: Solution,
  rule: string,
  effects: readonly Effect[],
): Pick<RuleReport, "rule" | "by" | "smallestBlock" | "cost"> {
  return {
    rule,
    by: [...new Set(effects.map(({ by }) => by))],
    smallestBlock: blockingOf(solution, ruleName(rule)).coalitions.smallest,
    cost: costs.tell(rule),
  };
}
