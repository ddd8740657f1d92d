import fc from "fast-check";

import { checkConfig, type TimelockBounds } from "../../src/model/configChecks.js";
import { createLedger, startRageQuit, type EscrowLedger } from "../model/twin/escrowLedger.js";
import type { Gate } from "../model/twin/gateModel.js";
import { GovernanceState, type DualGovernanceConfig, type Machine } from "../../src/model/types.js";
import { WHOLE, max, min } from "../../src/model/units.js";
import { EXIT } from "./defaultModel.js";

const HOUR = 3_600n;
const DAY = 24n * HOUR;
/** The moment at which every arbitrary gate is looked at. [unix seconds] */
export const NOW = 2_000_000_000n;

export const BOUNDS: TimelockBounds = {
  delayFloor: 3n * DAY,
  delayCeiling: 5n * DAY,
  grace: 4_000n * DAY,
  fallbackDelay: 2_000n * DAY,
};

const between = (least: bigint, greatest: bigint): fc.Arbitrary<bigint> => fc.bigInt({ min: least, max: greatest });
/** The ends of a range are where things break. */
const edgy = (least: bigint, greatest: bigint): fc.Arbitrary<bigint> =>
  fc.oneof(fc.constantFrom(least, greatest, min(least + 1n, greatest)), between(least, greatest));

/** Any configuration that the chain accepts under {@link BOUNDS}. */
export const arbitraryConfig: fc.Arbitrary<DualGovernanceConfig> = fc
  .record({
    thresholds: fc.tuple(edgy(1n, WHOLE), edgy(1n, WHOLE)).filter(([a, b]) => a !== b),
    minDuration: edgy(BOUNDS.delayCeiling, 60n * DAY),
    rise: edgy(1n, 134n * DAY),
    joinPart: edgy(0n, 100n),
    minLock: edgy(1n, 48n * DAY),
    minActive: edgy(1n, 60n * DAY),
    deactivation: edgy(1n, 60n * DAY),
    cooldown: edgy(1n, BOUNDS.delayFloor / 4n),
    extra: edgy(0n, 60n * DAY),
  })
  .map(({ thresholds: [a, b], minDuration, rise, joinPart, minLock, minActive, deactivation, cooldown, extra }) => ({
    signalling: {
      signallingThreshold: min(a, b),
      rageQuitThreshold: max(a, b),
      minDuration,
      maxDuration: minDuration + rise,
      joinWindow: (minDuration * joinPart) / 100n,
      minActive,
      deactivation,
    },
    phases: {
      minLock,
      cooldown,
      rageQuitExtension: deactivation + extra,
      withdrawalMinDelay: 60n * DAY,
      withdrawalMaxDelay: 180n * DAY,
      withdrawalDelayGrowth: 15n * DAY,
    },
  }))
  .filter((config) => checkConfig(config, BOUNDS).length === 0);

/** A gate in any state, near the moments and supports at which it decides, and the escrow it reads. */
export interface Scene {
  readonly gate: Gate;
  readonly ledger: EscrowLedger;
  /** Votable supply. [shares] */
  readonly supply: bigint;
}

/** A moment at, just before or just after the one at which `duration` since it ends; or any other. */
const arbitraryStart = (durations: readonly bigint[]): fc.Arbitrary<bigint> =>
  fc.oneof(
    fc.tuple(fc.constantFrom(...durations), between(-1n, 1n)).map(([duration, off]) => NOW - duration + off),
    between(NOW - 400n * DAY, NOW),
  );

const arbitraryMachine = (current: DualGovernanceConfig, frozen: DualGovernanceConfig): fc.Arbitrary<Machine> => {
  const { minDuration, maxDuration, joinWindow } = frozen.signalling;
  return fc
    .record({
      state: fc.constantFrom(...Object.values(GovernanceState)),
      round: fc.nat({ max: 255 }),
      hasLowerThresholds: fc.boolean(),
      activatedAt: arbitraryStart([0n, minDuration, maxDuration, maxDuration - 1n]),
      phaseEndsAt: fc.oneof(between(NOW - 2n, NOW + 2n), between(NOW - 60n * DAY, NOW + 60n * DAY)),
      rageQuitThresholdAt: fc.oneof(fc.constant(0n), arbitraryStart([0n, joinWindow])),
    })
    .map(({ hasLowerThresholds, activatedAt, rageQuitThresholdAt, ...rest }): Machine => {
      const at = min(activatedAt, NOW);
      const { signallingThreshold } = frozen.signalling;
      const isNormal = rest.state === GovernanceState.Normal;
      const keptSeal = hasLowerThresholds
        ? min(signallingThreshold, current.signalling.signallingThreshold)
        : signallingThreshold;
      return {
        ...rest,
        currentConfig: 0,
        frozenConfig: 1,
        signallingThreshold: isNormal ? current.signalling.signallingThreshold : keptSeal,
        minLock: (isNormal ? current : frozen).phases.minLock,
        activatedAt: at,
        rageQuitThresholdAt: rageQuitThresholdAt === 0n ? 0n : min(NOW, max(at, rageQuitThresholdAt)),
      };
    });
};

/** A ledger whose last exit is as far as `completeAfter` says, and gave back so many shares. */
function createExitingLedger(supply: bigint, lockedShares: bigint, completeAfter: bigint, returned: bigint) {
  const ledger = startRageQuit(createLedger(EXIT, supply), 0n, 0n, NOW);
  const closed = ledger.closed.map((epoch) => ({
    ...epoch,
    exit: { ...epoch.exit, extensionStartedAt: completeAfter, votableShares: completeAfter === 0n ? 0n : returned },
  }));
  return { ...ledger, closed, lockedShares, completeAfter };
}

/** Scenes as a sequence of calls may leave them. */
export const arbitraryScene: fc.Arbitrary<Scene> = fc
  .tuple(arbitraryConfig, arbitraryConfig)
  .chain(([current, frozen]) =>
    fc.record({
      configs: fc.constant([current, frozen]),
      machine: arbitraryMachine(current, frozen),
      supply: edgy(0n, 10n ** 27n),
      lowestPart: edgy(0n, 200n),
      // Supports around the thresholds of either configuration, and any other.
      part: fc.oneof(
        fc.constantFrom(
          ...[current, frozen].flatMap(({ signalling: { signallingThreshold, rageQuitThreshold } }) => [
            signallingThreshold - 1n,
            signallingThreshold,
            rageQuitThreshold - 1n,
            rageQuitThreshold,
          ]),
        ),
        between(0n, WHOLE),
      ),
      completeAfter: fc.constantFrom(0n, NOW - 1n, NOW, NOW + 1n),
      isSeen: fc.boolean(),
      returned: edgy(0n, 10n ** 27n),
    }),
  )
  .map(({ configs, machine: drawn, supply, lowestPart, part, completeAfter, isSeen, returned }) => {
    const isRageQuit = drawn.state === GovernanceState.RageQuit;
    // The first poke after the extension has started writes down when it ends.
    const machine = isRageQuit ? { ...drawn, phaseEndsAt: isSeen ? completeAfter : 0n } : drawn;
    const lowest = (supply * lowestPart) / 100n;
    const isNormal = machine.state === GovernanceState.Normal;
    const reference = isNormal ? supply : min(lowest, supply);
    const lockedShares = min(supply, (reference * part + WHOLE - 1n) / WHOLE);
    return {
      gate: { machine, configs, supply: { last: supply, lowest }, firstActivatedAt: 0n },
      ledger: createExitingLedger(supply, lockedShares, completeAfter, min(returned, supply)),
      supply,
    };
  });
