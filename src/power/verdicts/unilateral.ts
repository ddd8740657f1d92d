import { SAFE_CONTRACTS } from "../../safe/canonical.js";
import type { Cell } from "../cells/cells.js";
import { ruleName } from "../compose/compose.js";
import { controlOf, solve, type Control } from "../core/index.js";
import type { Execution } from "../execution/execution.js";
import { byRule, functionOf, type Findings } from "../findings.js";
import { namesOf } from "../world/names.js";
import { verdictOf, type Verdict } from "../report.js";

/** P1: nobody changes a rule alone. */
export function judgeUnilateral(findings: Findings): Verdict {
  const { world, cells, composition, gaps } = findings;
  const name = namesOf(world);
  const failures: string[] = [];
  const open: string[] = [...gaps];
  for (const [who, passes] of intrusions(cells, name)) {
    const modes = passes.map(({ mode }) => mode);
    const more = modes.length > 1 ? ` and ${modes.length - 1} more modes` : "";
    failures.push(`${who} works in ${modes[0] ?? ""}${more}, and is not who may.`);
  }
  const solution = solve(composition.withoutDao);
  for (const [rule, effects] of byRule(composition.effects)) {
    const control = controlOf(solution, ruleName(rule));
    for (const sole of solesIn(control)) {
      const [how] = effects.filter(({ caller }) => caller !== world.addresses.timelock);
      failures.push(
        `${sole === undefined ? "Anybody" : name(sole)} can change ${rule} alone, without a decision of the DAO` +
          `${how === undefined ? "" : `, by ${how.by} (${how.mode})`}.`,
      );
    }
  }
  failures.push(...findings.scheduled.bypasses, ...findings.allowances, ...findings.wiring, ...findings.misconduct);
  failures.push(...(findings.vault?.findings.map(({ sentence }) => sentence) ?? []));
  open.push(...(findings.vault?.gaps ?? []));
  for (const account of composition.unknown) {
    open.push(`${name(account)} (${account}) has code of which the audit knows nothing, and holds a power.`);
  }
  failures.push(...thefts(findings), ...handlers(findings.safes));
  open.push(...untried(findings));
  open.push(...unexplained(findings));
  const refused = cells.reduce((sum, cell) => sum + cell.refused, 0);
  const rules = byRule(composition.effects).size;
  const evidence =
    cells.length === 0
      ? []
      : [
          `${cells.length.toLocaleString("en")} calls were tried, each by ${world.accounts.length} accounts: ${refused.toLocaleString("en")} attempts were refused.`,
          `${rules} rules were seen to change, each by a call that worked.`,
          ...tellExecutions(findings.executions),
          ...findings.scheduled.decided,
        ];
  return verdictOf("P1", evidence, [...new Set(failures)], [...new Set(open)]);
}

/** Calls of guarded functions by whoever is not named there. */
function intrusions(cells: readonly Cell[], name: (address: string) => string): Map<string, Cell[]> {
  const found = new Map<string, Cell[]>();
  for (const cell of cells) {
    if (cell.holders.isOpen) continue;
    for (const account of cell.passed) {
      if (cell.holders.accounts.includes(account)) continue;
      const who = `${functionOf(cell)} by ${name(account)}`;
      found.set(who, [...(found.get(who) ?? []), cell]);
    }
  }
  return found;
}

/** What belongs to others, and a stranger was let at. */
function thefts({ cells, world }: Findings): string[] {
  return cells
    .filter(({ guard, passed }) => guard.kind === "owner" && passed.includes(world.stranger))
    .map((cell) => `${functionOf(cell)} works for a stranger in ${cell.mode}, with what is somebody else's.`)
    .concat(cells.flatMap((cell) => cell.takes.map((what) => `${functionOf(cell)} in ${cell.mode} ${what}.`)));
}

/** A Safe calls its handler in its own name, with whatever anybody sends it. */
const handlers = (safes: Findings["safes"]): string[] =>
  [...safes].flatMap(([label, safe]) => {
    if (safe.kind !== "safe") return [];
    const { fallbackHandler: handler } = safe;
    if (handler === undefined || handler === SAFE_CONTRACTS.fallbackHandler.address) return [];
    return [`Anybody can call ${handler} in the name of the ${label}, whose Safe has it as its fallback handler.`];
  });

const nameOf = (signature: string): string => signature.slice(0, signature.indexOf("("));

/** Works only where a vault pays later than it is asked; the example vault pays at once. */
const NOT_HERE: ReadonlySet<string> = new Set(["escrow.claim(uint256,address)"]);

/** Functions that no call of has worked, whoever they ask for. */
function untried({ cells, decisions, limits }: Findings): string[] {
  const proven = new Set(decisions.filter(({ why }) => why === undefined).map(functionOf));
  const functions = new Map<string, Cell[]>();
  for (const cell of cells) functions.set(functionOf(cell), [...(functions.get(functionOf(cell)) ?? []), cell]);
  return [...functions].flatMap(([signature, found]) => {
    // Whom nobody is named for, nobody should pass.
    const isHeld = found.some(({ holders }) => holders.isOpen || holders.accounts.length > 0);
    const isSeen = found.some(({ passed }) => passed.length > 0) || proven.has(signature);
    return isHeld && !isSeen && !NOT_HERE.has(signature) && !limits.over.has(nameOf(signature))
      ? [`No call of ${signature} worked in any mode, so nothing is known of what it does.`]
      : [];
  });
}

function tellExecutions(executions: readonly Execution[]): string[] {
  const played = executions.filter(({ notPlayed }) => notPlayed === undefined);
  const tries = played.reduce((sum, { inVainWithout }) => sum + inVainWithout.length, 0);
  const others = executions.length - played.length;
  return [
    ...(played.length === 0
      ? []
      : [`${played.length} coalitions did together what was computed; ${tries} times one was left out, in vain.`]),
    ...(others === 0
      ? []
      : [`${others} more were computed alone: they first put themselves into an office, in ways that are not played.`]),
  ];
}

function unexplained({ cells, decisions }: Findings): string[] {
  return [...cells, ...decisions].flatMap((one) =>
    one.unexplained.map((what) => `${functionOf(one)} changes ${what}.`),
  );
}

/** Who controls alone; undefined stands for anybody. Of what anybody can in a mode, whoever makes the mode is charged. */
const solesIn = ({ access, soleControllers }: Control): readonly (string | undefined)[] =>
  access === "anybody" ? [undefined] : soleControllers;
