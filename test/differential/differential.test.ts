import { expect } from "chai";
import fc from "fast-check";
import hre from "hardhat";

import { PRESENT_SUPPLY } from "../model/search/mutants.js";
import { GATE_RULES } from "../model/twin/gateModel.js";
import { isDeep } from "../helpers/testProfile.js";
import { Encounters, findGaps } from "./encounters.js";
import { deployChain } from "./sendCalls.js";
import { FAULTS } from "./plantedFaults.js";
import { Divergence } from "./observation.js";
import { play, type Player } from "./playMove.js";
import { sequencesOf } from "./steps.js";

/** DIFFERENTIAL_SEED=<whole number> plays other sequences. */
const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 20_231_113);
const SEQUENCES = isDeep ? 2_000 : 60;
const LENGTH = 40;
const TIMEOUT = isDeep ? 7_200_000 : 300_000; // [ms]

// Many transactions in one second are the rule at the end of a timer, not the exception.
const connection = await hre.network.create({ override: { allowBlocksWithSameTimestamp: true } });
const { networkHelpers } = connection;

/** Random sequences of what anybody can do, on the contracts and on their twin in `src/model`, compared at each step. */
describe("[DIF-1] [INV-2] [INV-11] contracts and twin", () => {
  async function deploy() {
    const chain = await deployChain(connection);
    const start = BigInt(await networkHelpers.time.latest()) + 1_000n;
    return { chain, start, snapshot: await networkHelpers.takeSnapshot() };
  }

  let scene: Awaited<ReturnType<typeof deploy>>;
  before(async () => {
    scene = await deploy();
  });

  const agreementOf = (twin: Player) =>
    fc.asyncProperty(sequencesOf(LENGTH), async (steps) => {
      const { chain, start, snapshot } = scene;
      await snapshot.restore();
      chain.reset();
      await play(chain, steps, start, twin);
    });

  it(`agree after each of ${LENGTH} steps of ${SEQUENCES} sequences, seed ${SEED}`, async () => {
    const encounters = new Encounters();
    const unnoticed = new Set(FAULTS);
    await fc.assert(agreementOf({ rules: GATE_RULES, encounters, unnoticed }), { seed: SEED, numRuns: SEQUENCES });
    console.log(`      ${encounters.summary()}`);
    expect(findGaps(encounters, SEQUENCES), "what the sequences hardly came across").to.deep.equal([]);
    const names = Array.from(unnoticed, ({ name }) => name);
    expect(names, "faults of a twin that no comparison noticed").to.deep.equal([]);
  }).timeout(TIMEOUT);

  it("are told apart, by a sequence cut to what matters, if the twin goes by the present supply", async () => {
    const parameters = { seed: SEED, numRuns: SEQUENCES };
    const found = await fc.check(agreementOf({ rules: PRESENT_SUPPLY }), parameters);
    expect(found.errorInstance).to.be.instanceOf(Divergence);
    expect(found.counterexample?.[0].length).to.be.lessThan(LENGTH / 2);
  }).timeout(TIMEOUT);
});
