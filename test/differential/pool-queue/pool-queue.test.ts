import { expect } from "chai";
import fc from "fast-check";
import hre from "hardhat";

import { isDeep } from "../../helpers/testProfile.js";
import { deployEmptyBench } from "../../unit/staking/poolFixture.js";
import { stepsOf } from "./moves.js";
import { Comparison } from "./play.js";

/** DIFFERENTIAL_SEED=<whole number> plays other histories. */
const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 20_261_130);
const HISTORIES = isDeep ? 1_500 : 10;
const LENGTH = 40;
const TIMEOUT = isDeep ? 7_200_000 : 120_000; // [ms]

/** Something to lose, to gain and to ask for. */
const BEGINNING = [
  { kind: "deposit", who: "alice", gwei: 200e9 },
  { kind: "deposit", who: "bob", gwei: 100e9 },
  { kind: "stake", keys: 5 },
] as const;

/** Moves that a run must have come across, each at least once. */
const SEEN = [
  ...["deposit", "request", "redeem", "withdraw", "claim", "finalise", "gain", "loss", "pay", "stake"],
  ...["beginWindDown", "surrender", "surrenderRequest", "collectWindDown", "deposit refused"],
];

describe("[QUE-4] [QUE-2] [WND-2] pool and twin", () => {
  it(`agree after each of ${LENGTH} steps of ${HISTORIES} histories, seed ${SEED}`, async () => {
    const connection = await hre.network.create();
    const bench = await deployEmptyBench(connection);
    const onlooker = await connection.ethers.deployContract("OnlookerMock");
    const snapshot = await connection.networkHelpers.takeSnapshot();
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(stepsOf(LENGTH), async (steps) => {
        await snapshot.restore();
        const comparison = await Comparison.begin(bench, onlooker);
        for (const move of BEGINNING) await comparison.play({ move, wait: 1 });
        for (const step of steps) await comparison.play(step);
        for (const [label, count] of comparison.played) seen.set(label, (seen.get(label) ?? 0) + count);
      }),
      { seed: SEED, numRuns: HISTORIES, endOnFailure: true, includeErrorInReport: true },
    );
    console.log(`      ${[...seen].map(([label, count]) => `${label} ${count}`).join(", ")}`);
    expect(SEEN.filter((label) => !seen.has(label))).to.deep.equal([]);
  }).timeout(TIMEOUT);
});
