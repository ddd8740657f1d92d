import { ETHER, placesIn } from "../../helpers/poolWorld.js";
import { indexOf } from "../../helpers/consensus/state.js";
import { heldBy, type VaultAccount } from "./accounts.js";
import { Broken } from "./broken.js";
import type { Scene } from "./scene.js";

const FACE = 32n * ETHER;

/** What a finished checkpoint has counted, against what there was. */
export async function checkFinished(scene: Scene, account: VaultAccount, blockNumber: number): Promise<void> {
  const { snapshot, vault } = account;
  if (snapshot === undefined) throw new Error("a checkpoint was finished that was never started");
  const { recorded } = await vault.checkpoint();
  const counted = (await scene.stakedOf(account)) + recorded;
  const added = account.inflow - snapshot.inflowBefore;
  const later = (await countAddedSince(account)) * FACE;
  if (counted > snapshot.real + later) {
    throw new Broken(`overcount: ${counted - snapshot.real - later} wei more than there were`);
  }
  const { inFlight } = await vault.keySets();
  if (inFlight === 0n && snapshot.isQuiet && (await hasNoLateEther(scene, account)) && counted !== snapshot.real) {
    throw new Broken(`settled: ${snapshot.real - counted} wei are not counted`);
  }
  const { change, bondBurned } = await bookedIn(scene, account, blockNumber);
  if (-change > snapshot.lost + snapshot.early) {
    throw new Broken(`false loss: ${-change} wei, of which ${snapshot.lost} were lost`);
  }
  if (change < 0n) await checkBond(scene, account, blockNumber, -change, bondBurned);
  account.real = snapshot.real - recorded;
  account.inflow = added;
  account.early -= snapshot.early;
  account.snapshot = undefined;
}

async function bookedIn({ deployed: { registry } }: Scene, { operatorId }: VaultAccount, blockNumber: number) {
  const filter = registry.filters.CheckpointBooked(operatorId);
  const [booked] = await registry.queryFilter(filter, blockNumber, blockNumber);
  if (booked === undefined) throw new Error("a checkpoint was finished that was not booked");
  return booked.args;
}

/** The operator's bond bears a loss first: also that of keys whose bond is released by the same checkpoint. */
async function checkBond(
  { deployed: { registry, pool } }: Scene,
  { operatorId }: VaultAccount,
  blockNumber: number,
  loss: bigint,
  burned: bigint,
): Promise<void> {
  const before = { blockTag: blockNumber - 1 };
  const { bond } = await registry.getOperator(operatorId, before);
  const [supply, assets] = [await pool.totalSupply(before), await pool.totalAssets(before)];
  if (assets === 0n) return;
  const shares = (loss * supply) / assets;
  const due = shares < bond ? shares : bond;
  // Between the two blocks gains are let in.
  if (burned * 1000n < due * 999n) throw new Broken(`bond: ${burned} of ${due} shares have borne a loss`);
}

/** Keys activated since the checkpoint was started: in the vault, and not in its set. */
async function countAddedSince({ vault }: VaultAccount): Promise<bigint> {
  const [started] = (await vault.queryFilter(vault.filters.CheckpointStarted())).slice(-1);
  if (started === undefined) throw new Error("no checkpoint was started");
  const since = await vault.queryFilter(vault.filters.Activated(), started.blockNumber);
  return BigInt(since.filter((event) => event.blockNumber > started.blockNumber || event.index > started.index).length);
}

/** Whether no key that is withdrawn has got anything since. */
async function hasNoLateEther({ chain }: Scene, account: VaultAccount): Promise<boolean> {
  const { vault, activated } = account;
  const { live } = await vault.keySets();
  const indices = new Set(await Promise.all(placesIn(live).map(async (place) => Number(await vault.indexAt(place)))));
  return activated.every((key) => indices.has(indexOf(chain.state, key)) || heldBy(chain, account, key) === 0n);
}
