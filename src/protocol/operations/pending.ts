import type { Call } from "../calls.js";
import type { ProtocolContracts } from "../contracts.js";
import { operationOf } from "../proposals.js";
import { OperationState } from "../enums.js";
import type { Withdrawal } from "./collectHistory.js";
import { describeGap, readHistory, type OperationPlace } from "./history.js";
import { lackingFor } from "./operation.js";
import { readProposals } from "./proposed.js";

/** Why an operation does not execute in this block, or that it does. */
export type PendingState =
  /** The base delay has not passed. */
  | "waiting"
  /** The base delay has passed, and the gate does not let it through. */
  | "blocked"
  /** It executes in this very block. */
  | "ready";

export interface PendingOperation {
  readonly id: string;
  readonly calls: readonly Call[];
  /** The operation that must be done first; zero for none. [32 bytes, hex] */
  readonly predecessor: string;
  readonly state: PendingState;
  /** Whether it only withdraws other operations, and so passes every gate at once. */
  readonly isDeEscalation: boolean;
  /** [unix seconds] */
  readonly scheduledAt: bigint;
  /** End of the base delay: not a promise that it executes then. [unix seconds] */
  readonly eta: bigint;
  /** After this it is void. [unix seconds] */
  readonly expiry: bigint;
  /** ETH that its calls pay, and the timelock has not got: whoever executes it brings that, unless its calls do. [wei] */
  readonly lacks: bigint;
  /** What the Governor was told, if it was proposed there. */
  readonly description: string | undefined;
}

/** What the timelock may still execute, as far as the node tells. */
export interface PendingOperations {
  /** The oldest first. */
  readonly operations: readonly PendingOperation[];
  /** What was withdrawn, the last one first. */
  readonly withdrawn: readonly Withdrawal[];
  /** Of all that the logs tell of, executed ones too. */
  readonly executed: ReadonlySet<string>;
  /** What the node's logs leave out, as a sentence: then others may be pending. Undefined if nothing. */
  readonly gap: string | undefined;
}

/** What the timelock says of an operation by itself; undefined unless it is pending. */
export async function readPendingState(
  timelock: ProtocolContracts["timelock"],
  id: string,
  block: { readonly number: number; readonly timestamp: bigint },
): Promise<Pick<PendingOperation, "state" | "isDeEscalation" | "scheduledAt" | "eta" | "expiry"> | undefined> {
  const at = { blockTag: block.number };
  const state = await timelock.getOperationState(id, at);
  if (state !== OperationState.Waiting && state !== OperationState.Ready) return undefined;
  const [eta, expiry, { scheduledAt, isDeEscalation }] = await Promise.all([
    timelock.getTimestamp(id, at),
    timelock.getExpiry(id, at),
    timelock.getOperation(id, at),
  ]);
  const pending = eta > block.timestamp ? "waiting" : "blocked";
  return { state: state === OperationState.Ready ? "ready" : pending, isDeEscalation, scheduledAt, eta, expiry };
}

/** Everything the timelock may still execute. */
export async function readPendingOperations(
  { timelock, governor }: Pick<ProtocolContracts, "timelock" | "governor">,
  place: OperationPlace,
  block: { readonly number: number; readonly timestamp: bigint },
): Promise<PendingOperations> {
  const history = await readHistory(place, block.number);
  const { operations: told } = history;
  const held = await place.provider.getBalance(place.timelock, block.number);
  const descriptions = told.length === 0 ? new Map<string, string>() : await readDescriptions();
  const operations = await Promise.all(
    told.map(async ({ id, calls, predecessor }): Promise<PendingOperation | undefined> => {
      const found = await readPendingState(timelock, id, block);
      const lacks = lackingFor(calls, held);
      return found && { id, calls, predecessor, ...found, lacks, description: descriptions.get(id) };
    }),
  );
  return {
    operations: operations
      .filter((operation) => operation !== undefined)
      .sort((one, other) => Number(one.scheduledAt - other.scheduledAt)),
    withdrawn: history.withdrawn,
    executed: history.executed,
    gap: describeGap(history),
  };

  /** What the Governor's proposals say, by the operation they become. */
  async function readDescriptions(): Promise<Map<string, string>> {
    const proposals = await readProposals(governor, place, block.number);
    const governorAddress = await governor.getAddress();
    return new Map(proposals.map((proposal) => [operationOf(governorAddress, proposal).id, proposal.description]));
  }
}
