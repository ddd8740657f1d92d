import fc from "fast-check";
import hre from "hardhat";

import { deployPool, ETHER, type PoolOptions } from "../../helpers/poolWorld.js";
import { History } from "./history.js";
import { stepsOf } from "./steps.js";

/** Plays random histories on a chain of their own; rejects at the first that breaks a rule. */
export async function playHistories(options: PoolOptions, count: number, length: number, seed: number) {
  const connection = await hre.network.create();
  const deployed = await deployPool(connection, options);
  const { world, openWorld, operator, pool, alice } = deployed;
  const vaults = [await world.register(operator), await world.register(operator)];
  const addresses = await Promise.all(vaults.map(async (vault) => await vault.getAddress()));
  await pool.connect(alice).depositETH(alice, { value: 640n * ETHER });
  const snapshot = await connection.networkHelpers.takeSnapshot();
  const totals = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(stepsOf(length), async (steps) => {
      await snapshot.restore();
      const history = new History(connection, deployed, await openWorld(), vaults, addresses);
      await history.prepare();
      for (const step of steps) await history.play(step);
      await history.drain();
      for (const [kind, done] of history.done) totals.set(kind, (totals.get(kind) ?? 0) + done);
    }),
    { seed, numRuns: count, endOnFailure: true, includeErrorInReport: true },
  );
  return totals;
}
