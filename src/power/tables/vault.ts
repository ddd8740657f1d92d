import type { ForeignRule } from "../foreign/report.js";
import type { Findings } from "../findings.js";
import { namesOf } from "../world/names.js";
import type { PropertyName, RuleReport, Verdict } from "../report.js";

/** Whoever rules a vault of somebody else's can do with what is in it. */
const COST = "what is in the vault, as far as its code lets them";

/** Who can change what of a vault of somebody else's, by way of the DAO and without it. */
export function reportVault(
  { vault, world, times }: Findings,
  verdicts: readonly Verdict[],
): { readonly rules: RuleReport[]; readonly bypasses: RuleReport[] } {
  const timelock = namesOf(world)(world.addresses.timelock);
  const outcomeOf = (property: PropertyName) =>
    verdicts.find((verdict) => verdict.property === property)?.outcome ?? "unproven";
  const rules: RuleReport[] = [];
  const bypasses: RuleReport[] = [];
  for (const rule of vault?.rules ?? []) {
    const [daos, others] = [true, false].map((isDaos) => rule.ways.filter(({ who }) => (who === timelock) === isDaos));
    if (daos !== undefined && daos.length > 0) {
      const ways = daos.map((way) => ({ ...way, seconds: way.seconds + times.vote + times.delay }));
      rules.push({
        ...toReport(rule, ways),
        ...{ isDaos: true, canObject: outcomeOf("P2"), canLeave: outcomeOf("P3") },
      });
    }
    if (others !== undefined && others.length > 0) bypasses.push(toReport(rule, others));
  }
  return { rules, bypasses };
}

const toReport = ({ rule, effect, by, smallestBlock }: ForeignRule, ways: ForeignRule["ways"]): RuleReport => ({
  rule: effect === "blocks" ? `${rule}: blocked` : rule,
  by: by.map((one) => `vault.${one}(…)`),
  ways,
  smallest: Math.min(...ways.map(({ size }) => size)),
  smallestBlock,
  seconds: Math.min(...ways.map(({ seconds }) => seconds)),
  ...{ isDaos: false, canObject: "no", canLeave: "no", bounds: [], cost: COST },
});
