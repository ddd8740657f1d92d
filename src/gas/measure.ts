import type { NetworkConnection } from "hardhat/types/network";

import { measureTimelockFloors, walkDecisions, walkDecisionsObjecting } from "./decisions.js";
import { measureLockFloors, walkLocks, walkCallOff, walkRageQuit, walkRequest, walkSignalling } from "./objections.js";
import { Meter, type Watcher } from "./meter.js";
import { mined } from "./mined.js";
import type { Figures, Floors } from "./rows.js";
import { measurePool } from "./poolCosts.js";
import { measureProofs } from "./proofs.js";
import { measureQueue } from "./queueCosts.js";
import { measureSafeFloor, walkPowers } from "./bodyCosts.js";
import { createWorld, SHARE, type World } from "./gasWorld.js";

/** Opens a fresh in-process chain; always the same one, so that every address is the same in every run. */
export type OpenChain = () => Promise<NetworkConnection>;

export interface Measurement {
  readonly figures: Figures;
  readonly floors: Floors;
}

/** Every row once. */
export async function measureRows(openChain: OpenChain, watch?: Watcher): Promise<Measurement> {
  const world = await createWorld(await openChain());
  const figures: Figures = { deploy: world.deployGas };
  await walk(world, new Meter(world, figures, watch));
  for (const kind of ["erc7540", "erc7540-apart"] as const) {
    const queued = await createWorld(await openChain(), kind);
    await walkRequest(queued, new Meter(queued, figures, watch));
  }
  const unwilling = await createWorld(await openChain());
  await walkCallOff(unwilling, new Meter(unwilling, figures, watch));
  const powerful = await createWorld(await openChain());
  await walkPowers(powerful, new Meter(powerful, figures, watch));
  Object.assign(figures, await measurePoolRows(openChain));
  const floorWorld = await createWorld(await openChain());
  const floors = {
    ...(await measureTimelockFloors(floorWorld)),
    ...(await measureLockFloors(floorWorld)),
    safe: await measureSafeFloor(floorWorld),
  };
  for (const key of ["approveFirst", "approveQuorum"] as const) {
    figures[`${key}Alone`] = (figures[key] ?? NaN) - floors.safe;
  }
  return { figures, floors };
}

/** Every row of the staking pool, and of the proofs it takes: all that writes many slots and much code. */
export async function measurePoolRows(openChain: OpenChain): Promise<Figures> {
  return {
    ...(await measureProofs(await openChain())),
    ...(await measurePool(await openChain())),
    ...(await measureQueue(await openChain())),
  };
}

/** Everything that the DAO and its stakers do in a world whose vault redeems at once. */
export async function walk(world: World, meter: Meter): Promise<void> {
  const { escrow, bob, carol, connection } = world;
  await walkDecisions(world, meter);
  for (const staker of [bob, carol]) await mined(escrow.connect(staker).lock(SHARE, 0n));
  await walkDecisionsObjecting(world, meter);
  await walkLocks(world, meter);
  const afterwards = await connection.networkHelpers.takeSnapshot();
  await walkSignalling(world, meter);
  await afterwards.restore();
  await walkRageQuit(world, meter);
}
