import type { CircuitBreaker, TiebreakerCommittee } from "../../../types/index.js";
import { SEAL_DURATION_LIMIT } from "../../model/limits.js";
import { any, anyone, manifest, named, namedAt, nobody, self } from "./types.js";

export const tiebreaker = manifest<TiebreakerCommittee>({
  contract: "TiebreakerCommittee",
  functions: {
    approve: named("members"),
    withdrawApproval: named("members"),
    // What a quorum has approved.
    execute: anyone,
    setMembers: named("TIMELOCK"),
    setBreaker: named("TIMELOCK"),
  },
  kept: { members: "_members" },
  variables: {
    breaker: "rule",
    _breakerGeneration: "derived",
    _generation: "derived",
    _quorum: "rule",
    _members: "rule",
    _places: "rule",
    _motions: "ballot",
  },
  bounded: {
    // What they agree on the committee does: it stands where that is.
    approve: { says: "counts towards a quorum", moves: [], helps: "nobody" },
    withdrawApproval: { says: "takes back what was counted towards a quorum", moves: [], helps: "nobody" },
  },
  costs: {
    breaker: "nothing by itself: which pauses a deadlock's end resumes",
    _quorum: "nothing by itself: who ends a deadlock",
    _members: "nothing by itself: who ends a deadlock",
    _places: "nothing by itself: who ends a deadlock",
  },
});

/** Of a vault that is no example, whatever it calls the end of its pause is found by execution alone. */
const PAUSE = "ExampleVault._pause.resumesAt";

export const breaker = manifest<CircuitBreaker>({
  contract: "CircuitBreaker",
  functions: {
    bind: nobody,
    seal: named("SEAL_COMMITTEE"),
    tryToSeal: self,
    reseal: named("RESEAL_COMMITTEE"),
    resume: any(named("TIMELOCK"), namedAt("TIMELOCK", "tiebreaker")),
  },
  variables: { sealedAt: "rule", isNamed: "rule", _pausables: "rule" },
  costs: { sealedAt: "nothing: deposits wait, and the one use is spent" },
  bounded: {
    seal: {
      isOneShot: true,
      until: { variable: PAUSE, within: SEAL_DURATION_LIMIT },
      says: "pauses what was named at deployment, once, for a fixed time, before a fixed day",
      term: {
        end: { view: "SEAL_EXPIRY" },
        // This breaker's end is fixed; the vault can be told to obey another one.
        renewedBy: ["vault.setBreaker"],
        lasts: { view: "SEAL_DURATION" },
      },
      moves: ["CircuitBreaker.sealedAt", PAUSE],
      helps: "pause",
    },
    reseal: {
      onlyIn: ["a pause in VetoSignalling", "a deadlock"],
      says: "prolongs a running pause until governance ends it, outside Normal alone",
      moves: [PAUSE],
      follows: "breaker.seal(address[])",
      helps: "pause",
    },
    resume: { onlyIn: ["a deadlock"], says: "ends a pause, in a deadlock alone", moves: [PAUSE], helps: "nobody" },
  },
});
