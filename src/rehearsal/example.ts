import type { NetworkConnection } from "hardhat/types/network";

import type { TribuneAddresses } from "../protocol/addresses.js";
import { connectExample, connectPool } from "../protocol/contracts.js";
import { StakingPool__factory, WETHMock__factory } from "../../types/index.js";
import { STRANGER } from "./observe/transfers.js";
import type { Settlement } from "./rehearsalFiles.js";

/** Deposits, so that somebody holds shares of a vault that has just been made. [asset units] */
const DEPOSITS = [60n, 30n, 10n].map((ether) => ether * 10n ** 18n);

/**
 * Gives shares of the example vault to the last accounts of the chain inside Hardhat.
 * @returns Who holds them now.
 */
export async function stockExample({ ethers }: NetworkConnection, addresses: TribuneAddresses): Promise<string[]> {
  if (addresses.example === undefined) throw new Error("there is no example vault");
  const holders = (await ethers.getSigners()).slice(-DEPOSITS.length);
  for (const [index, holder] of holders.entries()) {
    const value = DEPOSITS[index] ?? 0n;
    const { vault } = connectExample(addresses.vault, addresses.example, holder);
    const asset = WETHMock__factory.connect(addresses.example.asset, holder);
    await asset.deposit({ value });
    await asset.approve(vault, value);
    await vault.deposit(value, holder);
  }
  return holders.map(({ address }) => address);
}

/**
 * The same for the pool, which nobody runs validators for yet: all of it is idle.
 * @returns Who holds shares now.
 */
export async function stockPool({ ethers }: NetworkConnection, { vault, pool }: TribuneAddresses): Promise<string[]> {
  if (pool === undefined) throw new Error("there is no pool");
  const holders = (await ethers.getSigners()).slice(-DEPOSITS.length);
  for (const [index, holder] of holders.entries()) {
    await connectPool(vault, pool, holder).pool.depositETH(holder, { value: DEPOSITS[index] ?? 0n });
  }
  return holders.map(({ address }) => address);
}

/** What anybody may do for whoever waits for the pool, and somebody must. */
export const settlePool = (vault: string): Settlement[] => [
  {
    from: STRANGER,
    to: vault,
    data: StakingPool__factory.createInterface().encodeFunctionData("finalise"),
    after: "begin-exit",
  },
];
