import type { FoundSafe } from "../../safe/readSafe.js";
import { StepError } from "../world/act.js";
import { sortChanges } from "../cells/cells.js";
import { appoints, ruleName, type Composition, type Effect } from "../compose/compose.js";
import { controlOf, PowerError, solve, wayOf, type Pattern, type PowerSystem } from "../core/index.js";
import { byRule } from "../findings.js";
import { NORMAL, type Mode } from "../modes/modes.js";
import type { World } from "../world/world.js";
import { traceDifference, type StorageKnowledge } from "../storage/difference.js";
import type { Execution } from "./execution.js";
import { effectsOf, planOf, type Office, type Plan } from "./plan.js";
import { accountsOf } from "../compose/voting.js";
import { CoalitionSnapshot, type Coalition } from "./coalitionSnapshot.js";

interface Grounds {
  readonly world: World;
  readonly safes: ReadonlyMap<string, FoundSafe>;
  readonly modes: readonly Mode[];
  readonly composition: Composition;
  readonly identities: ReadonlyMap<string, string>;
  readonly knowledge: StorageKnowledge;
}

interface Task {
  readonly rules: string[];
  readonly members: readonly string[];
  readonly plan: Plan | undefined;
  readonly seconds: number;
  readonly candidates: readonly Effect[];
}

/** Such ways are of two that are played: who may decides who is in the office, and who is in it acts. */
const BY_OFFICE = "They first put themselves into an office, and no calls are known that do so from Normal.";

/** So many calls that should do are tried before a coalition counts as one that cannot be executed. */
const TRIED = 3;

/** Lets every smallest coalition do what it was computed to be able to, and then each time without one of its members. */
export async function executeCoalitions(grounds: Grounds): Promise<Execution[]> {
  const executions: Execution[] = [];
  for (const task of listTasks(grounds)) executions.push(await execute(grounds, task));
  return executions;
}

function listTasks({ composition, world }: Grounds): Task[] {
  const tasks = new Map<string, Task>();
  for (const system of [composition.whole, composition.withoutDao]) {
    const solution = solve(system);
    for (const [rule, effects] of byRule(composition.effects)) {
      for (const pattern of controlOf(solution, ruleName(rule)).coalitions.patterns ?? []) {
        // Others have a member whom it only takes for more time, or for less.
        if (!pattern.isMinimal) continue;
        const members = representativeOf(pattern);
        const { plan, seconds } = readPlan(system, rule, members);
        const inNormal = ({ mode }: Effect) => Number(mode !== NORMAL);
        const candidates = (plan === undefined ? [] : effectsOf(plan, effects, world)).sort(
          (one, other) => inNormal(one) - inNormal(other),
        );
        // What the DAO decides goes one way, whatever it is.
        const key = JSON.stringify([members, plan, plan?.proposer === undefined && candidates[0]?.by]);
        const task = tasks.get(key);
        if (task !== undefined && plan !== undefined) {
          if (!task.rules.includes(rule)) task.rules.push(rule);
          continue;
        }
        tasks.set(plan === undefined ? `${key} ${rule}` : key, { rules: [rule], members, plan, seconds, candidates });
      }
    }
  }
  return [...tasks.values()];
}

/** Those who stand first for those who are as good. */
const representativeOf = ({ choices }: Pattern): string[] => choices.flatMap(({ choose, of }) => of.slice(0, choose));

function readPlan(system: PowerSystem, rule: string, members: readonly string[]) {
  const way = wayOf(system, ruleName(rule), members);
  if (way === undefined) throw new PowerError(`no way is known in which ${members.join(", ")} change ${rule}`);
  return { plan: planOf(way), seconds: way.seconds };
}

async function execute(grounds: Grounds, task: Task): Promise<Execution> {
  const { rules, members, plan, seconds, candidates } = task;
  const [rule = ""] = rules;
  const office = plan?.office?.name;
  const told = { rules, coalition: members, computed: seconds, ...(office !== undefined && { office }) };
  const failed = (why: string): Execution => ({
    ...told,
    by: undefined,
    mode: undefined,
    took: undefined,
    inVainWithout: [],
    gaps: [`How ${nameAll(grounds, members)} would change ${rule} was computed, and not executed: ${why}`],
  });
  if (plan === undefined) return { ...failed(""), gaps: [], notPlayed: BY_OFFICE };
  let why = "no call that was seen fits.";
  for (const effect of candidates.slice(0, TRIED)) {
    const played = await play(grounds, plan, effect, members, undefined);
    if (played.why !== undefined) {
      ({ why } = played);
      continue;
    }
    const gaps: string[] = [];
    if (played.seconds < seconds) {
      gaps.push(`${nameAll(grounds, members)} change ${rule} within ${played.seconds} s, faster than computed.`);
    }
    const inVainWithout: string[] = [];
    for (const member of members) {
      const without = await play(grounds, plan, effect, members, member);
      if (without.why !== undefined) inVainWithout.push(member);
      else gaps.push(`${nameAll(grounds, members)} change ${rule} without ${nameAll(grounds, [member])}, too.`);
    }
    return { ...told, by: effect.by, mode: effect.mode, took: played.seconds, inVainWithout, gaps };
  }
  return failed(why);
}

type Played = { readonly why: string } | { readonly why: undefined; readonly seconds: number };

/** Plays a coalition, the mode included where bodies make it, and takes it back. */
async function play(
  grounds: Grounds,
  plan: Plan,
  effect: Effect,
  members: readonly string[],
  without: string | undefined,
): Promise<Played> {
  const { world, safes, modes, knowledge } = grounds;
  const { office } = plan;
  const mode = modes.find(({ name }) => name === effect.mode);
  if (mode === undefined) return { why: `nothing says how ${effect.mode} is reached.` };
  const accounts = (entity: string) => accountsOf(entity, grounds.identities);
  const present = members.filter((member) => member !== without).flatMap(accounts);
  const input = { world, safes, members: new Set(present), absent: new Set(accounts(without ?? "")), plan };
  const troupe = new CoalitionSnapshot(input);
  const name = `${nameAll(grounds, members)}: ${effect.by}${without === undefined ? "" : `, without ${nameAll(grounds, [without])}`}`;
  return await troupe.branch(async (): Promise<Played> => {
    try {
      const start = await troupe.now();
      // Of those who are there: whoever is left out does not sit for them. Where nobody is needed, or left, a stranger does.
      const [sitter = world.stranger] = present;
      if (office !== undefined) await takeOffice(grounds, { ...input, plan: office.plan }, office, sitter);
      const seated = await troupe.now();
      await mode.enter(troupe.world);
      const free = mode.madeBy.length > 0 ? 0n : (await troupe.now()) - seated;
      const from = office === undefined ? effect.caller : sitter;
      const call = await troupe.prepare({ from, ...effect.call });
      if (call === undefined) return { why: "whoever would call is passive." };
      const difference = await traceDifference(troupe, call, knowledge);
      if (!difference.ok) return { why: `${effect.by} reverts: ${difference.why}.` };
      const { rules } = sortChanges(difference, world, call.from);
      if (!rules.some(({ rule }) => rule === effect.rule)) return { why: `${effect.by} does not change it.` };
      return { why: undefined, seconds: Number((await troupe.now()) - start - free) };
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      return { why: error.message };
    }
  }, name);
}

/** Puts somebody into an office, by a call that was seen to put the stranger there. */
async function takeOffice(
  { composition, world }: Grounds,
  input: Coalition,
  { rule, plan }: Office,
  sitter: string,
): Promise<void> {
  const seen = composition.effects.filter((effect) => effect.rule === rule && appoints(effect));
  const [appointment] = effectsOf(plan, seen, world).filter(({ mode }) => mode === NORMAL);
  if (appointment === undefined) throw new StepError(`No call in Normal was seen to decide ${rule}.`);
  const { to, data } = appointment.call;
  const word = (account: string) => account.slice(2).toLowerCase();
  const named = data.toLowerCase().replaceAll(word(world.stranger), word(sitter));
  const troupe = new CoalitionSnapshot(input);
  const call = await troupe.prepare({ from: appointment.caller, to, data: named });
  const sent = call && (await world.snapshot.send(call));
  if (sent?.ok !== true) throw new StepError(`Nobody of them comes into the office by ${appointment.by}.`);
}

function nameAll({ world }: Grounds, members: readonly string[]): string {
  const names = new Map(world.accounts.map(({ address, name }) => [address, name]));
  return members.length === 0 ? "anybody" : members.map((member) => names.get(member) ?? member).join(" and ");
}
