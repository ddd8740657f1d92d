import type { Provider } from "ethers";

import { formatAmount } from "../../protocol/format.js";
import { readAnswer } from "../../protocol/tryRead.js";
import { listOperators } from "../pool.js";
import { isAdopting, type DaoConfig } from "../schema.js";
import { errorAt, problemsIf, type Problem } from "./problem.js";

/** The most that a transaction may use (EIP-7825, since Osaka). [gas] */
export const TRANSACTION_GAS_CAP = 2n ** 24n;
/** The longest creation code, its arguments included (EIP-3860). [bytes] */
export const INIT_CODE_LIMIT = 49_152;

/** The most that any transaction of a deployment but the token's and the pool's uses, and some to spare. [gas] */
export const LARGEST_TRANSACTION = 5_500_000n;
/** What the token's creation uses without its allocations, and for each of them; both with some to spare. [gas] */
const TOKEN_CREATION = 1_900_000n;
const ALLOCATION = 30_800n;

/** What the creation of the token uses. [gas] */
export const estimateTokenCreation = (allocations: number): bigint => TOKEN_CREATION + ALLOCATION * BigInt(allocations);

/** So many allocations fit into the one transaction that hands them out. */
export const MAX_ALLOCATIONS = Number((TRANSACTION_GAS_CAP - TOKEN_CREATION) / ALLOCATION);

/** What the pool's creation uses without its first operators, for each of them, and for each entity; some to spare. [gas] */
const POOL_CREATION = 9_000_000n;
const FIRST_OPERATOR = 200_000n;

/** What the creation of the pool uses. [gas] */
export const estimatePoolCreation = (operators: number): bigint => POOL_CREATION + FIRST_OPERATOR * BigInt(operators);

/** So many operators fit into the one transaction that creates the pool. */
export const MAX_FIRST_OPERATORS = Number((TRANSACTION_GAS_CAP - POOL_CREATION) / FIRST_OPERATOR);

/**
 * Answers 1 where the chain knows the instructions of Cancun:
 * `MCOPY(0, 0, 0)`, `TSTORE(0, 0)`, `MSTORE(0, 1)`, `RETURN(0, 32)`.
 */
const CANCUN_PROBE = "0x5f5f5f5e5f5f5d60015f5260205ff3";

/** What the chain must be able to do, asked before anything is sent. */
export async function checkCapacity(dao: DaoConfig, provider: Provider, chainId: bigint): Promise<Problem[]> {
  const { vault } = dao;
  const [probed, head] = await Promise.all([
    readAnswer(() => provider.call({ data: CANCUN_PROBE })),
    provider.getBlock("latest"),
  ]);
  const creation = isAdopting(dao) ? 0n : estimateTokenCreation(dao.token.allocations.length);
  const pool = vault.kind === "pool" ? estimatePoolCreation(listOperators(vault).length) : 0n;
  const others = pool > LARGEST_TRANSACTION ? pool : LARGEST_TRANSACTION;
  const needed = creation > others ? creation : others;
  const limit = head?.gasLimit;
  return problemsIf(
    [
      probed === undefined || BigInt(probed) !== 1n,
      errorAt(
        "the network",
        `is chain ${chainId}, which does not know the instructions MCOPY and TSTORE that the contracts use; right is a ` +
          "chain with the Cancun upgrade",
      ),
    ],
    [
      limit !== undefined && limit < needed,
      errorAt(
        "the network",
        `is chain ${chainId}, where a block holds ${formatAmount(limit ?? 0n, 0)} gas, and the largest transaction of ` +
          `this deployment needs about ${formatAmount(needed, 0)}; right is a chain with larger blocks` +
          (creation > others ? ", or fewer token.allocations" : ""),
      ),
    ],
  );
}
