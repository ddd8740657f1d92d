import { formatElapsed } from "../elapsed.js";
import { claim } from "../escrowSteps.js";
import { finalise, forceExits, proveAll } from "../pool/poolSteps.js";
import { openPoolWorld, type PoolWorld } from "../pool/poolWorld.js";
import type { Scenario, StoryContext } from "../scenario.js";
import {
  compare,
  DEPOSITS,
  playCompletion,
  playHold,
  playUntilLeaving,
  readPending,
  type Leaving,
} from "./poolCartel.js";
import type { PoolEnding } from "./poolCartel.js";

export const operatorCartel: Scenario = {
  name: "operator-cartel",
  title: "All operators of a pool agree to let nobody go",
  summary: "A cartel of all operators lets no validator leave in a rage quit; anybody makes them leave",
  play: async (context) =>
    compare(
      ["with forced exits", "without them"],
      [await playForcedExits(context), await playWithoutForce(context)],
      "Who runs a validator can refuse to end it; whose withdrawal address it has can end it all the same. The vault of " +
        "an operator is a contract that lets anybody ask for the exit, in a fixed order and no more than stakers need, " +
        "while they leave in a rage quit, or have waited for a week. The cartel keeps its keys, and loses the stake. Where a chain " +
        "does not heed the withdrawal address, as before EIP-7002, a veto over staked ETH is worth what operators allow.",
    ),
};

async function playForcedExits(context: StoryContext): Promise<PoolEnding> {
  const name = { id: "forced-exits", title: "A pool whose validators anybody can make exit" };
  const world = await openPoolWorld(context, name, DEPOSITS);
  const { run, accounts, pool } = world;
  const leaving = await playUntilLeaving(world);
  await refuseAll(world, leaving);
  const exits = formatElapsed((await run.now()) - run.startedAt);
  const keys = await forceExits(world);
  run.chapter("The beacon chain pays the vaults; proofs bring it to the queue");
  await run.wait("12 d");
  await proveAll(world);
  await finalise(world);
  run.checkEqual("nothing of theirs is left in the queue", await readPending(world, leaving.epoch), 0n);
  run.checkEqual("the keys that were made to leave are gone, and no other", await countKeys(world), BigInt(24 - keys));
  await claim(world, accounts.anyone, leaving.epoch);
  run.checkEqual("nobody waits in the pool any more", (await pool.waiting()).shares, 0n);
  return { ...(await playCompletion(world, leaving)), exits: `${exits}: ${keys} of 24 are made to` };
}

/** No operator has to do anything to refuse. */
async function refuseAll(world: PoolWorld, { epoch }: Leaving): Promise<void> {
  const { run } = world;
  run.chapter("The cartel lets no validator leave");
  await run.wait("1 d");
  await run.note("operators", "are asked to end validators, and refuse, all of them", "refusal");
  run.check("most of what was asked for still waits", (await readPending(world, epoch)) > 0n);
}

async function playWithoutForce(context: StoryContext): Promise<PoolEnding> {
  const name = { id: "control", title: "Control run: the same pool, on a chain that heeds operators alone" };
  const world = await openPoolWorld(context, name, DEPOSITS);
  const { run, accounts, chain } = world;
  const leaving = await playUntilLeaving(world);
  await refuseAll(world, leaving);
  chain.heedsRequests = false;
  await forceExits(world);
  run.chapter("The chain takes no exit but the operator's own, as before EIP-7002");
  await run.wait("30 d");
  await proveAll(world);
  run.checkEqual("no key has left", await countKeys(world), 24n);
  await finalise(world);
  await claim(world, accounts.anyone, leaving.epoch);
  return { ...(await playHold(world, leaving)), exits: "never: nobody else could" };
}

async function countKeys({ operators }: PoolWorld): Promise<bigint> {
  let keys = 0n;
  for (const { vault } of operators) keys += await vault.keyCount();
  return keys;
}
