import { EXIT } from "../../helpers/deployCore.js";
import { letGovernanceGoOn, payOut } from "./payOut.js";
import { failureOf, isPaid, type ExitRun } from "./exitRun.js";
import type { Moment } from "./moments.js";
import type { Switch } from "./vaultCase.js";

/** A settlement now would be at that price, and whoever claimed would get as little. */
const PRICES: ReadonlySet<string> = new Set(["the price is 0 for a while"]);

/** Somebody with a hand in the vault throws a switch in the middle of an exit, and takes it back eight days later. */
export async function interfere(run: ExitRun, { name, on, off }: Switch, { relieve }: Moment): Promise<void> {
  const { world, account, beginAll, claimAll, settle, wait, finish, act } = run;
  const leaver = await account();
  await act(name, on, leaver);
  await claimAll();
  await beginAll();
  await world.gate.poke();
  if (!PRICES.has(name)) {
    await failureOf(settle);
    await claimAll();
    await wait(EXIT.wordDelay + 1n);
    await claimAll();
  }
  if (off !== undefined) await act(`${name}: no longer`, off, leaver);
  if (relieve !== undefined) await act("the vault gets what it lacks", () => relieve(run), leaver);
  await settle();
  await claimAll();
  await finish();
}

/**
 * Lets governance go on, and everybody be paid. What the shares that came back are worth counts as well.
 * @param worth What a holder would have got for all. [asset units]
 * @returns All that the stakers have. [asset units]
 */
export async function valueOf(run: ExitRun, worth: bigint): Promise<bigint> {
  const { world } = run;
  await letGovernanceGoOn(world);
  const { allAssets, allShares } = await payOut(world);
  return allAssets + (allShares * worth) / world.total;
}

/** What the exit brings if nobody interferes from now on. The world is as before afterwards. [asset units] */
export async function worthOf(run: ExitRun, { relieve }: Moment): Promise<bigint> {
  const start = await run.world.connection.networkHelpers.takeSnapshot();
  await relieve?.(run);
  await run.finish();
  const { end, assetsReceived } = await run.view();
  if (!isPaid(end)) throw new Error("the vault pays nothing although nobody interferes");
  await start.restore();
  return assetsReceived;
}
