import { Interface, type Provider } from "ethers";

import {
  IERC165__factory,
  IERC20Metadata__factory,
  IERC4626__factory,
  IERC7575__factory,
  IVotableSupply__factory,
} from "../../types/index.js";

/** ERC-7575: the shares are another contract. */
const SEPARATE_SHARE = "0x2f0a18c5";
/** ERC-7540: asynchronous redemption. */
const ASYNCHRONOUS_REDEMPTION = "0x620ee8e4";
/** `IVotableSupply`: some shares cannot signal. An interface of one function has its selector as identifier. */
const VOTABLE_SUPPLY = new Interface(IVotableSupply__factory.abi).getFunction("votableSupply")?.selector ?? "";
const TOTAL_SUPPLY = "0x18160ddd";

/** What a vault says of itself, asked without the help of any contract of ours. */
export interface VaultFacts {
  readonly asset: string;
  readonly assetDecimals: bigint;
  readonly share: string;
  readonly isAsynchronous: boolean;
  /** Whom the escrow asks for the supply, and what. */
  readonly supply: { readonly source: string; readonly selector: string };
}

/** Undefined if there is no ERC-4626 vault at `vault`. */
export async function readVaultFacts(vault: string, provider: Provider): Promise<VaultFacts | undefined> {
  const asset = await orUndefined(() => IERC4626__factory.connect(vault, provider).asset());
  if (asset === undefined) return undefined;
  const separate = await supports(vault, SEPARATE_SHARE, provider);
  const share = separate ? await IERC7575__factory.connect(vault, provider).share() : vault;
  const reports = await supports(vault, VOTABLE_SUPPLY, provider);
  return {
    asset,
    // As OpenZeppelin's ERC-4626 assumes of an asset that does not tell.
    assetDecimals: (await orUndefined(() => IERC20Metadata__factory.connect(asset, provider).decimals())) ?? 18n,
    share,
    isAsynchronous: await supports(vault, ASYNCHRONOUS_REDEMPTION, provider),
    supply: reports ? { source: vault, selector: VOTABLE_SUPPLY } : { source: share, selector: TOTAL_SUPPLY },
  };
}

/** A vault need not know ERC-165: then it supports nothing. */
const supports = async (vault: string, interfaceId: string, provider: Provider): Promise<boolean> =>
  (await orUndefined(() => IERC165__factory.connect(vault, provider).supportsInterface(interfaceId))) ?? false;

async function orUndefined<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}
