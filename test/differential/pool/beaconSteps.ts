import { parseEther } from "ethers";

import { FAR_FUTURE, GWEI_PER_ETH } from "../../helpers/consensus/constants.js";
import { credentials, someSignature } from "../../helpers/consensus/depositData.js";
import * as exits from "../../helpers/consensus/exits.js";
import { currentEpoch, decreaseBalance, totalActiveBalance } from "../../helpers/consensus/state.js";
import { ETHER } from "../../helpers/poolWorld.js";
import { pick, pickFrom } from "../pick.js";
import type { VaultAccount } from "./accounts.js";
import type { Scene } from "./scene.js";
import { EPOCHS, PENALTIES, TOP_UPS } from "./steps.js";

/** What the beacon chain and strangers do, without asking the pool. */

export async function topUp(scene: Scene, key: string, much: number): Promise<boolean> {
  await give(scene, key, parseEther(String(pickFrom(TOP_UPS, much))));
  return true;
}

/** Somebody's deposit for a key of a vault. */
export async function give(scene: Scene, key: string, amount: bigint): Promise<void> {
  const { address } = scene.accountOf(key);
  await scene.world.give({
    pubkey: key,
    withdrawalCredentials: credentials("0x02", address),
    amount: amount / GWEI_PER_ETH,
    signature: someSignature(1),
  });
  scene.addInflow(key, amount);
}

/** To a vault. */
export async function gift(scene: Scene, account: VaultAccount, much: number): Promise<boolean> {
  const amount = (ETHER * BigInt(1 + (much % 100))) / 10n;
  const balance = await scene.connection.ethers.provider.getBalance(account.address);
  await scene.connection.networkHelpers.setBalance(account.address, balance + amount);
  account.inflow += amount;
  return true;
}

/** A consolidation into a key. */
export function merge(scene: Scene, key: string, much: number): boolean {
  const validator = scene.active(key);
  if (validator?.exitEpoch !== FAR_FUTURE) return false;
  const ether = pickFrom([20n, 32n, 500n], much);
  validator.balance += ether * GWEI_PER_ETH;
  scene.addInflow(key, ether * ETHER);
  return true;
}

export function exit(scene: Scene, key: string): boolean {
  const validator = scene.active(key);
  if (validator?.exitEpoch !== FAR_FUTURE) return false;
  exits.initiateExit(scene.chain.state, validator);
  return true;
}

/** Of a key of the pool's, if one is active; with so many others, now and then, that it takes all of the balance. */
export function slash(scene: Scene, which: number, much: number): boolean {
  const { state } = scene.chain;
  const active = scene.keys.filter((key) => scene.active(key)?.slashed === false);
  const key =
    pick(
      active.filter((one) => scene.isPools(one)),
      which,
    ) ?? pick(active, which);
  const validator = key === undefined ? undefined : scene.active(key);
  if (validator === undefined || !exits.slash(state, validator)) return false;
  if (much % 4 === 0) state.slashings.set(currentEpoch(state), totalActiveBalance(state) / 2n);
  return true;
}

export function reward(scene: Scene, key: string, much: number): boolean {
  const validator = scene.active(key);
  if (validator === undefined) return false;
  const amount = BigInt(1 + much) * 100_000n;
  validator.balance += amount;
  scene.addInflow(key, amount * GWEI_PER_ETH);
  return true;
}

export function penalise(scene: Scene, key: string, much: number): boolean {
  const validator = scene.active(key);
  if (validator === undefined) return false;
  decreaseBalance(validator, (validator.balance * BigInt(pickFrom(PENALTIES, much))) / 100_000n);
  return true;
}

/** Somebody else's deposit, before which nothing that comes later is looked at. */
export function queueForeigner(scene: Scene, much: number): boolean {
  scene.chain.addBlock(undefined, {
    deposits: [
      {
        pubkey: `0x${"f0".repeat(44)}${scene.nextStranger().toString(16).padStart(8, "0")}`,
        withdrawalCredentials: credentials("0x01", `0x${"f0".repeat(20)}`),
        amount: pickFrom([1n, 32n, 2048n], much) * GWEI_PER_ETH,
        signature: someSignature(2),
      },
    ],
  });
  return true;
}

export async function pass(scene: Scene, which: number, much: number): Promise<boolean> {
  // Among many validators the sweep is days away: a key may be withdrawable, and have its balance.
  scene.chain.isSweeping = which % 4 !== 0;
  await scene.pass(pickFrom(EPOCHS, much));
  return true;
}

export function withhold({ chain }: Scene): boolean {
  if (chain.state.fork !== "gloas") return false;
  const { isSweeping } = chain;
  // Of a state that may be told wrongly: what waited for the sweep has left it, and is nowhere.
  chain.isBare = false;
  chain.isSweeping = true;
  chain.addBlockWithoutPayload();
  chain.isBare = true;
  chain.isSweeping = isSweeping;
  return true;
}
