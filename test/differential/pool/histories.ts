import fc from "fast-check";
import hre from "hardhat";

import { deployPool, ETHER, type PoolOptions } from "../../helpers/poolWorld.js";
import { History } from "./history.js";
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
  return async (steps: readonly Step[]): Promise<History> => {
    await snapshot.restore();
    const history = new History(connection, deployed, await openWorld(), vaults, addresses);
    await history.prepare();
    for (const step of steps) await history.play(step);
    await history.drain();
    return history;
  };
}

/** Plays one history; rejects if it breaks a rule. */
export async function playHistory(options: PoolOptions, steps: readonly Step[]): Promise<History> {
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
  const play = await openStage(options);
  const totals = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(histories, async (steps) => {
      const { done } = await play(steps);
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
  const play = await openStage(options);
  const property = fc.asyncProperty(histories, async (steps) => {
    await play(steps);
  });
  const { counterexample, numRuns, errorInstance } = await fc.check(property, {
    seed,
    numRuns: count,
    endOnFailure: true,
  });
  return counterexample === null ? undefined : { number: numRuns, steps: counterexample[0], error: errorInstance };
}
