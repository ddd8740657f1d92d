import type { Timestamp } from "../../src/model/units.js";
import type { Actor, PlanName, RulesName } from "./setting.js";
import type { Silence } from "./vaultTwin.js";

/** Where shares or assets go without being asked for: vault, escrow, or a vessel by its name. */
export type Recipient = string;

/** One call to the contracts or to the world around them. */
export type Call =
  | { readonly type: "poke" }
  | { readonly type: "lock"; readonly shares: bigint; readonly expectedEpoch: number }
  | { readonly type: "unlock"; readonly shares: bigint; readonly expectedEpoch: number }
  | { readonly type: "schedule"; readonly plan: PlanName; readonly delay: bigint }
  | { readonly type: "execute"; readonly plan: PlanName }
  | { readonly type: "cancel"; readonly plan: PlanName }
  /** Directly, by a canceller; all of them if none is named. */
  | { readonly type: "deEscalate"; readonly plans: readonly PlanName[] | undefined }
  /** In a fresh vessel if none is named. */
  | { readonly type: "beginExit"; readonly epoch: number; readonly vessel: string | undefined }
  | { readonly type: "claim"; readonly epoch: number; readonly vessel: string }
  | { readonly type: "callOff"; readonly epoch: number }
  | { readonly type: "withdraw"; readonly epoch: number }
  | { readonly type: "takeShares"; readonly epoch: number }
  | { readonly type: "moveShares"; readonly epoch: number; readonly expectedEpoch: number }
  | { readonly type: "deposit"; readonly assets: bigint }
  | { readonly type: "redeem"; readonly shares: bigint }
  | { readonly type: "donateAssets"; readonly to: Recipient; readonly assets: bigint }
  | { readonly type: "donateShares"; readonly to: Recipient; readonly shares: bigint }
  /** The issuer makes shares of the escrow or of a vessel vanish. */
  | { readonly type: "clawBack"; readonly from: Recipient; readonly shares: bigint }
  /** A loss of the vault. */
  | { readonly type: "slash"; readonly assets: bigint }
  /** What the vault pays out from now on; undefined for everything. */
  | { readonly type: "boundLiquidity"; readonly assets: bigint | undefined }
  | { readonly type: "silence"; readonly how: Silence | undefined };

/** Calls that one actor makes in one transaction; one that fails does not undo the others. */
export interface Transaction {
  readonly actor: Actor;
  readonly calls: readonly Call[];
}

/** The timelock changes the rules of the gate, in a state in which no operation executes through this gate. */
export interface RuleChange {
  readonly rules: RulesName;
}

/** One step of a sequence: time passes, or none; then somebody acts, or nobody does. */
export interface Move {
  readonly at: Timestamp;
  readonly transaction: Transaction | RuleChange | undefined;
}

const show = (value: unknown): string => (Array.isArray(value) ? `[${value.map(show).join(", ")}]` : String(value));

const describeCall = ({ type, ...rest }: Call): string =>
  `${type}(${Object.entries(rest)
    .map(([name, value]) => `${name} ${show(value)}`)
    .join(", ")})`;

function describeTransaction(transaction: Move["transaction"]): string {
  if (transaction === undefined) return "nobody acts";
  if ("rules" in transaction) return `the timelock sets the ${transaction.rules}`;
  return `${transaction.actor}: ${transaction.calls.map(describeCall).join("; ")}`;
}

/** One line of a trace. */
export const describeMove = ({ at, transaction }: Move, start: Timestamp): string =>
  `+${at - start} s ${describeTransaction(transaction)}`;
