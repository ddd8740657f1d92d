import { parseEther } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import { impersonate } from "../../helpers/impersonate.js";
import { deployPool, ETHER, type PoolOptions } from "../../helpers/poolWorld.js";

export const DAY = 86_400n;
/** Of `_windDown`: see snapshots/storage.json. */
const WIND_DOWN_SLOT = 21n;

/**
 * A pool whose registry the test plays: it books gains and losses, stakes, and lets a vault pay, without proving anything.
 * No operator has keys, so proofs are never old. Alice has shares for 100 ETH, bob for 50.
 */
export async function deployBench(connection: NetworkConnection, options: PoolOptions = {}) {
  const bench = await deployEmptyBench(connection, options);
  const { pool, alice, bob } = bench;
  await pool.connect(alice).depositETH(alice, { value: parseEther("100") });
  await pool.connect(bob).depositETH(bob, { value: parseEther("50") });
  return bench;
}

/** The same without stakers. */
export async function deployEmptyBench(connection: NetworkConnection, options: PoolOptions = {}) {
  const deployed = await deployPool(connection, options);
  const vault = await deployed.world.register(deployed.operator);
  const keeper = await impersonate(connection, deployed.registry);
  const payer = await impersonate(connection, vault);
  return { ...deployed, vault, keeper, payer };
}

export type Bench = Awaited<ReturnType<typeof deployEmptyBench>>;

/** A checkpoint found more, or less. */
export async function book({ pool, keeper }: Bench, change: bigint, due = 0n, bond = 0n): Promise<void> {
  await pool.settle();
  await pool.connect(keeper).book(change, due, bond);
}

/** 32 ETH a key go to the vault. */
export async function stakeKeys({ pool, keeper, vault }: Bench, keys: number): Promise<void> {
  await pool.connect(keeper).stake(vault, keys);
}

/** A vault pays what it was booked for. */
export async function payBack({ connection, pool, payer }: Bench, assets: bigint): Promise<void> {
  await connection.networkHelpers.setBalance(payer.address, assets + ETHER);
  await pool.connect(payer).collect({ value: assets });
}

export async function request({ pool }: Bench, who: HardhatEthersSigner, shares: bigint): Promise<bigint> {
  await pool.connect(who).requestRedeem(shares, who, who);
  return await pool.requestCount();
}

/** Requests that stand in the queue for somebody, each for `assets` at the first price. */
export async function requestMany(bench: Bench, who: HardhatEthersSigner, count: number, each: bigint): Promise<void> {
  for (let i = 0; i < count; i++) await request(bench, who, each);
}

/**
 * Writes down that a wind-down was armed: where no operator has keys the watermark is always now, and nobody could arm one.
 * @param armedAt [unix seconds]
 * @param mark The watermark of that time. [unix seconds]
 */
export async function armWindDown({ connection, pool }: Bench, armedAt: bigint, mark: bigint): Promise<void> {
  await connection.networkHelpers.setStorageAt(await pool.getAddress(), WIND_DOWN_SLOT, armedAt | (mark << 40n));
}

/** Begins a wind-down as if proofs had stopped long ago. */
export async function beginWindDown(bench: Bench): Promise<void> {
  const { time } = bench.connection.networkHelpers;
  const now = BigInt(await time.latest());
  const { registry, pool, vault } = bench;
  const mark = (await vault.keyCount()) === 0n ? now + 1n : await registry.watermark();
  await armWindDown(bench, now - 7n * DAY, mark);
  await time.setNextBlockTimestamp(now + 1n);
  await pool.beginWindDown();
}
