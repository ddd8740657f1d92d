import { ZeroAddress } from "ethers";

import { checkSafe } from "../../safe/checkSafe.js";
import { checkHolders, keysOf, readHolders, type Holder } from "../../safe/holders.js";
import { readSafe } from "../../safe/readSafe.js";
import { findSharedKeys, SEATS, type Keyring } from "../../protocol/committees/seats.js";
import { formatDuration, formatTime } from "../../protocol/format.js";
import { locateCommittees, type FoundCommittee } from "../provideCommittees.js";
import { connectExample } from "../../protocol/contracts.js";
import { attempt, compareAll, merge, type Comparison, type Finding, type Report } from "./finding.js";
import type { ConnectedSubject } from "./subject.js";

/** Every body whose power ends has the members, the terms and the targets that the file gives it, and no others. */
export async function verifyPowers(subject: ConnectedSubject): Promise<Report> {
  return merge([
    await compareAll([...emergency(subject), ...circuitBreaker(subject), ...tiebreaker(subject)]),
    await attempt("committees", () => verifySafes(subject)),
  ]);
}

function emergency({ contracts: { timelock }, addresses, dao, terms }: ConnectedSubject): Comparison[] {
  const seats = addresses.bodies.emergency;
  const read = async () => await timelock.emergencyStatus();
  const date = (value: bigint) => (value === 0n ? "none" : formatTime(value));
  return [
    {
      subject: `timelock, ${SEATS.activation.label}`,
      actual: async () => (await read()).terms.activationCommittee,
      expected: seats?.activationCommittee ?? ZeroAddress,
    },
    {
      subject: `timelock, ${SEATS.execution.label}`,
      actual: async () => (await read()).terms.executionCommittee,
      expected: seats?.executionCommittee ?? ZeroAddress,
    },
    {
      subject: "timelock, end of emergency protection",
      actual: async () => (await read()).terms.protectionEndsAt,
      expected: terms.protectionEndsAt,
      format: date,
    },
    {
      subject: "timelock, duration of emergency mode",
      actual: async () => (await read()).terms.modeDuration,
      expected: dao.emergency?.modeDuration ?? 0n,
      format: formatDuration,
    },
    {
      subject: "timelock, end of emergency mode",
      actual: async () => (await read()).modeEndsAt,
      expected: 0n,
      format: date,
    },
  ];
}

function circuitBreaker({ contracts, addresses, dao, terms, provider }: ConnectedSubject): Comparison[] {
  const { example, bodies } = addresses;
  const vaultsBreaker = (expected: string): Comparison[] =>
    example === undefined
      ? []
      : [
          {
            subject: "vault, breaker",
            actual: () => connectExample(addresses.vault, example, provider).vault.breaker(),
            expected,
          },
        ];
  const { breaker } = contracts;
  if (breaker === undefined || dao.circuitBreaker === undefined || bodies.circuitBreaker === undefined) {
    return vaultsBreaker(ZeroAddress);
  }
  const { sealDuration, pausables = [] } = dao.circuitBreaker;
  const named = [...(example === undefined ? [] : [addresses.vault]), ...pausables];
  const { sealCommittee, resealCommittee } = bodies.circuitBreaker;
  return [
    { subject: "breaker, timelock", actual: () => breaker.TIMELOCK(), expected: addresses.timelock },
    { subject: `breaker, ${SEATS.seal.label}`, actual: () => breaker.SEAL_COMMITTEE(), expected: sealCommittee },
    { subject: `breaker, ${SEATS.reseal.label}`, actual: () => breaker.RESEAL_COMMITTEE(), expected: resealCommittee },
    {
      subject: "breaker, sealDuration",
      actual: () => breaker.SEAL_DURATION(),
      expected: sealDuration,
      format: formatDuration,
    },
    {
      subject: "breaker, expiry of the seal",
      actual: () => breaker.SEAL_EXPIRY(),
      expected: terms.sealExpiry,
      format: formatTime,
    },
    {
      subject: "breaker, pausables",
      actual: async () => (await breaker.pausables()).join(", "),
      expected: named.join(", "),
    },
    ...vaultsBreaker(bodies.circuitBreaker.breaker),
  ];
}

function tiebreaker({ contracts, addresses, dao }: ConnectedSubject): Comparison[] {
  const { timelock, tiebreaker: committee } = contracts;
  const { tiebreaker: seats, circuitBreaker: breaker } = addresses.bodies;
  const seated: Comparison[] = [
    {
      subject: "timelock, tiebreaker",
      actual: () => timelock.tiebreaker(),
      expected: seats?.committee ?? ZeroAddress,
    },
    {
      subject: "timelock, timeout of the tiebreaker",
      actual: () => timelock.tiebreakerTimeout(),
      // Without a tiebreaker the timelock begins with the longest.
      expected: dao.tiebreaker?.timeout ?? dao.timelock.tiebreakerCeiling,
      format: formatDuration,
    },
  ];
  if (committee === undefined || dao.tiebreaker === undefined || seats === undefined) return seated;
  return [
    ...seated,
    { subject: "tiebreaker, timelock", actual: () => committee.TIMELOCK(), expected: addresses.timelock },
    {
      subject: "tiebreaker, breaker",
      actual: () => committee.breaker(),
      expected: breaker?.breaker ?? ZeroAddress,
    },
    {
      subject: "tiebreaker, sub-committees",
      actual: async () => (await committee.members()).join(", "),
      expected: seats.subCommittees.join(", "),
    },
    { subject: "tiebreaker, quorum", actual: () => committee.quorum(), expected: BigInt(dao.tiebreaker.quorum) },
    {
      subject: "tiebreaker, delay",
      actual: () => committee.DELAY(),
      expected: dao.tiebreaker.delay,
      format: formatDuration,
    },
  ];
}

/** Every committee is the Safe that the file describes, and no key sits on both sides of a check. */
async function verifySafes({ dao, addresses, provider, onProgress }: ConnectedSubject): Promise<Report> {
  const committees = locateCommittees(dao, addresses.bodies);
  const reading = { block: await provider.getBlockNumber(), onProgress };
  const found = await Promise.all(
    committees.map(async (seat) => {
      const safe = await readSafe(seat.address, provider, reading);
      const holders = await readHolders(safe.kind === "safe" ? safe.owners : [], provider, reading);
      return { seat, safe, holders };
    }),
  );
  const findings = found.flatMap(({ seat, safe, holders }) =>
    [...checkSafe(safe, seat.committee), ...(safe.kind === "safe" ? checkHolders(holders, safe.threshold) : [])].map(
      (problem): Finding => ({ ...problem, subject: seat.path }),
    ),
  );
  const rings = found.map(({ seat, holders }) => ringOf(seat, holders));
  const shared = findSharedKeys(rings).map(({ one, other, key }): Finding => ({
    severity: "error",
    subject: other.path,
    message: `shares the key ${key} with ${one.path}, and the two are meant to check each other`,
  }));
  return { checks: committees.length * 3, findings: [...findings, ...shared], unread: [] };
}

const ringOf = (seat: FoundCommittee, holders: readonly Holder[]): Keyring => ({
  seat,
  keys: [seat.address, ...keysOf(holders)],
});
