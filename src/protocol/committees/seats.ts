/** The bodies that a DAO may have, as its configuration names them. */
export type BodyName = "emergency" | "circuitBreaker" | "tiebreaker";

/** What a person calls a committee, on the command line. */
export type SeatName = "activation" | "execution" | "seal" | "reseal" | SubCommitteeName;
type SubCommitteeName = `tiebreaker-${number}`;

/** A committee's place, by everything that it is called. */
export interface Seat<Name extends string = SeatName> {
  readonly name: Name;
  readonly body: BodyName;
  /** Where a configuration has it; also in the records of a deployment. */
  readonly path: string;
  /** For sentences: "seal committee", "sub-committee 0". */
  readonly label: string;
}

/** What a configuration and an address book have in common: something for every committee that a DAO has. */
export interface Seated<Value> {
  readonly emergency?: { readonly activationCommittee: Value; readonly executionCommittee: Value } | undefined;
  readonly circuitBreaker?: { readonly sealCommittee: Value; readonly resealCommittee: Value } | undefined;
  readonly tiebreaker?: { readonly subCommittees: readonly Value[] } | undefined;
}

/** A seat with what is known of it. */
export interface SeatEntry<Value> extends Seat {
  readonly value: Value;
}

const seat = <const Name extends SeatName>(name: Name, body: BodyName): Seat<Name> => ({
  name,
  body,
  path: `${body}.${name}Committee`,
  label: `${name} committee`,
});

/** The committees of which there is one each. */
export const SEATS = {
  activation: seat("activation", "emergency"),
  execution: seat("execution", "emergency"),
  seal: seat("seal", "circuitBreaker"),
  reseal: seat("reseal", "circuitBreaker"),
} as const;

/** The tiebreaker itself: a contract that counts what its sub-committees approve, so no seat of theirs. */
export const TIEBREAKER: Seat<"tiebreaker"> = {
  name: "tiebreaker",
  body: "tiebreaker",
  path: "tiebreaker",
  label: "tiebreaker",
};

/** @param index From 0, in the order of the configuration, which is that of the contract. */
export const subCommitteeSeat = (index: number): Seat<SubCommitteeName> => ({
  name: `${TIEBREAKER.name}-${index}`,
  body: TIEBREAKER.body,
  path: `${TIEBREAKER.path}.subCommittees[${index}]`,
  label: `sub-committee ${index}`,
});

/** The same for every committee that there is, whatever is known of it. */
export const mapSeats = <Value, Result>(
  { emergency, circuitBreaker, tiebreaker }: Seated<Value>,
  map: (seat: Seat, value: Value) => Result,
): Seated<Result> => ({
  ...(emergency && {
    emergency: {
      activationCommittee: map(SEATS.activation, emergency.activationCommittee),
      executionCommittee: map(SEATS.execution, emergency.executionCommittee),
    },
  }),
  ...(circuitBreaker && {
    circuitBreaker: {
      sealCommittee: map(SEATS.seal, circuitBreaker.sealCommittee),
      resealCommittee: map(SEATS.reseal, circuitBreaker.resealCommittee),
    },
  }),
  ...(tiebreaker && {
    tiebreaker: { subCommittees: tiebreaker.subCommittees.map((value, index) => map(subCommitteeSeat(index), value)) },
  }),
});

/** Every committee that there is, in the order of the configuration. */
export function listSeats<Value>(seated: Seated<Value>): SeatEntry<Value>[] {
  const entries: SeatEntry<Value>[] = [];
  mapSeats(seated, (one, value) => entries.push({ ...one, value }));
  return entries;
}

/**
 * Whether two committees are meant to check each other, so that nobody may sit in both. Activation and execution
 * committee do, so do seal and reseal committee; sub-committees of the tiebreaker check everybody, each other first. An
 * emergency committee and one of the circuit breaker do not: both can only hold something back, neither undoes or
 * completes what the other does.
 */
const checkEachOther = (one: BodyName, other: BodyName): boolean =>
  one === other || one === TIEBREAKER.body || other === TIEBREAKER.body;

/** Who can act in a committee's name, alone or together. */
export interface Keyring {
  readonly seat: Seat<string>;
  /** Owners of the Safe, and the Safe itself, which may own another one. */
  readonly keys: readonly string[];
}

/** A key in two committees that check each other. */
export interface SharedKey {
  readonly one: Seat<string>;
  readonly other: Seat<string>;
  readonly key: string;
}

/** Every key that two committees share which are meant to check each other. */
export function findSharedKeys(rings: readonly Keyring[]): SharedKey[] {
  return rings.flatMap((other, index) =>
    rings
      .slice(0, index)
      .filter((one) => checkEachOther(one.seat.body, other.seat.body))
      .flatMap((one) => {
        const keys = new Set(one.keys);
        return [...new Set(other.keys)]
          .filter((key) => keys.has(key))
          .map((key) => ({ one: one.seat, other: other.seat, key }));
      }),
  );
}
