import { formatDuration } from "../../protocol/format.js";
import {
  blockingOf,
  controlOf,
  solve,
  wayOf,
  type Control,
  type ControllingPattern,
  type Pattern,
  type PowerSystem,
  type Way,
} from "../core/index.js";
import type { WayReport } from "../report.js";
import { tellBlockers } from "./blockers.js";
import { isContract } from "../../protocol/accountCode.js";
import type { Proven } from "./prove.js";
import type { Reader } from "./reader.js";
import type { ForeignFinding, ForeignRule } from "./report.js";
import { ruleName, seatOf } from "./system.js";

/** What follows from everything that was tried. */
export interface Conclusions {
  readonly rules: readonly ForeignRule[];
  readonly findings: readonly ForeignFinding[];
  readonly gaps: readonly string[];
}

/**
 * Who can do what, and what of it somebody can alone.
 * @param ends Contracts that stand for somebody whom whoever asks judges by other means.
 */
export async function conclude(
  reader: Reader,
  { system, whole }: { readonly system: PowerSystem; readonly whole: PowerSystem },
  proven: readonly Proven[],
  ends: ReadonlySet<string>,
): Promise<Conclusions> {
  const solution = solve(system);
  const blocking = solve(whole);
  const rules: ForeignRule[] = [];
  const findings: ForeignFinding[] = [];
  const gaps: string[] = [];
  for (const [name, group] of byRule(proven)) {
    const [first] = group;
    if (first === undefined) continue;
    const { rule, effect } = first.power;
    const control = controlOf(solution, name);
    const status = worstOf(group);
    const block = blockingOf(blocking, name).coalitions.smallest;
    rules.push(tellRule(reader, group, control, block, status));
    for (const one of group) gaps.push(...tellUnproven(reader, one));
    if (control.access === "anybody") {
      findings.push({
        rule,
        effect,
        seconds: control.fastest ?? 0,
        status,
        sentence: `Anybody can ${doing(effect)} ${rule}${how(group)}.`,
      });
      continue;
    }
    for (const sole of control.soleControllers) {
      if (ends.has(sole)) continue;
      if (sole.startsWith("0x") && isContract(await reader.code(sole))) {
        gaps.push(`${reader.nameOf(sole)} alone can ${doing(effect)} ${rule}, and nothing is known of who moves it.`);
        continue;
      }
      // Whoever makes it can leave it unmade, too: said once.
      if (effect === "blocks" && findings.some((one) => one.rule === rule && one.actor === sole)) continue;
      const way = wayOf(system, name, [sole]);
      const seconds = way?.seconds ?? 0;
      findings.push({
        ...{ rule, effect, actor: sole, seconds, status },
        sentence:
          `${reader.nameOf(sole)} alone can ${doing(effect)} ${rule}, ` +
          `${seconds === 0 ? "at once" : `after ${formatDuration(BigInt(seconds))}`}${through(way, name)}` +
          `${how(group)}${status === "proven" ? "" : ` (${status})`}.`,
      });
    }
  }
  const blocked = await tellBlockers(reader, { solution, blocking }, byRule(proven), ends);
  // Whoever is told to block it by a power of its own is told once.
  const fresh = blocked.findings.filter(({ rule, actor }) =>
    findings.every((one) => one.rule !== rule || one.actor !== actor),
  );
  return { rules, findings: [...findings, ...fresh], gaps: [...gaps, ...blocked.gaps] };
}

const doing = (effect: ForeignRule["effect"]): string => (effect === "changes" ? "decide" : "block");

/** The powers on the way to another, outermost last: "as owner of the proxy admin". */
function through(way: Way | undefined, target: string): string {
  const seats: string[] = [];
  const walk = (one: Way): void => {
    if (one.kind === "power") {
      if (one.power !== target && one.power.startsWith("be ")) seats.push(one.power.slice(3));
      walk(one.of);
    } else if (one.kind === "together" || one.kind === "in-order") one.of.forEach(walk);
    else if (one.kind === "after" || one.kind === "in-mode") walk(one.of);
  };
  if (way !== undefined) walk(way);
  const distinct = [...new Set(seats)].reverse();
  return distinct.length === 0 ? "" : `, as ${distinct.join(", and so ")}`;
}

/** By which functions, where these are few. */
const how = (group: readonly Proven[]): string => {
  const names = [...new Set(group.flatMap(({ power }) => power.by.split(", ")))];
  return names.length > MOST_NAMED
    ? `, by ${names.slice(0, MOST_NAMED).join(", ")} and more`
    : `, by ${names.join(" or ")}`;
};
const MOST_NAMED = 4;

function byRule(proven: readonly Proven[]): Map<string, Proven[]> {
  const rules = new Map<string, Proven[]>();
  for (const one of proven) rules.set(ruleName(one.power), [...(rules.get(ruleName(one.power)) ?? []), one]);
  return rules;
}

const ORDER = ["proven", "inferred", "unproven"] as const;
const worstOf = (group: readonly Proven[]): ForeignRule["status"] =>
  ORDER[Math.max(...group.map(({ status }) => ORDER.indexOf(status)))] ?? "unproven";

function tellRule(
  reader: Reader,
  group: readonly Proven[],
  { access, coalitions, fastest }: Control,
  smallestBlock: number | undefined,
  status: ForeignRule["status"],
): ForeignRule {
  const [first] = group;
  const { rule = "", effect = "changes" } = first?.power ?? {};
  const minimal = (coalitions.patterns ?? []).filter(({ isMinimal }) => isMinimal);
  return {
    ...{ rule, effect, status },
    by: [...new Set(group.map(({ power }) => power.by))],
    ways: minimal.flatMap((pattern) => tellWays(reader, pattern, access === "anybody")),
    ...(smallestBlock !== undefined && { smallestBlock }),
    ...(coalitions.smallest !== undefined && { smallest: coalitions.smallest }),
    ...(fastest !== undefined && { seconds: fastest }),
    evidence: [...new Set(group.map(({ power, says }) => `${power.by}: ${says}`))],
  };
}

/** Where one of several is enough, each of them is a way of its own. */
function tellWays(reader: Reader, pattern: ControllingPattern, isAnybodys: boolean): WayReport[] {
  const { choices, size, seconds } = pattern;
  const [first] = choices;
  if (choices.length === 1 && first?.choose === 1) {
    return first.of.map((account) => ({ who: reader.nameOf(account), size, seconds }));
  }
  return [{ who: isAnybodys ? "anybody" : tellPattern(reader, pattern), size, seconds }];
}

const tellPattern = (reader: Reader, { choices }: Pattern): string =>
  choices
    .map(({ choose, of }) => {
      const names = of.map((account) => reader.nameOf(account));
      return choose === of.length ? names.join(" and ") : `${choose} of ${names.join(", ")}`;
    })
    .join("; and ");

function tellUnproven(reader: Reader, one: Proven): string[] {
  const { power, status, strangers, says } = one;
  const named = seatOf(one).name;
  if (strangers.length > 0) {
    const who = strangers.map((account) => reader.nameOf(account)).join(", ");
    return [`${power.by} of ${reader.nameOf(power.contract)} works for ${who}, which is not ${named}.`];
  }
  if (status === "proven") return [];
  return [
    `Who can ${doing(power.effect)} ${power.rule} is ${status} (${power.by}, ${named}): ${says.replace(/\.$/, "")}.`,
  ];
}
