import type { FoundSafe } from "../safe/readSafe.js";
import type { Cell } from "./cells/cells.js";
import type { Composition, DaoTimes, Effect } from "./compose/compose.js";
import type { Votes } from "./core/index.js";
import type { ProvenDecision } from "./play/decisions.js";
import type { Defence } from "./play/defence.js";
import type { End } from "./compose/ends.js";
import type { Execution } from "./execution/execution.js";
import type { ForeignReport } from "./foreign/report.js";
import type { Limits } from "./limits/limits.js";
import type { Mode } from "./modes/modes.js";
import type { Objectors } from "./play/objectors.js";
import type { World } from "./world/world.js";
import type { Ballots } from "./compose/voting.js";

/** Everything that was found, before anything is concluded. */
export interface Findings {
  readonly world: World;
  readonly modes: readonly Mode[];
  readonly cells: readonly Cell[];
  readonly decisions: readonly ProvenDecision[];
  readonly composition: Composition;
  readonly votes: Votes;
  readonly ballots: Ballots;
  /** Entities that carry the DAO's decisions alone, as it was played; largest first. */
  readonly carriers: readonly string[];
  readonly defences: readonly Defence[];
  readonly objectors: Objectors;
  /** When the deployment did, from which its terms count; 0 where nobody told. [unix seconds] */
  readonly began: number;
  /** Who owns guards of Safes, as far as they tell. */
  readonly guardOwners: ReadonlyMap<string, string>;
  readonly safes: ReadonlyMap<string, FoundSafe>;
  readonly identities: ReadonlyMap<string, string>;
  /** What waits in the timelock since before the audit, in sentences: what no vote has decided, and what one has. */
  readonly scheduled: { readonly bypasses: readonly string[]; readonly decided: readonly string[] };
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

/** `vault.setFee(uint256)` */
export const functionOf = ({ part, signature }: Pick<Cell, "part" | "signature">): string =>
  `${part.name}.${signature}`;

export function byRule(effects: readonly Effect[]): Map<string, Effect[]> {
  const rules = new Map<string, Effect[]>();
  for (const effect of effects) rules.set(effect.rule, [...(rules.get(effect.rule) ?? []), effect]);
  return rules;
}
