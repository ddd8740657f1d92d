import { proposersIn } from "../compose/compose.js";
import { functionOf, type Findings } from "../findings.js";
import { AFTER_TERMS } from "../modes/modes.js";
import { namesOf } from "../world/names.js";
import { boundOf } from "../manifest/parts.js";
import { verdictOf, type Verdict } from "../report.js";

/** P4: powers beside the DAO's are bounded, and end. */
export function judgeBounds(findings: Findings): Verdict {
  const { composition, world, cells, modes, limits } = findings;
  const name = namesOf(world);
  const failures: string[] = [...findings.scheduled.bypasses, ...limits.powers, ...unbounded(findings)];
  const evidence = new Set<string>();
  for (const { rule, by, caller, madeBy, mode, change, at } of composition.effects) {
    // Our own contracts act by their functions, which stand there themselves.
    const isOwn = world.parts.some(({ address }) => address === caller);
    if (isOwn && caller !== world.addresses.bodies.tiebreaker?.committee) continue;
    // What anybody does in a mode is charged to who made it, and bounded as that is.
    if (caller === world.stranger && madeBy.length > 0) continue;
    const bound = boundOf(by);
    const isInMode = bound?.onlyIn === undefined || bound.onlyIn.some((one) => mode.startsWith(one));
    if (!isInMode) failures.push(`${name(caller)} changes ${rule} by ${by} in ${mode}, where it should not work.`);
    const { until } = bound ?? {};
    if (until?.variable === rule && BigInt(change.after) > at + until.within) {
      failures.push(`${name(caller)} moves ${rule} to ${change.after} by ${by} in ${mode}, past what is declared.`);
    }
    if (bound?.moves.includes(rule) === true) evidence.add(`${name(caller)}: ${by} ${bound.says}.`);
    else failures.push(`${name(caller)} changes ${rule} by ${by} in ${mode}, and no bound is declared for that.`);
  }
  for (const proposer of proposersIn(cells, world.addresses.timelock)) {
    // Our own contracts do nothing that one of their functions does not.
    if (world.parts.some(({ address }) => address === proposer)) continue;
    failures.push(`${name(proposer)} may schedule in the timelock without a vote, and no bound is declared for that.`);
  }
  for (const cell of cells) {
    if (boundOf(functionOf(cell))?.isOneShot !== true || cell.holders.accounts.length === 0) continue;
    const mode = modes.find((one) => one.name === cell.mode);
    const isSpent = cell.holders.accounts.some((holder) => mode?.madeBy.includes(name(holder)) === true);
    if (isSpent && cell.passed.length > 0) failures.push(`${functionOf(cell)} works again in ${cell.mode}.`);
    if (cell.mode === AFTER_TERMS && cell.passed.length > 0) {
      failures.push(`${functionOf(cell)} still works after every term.`);
    }
  }
  // What only is so proves nothing.
  const facts = evidence.size > 0 ? limits.facts : [];
  return verdictOf("P4", [...evidence, ...facts], [...new Set(failures)], []);
}

/** Guarded functions that somebody beside the DAO is let through to, and that no bound is declared for. */
function unbounded({ cells, world }: Findings): string[] {
  const name = namesOf(world);
  const own = new Set(world.parts.map(({ address }) => address));
  return cells
    .filter((cell) => !cell.holders.isOpen && boundOf(functionOf(cell)) === undefined)
    .flatMap((cell) =>
      cell.passed
        .filter(
          (account) => cell.holders.accounts.includes(account) && !own.has(account) && account !== cell.part.address,
        )
        .map((account) => `${name(account)} may call ${functionOf(cell)}, and no bound is declared for that.`),
    );
}
