import { KINDS } from "../manifest/parts.js";
import { ANYBODY, type AuditReport, type PropertyName } from "../report.js";
import { shortName, tellShare } from "./words.js";

/** Somebody or something in the picture of who holds what over whom. */
export interface GraphNode {
  readonly name: string;
  readonly kind: "voters" | "committee" | "contract" | "account" | "stakers";
  /** Smaller, below the name: a quorum, rules. */
  readonly lines: readonly string[];
}

/** What one may do to the other. */
interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: GraphNode["kind"];
  readonly powers: readonly string[];
}

export interface PowerGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export const VOTERS = "the voters";
export const STAKERS = "the stakers";

/** Who holds what over whom: every guarded call that worked, and the rules of the contracts that it leads to. */
export function powerGraph(report: AuditReport): PowerGraph {
  const rules = rulesByContract(report);
  const quorums = new Map(report.bodies.map(({ name, quorum }) => [name.replace(/^(?=tiebreaker$)/, "the "), quorum]));
  const kindOf = (name: string): GraphNode["kind"] => {
    if (name === VOTERS) return "voters";
    if (name === STAKERS) return "stakers";
    if (quorums.has(name)) return "committee";
    return CONTRACTS.has(name) || rules.has(name) ? "contract" : "account";
  };
  const edges = [
    { from: VOTERS, to: "the governor", powers: ["carry a decision"] },
    ...objections(report),
    // A contract without a rule that anybody can change is no place of power.
    ...collectCalls(report.record.calls).filter(({ to }) => rules.has(to)),
  ];
  const [largest] = report.votes.holders;
  const voters = largest === undefined ? [] : [`${largest.name}: ${tellShare(largest.share)}`];
  const names = new Set([...edges.flatMap(({ from, to }) => [from, to]), ...rules.keys()]);
  return {
    nodes: [...names].map((name) => {
      const quorum = quorums.get(name);
      const first = name === VOTERS ? voters : quorum === undefined ? [] : [quorum];
      return { name, kind: kindOf(name), lines: [...first, ...(rules.get(name) ?? [])] };
    }),
    edges: edges.map((edge) => ({ ...edge, kind: kindOf(edge.from) })),
  };
}

const CONTRACTS: ReadonlySet<string> = new Set(Object.keys(KINDS).map((name) => `the ${name}`));

function rulesByContract({ rules, bypasses }: AuditReport): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { rule } of [...rules, ...bypasses]) {
    const dot = rule.indexOf(".");
    const contract = holderOf(rule.slice(0, dot));
    found.set(contract, (found.get(contract) ?? new Set()).add(rule.slice(dot + 1)));
  }
  return found;
}

/** What stakers were seen to do about a decision. */
function objections({ verdicts }: AuditReport): Omit<GraphEdge, "kind">[] {
  const holds = (wanted: PropertyName) =>
    verdicts.some(({ property, outcome }) => property === wanted && outcome === "holds");
  const powers = [...(holds("P2") ? ["hold decisions back"] : []), ...(holds("P3") ? ["leave before they land"] : [])];
  return powers.length === 0 ? [] : [{ from: STAKERS, to: "the timelock", powers }];
}

/** `vault.setFee(uint256)` names the contract as it is called in the system. */
const partIn = (by: string): string => `the ${by.slice(0, by.indexOf("."))}`;

/** What the contract of a rule is called in the system. */
const holderOf = (contract: string): string => {
  const part = Object.entries(KINDS).find(([, { manifest }]) => manifest.contract === contract)?.[0];
  return `the ${part ?? contract}`;
};

function collectCalls(calls: AuditReport["record"]["calls"]): Omit<GraphEdge, "kind">[] {
  const edges = new Map<string, { from: string; to: string; powers: string[] }>();
  for (const [by, callers] of Object.entries(calls)) {
    for (const from of Object.keys(callers)) {
      const to = partIn(by);
      // What anybody may do is nobody's power; what a contract does to itself somebody else has decided.
      if (from === ANYBODY || from === to) continue;
      const key = JSON.stringify([from, to]);
      const edge = edges.get(key) ?? { from, to, powers: [] };
      edge.powers.push(shortName(by).slice(by.indexOf(".") + 1));
      edges.set(key, edge);
    }
  }
  return [...edges.values()];
}
