import { concat, parseEther } from "ethers";

import { FAR_FUTURE, GWEI_PER_ETH } from "../../helpers/consensus/constants.js";
import { credentials, somePubkey, someSignature } from "../../helpers/consensus/depositData.js";
import { indexOf } from "../../helpers/consensus/state.js";
import { concatKeys, ETHER, type RecentProof } from "../../helpers/poolWorld.js";
import { pick, pickFrom } from "../pick.js";
import { outside, type VaultAccount } from "./accounts.js";
import { exit, give } from "./beaconSteps.js";
import { round } from "./checkpointSteps.js";
import type { Scene } from "./scene.js";

const FACE = 32n * ETHER;
/** Whoever comes before an operator. */
const THIEF = `0x${"ba".repeat(20)}`;
/** What strangers put on a key that is nobody's yet, so that it becomes active without the pool. [ETH] */
const FILLINGS = [31, 40, 2020] as const;
const MOST_KEYS = 9;

export async function addKey(scene: Scene, { vault, prepared }: VaultAccount): Promise<boolean> {
  if (scene.keys.length >= MOST_KEYS) return false;
  prepared.push(...(await scene.world.predeposit(vault)));
  await scene.world.block();
  return true;
}

/** One that is not the pool's yet. */
const waitingKey = (scene: Scene, which: number): string | undefined =>
  pick(
    scene.keys.filter((key) => !scene.isPools(key)),
    which,
  );

export async function activate(scene: Scene, key: string): Promise<boolean> {
  if (indexOf(scene.chain.state, key) < 0) return false;
  const recent = await scene.recentOf([key]);
  return recent !== undefined && (await activateBy(scene, key, recent));
}

/** Sends the pool's ETH to `key`, if the proof says that it may. */
async function activateBy(scene: Scene, key: string, recent: RecentProof): Promise<boolean> {
  const { chain, world } = scene;
  const account = scene.accountOf(key);
  const held = outside(chain, account, key);
  const { to, data } = await account.vault.activate.populateTransaction(concatKeys([key]), recent);
  // What the validator's credentials are said to be: asked for by nobody, but by a vault that lacks the rule about them.
  const claimed = chain.state.validators[indexOf(chain.state, key)]?.withdrawalCredentials ?? "0x";
  const [receipt] = await world.block(
    async (overrides) => await scene.staker(0).sendTransaction({ to, data: concat([data, claimed]), ...overrides }),
  );
  if (receipt?.status !== 1) return false;
  scene.addWithdrawals();
  account.inflow += 31n * ETHER;
  if (account.activated.includes(key)) return true;
  account.activated.push(key);
  account.inflow += held;
  account.early += missingOf(scene, key);
  return true;
}

/**
 * What a key lacks of 32 ETH that is active before the pool's arrive, since others have filled it: the beacon chain has
 * seen it, so contracts count its balance, and the pool's ETH once they are credited. [wei]
 */
function missingOf(scene: Scene, key: string): bigint {
  const validator = scene.active(key);
  if (validator?.exitEpoch !== FAR_FUTURE) return 0n;
  const missing = FACE - validator.balance * GWEI_PER_ETH;
  return missing > 0n ? missing : 0n;
}

// ── what must be refused: what it would lead to shows at the next checkpoints ─────────────────────────────────────────

/** A key that has been. */
export async function activateAgain(scene: Scene, key: string): Promise<boolean> {
  if (!scene.isPools(key)) return false;
  await activate(scene, key);
  return true;
}

/** A key that strangers have filled, and that exits before the pool's 31 ETH. */
export async function activateExiting(scene: Scene, which: number, much: number): Promise<boolean> {
  const key = waitingKey(scene, which);
  if (key === undefined) return false;
  await fill(scene, key, much);
  await leave(scene, key, much);
  await activate(scene, key);
  return true;
}

/** Such a key, by a proof from before its exit. */
export async function activateByOldProof(scene: Scene, which: number, much: number): Promise<boolean> {
  const key = waitingKey(scene, which);
  if (key === undefined) return false;
  await fill(scene, key, much);
  const old = await scene.recentOf([key]);
  if (old === undefined) return false;
  await leave(scene, key, much);
  await activateBy(scene, key, old);
  return true;
}

async function fill(scene: Scene, key: string, much: number): Promise<void> {
  await give(scene, key, parseEther(String(pickFrom(FILLINGS, much))));
  // In Gloas a deposit waits for the next block.
  await scene.pass(1);
  await scene.pass(60);
}

async function leave(scene: Scene, key: string, much: number): Promise<void> {
  exit(scene, key);
  scene.chain.isSweeping = true;
  // On its way out, or withdrawn.
  await scene.pass(pickFrom([300, 3, 300, 300], much));
  // Nothing is activated where checks are old.
  await round(scene);
}

/** A key whose first deposit was a thief's. */
export async function activateRobbed(scene: Scene, account: VaultAccount): Promise<boolean> {
  const key = await robbedKey(scene, account);
  if (indexOf(scene.chain.state, key) < 0) return false;
  await activate(scene, key);
  return true;
}

/** Such a key, by the proof of an honest one. */
export async function activateByOthersProof(scene: Scene, account: VaultAccount, which: number): Promise<boolean> {
  const key = await robbedKey(scene, account);
  const other = pick(
    account.prepared.filter((one) => !account.activated.includes(one)),
    which,
  );
  if (other === undefined || indexOf(scene.chain.state, other) < 0) return false;
  const recent = await scene.recentOf([other]);
  if (recent === undefined) return false;
  await activateBy(scene, key, recent);
  return true;
}

/** The operator deposits for it nevertheless, and loses that ETH. */
async function robbedKey(scene: Scene, { vault, robbed }: VaultAccount): Promise<string> {
  const [known] = robbed;
  if (known !== undefined) return known;
  const name = 1_000_000 + scene.nextStranger();
  const [pubkey, signature] = [somePubkey(name), someSignature(name)];
  const theirs = { pubkey, withdrawalCredentials: credentials("0x02", THIEF), amount: GWEI_PER_ETH, signature };
  await scene.world.give(theirs);
  await vault.predeposit(pubkey, signature, { value: ETHER });
  robbed.push(pubkey);
  // In Gloas a block's requests are processed by the next one.
  await scene.world.block();
  await scene.pass(4);
  return pubkey;
}
