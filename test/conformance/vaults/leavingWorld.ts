import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import type { AssetMock } from "../../../types/index.js";
import { getActors } from "../../helpers/actors.js";
import { deployCore, enterRageQuit } from "../../helpers/deployCore.js";
import type { VaultCase, Standing } from "./vaultCase.js";

/** Three stakers' and the whale's assets; a fifth of the supply leaves. With six decimals, uneven on purpose. */
const STAKES = [712_345_679n, 1_234_567_891n, 123_456_787n] as const;
const WHALE = 7_900_000_000n;
/** A yield that came in: shares of vaults which count their assets are worth an uneven amount. */
const YIELD = 333_333_337n;

export interface Staker {
  readonly signer: HardhatEthersSigner;
  /** Locked, and leaving. [shares] */
  readonly shares: bigint;
}

export interface LeavingOptions<Stood extends Standing> {
  readonly deployVault: (connection: NetworkConnection, asset: AssetMock) => Promise<Stood>;
  readonly vesselName?: "StandardVessel" | "CooldownVessel";
  readonly asset?: AssetMock;
  /** Before anybody locks. */
  readonly prepare?: (
    standing: Stood,
    core: Awaited<ReturnType<typeof deployCore>>,
    holders: readonly HardhatEthersSigner[],
  ) => Promise<void>;
}

/**
 * Governance over a vault, in the first moment of a rage quit: three stakers with uneven parts leave, the first epoch is
 * closed, the vault has not been asked.
 */
export async function deployLeavingWorld<Stood extends Standing>(
  connection: NetworkConnection,
  { deployVault, vesselName, asset: given, prepare }: LeavingOptions<Stood>,
) {
  const { ethers } = connection;
  const names = ["deployer", "alice", "bob", "carol", "whale", "keeper", "control", "dave"] as const;
  const { alice, bob, carol, whale, keeper, control, dave } = await getActors(ethers, ...names);
  const asset = given ?? (await ethers.deployContract("AssetMock", ["Dollar", "USD", 6]));
  const standing = await deployVault(connection, asset);
  const { share } = standing;
  const signers = [alice, bob, carol] as const;
  const bought: bigint[] = [];
  for (const [i, signer] of signers.entries()) bought.push(await standing.stake(signer, STAKES[i] ?? 0n));
  await standing.stake(whale, WHALE);
  await standing.fund(YIELD);
  const core = await deployCore(connection, standing.vault, undefined, undefined, undefined, vesselName);
  const { escrow, gate } = core;
  await prepare?.(standing, core, [...signers, whale]);
  const stakers: Staker[] = [];
  for (const [i, signer] of signers.entries()) {
    const shares = (bought[i] ?? 0n) - 12_345n; // divisible by nothing in particular
    await share.connect(signer).approve(escrow, shares);
    await escrow.connect(signer).lock(shares, 0n);
    stakers.push({ signer, shares });
  }
  const epoch = await enterRageQuit({ connection, escrow, gate });
  const { closedAt, totalShares: total } = await escrow.getEpoch(epoch);
  return { ...core, standing, share, stakers, whale, keeper, control, dave, epoch, total, closedAt };
}

export type LeavingWorld = Awaited<ReturnType<typeof deployLeavingWorld>>;

/** The world over one of `allVaults`, with the vessel that its kind of vault needs. */
export const deployVaultCase = (connection: NetworkConnection, vaultCase: VaultCase): Promise<LeavingWorld> =>
  deployLeavingWorld(connection, {
    deployVault: vaultCase.deploy,
    vesselName: vaultCase.kind === "own" ? "CooldownVessel" : "StandardVessel",
  });
