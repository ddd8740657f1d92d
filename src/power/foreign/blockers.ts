import { blockingOf, controlOf, type Solution } from "../core/index.js";
import { isContract } from "../../protocol/accountCode.js";
import type { Proven } from "./prove.js";
import type { Reader } from "./reader.js";
import type { ForeignFinding } from "./report.js";
import { doesOf, isUnnamed } from "./types.js";

/**
 * Whoever alone keeps a contract from doing anything, by leaving out its own part: an owner of a Safe that asks for all of
 * them, half of all votes. Whatever else the contract may do falls with it, and is not told again.
 * @param solutions Of the named alone, who control; and with whoever is not named, who may help the others.
 * @param rules What was tried, by the name that the solutions have for it.
 */
export async function tellBlockers(
  reader: Reader,
  { solution, blocking }: { readonly solution: Solution; readonly blocking: Solution },
  rules: ReadonlyMap<string, readonly Proven[]>,
  ends: ReadonlySet<string>,
): Promise<{ readonly findings: readonly ForeignFinding[]; readonly gaps: readonly string[] }> {
  const findings: ForeignFinding[] = [];
  const gaps: string[] = [];
  for (const [name, [first]] of rules) {
    if (first === undefined) continue;
    const { rule, effect, contract } = first.power;
    if (effect === "blocks" || rule !== doesOf(reader.nameOf(contract))) continue;
    const { soleControllers } = controlOf(solution, name);
    for (const sole of blockingOf(blocking, name).soleBlockers) {
      // Whoever makes it can leave it unmade, too: said once.
      if (ends.has(sole) || isUnnamed(sole) || soleControllers.includes(sole)) continue;
      if (sole.startsWith("0x") && isContract(await reader.code(sole))) {
        gaps.push(`${reader.nameOf(sole)} alone can block ${rule}, and nothing is known of who moves it.`);
        continue;
      }
      findings.push({
        ...{ rule, effect: "blocks", actor: sole, seconds: 0, status: "inferred" },
        sentence: `${reader.nameOf(sole)} alone can block ${rule}, by leaving out its own part (inferred).`,
      });
    }
  }
  return { findings, gaps };
}
