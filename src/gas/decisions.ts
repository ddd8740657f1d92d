import { id, ZeroAddress, ZeroHash, type ContractTransactionResponse } from "ethers";

import { TimelockController__factory, SlotMock__factory, type TimelockController } from "../../types/index.js";
import type { Meter } from "./meter.js";
import { mined } from "./mined.js";
import type { FloorKey } from "./rows.js";
import { pass, RULES, type World } from "./gasWorld.js";

/** One batch as a Governor makes it: with a salt, also for a single call. */
interface Batch {
  readonly targets: string[];
  readonly values: bigint[];
  readonly payloads: string[];
  readonly salt: string;
}

/** Calls to a target of its own, whose slot the first of them fills. */
async function makeBatch({ proposer }: World, label: string, calls = 1): Promise<Batch> {
  const target = await new SlotMock__factory(proposer).deploy();
  const targets = Array.from<string>({ length: calls }).fill(await target.getAddress());
  return {
    targets,
    values: targets.map(() => 0n),
    payloads: targets.map(() => target.interface.encodeFunctionData("set", [1n])),
    salt: id(label),
  };
}

const schedule = (timelock: TimelockController, { targets, values, payloads, salt }: Batch) =>
  timelock.scheduleBatch(targets, values, payloads, ZeroHash, salt, RULES.timelock.delay);

const execute = (timelock: TimelockController, { targets, values, payloads, salt }: Batch) =>
  timelock.executeBatch(targets, values, payloads, ZeroHash, salt);

/** Ours and OpenZeppelin's are called through the same interface. */
const asController = async ({ timelock, proposer }: World): Promise<TimelockController> =>
  TimelockController__factory.connect(await timelock.getAddress(), proposer);

/** Schedules, cancels and executes while nobody objects. */
export async function walkDecisions(world: World, meter: Meter): Promise<void> {
  const timelock = await asController(world);
  await meter.measure("scheduleFirst", schedule(timelock, await makeBatch(world, "the first")));
  const decision = await makeBatch(world, "a decision");
  await meter.measure("schedule", schedule(timelock, decision));
  await meter.measure("schedule5", schedule(timelock, await makeBatch(world, "five calls", 5)));
  const mistake = await makeBatch(world, "a mistake");
  await mined(schedule(timelock, mistake));
  await meter.measure("cancel", timelock.cancel(await idOf(timelock, mistake)));
  await meter.measure("pokeQuiet", world.gate.poke());
  await pass(world, RULES.timelock.delay);
  await meter.measure("execute", execute(timelock, decision));
  meter.add("wholeWay", ["schedule", "execute"]);
}

/** Schedules, executes and de-escalates while some object. */
export async function walkDecisionsObjecting(world: World, meter: Meter): Promise<void> {
  const timelock = await asController(world);
  const decision = await makeBatch(world, "a disputed decision");
  await meter.measure("scheduleObjecting", schedule(timelock, decision));
  await pass(world, RULES.timelock.delay);
  await meter.measure("executeObjecting", execute(timelock, decision));
  await mined(schedule(timelock, await makeBatch(world, "a decision taken back")));
  await meter.measure("cancelAll", world.timelock.cancelAllOperations());
}

/** The same operations on OpenZeppelin's timelock. */
export async function measureTimelockFloors(
  world: World,
): Promise<Record<Exclude<FloorKey, `lock${string}` | "safe">, number>> {
  const { proposer } = world;
  const { delay } = RULES.timelock;
  const timelock = await new TimelockController__factory(proposer).deploy(delay, [proposer], [ZeroAddress], proposer);
  const decision = await makeBatch(world, "a decision of the floor");
  const mistake = await makeBatch(world, "a mistake of the floor");
  const scheduled = await gasOf(schedule(timelock, decision));
  const schedule5 = await gasOf(schedule(timelock, await makeBatch(world, "five calls of the floor", 5)));
  await mined(schedule(timelock, mistake));
  const cancelled = await gasOf(timelock.cancel(await idOf(timelock, mistake)));
  await pass(world, RULES.timelock.delay);
  const executed = await gasOf(execute(timelock, decision));
  return { schedule: scheduled, schedule5, cancel: cancelled, execute: executed, wholeWay: scheduled + executed };
}

const idOf = (timelock: TimelockController, { targets, values, payloads, salt }: Batch): Promise<string> =>
  timelock.hashOperationBatch(targets, values, payloads, ZeroHash, salt);

const gasOf = async (sending: Promise<ContractTransactionResponse>): Promise<number> =>
  Number((await mined(sending)).gasUsed);
