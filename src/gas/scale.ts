import { id, ZeroAddress, ZeroHash } from "ethers";

import { BatchMock__factory, CrowdMock__factory } from "../../types/index.js";
import { renderTable } from "../terminal/table.js";
import { walk, type OpenChain } from "./measure.js";
import { Meter } from "./meter.js";
import { mined } from "./mined.js";
import { ROW_KEYS, ROWS, type Figures, type RowKey } from "./rows.js";
import { createWorld, fund, pass, RULES, SUPPLY, type World } from "./gasWorld.js";

/** What happened in a world before anything is measured. */
export interface History {
  /** Who have locked, each with a position of its own. */
  readonly stakers: number;
  /** Operations that were scheduled and are pending. */
  readonly operations: number;
  /** Rage quits that stakers have left by. */
  readonly rageQuits: number;
}

export interface Comparison {
  /** What grew, for example `"10 → 10,000 stakers"`. */
  readonly title: string;
  readonly small: Figures;
  readonly large: Figures;
}

/** No operation may cost more, or less, by a greater part than this. */
export const TOLERANCE = 0.02;

/** The scales that are published. */
export const SMALL: History = { stakers: 10, operations: 1, rageQuits: 0 };
export const LARGE: History = { stakers: 10_000, operations: 1_000, rageQuits: 20 };

/** Shares of each staker of a crowd: all of them together stay far below the signalling threshold. [shares] */
const CROWD_SHARES = 10n ** 15n;
/** As many as fit into one transaction of 16.7 million gas (EIP-7825), also with instrumented code. */
const STAKERS_PER_BATCH = 50;
const OPERATIONS_PER_BATCH = 50;

/** Measures every operation in a small world, and in worlds that are larger in one way each. */
export async function compareScales(openChain: OpenChain, from: History, to: History): Promise<Comparison[]> {
  const small = await measureAfter(openChain, from);
  const comparisons: Comparison[] = [];
  for (const [key, name] of [
    ["stakers", "stakers"],
    ["operations", "operations"],
    ["rageQuits", "rage quits"],
  ] as const) {
    const large = await measureAfter(openChain, { ...from, [key]: to[key] });
    const title = `${from[key].toLocaleString("en")} → ${to[key].toLocaleString("en")} ${name}`;
    comparisons.push({ title, small, large });
  }
  return comparisons;
}

async function measureAfter(openChain: OpenChain, history: History): Promise<Figures> {
  const world = await createWorld(await openChain());
  await quit(world, history.rageQuits);
  await scheduleMany(world, history.operations);
  await gather(world, history.stakers);
  const meter = new Meter(world);
  await walk(world, meter);
  return meter.figures;
}

/** `rageQuits` times somebody objects, leaves, and everything is over. */
async function quit(world: World, rageQuits: number): Promise<void> {
  const { escrow, gate, carol } = world;
  const own = escrow.connect(carol);
  const shares = SUPPLY / 4n;
  for (let count = 0; count < rageQuits; ++count) {
    await fund(world, carol, shares);
    const epoch = await escrow.runningEpoch();
    await mined(own.lock(shares, epoch));
    await pass(world, RULES.signalling.maxDuration + 1n);
    await mined(gate.poke());
    await mined(escrow.beginExit(epoch, ZeroAddress));
    await pass(world, RULES.phases.rageQuitExtension + 1n);
    await mined(gate.poke());
    await pass(world, RULES.phases.withdrawalMaxDelay + 1n);
    await mined(gate.poke());
    await mined(own.withdraw(epoch, carol));
  }
}

/** `operations` are scheduled and stay pending. */
async function scheduleMany({ proposer, timelock }: World, operations: number): Promise<void> {
  const batch = await new BatchMock__factory(proposer).deploy();
  await mined(timelock.grantRole(await timelock.PROPOSER_ROLE(), batch));
  for (let first = 0; first < operations; first += OPERATIONS_PER_BATCH) {
    const count = Math.min(OPERATIONS_PER_BATCH, operations - first);
    const calls = Array.from({ length: count }, (_, index) =>
      timelock.interface.encodeFunctionData("schedule", [
        proposer.address,
        0n,
        "0x",
        ZeroHash,
        id(`earlier operation ${first + index}`),
        RULES.timelock.delay,
      ]),
    );
    await mined(batch.run(timelock, calls));
  }
}

/** `stakers` lock a little each. */
async function gather({ escrow, share, proposer, bank }: World, stakers: number): Promise<void> {
  const crowd = await new CrowdMock__factory(proposer).deploy(escrow);
  await mined(share.connect(bank).transfer(crowd, BigInt(stakers) * CROWD_SHARES));
  for (let first = 0; first < stakers; first += STAKERS_PER_BATCH) {
    await mined(crowd.lock(Math.min(STAKERS_PER_BATCH, stakers - first), CROWD_SHARES));
  }
}

/** By how much an operation costs more in the large world; 0.01 is 1 %. */
function changeOf({ small, large }: Comparison, key: RowKey): number | undefined {
  const before = small[key];
  const after = large[key];
  return before === undefined || after === undefined ? undefined : after / before - 1;
}

/** The operations that cost more, or less, than the tolerance allows. */
export const listExcesses = ({ small, large }: Pick<Comparison, "small" | "large">): RowKey[] =>
  ROW_KEYS.filter((key) => {
    const before = small[key];
    const after = large[key];
    return before !== undefined && after !== undefined && Math.abs(after - before) > before * TOLERANCE;
  });

export function renderComparisons(comparisons: readonly Comparison[]): string {
  const [first] = comparisons;
  if (first === undefined) return "";
  const keys = ROW_KEYS.filter((key) => first.small[key] !== undefined);
  const rows = keys.map((key) => [
    ROWS[key].operation,
    (first.small[key] ?? 0).toLocaleString("en"),
    ...comparisons.map((comparison) => percent(changeOf(comparison, key))),
  ]);
  return renderTable(["operation", "gas", ...comparisons.map(({ title }) => title)], rows);
}

const percent = (change: number | undefined): string =>
  change === undefined ? "not measured" : `${change < 0 ? "−" : "+"}${Math.abs(change * 100).toFixed(2)} %`;
