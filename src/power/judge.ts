import { findSharedKeys, listSeats, type Keyring } from "../protocol/committees/seats.js";
import { SAFE_CONTRACTS } from "../safe/canonical.js";
import type { FoundSafe } from "../safe/readSafe.js";
import type { Cell } from "./cells.js";
import { proposersIn, ruleName, type Composition, type DaoTimes, type Effect } from "./compose.js";
import { controlOf, solve, type Control, type Votes } from "./core/index.js";
import type { ProvenDecision } from "./decisions.js";
import type { Defence } from "./defence.js";
import type { End } from "./ends.js";
import type { ForeignReport } from "./foreign/report.js";
import type { Execution } from "./execution/execution.js";
import type { Limits } from "./limits.js";
import { namesOf } from "./names.js";
import { KINDS } from "./parts.js";
import { AFTER_EMERGENCY, AFTER_TERMS, DEADLOCK, NORMAL, type Mode } from "./modes.js";
import { verdictOf, type Verdict } from "./report.js";
import type { Scene } from "./scene.js";
import { BLOC } from "./unseen.js";

/** Everything that was found, before anything is concluded. */
export interface Findings {
  readonly scene: Scene;
  readonly modes: readonly Mode[];
  readonly cells: readonly Cell[];
  readonly decisions: readonly ProvenDecision[];
  readonly composition: Composition;
  readonly votes: Votes;
  readonly defences: readonly Defence[];
  readonly safes: ReadonlyMap<string, FoundSafe>;
  readonly identities: ReadonlyMap<string, string>;
  /** Who may take what, told as sentences. */
  readonly allowances: readonly string[];
  /** Of bounded powers, by function. */
  readonly ends: ReadonlyMap<string, End>;
  /** Who has code. */
  readonly contracts: ReadonlySet<string>;
  readonly times: DaoTimes;
  /** Who rules a vault of somebody else's; undefined where it is the example. */
  readonly vault: ForeignReport | undefined;
  /** Coalitions that did what was computed; none where the audit was a quick one. */
  readonly executions: readonly Execution[];
  /** What could not be found out, in sentences. */
  readonly gaps: readonly string[];
  /** Seats and votes that nobody is known to be behind, in sentences. */
  readonly unseen: readonly string[];
  /** Whom contracts name that the address book does not, in sentences. */
  readonly wiring: readonly string[];
  /** What somebody was let through with that nobody may do, in sentences. */
  readonly misconduct: readonly string[];
  readonly limits: Limits;
}

const functionOf = ({ part, signature }: Pick<Cell, "part" | "signature">): string => `${part.name}.${signature}`;

export function judge(findings: Findings): Verdict[] {
  return [
    judgeUnilateral(findings),
    judgeContest(findings),
    judgeExit(findings),
    judgeBounds(findings),
    judgeBlock(findings),
    judgeIndependence(findings),
  ];
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
function thefts({ cells, scene }: Findings): string[] {
  return cells
    .filter(({ guard, passed }) => guard.kind === "owner" && passed.includes(scene.stranger))
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

/** A guard may forbid whatever a committee does. */
const guards = (safes: Findings["safes"]): string[] =>
  [...safes].flatMap(([label, safe]) =>
    safe.kind === "safe" && safe.guard !== undefined
      ? [`${safe.guard} may forbid whatever the ${label} does: it is its Safe's guard.`]
      : [],
  );

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

function judgeUnilateral(findings: Findings): Verdict {
  const { scene, cells, composition, gaps } = findings;
  const name = namesOf(scene);
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
      const [how] = effects.filter(({ caller }) => caller !== scene.addresses.timelock);
      failures.push(
        `${sole === undefined ? "Anybody" : name(sole)} can change ${rule} alone, without a decision of the DAO` +
          `${how === undefined ? "" : `, by ${how.by} (${how.mode})`}.`,
      );
    }
  }
  failures.push(...findings.allowances, ...findings.wiring, ...findings.misconduct);
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
          `${cells.length} calls were made by ${scene.accounts.length} accounts each: ${refused} were refused.`,
          `${rules} rules were seen to change, each by a call that worked.`,
          ...tellExecutions(findings.executions),
        ];
  return verdictOf("P1", evidence, [...new Set(failures)], [...new Set(open)]);
}

function tellExecutions(executions: readonly Execution[]): string[] {
  const played = executions.filter(({ notPlayed }) => notPlayed === undefined);
  const tries = played.reduce((sum, { inVainWithout }) => sum + inVainWithout.length, 0);
  const others = executions.length - played.length;
  return [
    ...(played.length === 0
      ? []
      : [`${played.length} coalitions did together what was computed; ${tries} times one was left out, in vain.`]),
    ...(others === 0 ? [] : [`${others} more were computed alone: they first put themselves into an office.`]),
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

export function byRule(effects: readonly Effect[]): Map<string, Effect[]> {
  const rules = new Map<string, Effect[]>();
  for (const effect of effects) rules.set(effect.rule, [...(rules.get(effect.rule) ?? []), effect]);
  return rules;
}

/** Whether it could be executed before those who object were out. */
const isTooEarly = ({ outAfter, landsAfter }: Defence): boolean => landsAfter !== undefined && landsAfter <= outAfter;

function judgeContest({ defences, limits }: Findings): Verdict {
  const evidence: string[] = [];
  const failures: string[] = [...limits.protection];
  for (const defence of defences) {
    const told = `Against a decision that all votes were for, and that would have landed, those who object (${defence.cohort})`;
    if (isTooEarly(defence)) failures.push(`${told} could not hold it up until they were out.`);
    else evidence.push(`${told} held it up: ${defence.refusals} tries to execute it failed.`);
  }
  return verdictOf("P2", evidence, failures, missing(defences));
}

const missing = (defences: readonly Defence[]): string[] =>
  (["rage quit", "signalling"] as const)
    .filter((cohort) => !defences.some((defence) => defence.cohort === cohort))
    .map((cohort) => `The defence of those who object (${cohort}) could not be replayed.`);

/** The vault's own door: by it those leave who do not lock. */
const DOOR = "vault.redeem(uint256,address,address)";

/** Modes in which nobody gets out. */
function locked({ cells, modes }: Findings): string[] {
  return cells
    .filter((cell) => functionOf(cell) === DOOR && cell.passed.length === 0)
    .map(({ mode }) => {
      const makers = modes.find(({ name }) => name === mode)?.madeBy ?? [];
      return `Nobody can redeem shares in ${mode}${makers.length > 0 ? `, which the ${makers.join(" and the ")} can bring about` : ""}.`;
    });
}

function judgeExit(findings: Findings): Verdict {
  const { defences } = findings;
  const evidence: string[] = [];
  const failures: string[] = locked(findings);
  for (const defence of defences) {
    const { cohort, outAfter, landsAfter } = defence;
    const told = `Those who object (${cohort}) were out ${days(outAfter)} after the decision was queued`;
    const lands = landsAfter === undefined ? "it could not land" : `it could land ${days(landsAfter)} after`;
    (isTooEarly(defence) ? failures : evidence).push(`${told}; ${lands}.`);
  }
  return verdictOf("P3", evidence, failures, missing(defences));
}

const days = (seconds: bigint): string => `${(Number(seconds) / 86_400).toFixed(1)} d`;

function judgeBounds(findings: Findings): Verdict {
  const { composition, scene, cells, modes, limits } = findings;
  const name = namesOf(scene);
  const failures: string[] = [...limits.powers, ...unbounded(findings)];
  const evidence = new Set<string>();
  for (const { rule, by, caller, madeBy, mode, change, at } of composition.effects) {
    // Our own contracts act by their functions, which stand there themselves.
    const isOwn = scene.parts.some(({ address }) => address === caller);
    if (isOwn && caller !== scene.addresses.bodies.tiebreaker?.committee) continue;
    // What anybody does in a mode is charged to who made it, and bounded as that is.
    if (caller === scene.stranger && madeBy.length > 0) continue;
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
  for (const proposer of proposersIn(cells, scene.addresses.timelock)) {
    // Our own contracts do nothing that one of their functions does not.
    if (scene.parts.some(({ address }) => address === proposer)) continue;
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
  return verdictOf("P4", [...evidence], [...new Set(failures)], []);
}

/** Guarded functions that somebody beside the DAO is let through to, and that no bound is declared for. */
function unbounded({ cells, scene }: Findings): string[] {
  const name = namesOf(scene);
  const own = new Set(scene.parts.map(({ address }) => address));
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

/** How a function of the manifests is bounded, by `part.signature`. */
export function boundOf(by: string) {
  const dot = by.indexOf(".");
  const kind = KINDS[by.slice(0, dot) as keyof typeof KINDS] as (typeof KINDS)[keyof typeof KINDS] | undefined;
  return kind?.manifest.bounded?.[by.slice(dot + 1, by.indexOf("("))];
}

/** What the DAO must be able to do, or nothing is ever repaired. */
const REPAIRS: readonly { readonly method: string; readonly by: "governor" | "timelock"; readonly says: string }[] = [
  { method: "schedule(", by: "governor", says: "The Governor cannot schedule: no decision ever lands." },
  { method: "cancel(", by: "governor", says: "The Governor cannot cancel: no decision is ever withdrawn." },
  { method: "grantRole(", by: "timelock", says: "The timelock cannot grant roles: nobody ever repairs them." },
];

function disarmed({ addresses }: Scene, cells: readonly Cell[]): string[] {
  return REPAIRS.filter(({ method, by }) => {
    const made = cells.filter(
      ({ mode, part, signature }) => mode === NORMAL && part.name === "timelock" && signature.startsWith(method),
    );
    return made.length > 0 && made.every(({ passed }) => !passed.includes(addresses[by]));
  }).map(({ says }) => says);
}

function judgeBlock({ scene, cells, safes }: Findings): Verdict {
  const name = namesOf(scene);
  const own = new Set(scene.parts.map(({ address }) => address));
  const failures: string[] = [...guards(safes), ...disarmed(scene, cells)];
  const evidence: string[] = [];
  const gaps: string[] = [];
  for (const cell of cells) {
    if (cell.part.name !== "timelock" || !cell.signature.startsWith("cancel")) continue;
    for (const account of cell.passed) {
      if (!own.has(account)) failures.push(`${name(account)} can cancel what the DAO decides.`);
    }
  }
  const executed = (mode: string) =>
    cells.some(
      (cell) =>
        cell.mode === mode && cell.signature.startsWith("execute(address") && cell.passed.includes(scene.stranger),
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
  if (scene.addresses.bodies.tiebreaker === undefined)
    failures.push("There is no tiebreaker: nothing ends a deadlock.");
  else if ((release?.passed.length ?? 0) > 0) evidence.push("In a deadlock the tiebreaker lets a decision through.");
  if (release === undefined) gaps.push("No deadlock was reached, so that nothing shows how it ends.");
  return verdictOf("P5", evidence, [...new Set(failures)], failures.length > 0 ? [] : gaps);
}

function judgeIndependence(findings: Findings): Verdict {
  const { scene, safes, identities } = findings;
  const entity = (address: string) => identities.get(address) ?? address;
  const name = namesOf(scene);
  const rings: Keyring[] = listSeats(scene.addresses.bodies).map((seat) => {
    const safe = safes.get(seat.label);
    const keys = safe?.kind === "safe" ? [...safe.owners, ...safe.modules] : [];
    return { seat, keys: [...new Set([seat.value, ...keys].map(entity))] };
  });
  const failures = findSharedKeys(rings).map(
    ({ one, other, key }) => `${name(key)} sits in ${one.label} and in ${other.label}, which check each other.`,
  );
  const { total, holders } = findings.votes;
  for (const { entity: holder, votes } of holders) {
    if (total === 0n || (votes * 100n) / total < BLOC) continue;
    for (const { seat, keys } of rings) {
      if (keys.includes(holder)) {
        failures.push(`${name(holder)} has ${(votes * 100n) / total} % of the votes, and sits in ${seat.label}.`);
      }
    }
  }
  const evidence = [
    rings.length === 0
      ? "There are no bodies that check each other."
      : `${rings.length} committees were read, with ${new Set(rings.flatMap(({ keys }) => keys)).size} keys.`,
  ];
  return verdictOf("P6", evidence, failures, findings.unseen);
}
