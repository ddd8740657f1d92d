import { findSharedKeys, listSeats, type Keyring } from "../../protocol/committees/seats.js";
import type { Findings } from "../findings.js";
import { namesOf } from "../world/names.js";
import { verdictOf, type Verdict } from "../report.js";
import { BLOC } from "../readings/unseen.js";

/** P6: those who check each other are not the same. */
export function judgeIndependence(findings: Findings): Verdict {
  const { world, safes, identities } = findings;
  const entity = (address: string) => identities.get(address) ?? address;
  const name = namesOf(world);
  const rings: Keyring[] = listSeats(world.addresses.bodies).map((seat) => {
    const safe = safes.get(seat.label);
    const keys = safe?.kind === "safe" ? [...safe.owners, ...safe.modules] : [];
    return { seat, keys: [...new Set([seat.value, ...keys].map(entity))] };
  });
  const failures = findSharedKeys(rings).map(
    ({ one, other, key }) => `${name(key)} sits in ${one.label} and in ${other.label}, which check each other.`,
  );
  const { total, holders } = findings.votes;
  for (const { entity: holder, votes } of holders) {
    if (total === 0n || (votes * 100n) / total < BLOC) continue;
    for (const { seat, keys } of rings) {
      if (keys.includes(holder)) {
        failures.push(`${name(holder)} has ${(votes * 100n) / total} % of the votes, and sits in ${seat.label}.`);
      }
    }
  }
  const evidence = [
    rings.length === 0
      ? "There are no bodies that check each other."
      : `${rings.length} committees were read, with ${new Set(rings.flatMap(({ keys }) => keys)).size} keys.`,
  ];
  return verdictOf("P6", evidence, failures, findings.unseen);
}
