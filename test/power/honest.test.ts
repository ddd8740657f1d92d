import { expect } from "chai";
import fc from "fast-check";

import type { DaoDefinition } from "../../src/config/schema.js";
import { NORMAL } from "../../src/power/modes/modes.js";
import { inventAccount } from "../../src/rehearsal/snapshot.js";
import { isDeep } from "../helpers/testProfile.js";
import { createAuditWorld } from "./auditWorld.js";
import standard from "../../config/default.js";

/** So many configurations, the same in every run. */
const COUNT = isDeep ? 10 : 1;
const SEED = 9;

const hours = (count: number): string => `${count} h`;
const days = (count: number): string => `${count} d`;

/** A committee of keys that nobody else has, where more than half must agree. */
const committee = (name: string) =>
  fc.integer({ min: 2, max: 6 }).chain((count) =>
    fc.record({
      owners: fc.constant(Array.from({ length: count }, (_, index) => inventAccount(`${name}, key ${index}`))),
      threshold: fc.integer({ min: Math.max(2, Math.floor(count / 2) + 1), max: count }),
    }),
  );

type Configuration = Omit<DaoDefinition, "name" | "token" | "vault">;

/** Whatever the checks of a configuration allow, with bodies of any size and without those that a DAO can do without. */
const configurations: fc.Arbitrary<Configuration> = fc
  .record({
    floor: fc.integer({ min: 1, max: 5 }),
    spread: fc.integer({ min: 0, max: 2 }),
    more: fc.integer({ min: 0, max: 3 }),
    longer: fc.integer({ min: 5, max: 40 }),
    deactivation: fc.integer({ min: 1, max: 5 }),
    short: fc.integer({ min: 1, max: 6 }),
    lowest: fc.integer({ min: 5, max: 30 }),
    highest: fc.integer({ min: 5, max: 20 }),
    period: fc.integer({ min: 1, max: 7 }),
    quorum: fc.integer({ min: 1, max: 20 }),
    subCommittees: fc
      .integer({ min: 2, max: 5 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => committee(`sub-committee ${index}`)))),
    emergency: fc.option(fc.tuple(committee("activation"), committee("execution"))),
    breaker: fc.option(fc.tuple(committee("seal"), committee("reseal"))),
    tiebreakerDelay: fc.integer({ min: 1, max: 60 }),
  })
  .map((one) => {
    const ceiling = one.floor + one.spread;
    const minDuration = ceiling + one.more;
    const maxDuration = minDuration + one.longer;
    const fallbackDelay = maxDuration + one.deactivation;
    const grace = 2 * fallbackDelay + 3;
    const holdLimit = grace + ceiling + 100;
    const { subCommittees } = one;
    return {
      governor: {
        ...standard.governor,
        votingPeriod: days(one.period),
        quorum: `${one.quorum} %`,
        lateQuorumExtension: hours(one.short),
      },
      timelock: {
        ...standard.timelock,
        delay: days(one.floor + Math.min(1, one.spread)),
        delayFloor: days(one.floor),
        delayCeiling: days(ceiling),
        grace: days(grace),
        fallbackDelay: days(fallbackDelay),
      },
      dualGovernance: {
        signalling: {
          signallingThreshold: `${one.lowest / 10} %`,
          rageQuitThreshold: `${one.highest} %`,
          minDuration: days(minDuration),
          maxDuration: days(maxDuration),
          joinWindow: hours(one.short),
          minActive: hours(one.short),
          deactivation: days(one.deactivation),
        },
        phases: {
          ...standard.dualGovernance.phases,
          minLock: hours(one.short),
          cooldown: hours(Math.min(one.short, one.floor * 6)),
          rageQuitExtension: days(one.deactivation + one.more),
        },
        exit: {
          ...standard.dualGovernance.exit,
          callOffDelay: days(90),
          stallDelay: days(100),
          holdLimit: days(holdLimit),
          exitLimit: days(holdLimit + 100),
        },
      },
      emergency:
        one.emergency === null
          ? undefined
          : {
              ...standard.emergency,
              activationCommittee: one.emergency[0],
              executionCommittee: one.emergency[1],
              protection: days(365),
              modeDuration: days(10 + one.short),
            },
      circuitBreaker:
        one.breaker === null
          ? undefined
          : {
              ...standard.circuitBreaker,
              sealCommittee: one.breaker[0],
              resealCommittee: one.breaker[1],
              sealDuration: days(20 + one.short),
              sealTerm: days(300),
            },
      tiebreaker: {
        ...standard.tiebreaker,
        subCommittees,
        quorum: Math.max(2, Math.floor(subCommittees.length / 2) + 1),
        timeout: days(365),
        // What waits when a deadlock begins must outlive it.
        delay: days(Math.min(one.tiebreakerDelay, grace - 2)),
      },
    };
  });

describe("[PWR-20] the power audit raises no false alarm", () => {
  for (const [index, configuration] of fc.sample(configurations, { numRuns: COUNT, seed: SEED }).entries()) {
    it(`given configuration ${index} of any that the checks allow`, async () => {
      const world = await createAuditWorld(configuration);
      const report = await world.audit(isDeep ? {} : { only: ({ name }) => name === NORMAL, isQuick: true });
      expect(report.verdicts.flatMap(({ failures }) => failures)).to.deep.equal([]);
      if (isDeep) expect(report.verdicts.flatMap(({ gaps }) => gaps)).to.deep.equal([]);
    }).timeout(600_000);
  }
});
