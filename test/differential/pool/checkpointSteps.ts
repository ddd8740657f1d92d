import type { StateProof } from "../../../src/staking/proveState.js";
import type { BeaconBlock } from "../../helpers/consensus/chain.js";
import { placesIn } from "../../helpers/poolWorld.js";
import { placesOf } from "../../helpers/vaultWorld.js";
import { pick } from "../pick.js";
import { inTransitOf, outside, type VaultAccount } from "./accounts.js";
import { attempt, succeeds, unlessYounger } from "./attempt.js";
import { Broken } from "./broken.js";
import { checkFinished } from "./finished.js";
import type { Scene } from "./scene.js";

/** Whether a prover brings fields that nobody asks for: of keys that have a balance, and may be withdrawable. */
const isGenerous = (which: number): boolean => which % 4 >= 2;

export async function start(scene: Scene, account: VaultAccount): Promise<boolean> {
  const { chain, world } = scene;
  const { vault, address } = account;
  // What happened since the last block is in no state yet. A withheld one stays the last: nothing can be proven of it.
  if (chain.last.payload !== undefined) await scene.provableBlock();
  scene.addWithdrawals();
  const balance = await scene.connection.ethers.provider.getBalance(address);
  const real = account.activated.reduce((sum, key) => sum + outside(chain, account, key), balance);
  const transit = account.activated.reduce((sum, key) => sum + inTransitOf(chain, account, key), 0n);
  const lost = account.real + account.inflow - real;
  if (lost < 0n) throw new Error(`the test has lost count: ${lost} wei of ${address} came out of nothing`);
  const isQuiet = transit === 0n && [...chain.state.pendingDeposits, ...chain.unprocessedDeposits].length === 0;
  const before = (await vault.checkpoint()).number;
  const [receipt] = await world.block(async (overrides) => await vault.start(overrides));
  if (receipt?.status !== 1) return false;
  account.snapshot = { real, lost, isQuiet, inflowBefore: account.inflow, early: account.early };
  account.block = world.told;
  const checkpoint = await vault.checkpoint();
  if (checkpoint.number === before) throw new Error("a checkpoint was started under an old number");
  if (checkpoint.startedAt === 0n) await checkFinished(scene, account, receipt.blockNumber);
  return true;
}

/** A checkpoint runs, be it started for the purpose. */
async function ensureStarted(scene: Scene, account: VaultAccount): Promise<void> {
  const { startedAt } = await account.vault.checkpoint();
  if (startedAt === 0n) await start(scene, account);
}

/** One key. */
export async function prove(scene: Scene, account: VaultAccount, which: number): Promise<boolean> {
  await ensureStarted(scene, account);
  const { left } = await account.vault.checkpoint();
  const place = pick(placesIn(left), which);
  return place !== undefined && (await provePlaces(scene, account, [place], isGenerous(which)));
}

export async function proveAll(scene: Scene, account: VaultAccount, which = 0): Promise<boolean> {
  await ensureStarted(scene, account);
  const { left } = await account.vault.checkpoint();
  return left !== 0n && (await provePlaces(scene, account, placesIn(left), isGenerous(which)));
}

/** A checkpoint of everybody, as honest provers make it. */
export async function round(scene: Scene): Promise<boolean> {
  for (const account of scene.accounts) {
    await start(scene, account);
    await proveAll(scene, account);
  }
  await attempt(scene.pool.finalise());
  return true;
}

async function provePlaces(
  scene: Scene,
  account: VaultAccount,
  places: readonly number[],
  isWithAllFields: boolean,
): Promise<boolean> {
  if (!(await isOpen(account)) && !(await openBy(scene, account, blockOf(account)))) return false;
  const proven = await scene.world.checkpointProof(account.vault, blockOf(account), places, isWithAllFields);
  if (!(await offer(scene, account, proven.proof, proven.places))) throw new Broken("an honest proof was refused");
  return true;
}

const isOpen = async ({ vault }: VaultAccount): Promise<boolean> => BigInt((await vault.checkpoint()).stateRoot) !== 0n;

const openBy = async ({ chain }: Scene, { vault }: VaultAccount, block: BeaconBlock): Promise<boolean> =>
  await succeeds(vault.open(block.header, chain.timestampOf(block.header.slot)));

function blockOf({ block }: VaultAccount): BeaconBlock {
  if (block === undefined) throw new Error("keys are left of a checkpoint that was never started");
  return block;
}

/** @returns Whether it was taken. */
async function offer(scene: Scene, account: VaultAccount, proof: StateProof, places: string): Promise<boolean> {
  const receipt = await attempt(account.vault.prove(proof, places));
  if (receipt === undefined) return false;
  const { startedAt } = await account.vault.checkpoint();
  if (startedAt === 0n) await checkFinished(scene, account, receipt.blockNumber);
  return true;
}

// ── what must be refused: what it would lead to shows when the checkpoint finishes ────────────────────────────────────

/** A key that is proven already. */
export async function proveAgain(scene: Scene, account: VaultAccount, which: number): Promise<boolean> {
  const { vault } = account;
  await prove(scene, account, which);
  const { left, startedAt } = await vault.checkpoint();
  const { live } = await vault.keySets();
  const place = pick(placesIn(live & ~left), which);
  // One that is not open has a block whose payload was withheld: nothing can be proven against it.
  if (startedAt === 0n || place === undefined || !(await isOpen(account))) return false;
  const proven = await unlessYounger(async () => await scene.world.checkpointProof(vault, blockOf(account), [place]));
  if (proven === undefined) return false;
  await offer(scene, account, proven.proof, proven.places);
  return true;
}

/** A key without its fields, which matter where it is in flight. */
export async function proveWithoutFields(scene: Scene, account: VaultAccount, which: number): Promise<boolean> {
  const { vault } = account;
  const { inFlight } = await vault.keySets();
  const left = await leftOf(scene, account);
  const place = pick(placesIn(left & inFlight), which) ?? pick(placesIn(left), which);
  return place !== undefined && (await offerBalance(scene, account, place, Number(await vault.indexAt(place))));
}

/** A key by the balance of whoever has most. */
export async function proveByOthersBalance(scene: Scene, account: VaultAccount, which: number): Promise<boolean> {
  const { vault } = account;
  const { inFlight } = await vault.keySets();
  const place = pick(placesIn((await leftOf(scene, account)) & ~inFlight), which);
  if (place === undefined) return false;
  const own = Number(await vault.indexAt(place));
  const { validators } = scene.chain.state;
  const [richest] = Array.from(validators, ({ balance }, index) => ({ balance, index }))
    .filter(({ index }) => index !== own)
    .sort((a, b) => Number(b.balance - a.balance));
  return richest !== undefined && (await offerBalance(scene, account, place, richest.index));
}

/** Keys by an older state. */
export async function openByOldBlock(scene: Scene, account: VaultAccount): Promise<boolean> {
  await ensureStarted(scene, account);
  const { startedAt } = await account.vault.checkpoint();
  const old = scene.provable.findLast((block) => block.header.slot < blockOf(account).header.slot);
  if (startedAt === 0n || old === undefined || (await isOpen(account))) return false;
  if (await openBy(scene, account, old)) account.block = old;
  return true;
}

/** What is left to be proven of a checkpoint that is open, if it can be opened. */
async function leftOf(scene: Scene, account: VaultAccount): Promise<bigint> {
  await ensureStarted(scene, account);
  const { left } = await account.vault.checkpoint();
  return left !== 0n && ((await isOpen(account)) || (await openBy(scene, account, blockOf(account)))) ? left : 0n;
}

/** @returns Whether there was something to be offered. */
async function offerBalance(scene: Scene, account: VaultAccount, place: number, index: number): Promise<boolean> {
  const proof = await unlessYounger(() => scene.world.proofOf(blockOf(account), { fields: [], balances: [index] }));
  if (proof === undefined) return false;
  await offer(scene, account, proof, placesOf(place));
  return true;
}
