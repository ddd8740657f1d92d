import type { Provider } from "ethers";

import { SentenceError, UnreadableError } from "../../protocol/errors.js";
import type { RootedDeposit } from "../deposits/deposits.js";
import { pubkeyRoot } from "../deposits/roots.js";
import { readKeys } from "./keys.js";
import { inBatches } from "./keySet.js";
import { readOperators, type OperatorState, type ConnectedPool } from "./pool.js";
import type { LogRange } from "./vaultLogs.js";

/** What a file's keys are to the pool. */
export interface NewKeys {
  /** Those that the operator has not deposited for. */
  readonly fresh: readonly RootedDeposit[];
  /** How many the operator has deposited for that are not activated, whatever file they are of. */
  readonly waiting: number;
  /** Of the fresh ones: somebody else has deposited for them, too. */
  readonly doubtful: readonly { readonly pubkey: string; readonly operatorId: bigint }[];
}

/** So many keys are asked about at once. */
const AT_ONCE = 32;
/** `KeyStatus` of contracts/types/Staking.sol. */
const [UNKNOWN, PREDEPOSITED] = [0n, 1n];

/**
 * Sorts a file's keys. The operator's own are known, whatever others do. A key that is activated elsewhere has that vault's
 * credentials for good. One that somebody else has only deposited for may well be the operator's: anybody can send a
 * deposit for any key, and the beacon chain drops it unless the key has signed it.
 * @throws SentenceError if a key is another operator's.
 */
export async function findNewKeys(
  provider: Provider,
  contracts: ConnectedPool,
  operator: OperatorState,
  deposits: readonly RootedDeposit[],
  range: LogRange,
): Promise<NewKeys> {
  const fresh: RootedDeposit[] = [];
  const own: string[] = [];
  for (const some of inBatches(deposits, AT_ONCE)) {
    const statuses = await Promise.all(some.map(({ pubkey }) => operator.vault.keyStatus(pubkeyRoot(pubkey))));
    fresh.push(...some.filter((_, index) => statuses[index] === UNKNOWN));
    own.push(...some.filter((_, index) => statuses[index] === PREDEPOSITED).map(({ pubkey }) => pubkey));
  }
  // Whoever runs a key has one of 64 places; of others there may be any number.
  const others = (await readOperators(contracts, "placed")).filter(({ id }) => id !== operator.id);
  const keys = await readKeys(provider, [operator, ...others], range);
  const waiting = new Set(keys.get(operator.id)?.waiting);
  const untold = own.find((pubkey) => !waiting.has(pubkey));
  if (untold !== undefined) {
    const words = `The node's logs do not tell that operator ${operator.id} has deposited for ${untold}`;
    throw new UnreadableError(`${words}: they are not complete, or --since is too late.`, "behind");
  }
  const doubtful: { pubkey: string; operatorId: bigint }[] = [];
  for (const { id } of others) {
    const theirs = keys.get(id);
    for (const { pubkey } of fresh) {
      if (theirs?.everActivated.has(pubkey) === true) {
        throw new SentenceError(`${pubkey} is a key of operator ${id}, activated there; nothing was sent.`);
      }
      if (theirs?.waiting.includes(pubkey) === true) doubtful.push({ pubkey, operatorId: id });
    }
  }
  return { fresh, waiting: waiting.size, doubtful };
}
