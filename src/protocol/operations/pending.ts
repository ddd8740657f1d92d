import { concat, dataSlice, id as hash, toBeHex, ZeroHash } from "ethers";

import { queryLogs } from "../logs.js";
import type { ProtocolContracts } from "../contracts.js";

/** One call of an operation. */
export interface Call {
  readonly target: string;
  /** [wei] */
  readonly value: bigint;
  readonly data: string;
}

/** Why an operation does not execute in this block, or that it does. */
export type OperationState =
  /** The base delay has not passed. */
  | "waiting"
  /** The base delay has passed, and the gate does not let it through. */
  | "blocked"
  /** It executes in this very block. */
  | "ready";

export interface PendingOperation {
  readonly id: string;
  readonly calls: readonly Call[];
  readonly state: OperationState;
  /** Whether it only withdraws other operations, and so passes every gate at once. */
  readonly isDeEscalation: boolean;
  /** [unix seconds] */
  readonly scheduledAt: bigint;
  /** End of the base delay: not a promise that it executes then. [unix seconds] */
  readonly eta: bigint;
  /** After this it is void. [unix seconds] */
  readonly expiry: bigint;
  /** What the Governor was told, if it was proposed there. */
  readonly description: string | undefined;
}

const WAITING = 1n;
const READY = 2n;

/**
 * Everything the timelock may still execute, the oldest first.
 * @param firstBlock From before the timelock was deployed.
 */
export async function readPendingOperations(
  { timelock, governor }: Pick<ProtocolContracts, "timelock" | "governor">,
  firstBlock: number,
  block: { readonly number: number; readonly timestamp: bigint },
): Promise<PendingOperation[]> {
  const scheduled = await queryLogs(
    (from, to) => timelock.queryFilter(timelock.filters.CallScheduled(), from, to),
    firstBlock,
    block.number,
  );
  const calls = new Map<string, Map<bigint, Call>>();
  for (const { args } of scheduled) {
    const batch = calls.get(args.id) ?? new Map<bigint, Call>();
    calls.set(args.id, batch.set(args.index, { target: args.target, value: args.value, data: args.data }));
  }
  const at = { blockTag: block.number };
  const descriptions = calls.size === 0 ? new Map<string, string>() : await readDescriptions();
  const operations = await Promise.all(
    [...calls].map(async ([id, batch]): Promise<PendingOperation | undefined> => {
      const state = await timelock.getOperationState(id, at);
      if (state !== WAITING && state !== READY) return undefined;
      const [eta, expiry, { scheduledAt, isDeEscalation }] = await Promise.all([
        timelock.getTimestamp(id, at),
        timelock.getExpiry(id, at),
        timelock.getOperation(id, at),
      ]);
      return {
        id,
        calls: [...batch].sort(([one], [other]) => Number(one - other)).map(([, call]) => call),
        state: state === READY ? "ready" : eta > block.timestamp ? "waiting" : "blocked",
        isDeEscalation,
        scheduledAt,
        eta,
        expiry,
        description: descriptions.get(id),
      };
    }),
  );
  return operations
    .filter((operation) => operation !== undefined)
    .sort((one, other) => Number(one.scheduledAt - other.scheduledAt));

  /** What the Governor's proposals say, by the operation they become. */
  async function readDescriptions(): Promise<Map<string, string>> {
    const proposals = await queryLogs(
      (from, to) => governor.queryFilter(governor.filters.ProposalCreated(), from, to),
      firstBlock,
      block.number,
    );
    const governorAddress = await governor.getAddress();
    const named = await Promise.all(
      proposals.map(async ({ args }) => {
        const { targets, calldatas, description } = args;
        // An argument called "values" is hidden by the array's own function of that name.
        const values = args[3];
        const salt = saltOf(governorAddress, description);
        const id = await timelock.hashOperationBatch([...targets], [...values], [...calldatas], ZeroHash, salt);
        return [id, description] as const;
      }),
    );
    return new Map(named);
  }
}

/** As OpenZeppelin's GovernorTimelockControl salts its operations. */
function saltOf(governor: string, description: string): string {
  const prefix = BigInt(concat([governor, dataSlice(ZeroHash, 0, 12)]));
  return toBeHex(prefix ^ BigInt(hash(description)), 32);
}
