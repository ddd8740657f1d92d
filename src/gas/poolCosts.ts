import { parseEther } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { GovernanceState } from "../model/types.js";
import { GWEI } from "../model/units.js";
import { mined } from "./mined.js";
import { concatKeys, createGasPool, GAS_LIMIT, VALIDATORS, type GasPool, type Keys } from "./poolWorld.js";
import type { Figures } from "./rows.js";

/** What there is beside what is measured. */
export interface PoolScale {
  /** With a place each, the measured ones included; at least five. */
  readonly operators: number;
  /** With shares, and a request in the queue. */
  readonly stakers: number;
}

/** As many operators as there are places. */
const FULL_POOL: PoolScale = { operators: 64, stakers: 1 };

/** Spreads neighbours over the whole state. */
const STEP = 1_234_577;
const LIMIT = { gasLimit: GAS_LIMIT };

const range = (start: number, count: number): number[] => Array.from({ length: count }, (_, place) => start + place);
const placesOf = (places: readonly number[]): string => `0x${Buffer.from(places).toString("hex")}`;

/** Validators of the measured operators. */
const SETS = {
  one: [500_000],
  near: range(1_000_000, 32),
  far: range(1, 32).map((index) => (index * STEP) % VALIDATORS),
  most: range(1_500_000, 256),
} as const;
const OTHERS = 600_000;
/** The most that nobody has vetted. */
const UNVETTED_PLACES = 16;

/** Every row of the pool's. */
export async function measurePool(connection: NetworkConnection): Promise<Figures> {
  const world = await createGasPool(connection, FULL_POOL.operators - UNVETTED_PLACES);
  const figures: Figures = { deployPool: world.deployGas };
  await measureOne(world, FULL_POOL, figures);
  // What is announced holds others up for an hour.
  await connection.networkHelpers.time.increase(3_600);
  const near = await world.predeposit(await world.register(), SETS.near);
  const far = await world.predeposit(await world.register(), SETS.far);
  const most = await world.predeposit(await world.register(), SETS.most);
  figures.activate32 = await activate(world, near);
  await activate(world, far);
  for (const start of [0, 64, 128, 192]) await activate(world, part(most, start, 64));
  figures.landing32 = await checkpoint(world, near);
  await checkpoint(world, far);
  await checkpoint(world, most);
  figures.prove32Near = await checkpoint(world, near);
  figures.prove32Far = await checkpoint(world, far);
  figures.prove256 = await checkpoint(world, most);
  await askForAll(world, FULL_POOL);
  figures.forceOne = await force(world, most, [0]);
  figures.force16 = await force(world, most, range(1, 16));
  return figures;
}

/** What depends on who else there is: one key of one operator's from its activation to its exit. */
export async function measureAtScale(connection: NetworkConnection, scale: PoolScale): Promise<Figures> {
  const world = await createGasPool(connection, Math.max(scale.operators - UNVETTED_PLACES, 0));
  const figures: Figures = {};
  const one = await measureOne(world, scale, figures);
  await askForAll(world, scale);
  figures.forceOne = await force(world, one, [0]);
  return figures;
}

/** From the registration to a checkpoint that finds a gain. */
async function measureOne(world: GasPool, scale: PoolScale, figures: Figures): Promise<Keys> {
  await world.deposit(parseEther("30000"));
  const one = await world.predeposit(await world.register(), SETS.one);
  figures.activateFirst = await activate(world, one);
  // Three more will have places, and one has.
  await placeOthers(world, scale.operators - 5);
  const last = await world.predeposit(await world.register(), [OTHERS - 1]);
  figures.announce = await announce(world, last);
  figures.activateMost = await activate(world, last);
  figures.registerOperator = Number((await mined(world.registry.register())).gasUsed);
  await checkpoint(world, one);
  figures.proveOne = await checkpoint(world, one, figures);
  return one;
}

/** In RageQuit everybody asks for what they have. */
async function askForAll(world: GasPool, { stakers }: PoolScale): Promise<void> {
  const { pool, gate, staker } = world;
  await gatherStakers(world, stakers);
  await gate.setState(GovernanceState.RageQuit);
  await mined(pool.connect(staker).requestRedeem(await pool.balanceOf(staker), staker, staker));
}

const part = ({ vault, indices, pubkeys }: Keys, start: number, count: number): Keys => ({
  vault,
  indices: indices.slice(start, start + count),
  pubkeys: pubkeys.slice(start, start + count),
});

/** Operators with a key that is ready: those that the pool began with, then some who register. */
async function placeOthers(world: GasPool, count: number): Promise<void> {
  const { registry } = world;
  const began = Number(await registry.operatorCount()) - 1;
  const others: Keys[] = [];
  for (let other = 0; other < count; other++) {
    const vault = other < began ? world.vaultOf((await registry.getOperator(other + 1)).vault) : await world.register();
    others.push(await world.predeposit(vault, [OTHERS + other]));
  }
  const told = await world.tell(world.state(GWEI));
  for (const keys of others) await mined(keys.vault.announce(world.recent(told, keys), LIMIT));
}

/** Stakers with 1 ETH each who ask for a half of it. */
async function gatherStakers({ pool, connection }: GasPool, count: number): Promise<void> {
  const crowd = (await connection.ethers.getSigners()).slice(2);
  for (let number = 0; number < count; number++) {
    const one = crowd[number % crowd.length];
    if (one === undefined) throw new Error("the chain has too few accounts");
    await mined(pool.connect(one).depositETH(one, { value: parseEther("1") }));
    await mined(pool.connect(one).requestRedeem(parseEther("400"), one, one));
  }
}

async function announce(world: GasPool, keys: Keys): Promise<number> {
  const recent = world.recent(await world.tell(world.state(GWEI)), keys);
  return Number((await mined(keys.vault.announce(recent, LIMIT))).gasUsed);
}

/** Activates keys that hold 1 ETH. */
async function activate(world: GasPool, keys: Keys): Promise<number> {
  const recent = world.recent(await world.tell(world.state(GWEI)), keys);
  return Number((await mined(keys.vault.activate(concatKeys(keys.pubkeys), recent, LIMIT))).gasUsed);
}

/**
 * A checkpoint of all keys in one proof, of fields as well the first time. Every one finds a gain.
 * @returns What the proof takes that finishes it. [gas]
 */
async function checkpoint(world: GasPool, keys: Keys, figures: Figures = {}): Promise<number> {
  const { vault, indices } = keys;
  const executedAt = await world.tellParent();
  const { number } = await vault.checkpoint();
  const told = await world.tell(
    world.state(32n * GWEI + (number + 1n) * 10n ** 6n),
    async (overrides) => await vault.start(overrides),
  );
  figures.startCheckpoint = told.gas;
  figures.openCheckpoint = Number((await mined(vault.open(told.header, executedAt, LIMIT))).gasUsed);
  const { inFlight } = await vault.keySets();
  const proof = world.proof(told, { fields: inFlight === 0n ? [] : indices, balances: indices });
  return Number((await mined(vault.prove(proof, placesOf(range(0, indices.length)), LIMIT))).gasUsed);
}

/** Makes keys at these places exit. */
async function force(world: GasPool, keys: Keys, places: readonly number[]): Promise<number> {
  const some = part(keys, places[0] ?? 0, places.length);
  const recent = world.recent(await world.tell(world.state(32n * GWEI)), some, true);
  const overrides = { ...LIMIT, value: parseEther("1") };
  const forced = await mined(keys.vault.forceExits(concatKeys(some.pubkeys), recent, placesOf(places), overrides));
  return Number(forced.gasUsed);
}
