import { SEAL_DURATION_LIMIT, SEAL_TERM_LIMIT, TIEBREAKER_DELAY_LIMIT } from "../../model/limits.js";
import { formatDuration } from "../../protocol/format.js";
import { isExample, type DaoConfig } from "../schema.js";
import { errorAt, problemsIf, warningAt, type Problem } from "./problem.js";

/** As in `contracts/committees/CircuitBreaker.sol`. */
const MAX_PAUSABLES = 8;
/** As in `contracts/committees/TiebreakerCommittee.sol`. */
const MAX_MEMBERS = 32;

/** The terms of every body whose power ends by itself, against what the chain would refuse and a DAO regret. */
export const checkPowers = (dao: DaoConfig): Problem[] => [
  ...checkEmergency(dao),
  ...checkCircuitBreaker(dao),
  ...checkTiebreaker(dao),
];

/** A duration that must be from `least` to `most`. */
function range(path: string, value: bigint, least: bigint, most: bigint, names: string, reason: string): Problem[] {
  const right = `right is from ${formatDuration(least)} to ${names}${formatDuration(most)}`;
  return problemsIf([
    value < least || value > most,
    errorAt(path, `is ${formatDuration(value)}: ${value < least ? reason : "no power may last longer"}; ${right}`),
  ]);
}

function checkEmergency({ emergency, timelock }: DaoConfig): Problem[] {
  if (emergency === undefined) return [];
  const { protection, modeDuration } = emergency;
  const { protectionLimit, emergencyLimit } = timelock;
  return [
    ...range(
      "emergency.protection",
      protection,
      1n,
      protectionLimit,
      "timelock.protectionLimit, ",
      "the term would be over at once",
    ),
    ...range(
      "emergency.modeDuration",
      modeDuration,
      1n,
      emergencyLimit,
      "timelock.emergencyLimit, ",
      "the mode would be over at once",
    ),
  ];
}

function checkCircuitBreaker({ circuitBreaker, vault }: DaoConfig): Problem[] {
  if (circuitBreaker === undefined) return [];
  const { sealDuration, sealTerm, pausables } = circuitBreaker;
  const path = "circuitBreaker.pausables";
  const hasExample = isExample(vault);
  const named = pausables ?? [];
  const count = named.length + Number(hasExample);
  return [
    ...range("circuitBreaker.sealDuration", sealDuration, 1n, SEAL_DURATION_LIMIT, "", "it would pause nothing"),
    ...range("circuitBreaker.sealTerm", sealTerm, 1n, SEAL_TERM_LIMIT, "", "the right would expire at once"),
    ...problemsIf(
      [
        count === 0,
        errorAt(path, "name nothing that could be paused; right is the address of a contract that obeys the breaker"),
      ],
      [
        count > MAX_PAUSABLES,
        errorAt(path, `are ${count}${hasExample ? " with the example vault" : ""}; right is at most ${MAX_PAUSABLES}`),
      ],
      [
        new Set(named).size < named.length,
        errorAt(path, "name a contract more than once; right is each contract once"),
      ],
      [
        named.length > 0,
        warningAt(
          path,
          "name contracts that know nothing of a breaker which is yet to be deployed: afterwards let each of them obey " +
            "it, or a seal will leave them running",
        ),
      ],
    ),
  ];
}

function checkTiebreaker({ tiebreaker, timelock }: DaoConfig): Problem[] {
  if (tiebreaker === undefined) return [];
  const { subCommittees, quorum, timeout, delay } = tiebreaker;
  const count = subCommittees.length;
  const majority = Math.max(2, Math.floor(count / 2) + 1);
  const { tiebreakerFloor, tiebreakerCeiling } = timelock;
  const longestLife = timelock.delayCeiling + timelock.grace;
  return [
    ...problemsIf([
      timeout < tiebreakerFloor || timeout > tiebreakerCeiling,
      errorAt(
        "tiebreaker.timeout",
        `is ${formatDuration(timeout)}: the timelock would refuse it; right is from timelock.tiebreakerFloor, ` +
          `${formatDuration(tiebreakerFloor)}, to timelock.tiebreakerCeiling, ${formatDuration(tiebreakerCeiling)}`,
      ),
    ]),
    ...problemsIf([
      timeout <= longestLife,
      warningAt(
        "tiebreaker.timeout",
        `is ${formatDuration(timeout)}: an operation can live through it, ${formatDuration(longestLife)} ` +
          "(timelock.delayCeiling + grace), so one that was scheduled just after a signalling began could be released " +
          "from a signalling that only lasts because nobody pokes; more than that would rule it out",
      ),
    ]),
    ...range("tiebreaker.delay", delay, 1n, TIEBREAKER_DELAY_LIMIT, "", "nobody could see what is about to pass"),
    ...problemsIf(
      [
        delay >= timelock.delay + timelock.grace,
        errorAt(
          "tiebreaker.delay",
          `is ${formatDuration(delay)}: every operation would expire before it could be released; right is less than ` +
            `timelock.delay + grace, ${formatDuration(timelock.delay + timelock.grace)}`,
        ),
      ],
      [
        count < 2,
        errorAt(
          "tiebreaker.subCommittees",
          `are ${count}: nobody would check the only one; right is at least two, better three`,
        ),
      ],
      [count > MAX_MEMBERS, errorAt("tiebreaker.subCommittees", `are ${count}; right is at most ${MAX_MEMBERS}`)],
      [
        count >= 2 && (quorum < majority || quorum > count),
        errorAt(
          "tiebreaker.quorum",
          `is ${quorum} of ${count} sub-committees: ` +
            `${quorum > count ? "it could never be reached" : "a minority would decide"}; ` +
            (majority === count ? `right is ${count}` : `right is from ${majority}, more than half, to ${count}`),
        ),
      ],
    ),
  ];
}
