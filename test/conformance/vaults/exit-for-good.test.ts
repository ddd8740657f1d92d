import { expect } from "chai";

import { End, EXIT } from "../../helpers/deployCore.js";
import { isDeep } from "../../helpers/testProfile.js";
import { letGovernanceGoOn, payOut } from "./payOut.js";
import { createChain } from "./createChain.js";
import { failureOf, isPaid, runExit, type ExitRun } from "./exitRun.js";
import { isRepresentative, WITH_SWITCHES } from "./grid.js";
import { worthOf } from "./interference.js";
import { deployVaultCase, type LeavingWorld } from "./leavingWorld.js";
import { MOMENTS } from "./moments.js";
import type { Switch } from "./vaultCase.js";

const connection = await createChain();
const { networkHelpers } = connection;

const MINUTE = 60n;
/** Payments, and returns of shares, each rounded down. [asset units] */
const ROUNDING = 12n;
/** Vaults where a part of the shares is not worth exactly that part of the whole. */
const COARSE: ReadonlySet<string> = new Set([
  "RequestVaultMock with a rounded price that claims are computed from", // counts more shares than were asked for
  "SyncVaultMock with an exit fee", // what is kept back from one part makes the next one worth more
]);
const REFUSAL: Switch = {
  name: "nothing is ever settled",
  hand: "curator",
  isForGood: true,
  on: () => Promise.resolve(),
};

describe("leaving a vault that fails for good", () => {
  for (const vaultCase of WITH_SWITCHES.filter((one) => isDeep || isRepresentative(one))) {
    for (const moment of MOMENTS.filter(({ isThere }) => isThere(vaultCase))) {
      it(`${vaultCase.name}, ${moment.name}: governance goes on, and what the vault does not hold comes back`, async () => {
        const world = await deployVaultCase(connection, vaultCase);
        await moment.reach(runExit(world));
        const worth = await worthOf(runExit(world), moment);
        const slack = COARSE.has(vaultCase.name) ? worth / 500n : ROUNDING;
        const failures: string[] = [];
        for (const thrown of [...world.standing.switches.filter(({ isForGood }) => isForGood), REFUSAL]) {
          const start = await networkHelpers.takeSnapshot();
          const failure = await failureOf(() => fail(world, thrown, worth, slack));
          if (failure !== "") failures.push(`${thrown.name}: ${failure}`);
          await start.restore();
        }
        expect(failures).to.deep.equal([]);
      });
    }
  }
});

async function fail(world: LeavingWorld, thrown: Switch, worth: bigint, slack: bigint): Promise<void> {
  const { total } = world;
  const run = runExit(world);
  const leaver = await run.account();
  await thrown.on(leaver);
  await run.finish(async () => {
    if (thrown !== REFUSAL) await failureOf(run.settle);
  });
  await checkClocks(run);
  await letGovernanceGoOn(world);

  // The shares that the vault does not hold, and has not paid, can object again without any transfer.
  const { sharesGiven, redeemedShares } = await run.view();
  expect(sharesGiven).to.equal(total - (await countAway(world)));
  await moveAll(world, sharesGiven);

  await thrown.off?.(leaver);
  const { allAssets, allShares } = await payOut(world);
  const settled = redeemedShares + sharesGiven;
  const due = (worth * (settled < total ? settled : total)) / total;
  expect(allAssets + (allShares * worth) / total).to.be.at.least(due - slack);
}

/** The extension starts by the clock that the page names, and never later than two years after the closing. */
async function checkClocks({ world, view }: ExitRun): Promise<void> {
  const { escrow, epoch, closedAt } = world;
  const { end, extensionStartedAt, markedAt } = await view();
  if (isPaid(end)) return;
  let progressAt = markedAt;
  if (end === End.CalledOff) {
    for (const event of await escrow.queryFilter(escrow.filters.SharesReturned(epoch))) {
      const { timestamp } = await event.getBlock();
      if (BigInt(timestamp) > progressAt) progressAt = BigInt(timestamp);
    }
  }
  const wait = end === End.CalledOff ? EXIT.callOffDelay : EXIT.holdLimit;
  expect(extensionStartedAt).to.be.within(progressAt + wait, progressAt + wait + MINUTE);
  expect(extensionStartedAt).to.be.at.most(closedAt + EXIT.exitLimit + MINUTE);
}

/** Sent to the vault and not handed back. [shares] */
async function countAway({ escrow, epoch }: LeavingWorld): Promise<bigint> {
  const begun = await escrow.queryFilter(escrow.filters.ExitBegun(epoch));
  const returned = await escrow.queryFilter(escrow.filters.SharesReturned(epoch));
  const sum = (amounts: readonly bigint[]) => amounts.reduce((all, amount) => all + amount, 0n);
  return sum(begun.map(({ args }) => args.shares)) - sum(returned.map(({ args }) => args.shares));
}

async function moveAll({ escrow, epoch, stakers, total }: LeavingWorld, given: bigint): Promise<void> {
  const start = await networkHelpers.takeSnapshot();
  for (const { signer, shares } of stakers) {
    const part = (given * shares) / total;
    if (part > 0n) await escrow.connect(signer).moveShares(epoch, 0n);
    expect((await escrow.positionOf(epoch + 1n, signer)).shares).to.equal(part);
  }
  await start.restore();
}
