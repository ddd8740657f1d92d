import { Broken } from "./broken.js";
import type { Scene } from "./scene.js";

/** What must hold after every step. */
export async function checkPool(scene: Scene): Promise<void> {
  if (scene.isWindingDown) await checkWindDown(scene);
  else await checkBooks(scene);
  const { reserved } = await scene.pool.books();
  let claimable = 0n;
  for (const staker of scene.stakers) claimable += await scene.pool.maxWithdraw(staker);
  const isSettled = await scene.pool.isWindDownSettled();
  if (!isSettled && claimable > reserved) throw new Broken(`covered: ${claimable} wei claimable of ${reserved}`);
}

/** The pool has what it says, and counts what the registry counts. */
async function checkBooks(scene: Scene): Promise<void> {
  const { idle, reserved, value, haircut } = await scene.pool.books();
  let staked = 0n;
  let slashed = 0n;
  for (const account of scene.accounts) {
    staked += await scene.stakedOf(account);
    if (haircut > 0n) slashed |= (await account.vault.keySets()).slashed;
  }
  if (value !== staked) throw new Broken(`value: the pool counts ${value} wei, the registry ${staked}`);
  if (haircut > 0n && slashed === 0n) throw new Broken(`haircut: ${haircut} wei are held back for no slashed key`);
  const balance = await scene.connection.ethers.provider.getBalance(scene.pool);
  if (balance !== idle + reserved) {
    throw new Broken(`covered: ${balance} wei for ${idle} idle and ${reserved} reserved`);
  }
}

/** What has arrived is paid, or there for everybody who has a part in it. */
async function checkWindDown(scene: Scene): Promise<void> {
  const left = await leftOf(scene);
  const [, , , supply, received] = await scene.pool.windDown();
  let due = (received * (await scene.pool.totalSupply())) / supply;
  for (const owner of scene.owners) due += (await scene.pool.windDownOf(owner)).due;
  if (due > left) throw new Broken(`covered: ${due} wei are due of ${left}`);
}

/** What has arrived since the wind-down began and was not paid, which the pool must have. [wei] */
export async function leftOf(scene: Scene): Promise<bigint> {
  const [, , , , received] = await scene.pool.windDown();
  const { reserved } = await scene.pool.books();
  let left = received;
  for (const owner of scene.owners) left -= (await scene.pool.windDownOf(owner)).paid;
  const balance = await scene.connection.ethers.provider.getBalance(scene.pool);
  if (balance !== left + reserved)
    throw new Broken(`covered: ${balance} wei for ${left} left and ${reserved} reserved`);
  return left;
}
