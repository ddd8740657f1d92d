import type { Provider } from "ethers";

import { IERC165__factory, IERC4626__factory } from "../../../types/index.js";
import { LOCAL_ACCOUNTS } from "../localAccounts.js";
import type { DaoConfig } from "../schema.js";
import { errorAt, problemsIf, type Problem } from "./problem.js";

/** Chain id of `hardhat node`, of anvil and of the in-process chain. */
export const LOCAL_CHAIN_ID = 31337n;
/** ERC-7540: asynchronous redemption. */
const ASYNCHRONOUS_REDEMPTION = "0x620ee8e4";

/** What only the chain can tell: whether the addresses of the file are what they are meant to be there. */
export async function checkOnChain(dao: DaoConfig, provider: Provider): Promise<Problem[]> {
  const { chainId } = await provider.getNetwork();
  return [...checkLocality(dao, chainId), ...(await checkVaultOnChain(dao, provider))];
}

/** Keeps what is known to everybody, and stand-ins, on local chains. */
export function checkLocality({ token, vault }: DaoConfig, chainId: bigint): Problem[] {
  if (chainId === LOCAL_CHAIN_ID) return [];
  const known = new Set<string>(LOCAL_ACCOUNTS);
  return [
    ...token.allocations.flatMap(({ holder }, index) =>
      problemsIf([
        known.has(holder),
        errorAt(
          `token.allocations[${index}].holder`,
          `is ${holder}, an account of local test chains whose key everybody has; right is an account of your own`,
        ),
      ]),
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
      const marketAsset = await readAsset(vault.market, provider);
      const problem =
        marketAsset === undefined
          ? "does not tell an asset(): right is an ERC-4626 vault"
          : `lends ${marketAsset}: right is a market of vault.asset, ${vault.asset}`;
      return problemsIf([marketAsset !== vault.asset, errorAt("vault.market", `is ${vault.market}, which ${problem}`)]);
    }
    case "erc4626":
    case "erc7540": {
      const withoutCode = await checkCode("vault.address", vault.address, provider);
      if (withoutCode.length > 0) return withoutCode;
      const asset = await readAsset(vault.address, provider);
      const isAsynchronous = await supportsAsynchronousRedemption(vault.address, provider);
      return problemsIf(
        [
          asset === undefined,
          errorAt("vault.address", `is ${vault.address}, which does not tell an asset(): right is an ERC-4626 vault`),
        ],
        [
          vault.kind === "erc4626" && isAsynchronous,
          errorAt("vault.kind", 'is "erc4626", but the vault redeems on request; right is "erc7540"'),
        ],
        [
          vault.kind === "erc7540" && !isAsynchronous,
          errorAt("vault.kind", 'is "erc7540", but the vault does not announce redemption on request (ERC-165)'),
        ],
      );
    }
  }
}

async function checkCode(path: string, address: string, provider: Provider): Promise<Problem[]> {
  const code = await provider.getCode(address);
  return problemsIf([code === "0x", errorAt(path, `is ${address}, where this chain has no contract`)]);
}

async function readAsset(vault: string, provider: Provider): Promise<string | undefined> {
  try {
    return await IERC4626__factory.connect(vault, provider).asset();
  } catch {
    return undefined; // whatever it is, it is no ERC-4626 vault
  }
}

async function supportsAsynchronousRedemption(vault: string, provider: Provider): Promise<boolean> {
  try {
    return await IERC165__factory.connect(vault, provider).supportsInterface(ASYNCHRONOUS_REDEMPTION);
  } catch {
    return false; // an ERC-4626 vault need not know ERC-165
  }
}
