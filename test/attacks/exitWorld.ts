import type { NetworkConnection } from "hardhat/types/network";

import { at, enterRageQuit } from "../helpers/deployCore.js";
import { deployEscrowWorld } from "../helpers/escrowWorld.js";

/** Estimates would leave too little where a try may fail. */
export const GENEROUS = { gasLimit: 16_000_000n };
export const DAY = 86_400n;

/** Alice and bob leave with 150 of 1,000 units; the vault takes requests and does what it is told. */
export async function closeRequestWorld(connection: NetworkConnection) {
  const all = await deployEscrowWorld(connection, {
    makeVault: (asset) => connection.ethers.deployContract("RequestVaultMock", [asset, false]),
  });
  return await close(connection, all);
}

/** As {closeRequestWorld}, over a vault that redeems at once. */
export async function closeSyncWorld(connection: NetworkConnection) {
  const all = await deployEscrowWorld(connection, {
    makeVault: (asset) => connection.ethers.deployContract("SyncVaultMock", [asset]),
  });
  return await close(connection, all);
}

async function close<World extends Awaited<ReturnType<typeof deployEscrowWorld>>>(
  { networkHelpers }: NetworkConnection,
  all: World,
) {
  const { escrow, alice, bob, one } = all;
  await escrow.connect(alice).lock(100n * one, 0n);
  await escrow.connect(bob).lock(50n * one, 0n);
  await enterRageQuit(all);
  const { closedAt } = await escrow.getEpoch(1n);
  const vessels: string[] = [];
  for (let number = 0n; number < 4n; ++number) vessels.push(await escrow.vesselAt(1n, number));
  const [first = ""] = vessels;
  /** Lets time pass until so many days after the closing. */
  const toDay = (days: bigint) => networkHelpers.time.increaseTo(closedAt + days * DAY);
  /** The next transaction comes so many seconds after the closing. */
  const after = (seconds: bigint) => at(all, closedAt + seconds);
  const end = async () => (await escrow.getEpoch(1n)).end;
  return { ...all, closedAt, vessels, first, toDay, after, end };
}

export type RequestWorld = Awaited<ReturnType<typeof closeRequestWorld>>;
export type SyncWorld = Awaited<ReturnType<typeof closeSyncWorld>>;
