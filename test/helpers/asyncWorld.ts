import type { NetworkConnection } from "hardhat/types/network";

import type { PickyVaultMock } from "../../types/index.js";
import { beginExit, enterRageQuit } from "./deployCore.js";
import { deployEscrowWorld } from "./escrowWorld.js";

/** A moment in the life of a redemption, in the order of `ERC7540VaultMock.Stage`. */
export const Stage = { Request: 0n, Fulfilment: 1n, Claim: 2n } as const;
export type StageName = keyof typeof Stage;
export const STAGES = ["Request", "Fulfilment", "Claim"] as const satisfies readonly StageName[];

/** In the order of `PickyVaultMock.Refusal`. */
export const Refusal = { None: 0n, Second: 1n, All: 2n } as const;

export interface AsyncMode {
  readonly hasSeparateShare?: boolean;
  readonly hasRequestIds?: boolean;
  readonly isFulfilledAtOnce?: boolean;
  readonly hasVotableSupply?: boolean;
  readonly burnAt?: StageName;
  readonly priceAt?: StageName;
}

/** As {deployEscrowWorld}, over a vault that redeems on request; it has assets enough to double everybody's. */
export async function deployAsyncWorld(connection: NetworkConnection, mode: AsyncMode = {}, decimals = 18) {
  const { hasSeparateShare = false, hasRequestIds = false, isFulfilledAtOnce = false, hasVotableSupply = false } = mode;
  const burnAt = Stage[mode.burnAt ?? "Fulfilment"];
  const priceAt = Stage[mode.priceAt ?? "Fulfilment"];
  const full = { hasSeparateShare, hasRequestIds, isFulfilledAtOnce, hasVotableSupply, burnAt, priceAt };
  const all = await deployEscrowWorld<PickyVaultMock>(connection, {
    decimals,
    makeVault: (asset) => connection.ethers.deployContract("PickyVaultMock", [asset, full]),
  });
  await all.asset.mint(all.vault, 1_000n * all.unit);
  return all;
}

/** Alice leaves with 100 units and bob with 50; the vault has not been asked yet. */
export async function closeAsync(connection: NetworkConnection, mode?: AsyncMode, decimals?: number) {
  const all = await deployAsyncWorld(connection, mode, decimals);
  await all.escrow.connect(all.alice).lock(100n * all.one, 0n);
  await all.escrow.connect(all.bob).lock(50n * all.one, 0n);
  await enterRageQuit(all);
  return all;
}

/** As {closeAsync}; the vault has been asked. */
export async function leaveAsync(connection: NetworkConnection, mode?: AsyncMode, decimals?: number) {
  const all = await closeAsync(connection, mode, decimals);
  return { ...all, clone: await beginExit(all, 1n) };
}
