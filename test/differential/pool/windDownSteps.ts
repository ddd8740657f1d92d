import { concatKeys, ETHER } from "../../helpers/poolWorld.js";
import { GovernanceState } from "../../helpers/vaultWorld.js";
import { someSignature, somePubkey } from "../../helpers/consensus/depositData.js";
import { pickFrom } from "../pick.js";
import type { VaultAccount } from "./accounts.js";
import { succeeds } from "./attempt.js";
import { Broken } from "./broken.js";
import type { Scene } from "./scene.js";

const EPOCHS_PER_DAY = 225;

/** Nobody proves anything for three weeks of a rage quit. */
export async function beginWindDown(scene: Scene): Promise<boolean> {
  const { gate } = scene.deployed;
  await gate.setState(GovernanceState.RageQuit);
  await scene.pass(15 * EPOCHS_PER_DAY);
  // Where nobody has keys there is nothing to prove.
  const isArmed = await succeeds(scene.pool.armWindDown());
  if (isArmed) {
    await scene.pass(7 * EPOCHS_PER_DAY + 1);
    if (!(await succeeds(scene.pool.beginWindDown()))) throw new Broken("stuck: no wind-down, and no proofs");
    scene.isWindingDown = true;
  }
  await gate.setState(GovernanceState.Normal);
  return isArmed;
}

/** What a vault has goes to the pool. */
export async function sweep(_: Scene, { vault }: VaultAccount): Promise<boolean> {
  if (!(await succeeds(vault.sweep()))) throw new Broken("stuck: a vault was not let be swept");
  return true;
}

/** Without a proof: the beacon chain may ignore it. */
export async function forceUnproven(scene: Scene, { vault, activated }: VaultAccount, which: number): Promise<boolean> {
  if (activated.length === 0) return false;
  const call = vault.connect(scene.staker(which)).forceExitsUnproven(concatKeys(activated), { value: ETHER });
  if (!(await succeeds(call))) throw new Broken("stuck: keys were not let be asked to exit");
  return true;
}

/** The first who has shares. */
export async function surrender(scene: Scene, which: number, much: number): Promise<boolean> {
  const holder = await scene.findStaker(which, async (staker) => (await scene.pool.balanceOf(staker)) > 0n);
  if (holder === undefined) return false;
  const shares = (await scene.pool.balanceOf(holder)) / pickFrom([1n, 2n], much);
  return await succeeds(scene.pool.connect(holder).surrender(shares));
}

/** The first who waits. */
export async function surrenderRequest(scene: Scene, which: number): Promise<boolean> {
  const { pool } = scene;
  const holder = await scene.findStaker(which, async (staker) => (await pool.openRequests(staker)).length > 0);
  if (holder === undefined) return false;
  const [id] = await pool.openRequests(holder);
  return id !== undefined && (await succeeds(pool.connect(holder).surrenderRequest(id, holder, holder)));
}

/** The first who is due anything. */
export async function collect(scene: Scene, which: number): Promise<boolean> {
  const { pool } = scene;
  const holder = await scene.findStaker(which, async (staker) => (await pool.windDownOf(staker)).due > 0n);
  if (holder === undefined) return false;
  if (!(await succeeds(pool.collectWindDown(holder)))) throw new Broken("stuck: what is due was not paid");
  return true;
}

/** What needs a price, or would give ETH to validators. */
export async function tryClosed(scene: Scene, { vault }: VaultAccount, which: number): Promise<boolean> {
  const { pool } = scene;
  const staker = scene.staker(which);
  const name = 2_000_000 + scene.nextStranger();
  const doors = {
    depositETH: () => pool.connect(staker).depositETH(staker, { value: ETHER }),
    finalise: () => pool.finalise(),
    start: () => vault.start(),
    predeposit: () => vault.predeposit(somePubkey(name), someSignature(name), { value: ETHER }),
  };
  const door = pickFrom(["depositETH", "finalise", "start", "predeposit"] as const, which);
  if (await succeeds(doors[door]())) throw new Broken(`${door} works while the pool winds down`);
  return true;
}
