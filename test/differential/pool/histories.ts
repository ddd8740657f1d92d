import fc from "fast-check";
import hre from "hardhat";

import { deployPool, ETHER, type PoolOptions } from "../../helpers/poolWorld.js";
import { drain } from "./drain.js";
import { play, prepare } from "./history.js";
import { Scene } from "./scene.js";
import type { Step } from "./steps.js";

/** A history that breaks a rule. */
export interface Found {
  /** How many were played, with this. */
  readonly number: number;
  readonly steps: readonly Step[];
  readonly error: unknown;
}

/** A pool on a chain of its own, on which histories are played, each from the same beginning. */
async function openStage(options: PoolOptions) {
  const connection = await hre.network.create();
  const deployed = await deployPool(connection, options);
  const { world, openWorld, operator, pool, alice } = deployed;
  const vaults = [await world.register(operator), await world.register(operator)];
  const addresses = await Promise.all(vaults.map(async (vault) => await vault.getAddress()));
  await pool.connect(alice).depositETH(alice, { value: 640n * ETHER });
  const snapshot = await connection.networkHelpers.takeSnapshot();
  return async (steps: readonly Step[]): Promise<Scene> => {
    await snapshot.restore();
    const scene = new Scene(connection, deployed, await openWorld(), vaults, addresses);
    await prepare(scene);
    for (const step of steps) await play(scene, step);
    await drain(scene);
    return scene;
  };
}

/** Plays one history; rejects if it breaks a rule. */
export async function playHistory(options: PoolOptions, steps: readonly Step[]): Promise<Scene> {
  return await (
    await openStage(options)
  )(steps);
}

/** Plays random histories; rejects at the first that breaks a rule. */
export async function playHistories(
  options: PoolOptions,
  histories: fc.Arbitrary<Step[]>,
  count: number,
  seed: number,
) {
  const playOne = await openStage(options);
  const totals = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(histories, async (steps) => {
      const { done } = await playOne(steps);
      for (const [kind, times] of done) totals.set(kind, (totals.get(kind) ?? 0) + times);
    }),
    { seed, numRuns: count, endOnFailure: true, includeErrorInReport: true },
  );
  return totals;
}

/** The first of `count` random histories that breaks a rule, if any does. */
export async function findBroken(
  options: PoolOptions,
  histories: fc.Arbitrary<Step[]>,
  count: number,
  seed: number,
): Promise<Found | undefined> {
  const playOne = await openStage(options);
  const property = fc.asyncProperty(histories, async (steps) => {
    await playOne(steps);
  });
  const { counterexample, numRuns, errorInstance } = await fc.check(property, {
    seed,
    numRuns: count,
    endOnFailure: true,
  });
  return counterexample === null ? undefined : { number: numRuns, steps: counterexample[0], error: errorInstance };
}
