import { parseEther, type ContractTransactionResponse } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import hre from "hardhat";

import type { OperatorVault } from "../../types/index.js";
import { GWEI_PER_ETH } from "./consensus/constants.js";
import { slash } from "./consensus/exits.js";
import { validatorAt } from "./consensus/state.js";
import { concatKeys, deployPool, ETHER, type DeployedPool, type PoolOptions, type PoolWorld } from "./poolWorld.js";

/** Epochs after which a key that was just activated may exit, with some to spare. */
export const OF_AGE = 280;

export interface VaultOptions extends PoolOptions {
  /** ETH of the first staker's. [wei] */
  readonly deposit?: bigint;
  /** Keys of the first operator's, activated. */
  readonly keys?: number;
  /** How long they have been. [epochs] */
  readonly age?: number;
  /** Whether a checkpoint has shown them. */
  readonly isChecked?: boolean;
}

/** A pool with a staker's ETH and one operator, who may have keys. */
export async function deployVault({ deposit, keys = 0, age = 12, isChecked = true, ...options }: VaultOptions = {}) {
  const deployed = await deployPool(await hre.network.create(), options);
  const { pool, world, alice, operator } = deployed;
  await pool.connect(alice).depositETH(alice, { value: deposit ?? parseEther("1000") });
  const vault = await world.register(operator);
  const pubkeys = keys === 0 ? [] : await world.enlist(vault, keys, age);
  if (keys !== 0 && isChecked) await world.check(vault);
  return { ...deployed, vault, pubkeys };
}

export type DeployedVault = DeployedPool & { vault: OperatorVault; pubkeys: string[] };

/** Makes a world for the first who asks, and gives everybody the same one, as it was made. */
export function share<World extends { readonly world: PoolWorld }>(make: () => Promise<World>): () => Promise<World> {
  let made: { readonly deployed: World; readonly restore: () => Promise<void> } | undefined;
  return async () => {
    if (made === undefined) {
      const deployed = await make();
      made = { deployed, restore: await deployed.world.save() };
    } else {
      await made.restore();
    }
    return made.deployed;
  };
}

/** The first of some keys, of which there must be one. */
export function first<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error("there is none");
  return item;
}

/** Slashes the validator with this key, whom others have caught. */
export function slashKey(world: PoolWorld, pubkey: string): void {
  if (!slash(world.chain.state, world.validator(pubkey))) throw new Error(`${pubkey} cannot be slashed`);
}

/** Packed places, as the vault takes them. */
export const placesOf = (...places: readonly number[]): string => `0x${Buffer.from(places).toString("hex")}`;

/** Lets proofs fail to come until the pool winds down. Some operator must have a key. */
export async function windDown({ pool, world, connection }: DeployedPool): Promise<void> {
  await world.passDays(31);
  await pool.armWindDown();
  await connection.networkHelpers.time.increase(7 * 86_400);
  await pool.beginWindDown();
}

/**
 * What the pool counts as the vault's is there: in balances, in the queue of deposits, on the way, or in the vault.
 * @returns What is there beyond that. [wei]
 */
export async function calcUncounted({ pool, world, vault, ethers }: DeployedVault): Promise<bigint> {
  const { validators, pendingDeposits } = world.chain.state;
  const credentials = await vault.withdrawalCredentials();
  const held = validators
    .filter(({ withdrawalCredentials }) => withdrawalCredentials === credentials)
    .reduce((sum, { balance }) => sum + balance, 0n);
  const pending = pendingDeposits.reduce((sum, { amount }) => sum + amount, 0n);
  const real = (held + pending + world.chain.between) * GWEI_PER_ETH + (await ethers.provider.getBalance(vault));
  return real - (await pool.books()).value;
}

/** The states of a gate that the pool looks at. */
export enum GovernanceState {
  Normal,
  VetoSignalling,
  VetoSignallingDeactivation,
  VetoCooldown,
  RageQuit,
}

/** Makes keys at these places exit, by the state told last; `caller` pays more than the fee. */
export async function force(
  { vault, world, alice }: DeployedVault,
  places: readonly number[],
  caller: HardhatEthersSigner = alice,
): Promise<ContractTransactionResponse> {
  const indices = await Promise.all(places.map(async (place) => Number(await vault.indexAt(place))));
  const keys = indices.map((index) => validatorAt(world.chain.state, index).pubkey);
  return await vault.connect(caller).forceExits(concatKeys(keys), world.recent(keys, true), placesOf(...places), {
    value: ETHER,
  });
}
