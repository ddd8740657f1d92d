import { parseEther } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { mined } from "./mined.js";
import { createGasPool } from "./poolWorld.js";
import type { Figures } from "./rows.js";
import { ETHER } from "../model/units.js";

/** Of the pool's shares, for 1 ETH at the first price. */
const SHARE = 1000n * ETHER;
/** Requests that one call pays. */
const REQUESTS = 16;

/** What stakers of the pool pay, while no operator has keys. */
export async function measureQueue(connection: NetworkConnection): Promise<Figures> {
  const world = await createGasPool(connection, 0);
  const { staker } = world;
  const pool = world.pool.connect(staker);

  const figures: Figures = {};
  await mined(pool.depositETH(staker, { value: parseEther("100") }));
  figures.deposit = await gasOf(pool.depositETH(staker, { value: ETHER }));
  const ask = async () => await gasOf(pool.requestRedeem(SHARE, staker, staker));
  await ask();
  figures.requestRedeem = await ask();
  await mined(pool.finalise());
  // The next range, of two requests; then one each, so that a call which pays them looks each of them up.
  await ask();
  await ask();
  figures.finalise = await gasOf(pool.finalise());
  figures.claimRequest = await gasOf(pool.claimETH(2n, staker, staker));
  while ((await pool.openRequests(staker)).length < REQUESTS) {
    await ask();
    await mined(pool.finalise());
  }
  figures.redeem16 = await gasOf(pool.redeem(await pool.maxRedeem(staker), staker, staker));
  return figures;
}

async function gasOf(call: Parameters<typeof mined>[0]): Promise<number> {
  return Number((await mined(call)).gasUsed);
}
