import { ETHER } from "../../helpers/poolWorld.js";
import { pickFrom } from "../pick.js";
import { succeeds } from "./attempt.js";
import { Broken } from "./broken.js";
import type { Scene } from "./scene.js";

/** What stakers do. */

export async function deposit(scene: Scene, which: number, much: number): Promise<boolean> {
  const staker = scene.staker(which);
  return await succeeds(scene.pool.connect(staker).depositETH(staker, { value: ETHER * BigInt(1 + (much % 64)) }));
}

export async function request(scene: Scene, which: number, much: number): Promise<boolean> {
  const staker = scene.staker(which);
  const shares = (await scene.pool.balanceOf(staker)) / pickFrom([1n, 2n, 10n], much);
  return await succeeds(scene.pool.connect(staker).requestRedeem(shares, staker, staker));
}

/** A run on the pool. */
export async function requestAll(scene: Scene): Promise<void> {
  for (const owner of scene.owners) {
    const shares = await scene.pool.balanceOf(owner);
    if (shares > 0n) await scene.pool.connect(owner).requestRedeem(shares, owner, owner);
  }
}

export async function finalise({ pool }: Scene): Promise<boolean> {
  return await succeeds(pool.finalise());
}

/** The first who may claim anything. */
export async function claim(scene: Scene, which: number): Promise<boolean> {
  const { pool } = scene;
  const staker = await scene.findStaker(which, async (one) => (await pool.maxRedeem(one)) > 0n);
  if (staker === undefined) return false;
  const shares = await pool.maxRedeem(staker);
  if (await succeeds(pool.connect(staker).redeem(shares, staker, staker))) return true;
  throw new Broken(`stuck: ${shares} shares claimable were not paid`);
}

/** Everybody is paid whatever is due, in as many calls as it takes. */
export async function claimAll(scene: Scene): Promise<void> {
  const { pool } = scene;
  for (const owner of scene.owners) {
    for (let most = await pool.maxRedeem(owner); most > 0n; most = await pool.maxRedeem(owner)) {
      await pool.connect(owner).redeem(most, owner, owner);
    }
  }
}
