import { ZeroAddress } from "ethers";

import { findSharedKeys, listSeats, type Keyring, type SeatEntry } from "../../protocol/committees/seats.js";
import type { CommitteeConfig, DaoConfig } from "../schema.js";
import { errorAt, problemsIf, type Problem } from "./problem.js";

/** Members and thresholds of every committee, and that nobody sits on both sides of a check. */
export function checkCommittees(dao: DaoConfig): Problem[] {
  const committees = listSeats(dao);
  return [
    ...committees.flatMap((committee) => checkMembers(committee)),
    ...findSharedKeys(committees.map((committee) => ringOf(committee))).map(({ one, other, key }) =>
      errorAt(
        other.path,
        `shares the key ${key} with ${one.path}, and the two are meant to check each other; right is a key in one of them`,
      ),
    ),
  ];
}

/** Who can act in a committee's name, as far as the file tells. */
export const ringOf = ({ value: { safe, owners }, ...seat }: SeatEntry<CommitteeConfig>): Keyring => ({
  seat,
  keys: safe === undefined ? owners : [safe, ...owners],
});

function checkMembers({ path, value: { safe, owners, threshold } }: SeatEntry<CommitteeConfig>): Problem[] {
  const count = owners.length;
  const majority = Math.max(2, Math.floor(count / 2) + 1);
  const repeated = [...new Set(owners.filter((owner, index) => owners.indexOf(owner) !== index))];
  return [
    ...owners.flatMap((owner, index) =>
      problemsIf(
        [
          owner === ZeroAddress,
          errorAt(`${path}.owners[${index}]`, "is the zero address; right is whoever shall hold the key"),
        ],
        [
          owner === safe,
          errorAt(`${path}.owners[${index}]`, "is the committee's own Safe; right is whoever shall hold the key"),
        ],
      ),
    ),
    ...repeated.map((owner) =>
      errorAt(`${path}.owners`, `name ${owner} more than once, and a Safe counts a key once; right is every key once`),
    ),
    ...(count < 2
      ? [
          errorAt(
            `${path}.owners`,
            `name ${count === 0 ? "nobody" : "one key"}: a committee of one checks nobody, and is lost with a single key; ` +
              "right is at least two, better three",
          ),
        ]
      : problemsIf([
          threshold < majority || threshold > count,
          errorAt(
            `${path}.threshold`,
            `is ${threshold} of ${count}: ` +
              (threshold > count
                ? "it could never be reached"
                : "two halves could decide against each other, or one key alone") +
              "; " +
              (majority === count ? `right is ${count}` : `right is from ${majority}, more than half, to ${count}`),
          ),
        ])),
  ];
}
