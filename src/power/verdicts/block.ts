import type { Cell } from "../cells/cells.js";
import { functionOf, type Findings } from "../findings.js";
import { AFTER_EMERGENCY, DEADLOCK, NORMAL } from "../modes/modes.js";
import { namesOf } from "../world/names.js";
import { verdictOf, type Verdict } from "../report.js";
import type { World } from "../world/world.js";
import { judgeGuards } from "./guards.js";
import { judgeVoting } from "./voting.js";

/** What the DAO must be able to do, or nothing is ever repaired. */
const REPAIRS: readonly { readonly method: string; readonly by: "governor" | "timelock"; readonly says: string }[] = [
  { method: "schedule(", by: "governor", says: "The Governor cannot schedule: no decision ever lands." },
  { method: "cancel(", by: "governor", says: "The Governor cannot cancel: no decision is ever withdrawn." },
  { method: "grantRole(", by: "timelock", says: "The timelock cannot grant roles: nobody ever repairs them." },
];

function disarmed({ addresses }: World, cells: readonly Cell[]): string[] {
  return REPAIRS.filter(({ method, by }) => {
    const made = cells.filter(
      ({ mode, part, signature }) => mode === NORMAL && part.name === "timelock" && signature.startsWith(method),
    );
    return made.length > 0 && made.every(({ passed }) => !passed.includes(addresses[by]));
  }).map(({ says }) => says);
}

/** P5: nobody blocks every repair for ever. */
export function judgeBlock(findings: Findings): Verdict {
  const { world, cells, limits } = findings;
  const name = namesOf(world);
  const own = new Set(world.parts.map(({ address }) => address));
  const voting = judgeVoting(findings);
  const guards = judgeGuards(findings);
  const failures: string[] = [...voting.failures, ...limits.voting, ...guards.failures, ...disarmed(world, cells)];
  const evidence: string[] = [];
  const gaps: string[] = [...guards.gaps];
  for (const cell of cells) {
    if (cell.part.name !== "timelock" || !cell.signature.startsWith("cancel")) continue;
    for (const account of cell.passed) {
      if (!own.has(account)) failures.push(`${name(account)} can cancel what the DAO decides.`);
    }
  }
  const executed = (mode: string) =>
    cells.some(
      (cell) =>
        cell.mode === mode && cell.signature.startsWith("execute(address") && cell.passed.includes(world.stranger),
    );
  if (cells.some(({ holders, signature }) => signature.startsWith("execute(address") && !holders.isOpen)) {
    failures.push("Not everybody may execute what is due: whoever may can refuse.");
  }
  if (executed(NORMAL)) evidence.push("Anybody executes what is due.");
  else if (!cells.some(({ mode, signature }) => mode === NORMAL && signature.startsWith("execute(address"))) {
    gaps.push("Nobody tried to execute what is due in Normal.");
  } else failures.push("A stranger cannot execute what is due in Normal.");
  if (cells.some(({ mode }) => mode === AFTER_EMERGENCY)) {
    if (executed(AFTER_EMERGENCY)) evidence.push("After emergency mode everything executes again.");
    else failures.push("After emergency mode nothing executes.");
  }
  const release = cells.find((cell) => cell.mode === DEADLOCK && functionOf(cell) === "gate.release(bytes32)");
  if (world.addresses.bodies.tiebreaker === undefined)
    failures.push("There is no tiebreaker: nothing ends a deadlock.");
  else if ((release?.passed.length ?? 0) > 0) evidence.push("In a deadlock the tiebreaker lets a decision through.");
  if (release === undefined) gaps.push("No deadlock was reached, so that nothing shows how it ends.");
  // What only is so proves nothing.
  const facts = evidence.length > 0 ? [...voting.facts, ...guards.facts] : [];
  return verdictOf("P5", [...facts, ...evidence], [...new Set(failures)], failures.length > 0 ? [] : gaps);
}
