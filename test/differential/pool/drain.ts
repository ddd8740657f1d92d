import { initiateExit } from "../../helpers/consensus/exits.js";
import { currentEpoch, indexOf, validatorAt } from "../../helpers/consensus/state.js";
import { heldBy } from "./accounts.js";
import { Broken } from "./broken.js";
import { round } from "./checkpointSteps.js";
import { checkPool, leftOf } from "./invariants.js";
import type { Scene } from "./scene.js";
import { claimAll, requestAll } from "./stakerSteps.js";

/** Everybody leaves, operators and stakers, with honest provers if there can be any: nothing may stay but dust. */
export async function drain(scene: Scene): Promise<void> {
  await exitAll(scene);
  await (scene.isWindingDown ? settleWindDown(scene) : settleQueue(scene));
  await checkPool(scene);
  const { reserved } = await scene.pool.books();
  // A wei for each request that was rounded down.
  if (reserved > (await scene.pool.requestCount())) throw new Broken(`covered: ${reserved} wei stay reserved`);
}

/** Until no validator has anything, nor gets anything any more. */
async function exitAll(scene: Scene): Promise<void> {
  const { chain, accounts } = scene;
  chain.isSweeping = true;
  for (let waited = 0; waited < 60; ++waited) {
    await scene.pass(300);
    const keys = accounts.flatMap((account) => account.activated.map((key) => ({ account, key })));
    for (const { key } of keys) {
      const validator = scene.active(key);
      if (validator !== undefined) initiateExit(chain.state, validator);
    }
    if (keys.every(({ account, key }) => isWithdrawable(scene, key) && heldBy(chain, account, key) === 0n)) break;
  }
  await scene.pass(300);
}

/** A slashing may take all of a balance long before. */
const isWithdrawable = ({ chain: { state } }: Scene, key: string): boolean =>
  validatorAt(state, indexOf(state, key)).withdrawableEpoch <= currentEpoch(state);

async function settleQueue(scene: Scene): Promise<void> {
  const { pool, registry, operator } = scene.deployed;
  await round(scene);
  await scene.pass(10);
  await round(scene);
  for (const account of scene.accounts) {
    if ((await account.vault.keyCount()) !== 0n) throw new Broken("stuck: keys are left");
    const { staked, bond } = await registry.getOperator(account.operatorId);
    if (staked !== 0n) throw new Broken(`settled: ${staked} wei are counted of nothing`);
    const { exiting } = await registry.exitStanding(account.operatorId);
    if (exiting !== 0n) throw new Broken(`settled: ${exiting} gwei of nothing are leaving`);
    if (bond > 0n) await registry.connect(operator).releaseFees(account.operatorId);
    await registry.collect(account.operatorId);
  }
  const { haircut } = await pool.books();
  if (haircut !== 0n) throw new Broken(`haircut: ${haircut} wei are held back for nothing`);
  await requestAll(scene);
  await scene.world.block();
  await round(scene);
  const { shares } = await pool.waiting();
  if (shares !== 0n) throw new Broken(`stuck: ${shares} shares wait`);
  await claimAll(scene);
}

async function settleWindDown(scene: Scene): Promise<void> {
  const { pool, registry } = scene.deployed;
  for (const { vault } of scene.accounts) await vault.sweep();
  for (let waited = 0; waited < 20 && !(await pool.isWindDownSettled()); ++waited) await scene.pass(22 * 225);
  for (const { vault, operatorId } of scene.accounts) {
    // What strangers have sent after the last exit.
    await vault.sweep();
    await registry.releaseBond(operatorId);
    await registry.collect(operatorId);
  }
  await claimAll(scene);
  for (const owner of scene.owners) {
    const shares = await pool.balanceOf(owner);
    if (shares > 0n) await pool.connect(owner).surrender(shares);
    await pool.collectWindDown(owner);
  }
  const [, , , supply, received] = await pool.windDown();
  const others = (received * (await pool.totalSupply())) / supply;
  const stuck = (await leftOf(scene)) - others;
  // A wei for each owner whose part was rounded down, and one for the others'.
  if (stuck > BigInt(scene.owners.length + 1)) throw new Broken(`stuck: ${stuck} wei are nobody's`);
}
