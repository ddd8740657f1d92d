import { expect } from "chai";
import fc from "fast-check";

import { checkConfig } from "../../src/model/configChecks.js";
import { forecast } from "../../src/model/forecast.js";
import { configPairOf, evaluate, poke, type Gate } from "./twin/gateModel.js";
import { calcExtension, calcSupportFor } from "../../src/model/stateTransitions.js";
import { GovernanceState } from "../../src/model/types.js";
import { WHOLE, min } from "../../src/model/units.js";
import { arbitraryConfig, arbitraryScene, BOUNDS, NOW, type Scene } from "../helpers/arbitraryModel.js";
import { isDeep } from "../helpers/testProfile.js";

const { Normal, VetoSignalling, VetoSignallingDeactivation, VetoCooldown, RageQuit } = GovernanceState;

const OPTIONS = { seed: 20_260_101, numRuns: isDeep ? 200_000 : 3_000 };

const check = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void): void => {
  fc.assert(fc.property(arbitrary, property), OPTIONS);
};

const stateAfterPoke = ({ gate, ledger }: Scene, supply: bigint): GovernanceState =>
  evaluate(gate, ledger, { supply, answers: true }, NOW).machine.state;

const EDGES: Record<GovernanceState, readonly GovernanceState[]> = {
  [Normal]: [VetoSignalling],
  [VetoSignalling]: [VetoSignallingDeactivation, RageQuit],
  [VetoSignallingDeactivation]: [VetoSignalling, RageQuit, VetoCooldown],
  [VetoCooldown]: [Normal, VetoSignalling],
  [RageQuit]: [VetoSignalling, VetoCooldown],
};

const RELAXED: Partial<Record<GovernanceState, GovernanceState>> = {
  [VetoSignalling]: VetoSignallingDeactivation,
  [VetoSignallingDeactivation]: VetoCooldown,
  [VetoCooldown]: Normal,
  [RageQuit]: VetoCooldown,
};

describe("transitions under any accepted configuration", () => {
  it("[STEP-1] never leave a second one due at once", () => {
    const walked = new Set<string>();
    check(arbitraryScene, ({ gate, ledger, supply }) => {
      const vault = { supply, answers: true };
      const once = poke(gate, ledger, vault, NOW);
      const twice = poke(once.gate, once.ledger, vault, NOW);
      walked.add(`${gate.machine.state} → ${once.gate.machine.state}`);
      expect(twice.gate.machine).to.deep.equal(once.gate.machine);
    });
    const edges = Object.entries(EDGES).flatMap(([from, targets]) => targets.map((to) => `${from} → ${to}`));
    expect([...walked]).to.include.members(edges);
  }).timeout(600_000);

  it("[INV-11] follow the ten edges only", () => {
    check(arbitraryScene, (scene) => {
      const from = scene.gate.machine.state;
      const to = stateAfterPoke(scene, scene.supply);
      if (to !== from) expect(EDGES[from]).to.include(to);
    });
  }).timeout(600_000);

  it("[INV-7] are never relaxed by a flash move of a supply that has been seen", () => {
    const flash = fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.constantFrom(0n, 1n, 10n ** 38n));
    check(fc.tuple(arbitraryScene, flash), ([scene, shown]) => {
      const { gate, supply } = scene;
      const seen: Gate = { ...gate, supply: { ...gate.supply, lowest: min(gate.supply.lowest, supply) } };
      const honest = stateAfterPoke({ ...scene, gate: seen }, supply);
      const tricked = stateAfterPoke({ ...scene, gate: seen }, shown);
      if (tricked !== honest) expect(tricked).not.to.equal(RELAXED[gate.machine.state]);
    });
  }).timeout(600_000);

  it("never read support below the present one outside Normal", () => {
    check(arbitraryScene, ({ gate, ledger, supply }) => {
      const { reading } = evaluate(gate, ledger, { supply, answers: true }, NOW);
      expect(reading.supportMax >= reading.supportNow).to.equal(true);
    });
  }).timeout(600_000);

  it("come when the forecast says, and not a second earlier", () => {
    check(arbitraryScene, ({ gate, ledger, supply }) => {
      const vault = { supply, answers: true };
      const before = evaluate(gate, ledger, vault, NOW);
      const { state } = before.machine;
      if (state === RageQuit && gate.machine.state !== RageQuit) return; // its escrow is another one
      const after: Gate = { ...gate, machine: before.machine, supply: before.supply };
      const configs = configPairOf(after);
      const reading = evaluate(after, ledger, vault, NOW).reading;
      const completeAfter = state === RageQuit ? ledger.completeAfter : 0n;
      for (const { to, isOnCourse, earliest } of forecast(before.machine, configs, reading, completeAfter)) {
        if (!isOnCourse || earliest === undefined) continue;
        expect(evaluate(after, ledger, vault, earliest).machine.state).to.equal(to);
        expect(earliest > NOW).to.equal(true, "what is due at once is no longer due after a poke");
        expect(evaluate(after, ledger, vault, earliest - 1n).machine.state).to.equal(state);
      }
    });
  }).timeout(600_000);
});

describe("the extension", () => {
  const arbitrary = fc.tuple(arbitraryConfig, fc.bigInt({ min: 0n, max: WHOLE }), fc.bigInt({ min: 0n, max: WHOLE }));

  it("grows with support, between its bounds", () => {
    check(arbitrary, ([{ signalling }, a, b]) => {
      const { signallingThreshold, minDuration, maxDuration } = signalling;
      const less = calcExtension(min(a, b), signalling, signallingThreshold);
      const more = calcExtension(a > b ? a : b, signalling, signallingThreshold);
      expect(less <= more).to.equal(true);
      expect(more === 0n || (more >= minDuration && more <= maxDuration)).to.equal(true);
    });
  });

  it("is reached at the least support that calcSupportFor names", () => {
    const durations = fc.tuple(
      arbitraryConfig,
      fc.bigInt({ min: 1n, max: 10n ** 7n }),
      fc.bigInt({ min: 0n, max: 9n }),
    );
    check(durations, ([{ signalling }, drawn, lower]) => {
      const duration = min(drawn, signalling.maxDuration);
      const signallingThreshold = signalling.signallingThreshold - (signalling.signallingThreshold * lower) / 10n;
      const support = calcSupportFor(duration, signalling, signallingThreshold);
      expect(calcExtension(support, signalling, signallingThreshold) >= duration).to.equal(true);
      expect(support === 0n || calcExtension(support - 1n, signalling, signallingThreshold) < duration).to.equal(true);
    });
  });
});

describe("arbitrary configurations", () => {
  it("are accepted ones", () => {
    check(arbitraryConfig, (config) => {
      expect(checkConfig(config, BOUNDS)).to.deep.equal([]);
    });
  });
});
