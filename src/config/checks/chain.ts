import type { Provider } from "ethers";

import { atBlock } from "../../protocol/atBlock.js";
import { listSeats } from "../../protocol/committees/seats.js";
import { isTestnet, LOCAL_CHAIN_ID } from "../../protocol/localChain.js";
import { LOCAL_ACCOUNTS } from "../localAccounts.js";
import { listOperators } from "../pool.js";
import { isAdopting, type DaoConfig } from "../schema.js";
import { checkAdoptionOnChain } from "./adoptionOnChain.js";
import { checkCapacity } from "./capacity.js";
import { checkPausablesOnChain, checkSafesOnChain } from "./committeesOnChain.js";
import { errorAt, problemsIf, type Problem } from "./problem.js";
import { checkPoolLocality } from "./poolOnChain.js";
import { checkVaultOnChain, type Means } from "./vaultOnChain.js";

/**
 * What only the chain can tell: whether the addresses of the file are what they are meant to be there. All of it is read
 * in one block: a backend that lags says that it has not got it, instead of not knowing a young vault.
 */
export async function checkOnChain(dao: DaoConfig, latest: Provider, means: Means = {}): Promise<Problem[]> {
  const [{ chainId }, newest] = await Promise.all([latest.getNetwork(), latest.getBlockNumber()]);
  const provider = atBlock(latest, newest);
  return [
    ...checkLocality(dao, chainId),
    ...(await checkCapacity(dao, provider, chainId)),
    ...(isAdopting(dao) ? await checkAdoptionOnChain(dao, provider, newest, means.timelock) : []),
    ...(await checkVaultOnChain(dao, provider, means)),
    ...(await checkSafesOnChain(dao, provider, chainId, { onProgress: means.onProgress })),
    ...(await checkPausablesOnChain(dao, provider)),
  ];
}

/** Keeps what is known to everybody, and stand-ins, on local chains. */
export function checkLocality(dao: DaoConfig, chainId: bigint): Problem[] {
  if (chainId === LOCAL_CHAIN_ID) return [];
  const { vault } = dao;
  const allocations = isAdopting(dao) ? [] : dao.token.allocations;
  const known = new Set<string>(LOCAL_ACCOUNTS);
  const publicKey = (account: string) =>
    `is ${account}, an account of local test chains whose key everybody has; right is an account of your own`;
  return [
    ...allocations.flatMap(({ holder }, index) =>
      problemsIf([known.has(holder), errorAt(`token.allocations[${index}].holder`, publicKey(holder))]),
    ),
    ...(vault.kind === "pool" ? listOperators(vault) : []).flatMap(({ path, owner }) =>
      problemsIf([known.has(owner), errorAt(`${path}.owner`, publicKey(owner))]),
    ),
    ...listSeats(dao).flatMap(({ path, value: { owners } }) =>
      owners.flatMap((owner, index) =>
        problemsIf([known.has(owner), errorAt(`${path}.owners[${index}]`, publicKey(owner))]),
      ),
    ),
    ...(vault.kind === "pool" ? checkPoolLocality(vault, chainId) : []),
    ...problemsIf(
      [
        vault.kind === "local-example",
        errorAt(
          "vault.kind",
          `is "local-example", which deploys stand-ins for WETH and for a market: not for chain ${chainId}; right is ` +
            `${isTestnet(chainId) ? '"test-example", ' : ""}"example" with the asset and market of this chain, or ` +
            '"erc4626", "erc7540" or "own" with an existing vault',
        ),
      ],
      [
        vault.kind === "test-example" && !isTestnet(chainId),
        errorAt(
          "vault.kind",
          `is "test-example", whose asset is worth nothing: not for chain ${chainId}; right is Hoodi, Sepolia or a local ` +
            'chain, or here "example" with the asset and market of this chain, or "erc4626", "erc7540" or "own" with an ' +
            "existing vault",
        ),
      ],
    ),
  ];
}
