import type { Provider } from "ethers";

import { LOCAL_CHAIN_ID } from "../../chain/localChain.js";
import { listCommittees } from "../committees.js";
import { readVaultFacts } from "../vaultFacts.js";
import { LOCAL_ACCOUNTS } from "../localAccounts.js";
import type { DaoConfig } from "../schema.js";
import { errorAt, problemsIf, type Problem } from "./problem.js";
import { checkPausablesOnChain, checkSafesOnChain } from "./bodiesOnChain.js";

/** What only the chain can tell: whether the addresses of the file are what they are meant to be there. */
export async function checkOnChain(dao: DaoConfig, provider: Provider): Promise<Problem[]> {
  const { chainId } = await provider.getNetwork();
  return [
    ...checkLocality(dao, chainId),
    ...(await checkVaultOnChain(dao, provider)),
    ...(await checkSafesOnChain(dao, provider, chainId)),
    ...(await checkPausablesOnChain(dao, provider)),
  ];
}

/** Keeps what is known to everybody, and stand-ins, on local chains. */
export function checkLocality(dao: DaoConfig, chainId: bigint): Problem[] {
  if (chainId === LOCAL_CHAIN_ID) return [];
  const { token, vault } = dao;
  const known = new Set<string>(LOCAL_ACCOUNTS);
  const publicKey = (account: string) =>
    `is ${account}, an account of local test chains whose key everybody has; right is an account of your own`;
  return [
    ...token.allocations.flatMap(({ holder }, index) =>
      problemsIf([known.has(holder), errorAt(`token.allocations[${index}].holder`, publicKey(holder))]),
    ),
    ...listCommittees(dao).flatMap(({ path, committee: { owners } }) =>
      owners.flatMap((owner, index) =>
        problemsIf([known.has(owner), errorAt(`${path}.owners[${index}]`, publicKey(owner))]),
      ),
    ),
    ...problemsIf([
      vault.kind === "local-example",
      errorAt(
        "vault.kind",
        `is "local-example", which deploys stand-ins for WETH and for a market: not for chain ${chainId}; right is ` +
          '"example" with the asset and market of this chain, or "erc4626" or "erc7540" with an existing vault',
      ),
    ]),
  ];
}

async function checkVaultOnChain({ vault }: DaoConfig, provider: Provider): Promise<Problem[]> {
  switch (vault.kind) {
    case "local-example":
      return [];
    case "example": {
      const withoutCode = [
        ...(await checkCode("vault.asset", vault.asset, provider)),
        ...(await checkCode("vault.market", vault.market, provider)),
      ];
      if (withoutCode.length > 0) return withoutCode;
      const asset = (await readVaultFacts(vault.market, provider))?.asset;
      const problem =
        asset === undefined
          ? "does not tell an asset(): right is an ERC-4626 vault"
          : `lends ${asset}: right is a market of vault.asset, ${vault.asset}`;
      return problemsIf([asset !== vault.asset, errorAt("vault.market", `is ${vault.market}, which ${problem}`)]);
    }
    case "erc4626":
    case "erc7540": {
      const withoutCode = await checkCode("vault.address", vault.address, provider);
      if (withoutCode.length > 0) return withoutCode;
      const facts = await readVaultFacts(vault.address, provider);
      if (facts === undefined) {
        return [errorAt("vault.address", `is ${vault.address}, which does not tell an asset(): right is an ERC-4626 vault`)]; // prettier-ignore
      }
      return problemsIf(
        [
          vault.kind === "erc4626" && facts.isAsynchronous,
          errorAt("vault.kind", 'is "erc4626", but the vault redeems on request; right is "erc7540"'),
        ],
        [
          vault.kind === "erc7540" && !facts.isAsynchronous,
          errorAt(
            "vault.kind",
            'is "erc7540", but the vault does not announce redemption on request by ERC-165; right is "erc4626", if it ' +
              "redeems at once",
          ),
        ],
      );
    }
  }
}

async function checkCode(path: string, address: string, provider: Provider): Promise<Problem[]> {
  const code = await provider.getCode(address);
  return problemsIf([
    code === "0x",
    errorAt(path, `is ${address}, where this chain has no contract; right is the address of one`),
  ]);
}
