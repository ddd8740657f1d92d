import { solve } from "./core/index.js";
import type { Findings } from "./findings.js";
import { judge } from "./verdicts/judge.js";
import { namesOf } from "./world/names.js";
import { makeRecord } from "./record/auditRecord.js";
import { readFigures } from "./record/figures.js";
import type { AuditReport, CarrierReport, ModeReport } from "./report.js";
import { reportBodies } from "./tables/bodies.js";
import { CoalitionTeller } from "./tables/coalitions.js";
import { CostTeller, type Holding } from "./tables/costs.js";
import { reportEnds } from "./tables/ends.js";
import { reportBypasses, reportRules } from "./tables/rules.js";
import { reportVault } from "./tables/vault.js";
import { reportVotes } from "./tables/votes.js";
import { withholdersOf } from "./compose/voting.js";

/**
 * What follows from what was found.
 * @param began When the deployment did, from which its terms count. [unix seconds]
 */
export async function conclude(
  findings: Findings,
  entered: readonly ModeReport[],
  began: number,
  holdings: readonly Holding[],
): Promise<Omit<AuditReport, "seconds" | "executions">> {
  const { world, cells, decisions, defences, composition, ends } = findings;
  const [whole, withoutDao] = [solve(composition.whole), solve(composition.withoutDao)];
  const verdicts = judge(findings);
  const coalitions = new CoalitionTeller(findings);
  const votes = reportVotes(world, findings.votes);
  const costs = new CostTeller(world, composition, holdings);
  const grounds = { findings, whole, withoutDao, verdicts, coalitions, costs };
  const vault = reportVault(findings, verdicts);
  const figures = await readFigures(world, ends, defences, votes, began);
  return {
    verdicts,
    rules: [...reportRules(grounds), ...vault.rules],
    bypasses: [...reportBypasses(grounds), ...vault.bypasses],
    ends: reportEnds(findings, coalitions),
    bodies: reportBodies(findings),
    votes,
    holdings: holdings.map(({ holder, token, amount, decimals }) => ({ holder, token, amount, decimals })),
    figures: {
      modes: entered,
      functions: countFunctions(cells),
      open: countFunctions(cells.filter(({ holders }) => holders.isOpen)),
      accounts: world.accounts.length,
      passed: cells.reduce((sum, { passed }) => sum + passed.length, 0),
      refused: cells.reduce((sum, { refused }) => sum + refused, 0),
      decisions: decisions.length,
    },
    carriers: reportCarriers(findings),
    began,
    record: makeRecord(findings, whole, withoutDao, verdicts, figures, began),
  };
}

function reportCarriers({ carriers, ballots, world }: Findings): CarrierReport[] {
  const needed = new Set(withholdersOf(ballots).map(({ entity }) => entity));
  return carriers.map((entity) => ({ name: namesOf(world)(entity), withholds: needed.has(entity) }));
}

const countFunctions = (cells: Findings["cells"]): number =>
  new Set(cells.map(({ part, signature }) => `${part.name}.${signature}`)).size;
