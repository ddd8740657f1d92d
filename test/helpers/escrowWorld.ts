import type { Addressable } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { AssetMock } from "../../types/index.js";
import { getActors } from "./actors.js";
import { deployCore, enterVault, type ExitRules } from "./deployCore.js";

export interface WorldOptions<Vault> {
  /** Deploys the vault over the asset. */
  readonly makeVault: (asset: AssetMock) => Promise<Vault>;
  readonly exit?: ExitRules;
  /** Of the asset; 18 unless told. */
  readonly decimals?: number;
  readonly assetName?: "AssetMock" | "HostileAssetMock";
}

/**
 * An escrow over a vault of the test's choice, whose shares five people hold: alice, bob, carol and mallory 100 units
 * each, the whale 600, so that 10 units are R1 and 100 are R2. The escrow may take the shares of everybody.
 */
export async function deployEscrowWorld<Vault extends Addressable>(
  connection: NetworkConnection,
  { makeVault, exit, decimals = 18, assetName = "AssetMock" }: WorldOptions<Vault>,
) {
  const { ethers } = connection;
  const { deployer, alice, bob, carol, mallory, whale, stranger } = await getActors(
    ethers,
    ...(["deployer", "alice", "bob", "carol", "mallory", "whale", "stranger"] as const),
  );
  const { target } = await ethers.deployContract(assetName, ["Asset", "ASSET", decimals]);
  const asset = await ethers.getContractAt("AssetMock", await ethers.resolveAddress(target));
  const vault = await makeVault(asset);
  /** One unit of the asset. [asset units] */
  const unit = 10n ** BigInt(decimals);
  // Before the escrow, which refuses a vault without shares.
  for (const person of [alice, bob, carol, mallory]) await enterVault(connection, asset, vault, person, 100n * unit);
  await enterVault(connection, asset, vault, whale, 600n * unit);
  const core = await deployCore(connection, vault, undefined, undefined, exit);
  for (const person of [alice, bob, carol, mallory, whale]) {
    await core.share.connect(person).approve(core.escrow, ethers.MaxUint256);
  }
  // Whatever the decimals, a unit of assets buys the same everywhere: whoever enters first measures it.
  /** What one unit of the asset bought. [shares] */
  const one = (await core.share.balanceOf(alice)) / 100n;
  return { ...core, vault, unit, one, deployer, alice, bob, carol, mallory, whale, stranger };
}
