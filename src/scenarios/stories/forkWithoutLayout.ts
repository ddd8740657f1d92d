import { DAY, ETHER } from "../../model/units.js";
import { formatAmount } from "../../protocol/format.js";
import { formatElapsed } from "../elapsed.js";
import { claim } from "../escrowSteps.js";
import { forceAll, leaveFreely, readVaults, refuseProof, sweepAll } from "../pool/poolSteps.js";
import { openPoolWorld, type PoolWorld } from "../pool/poolWorld.js";
import type { Scenario, StoryContext } from "../scenario.js";
import { compare, DEPOSITS, playCompletion, playHold, playUntilLeaving, type PoolEnding } from "./poolCartel.js";

/** As in contracts/staking/pool/WindDown.sol. */
const WIND_DOWN = { ageInRageQuit: 14n * DAY, notice: 7n * DAY, settlesAfter: 60n * DAY } as const;

export const forkWithoutLayout: Scenario = {
  name: "fork-without-layout",
  title: "A fork moves the beacon chain's state, and nobody can prove any more",
  summary: "After a fork no proof is possible; the pool winds down, and pays what arrives without a rate",
  play: async (context) =>
    compare(
      ["with wind-down", "without it"],
      [await playWindDown(context), await playWithoutWindDown(context)],
      "A pool that believes proofs alone knows no price once there are none: it neither guesses, nor asks anybody. It " +
        "stops, lets everybody make every validator leave, and divides what arrives among all shares. Without that, ETH " +
        "that all operators have sent home would lie in their vaults for good.",
    ),
};

async function playWindDown(context: StoryContext): Promise<PoolEnding> {
  const name = { id: "wind-down", title: "A pool that winds down when proofs stop" };
  const world = await openPoolWorld(context, name, DEPOSITS);
  const { run, accounts, pool, escrow, asset, stakes } = world;
  const leaving = await playUntilLeaving(world);
  await fork(world);
  await windDown(world);
  const exits = formatElapsed((await run.now()) - run.startedAt);
  await forceAll(world);
  run.chapter("What arrives is divided among all shares, whoever waits and whoever does not");
  await run.wait("12 d");
  await sweepAll(world);
  await claim(world, accounts.anyone, leaving.epoch);
  run.checkEqual(
    "the request is not over yet: more might arrive",
    (await escrow.getEpoch(leaving.epoch)).completeAfter,
    0n,
  );
  const { 1: startedAt } = await pool.windDown();
  await run.waitUntilTime(startedAt + WIND_DOWN.settlesAfter + 1n);
  run.check("60 days after its beginning, and 21 after the last ETH, it is settled", await pool.isWindDownSettled());
  await claim(world, accounts.anyone, leaving.epoch);
  const ending = await playCompletion(world, leaving);
  await surrenderRest(world);
  const [, , last] = stakes;
  if (last === undefined) throw new Error("the story needs a staker who stays");
  const paid = await asset.balanceOf(last.staker.signer);
  run.check("who stayed is paid as much for a share as who left", distance(paid, last.assets) < 1_000n, `${paid}`);
  return { ...ending, exits: `${exits}: all are made to` };
}

const distance = (one: bigint, other: bigint): bigint => (one < other ? other - one : one - other);

async function fork(world: PoolWorld): Promise<void> {
  const { run, accounts, chain, pool } = world;
  run.chapter("A fork: the state of the beacon chain is laid out anew");
  chain.isForked = true;
  await run.note("beacon chain", "forks; neither layout that the pool knows leads to its state any more", "fork");
  await run.wait("2 d");
  await refuseProof(world);
  await run.refuse(accounts.anyone, "tries to have the pool pay", "ProofsTooOld", () =>
    pool.connect(accounts.anyone.signer).finalise(),
  );
}

async function windDown({ run, accounts, pool, registry }: PoolWorld): Promise<void> {
  const { anyone } = accounts;
  const as = pool.connect(anyone.signer);
  run.chapter("Two clocks: nobody can prove, and the pool winds down");
  await run.refuse(anyone, "tries to arm the wind-down", "ProofsRecent", () => as.armWindDown());
  await run.waitUntilTime((await registry.watermark()) + WIND_DOWN.ageInRageQuit);
  await run.act(
    anyone,
    { kind: "note", action: "arms the wind-down: proofs have not come for 14 days of a rage quit", mark: "armed" },
    () => as.armWindDown(),
  );
  await run.refuse(anyone, "tries to begin it at once", "NotYetDue", () => as.beginWindDown());
  await run.wait(WIND_DOWN.notice);
  await run.act(
    anyone,
    {
      kind: "exit",
      action: "begins the wind-down",
      mark: "wind-down",
      decided: "deposits are closed for good; whatever arrives is divided among all shares that there are",
    },
    () => as.beginWindDown(),
  );
}

/** Whoever did not object gives shares up as well: there is nothing else to do with them. */
async function surrenderRest({ run, pool, stakes }: PoolWorld): Promise<void> {
  run.chapter("Who did not object is paid as well");
  for (const { staker, shares, assets } of stakes.slice(2)) {
    const as = pool.connect(staker.signer);
    const action = `gives the shares of ${formatAmount(assets)} ETH up for their part`;
    await run.act(staker, { kind: "withdraw", action }, () => as.surrender(shares));
    await run.act(staker, { kind: "withdraw", action: "collects it", mark: "paid" }, () =>
      as.collectWindDown(staker.signer),
    );
  }
}

async function playWithoutWindDown(context: StoryContext): Promise<PoolEnding> {
  const name = { id: "control", title: "Control run: the same pool, where nobody winds down" };
  const world = await openPoolWorld(context, name, DEPOSITS);
  const { run, accounts, operators } = world;
  const leaving = await playUntilLeaving(world);
  await claim(world, accounts.anyone, leaving.epoch);
  await fork(world);
  const exits = formatElapsed((await run.now()) - run.startedAt);
  run.chapter("Every operator lets go, and that is not enough");
  await leaveFreely(world);
  await run.wait("12 d");
  await refuseProof(world);
  run.checkEqual("all that validators held is in the vaults", await readVaults(world), 24n * 32n * ETHER);
  const [first] = operators;
  if (first === undefined) throw new Error("the story needs an operator");
  await run.refuse(
    accounts.anyone,
    "tries to sweep a vault into the pool",
    "NotWindingDown",
    () => first.vault.connect(accounts.anyone.signer).sweep(),
    "no sweep",
  );
  return { ...(await playHold(world, leaving)), exits: `${exits}: all, of themselves` };
}
