import { ANYBODY, type AuditReport } from "../report.js";
import { shortName, tellShare } from "./words.js";

/** Somebody or something in the picture of who holds what over whom. */
export interface GraphNode {
  readonly name: string;
  readonly kind: "voters" | "committee" | "contract" | "account" | "stakers";
  /** Smaller, below the name: a quorum, rules. */
  readonly lines: readonly string[];
}

/** What one may do to the other. */
export interface GraphEdge {
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
  const { rules, bypasses, bodies, votes, verdicts, record } = report;
  const edges = collectCalls(record.calls);
  const rulesOf = new Map<string, Set<string>>();
  for (const { rule, by } of [...rules, ...bypasses]) {
    const dot = rule.indexOf(".");
    const contract = contractOf(rule.slice(0, dot), by);
    rulesOf.set(contract, (rulesOf.get(contract) ?? new Set()).add(rule.slice(dot + 1)));
  }
  const quorums = new Map(bodies.map(({ name, quorum }) => [name, quorum]));
  const contracts = new Set([...edges.map(({ to }) => to), ...rulesOf.keys()]);
  const names = new Set([...edges.flatMap(({ from, to }) => [from, to]), ...contracts]);
  const [largest] = votes.holders;
  const canObject = verdicts.some(({ property, outcome }) => property === "P2" && outcome === "holds");
  const canLeave = verdicts.some(({ property, outcome }) => property === "P3" && outcome === "holds");
  const kindOf = (name: string): GraphNode["kind"] =>
    quorums.has(name.replace(/^the /, "")) || quorums.has(name)
      ? "committee"
      : contracts.has(name)
        ? "contract"
        : "account";
  const nodes = [...names].map((name): GraphNode => {
    const quorum = quorums.get(name) ?? quorums.get(name.replace(/^the /, ""));
    return {
      name,
      kind: kindOf(name),
      lines: [...(quorum === undefined ? [] : [quorum]), ...(rulesOf.get(name) ?? [])],
    };
  });
  const voters: GraphNode = {
    name: VOTERS,
    kind: "voters",
    lines: largest === undefined ? [] : [`${largest.name}: ${tellShare(largest.share)}`],
  };
  const holdBack = [...(canObject ? ["hold decisions back"] : []), ...(canLeave ? ["leave before they land"] : [])];
  return {
    nodes: [
      voters,
      ...nodes,
      ...(holdBack.length === 0 ? [] : [{ name: STAKERS, kind: "stakers", lines: [] } as const]),
    ],
    edges: [
      { from: VOTERS, to: "the governor", kind: "voters", powers: ["carry a decision"] },
      ...edges.map((edge): GraphEdge => ({ ...edge, kind: kindOf(edge.from) })),
      ...(holdBack.length === 0
        ? []
        : [{ from: STAKERS, to: "the timelock", kind: "stakers", powers: holdBack } as const]),
    ],
  };
}

/** `vault.setFee(uint256)` names the contract as it is called in the system. */
const partIn = (by: string): string => `the ${by.slice(0, by.indexOf("."))}`;

/** Where a rule stands: the contract of the same name as one of the functions that change it, else by its own name. */
function contractOf(contract: string, by: readonly string[]): string {
  const squeezed = (name: string) => name.replaceAll(" ", "").toLowerCase();
  const part = by.map(partIn).find((name) => squeezed(contract).includes(squeezed(name.slice("the ".length))));
  return part ?? `the ${contract}`;
}

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
