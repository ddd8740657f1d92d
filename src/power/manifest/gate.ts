import type { DualGovernance, FallbackGate } from "../../../types/index.js";
import { anyone, manifest, named, namedAt } from "./types.js";

export const gate = manifest<DualGovernance>({
  contract: "DualGovernance",
  functions: {
    // Both poke, and tell what may pass.
    admitSchedule: anyone,
    admitExecution: anyone,
    poke: anyone,
    pokeForMinLock: anyone,
    setConfig: named("TIMELOCK"),
    setWithdrawalBlockers: named("TIMELOCK"),
    release: namedAt("TIMELOCK", "tiebreaker"),
  },
  variables: {
    "_machine.state": "derived",
    "_machine.round": "derived",
    "_machine.currentConfig": "rule",
    "_machine.frozenConfig": "derived",
    // In force. They follow the configuration when a state ends, and move by nothing else.
    "_machine.signallingThreshold": "rule",
    "_machine.minLock": "rule",
    "_machine.activatedAt": "derived",
    "_machine.phaseEndsAt": "derived",
    "_machine.rageQuitThresholdAt": "derived",
    "_supply.last": "derived",
    "_supply.lowest": "derived",
    _configs: "rule",
    "_deadlock.blockers": "rule",
    "_deadlock.firstActivatedAt": "derived",
    "_deadlock.releases": "rule",
  },
  costs: {
    "_machine.currentConfig": "nothing by itself: how much objection counts, and how long",
    _configs: "nothing by itself: how much objection counts, and how long",
    "_deadlock.blockers": "nothing by itself: whose pause counts as a deadlock",
    "_deadlock.releases": "nothing by itself: one decision of the DAO's runs",
  },
  bounded: {
    release: {
      onlyIn: ["a deadlock"],
      says: "lets one operation run that the DAO has scheduled, in a deadlock alone",
      moves: ["DualGovernance._deadlock.releases"],
      helps: "release",
    },
  },
});

export const fallbackGate = manifest<FallbackGate>({
  contract: "FallbackGate",
  functions: {},
  variables: {},
});
