import type { CommitteeConfig, DaoConfig } from "./schema.js";

/** A committee and where it stands in the file. */
export interface SeatedCommittee {
  /** `emergency.activationCommittee`; also names the committee in the records of a deployment. */
  readonly path: string;
  /** `the activation committee` */
  readonly name: string;
  readonly committee: CommitteeConfig;
}

/** Every committee of a configuration, in the order of the file. */
export function listCommittees({ emergency, circuitBreaker, tiebreaker }: DaoConfig): SeatedCommittee[] {
  const seat = (path: string, name: string, committee: CommitteeConfig) => ({ path, name, committee });
  return [
    ...(emergency === undefined
      ? []
      : [
          seat("emergency.activationCommittee", "the activation committee", emergency.activationCommittee),
          seat("emergency.executionCommittee", "the execution committee", emergency.executionCommittee),
        ]),
    ...(circuitBreaker === undefined
      ? []
      : [
          seat("circuitBreaker.sealCommittee", "the seal committee", circuitBreaker.sealCommittee),
          seat("circuitBreaker.resealCommittee", "the reseal committee", circuitBreaker.resealCommittee),
        ]),
    ...(tiebreaker?.subCommittees ?? []).map((committee, index) =>
      seat(`tiebreaker.subCommittees[${index}]`, `sub-committee ${index} of the tiebreaker`, committee),
    ),
  ];
}

/** Who can act in a committee's name, alone or together. */
export interface Keyring {
  readonly path: string;
  readonly name: string;
  /** Owners of the Safe, and the Safe itself, which may own another one. */
  readonly keys: readonly string[];
}

/** A key in two bodies that check each other. */
export interface SharedKey {
  readonly one: Keyring;
  readonly other: Keyring;
  readonly key: string;
}

/** Every key that two bodies share which are meant to check each other. */
export function findSharedKeys(rings: readonly Keyring[]): SharedKey[] {
  return rings.flatMap((other, index) =>
    rings
      .slice(0, index)
      .filter((one) => checkEachOther(one.path, other.path))
      .flatMap((one) => {
        const keys = new Set(one.keys);
        return [...new Set(other.keys)].filter((key) => keys.has(key)).map((key) => ({ one, other, key }));
      }),
  );
}

/**
 * Activation and execution committee check each other, so do seal and reseal committee; sub-committees of the tiebreaker
 * check everybody, each other first. An emergency committee and one of the circuit breaker do not: both can only hold
 * something back, neither undoes or completes what the other does.
 */
function checkEachOther(one: string, other: string): boolean {
  const [body, otherBody] = [one.split(".")[0], other.split(".")[0]];
  return body === otherBody || body === "tiebreaker" || otherBody === "tiebreaker";
}
