import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Addressable } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { AssetMock, IERC20Metadata, IERC4626 } from "../../../types/index.js";
import { getActors } from "../../helpers/actors.js";

/** How one leaves a vault: at once, by an asynchronous request, or by a way of the vault's own. */
export type VaultKind = "sync" | "async" | "own";

/** Who throws a switch: anybody, or one of those who have a hand in the vault. */
type Hand = "stranger" | "curator" | "issuer" | "upgrader" | "market";

/** One thing that can happen to a vault while somebody, `account`, leaves it. */
export interface Switch {
  readonly name: string;
  readonly hand: Hand;
  /** Whether, left as it is, it keeps `account` from being paid all that is due, for ever. */
  readonly isForGood: boolean;
  readonly on: (account: Addressable) => Promise<unknown>;
  /** Not there where it cannot be taken back. */
  readonly off?: (account: Addressable) => Promise<unknown>;
}

/** A vault that has been deployed, and what a test can do with it. */
export interface Standing {
  /** By the functions that the standards name: not every vault answers all of them. */
  readonly vault: IERC4626;
  readonly share: IERC20Metadata;
  readonly asset: AssetMock;
  /** Holds some shares, so that it can make requests. */
  readonly stranger: HardhatEthersSigner;
  /** Buys shares for `account`. @returns how many */
  readonly stake: (account: HardhatEthersSigner, assets: bigint) => Promise<bigint>;
  /** Gives the vault `assets` to pay with. */
  readonly fund: (assets: bigint) => Promise<void>;
  /** Makes everything that is on its way to `controller` claimable, as an honest vault does sooner or later. */
  readonly settle: (controller: Addressable) => Promise<unknown>;
  readonly switches: readonly Switch[];
}

export interface VaultCase {
  readonly name: string;
  readonly kind: VaultKind;
  /** Whether somebody else's published code runs, not a stand-in. */
  readonly isReal: boolean;
  readonly deploy: (connection: NetworkConnection, asset: AssetMock) => Promise<Standing>;
}

/** What is the same for every vault: the people, and how they get shares. */
export async function setUp(connection: NetworkConnection, asset: AssetMock, vault: IERC4626, share: IERC20Metadata) {
  const { ethers } = connection;
  // Not among the first accounts: those a test gives names of its own.
  const { stranger } = await getActors(ethers, ...(["a", "b", "c", "d", "e", "f", "g", "h", "i", "stranger"] as const));
  const unit = 10n ** (await asset.decimals());
  const stake = async (account: HardhatEthersSigner, assets: bigint): Promise<bigint> => {
    const before = await share.balanceOf(account);
    await asset.mint(account, assets);
    await asset.connect(account).approve(vault, assets);
    await vault.connect(account).deposit(assets, account);
    return (await share.balanceOf(account)) - before;
  };
  const fund = async (assets: bigint): Promise<void> => {
    await asset.mint(vault, assets);
  };
  await stake(stranger, unit);
  return { vault, share, asset, stranger, stake, fund, unit };
}

export type SetUp = Awaited<ReturnType<typeof setUp>>;
