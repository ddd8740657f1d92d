import { Interface, type Provider } from "ethers";

import {
  IERC165__factory,
  IERC20Metadata__factory,
  IERC4626__factory,
  IERC7575__factory,
  IVotableSupply__factory,
} from "../../types/index.js";
import { readAnswer } from "../protocol/tryRead.js";

/** ERC-7575: the shares may be another contract. */
export const SEPARATE_SHARE = "0x2f0a18c5";
/** ERC-7540: asynchronous redemption. */
export const ASYNCHRONOUS_REDEMPTION = "0x620ee8e4";
/** `IVotableSupply`: some shares cannot signal. An interface of one function has its selector as identifier. */
const VOTABLE_SUPPLY = new Interface(IVotableSupply__factory.abi).getFunction("votableSupply")?.selector ?? "";

/** What a vault says of itself, asked without the help of any contract of ours. */
export interface VaultFacts {
  readonly asset: string;
  readonly assetDecimals: bigint;
  readonly share: string;
  readonly isAsynchronous: boolean;
  /** All shares there are. [shares] */
  readonly totalSupply: bigint;
  /** Whether it reports a votable supply, which the escrow asks for then. */
  readonly reportsVotableSupply: boolean;
  /** Whether it tells what an immediate redemption of all shares would pay: an asynchronous vault must not. */
  readonly tellsPrice: boolean;
}

/** Undefined if there is no ERC-4626 vault at `vault`, or no token where its shares should be. */
export async function readVaultFacts(vault: string, provider: Provider): Promise<VaultFacts | undefined> {
  const erc4626 = IERC4626__factory.connect(vault, provider);
  const asset = await readAnswer(() => erc4626.asset());
  if (asset === undefined) return undefined;
  const separate = await supports(vault, SEPARATE_SHARE, provider);
  const share = separate ? await IERC7575__factory.connect(vault, provider).share() : vault;
  const totalSupply = await readAnswer(() => IERC20Metadata__factory.connect(share, provider).totalSupply());
  if (totalSupply === undefined) return undefined;
  return {
    asset,
    assetDecimals: await readDecimals(asset, provider),
    share,
    isAsynchronous: await supports(vault, ASYNCHRONOUS_REDEMPTION, provider),
    totalSupply,
    reportsVotableSupply: await supports(vault, VOTABLE_SUPPLY, provider),
    tellsPrice: (await readAnswer(() => erc4626.previewRedeem(totalSupply))) !== undefined,
  };
}

/** 18 where a token does not tell, as OpenZeppelin's ERC-4626 assumes. */
export const readDecimals = async (token: string, provider: Provider): Promise<bigint> =>
  (await readAnswer(() => IERC20Metadata__factory.connect(token, provider).decimals())) ?? 18n;

/** A vault need not know ERC-165: then it supports nothing. */
const supports = async (vault: string, interfaceId: string, provider: Provider): Promise<boolean> =>
  (await readAnswer(() => IERC165__factory.connect(vault, provider).supportsInterface(interfaceId))) ?? false;
