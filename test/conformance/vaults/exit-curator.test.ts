import { expect } from "chai";

import { playControl } from "./payOut.js";
import { createChain } from "./createChain.js";
import { failureOf, runExit } from "./exitRun.js";
import { interfere, valueOf, worthOf } from "./interference.js";
import { deployVaultCase, type LeavingWorld } from "./leavingWorld.js";
import type { Moment } from "./moments.js";
import type { VaultCase, Switch } from "./vaultCase.js";
import { isThrown, momentsOf, WITH_SWITCHES } from "./grid.js";

const connection = await createChain();
const { networkHelpers } = connection;

/** Payments, and returns of shares, each rounded down. [asset units] */
const ROUNDING = 12n;
/** What is kept back from one part makes the next one worth more. */
const FEE = "SyncVaultMock with an exit fee";

/**
 * Whether whoever asks, or stays, at that moment loses: a loss of the vault's that all bear, a request whose price is
 * fixed at 0, a preview that lies while the vault would redeem at any loss.
 */
function isExposed({ name }: VaultCase, thrown: Switch): boolean {
  if (thrown.name.startsWith("previewRedeem")) return name.includes("losses realised");
  return ["half of the market is borrowed and lost", "the price is 0 for a while"].includes(thrown.name);
}

describe("leaving while those who have a hand in the vault interfere", () => {
  for (const [place, vaultCase] of WITH_SWITCHES.entries()) {
    for (const moment of momentsOf(vaultCase, place)) {
      it(`${vaultCase.name}, ${moment.name}: everybody has the part in assets or in shares`, async () => {
        const world = await deployVaultCase(connection, vaultCase);
        await moment.reach(runExit(world));
        const worth = await worthOf(runExit(world), moment);
        const switches = world.standing.switches.filter((one, i) => isThrown(vaultCase, moment, one, i + place));
        expect(switches).not.to.deep.equal([]);
        // What goes wrong with any of them is told of all.
        const failures: string[] = [];
        for (const thrown of switches) {
          const start = await networkHelpers.takeSnapshot();
          const failure = await failureOf(() => throwOne(vaultCase, world, worth, thrown, moment));
          if (failure !== "") failures.push(`${thrown.name}: ${failure}`);
          await start.restore();
        }
        expect(failures).to.deep.equal([]);
      });
    }
  }
});

async function throwOne(
  vaultCase: VaultCase,
  world: LeavingWorld,
  worth: bigint,
  thrown: Switch,
  moment: Moment,
): Promise<void> {
  const start = await networkHelpers.takeSnapshot();
  const run = runExit(world);
  await interfere(run, thrown, moment);
  const paid = await valueOf(run, worth);
  if (paid >= worth - ROUNDING || !isExposed(vaultCase, thrown)) {
    expect(paid).to.be.within(worth - ROUNDING, vaultCase.name === FEE ? worth + worth / 500n : worth);
    return;
  }
  await start.restore();
  const alone = await playControl(run, vaultCase.kind);
  expect(paid).to.be.within(alone - ROUNDING, alone);
}
