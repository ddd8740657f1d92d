import { listSeats, TIEBREAKER } from "../../protocol/committees/seats.js";
import type { FoundSafe } from "../../safe/readSafe.js";
import type { Findings } from "../findings.js";
import { boundOf } from "../manifest/parts.js";
import { namesOf } from "../world/names.js";
import type { BodyReport } from "../report.js";

/** Who can bypass the DAO, and what the DAO can do about it. */
export function reportBodies(findings: Findings): BodyReport[] {
  const { world, safes } = findings;
  const { bodies } = world.addresses;
  const name = namesOf(world);
  const seats = listSeats(bodies).map(({ label, value, body }): BodyReport => {
    const safe = safes.get(label);
    // It names its committees for good, so they are replaced with it.
    const named = body === "circuitBreaker" ? [bodies.circuitBreaker?.breaker] : [];
    return {
      name: label,
      quorum: quorumOf(safe),
      ...(safe?.kind === "safe" && { safe: tellSafe(safe, name) }),
      bypasses: bypassesOf(value, findings),
      overriddenBy: overridesOf(value, [value, ...named], findings),
    };
  });
  if (bodies.tiebreaker === undefined) return seats;
  const { committee, subCommittees } = bodies.tiebreaker;
  const tiebreaker: BodyReport = {
    name: TIEBREAKER.label,
    quorum: `${findings.times.quorum} of ${subCommittees.length} sub-committees`,
    bypasses: bypassesOf(committee, findings),
    overriddenBy: overridesOf(committee, [committee], findings),
  };
  return [...seats, tiebreaker];
}

const quorumOf = (safe: FoundSafe | undefined): string =>
  safe?.kind === "safe" ? `${safe.threshold} of ${safe.owners.length} owners` : "unknown";

function tellSafe(
  { owners, threshold, nonce, modules, guard, fallbackHandler }: Extract<FoundSafe, { kind: "safe" }>,
  name: (address: string) => string,
): NonNullable<BodyReport["safe"]> {
  return {
    owners: owners.map(name),
    threshold,
    nonce: String(nonce),
    modules: modules.map(name),
    ...(guard !== undefined && { guard }),
    ...(fallbackHandler !== undefined && { fallbackHandler }),
  };
}

/** What its calls were seen to change. */
function bypassesOf(account: string, { composition }: Findings): BodyReport["bypasses"] {
  const functions = new Set(composition.effects.filter(({ caller }) => caller === account).map(({ by }) => by));
  return [...functions].map((by) => ({ by, bound: boundOf(by)?.says }));
}

const EMPTY = /^(false|0|0x0*)$/;
const contractOf = (rule: string): string => rule.slice(0, rule.indexOf("."));

/**
 * Decisions that were executed, and put something else where one of `names` had stood, in a contract whose rules the
 * body's calls change.
 */
function overridesOf(body: string, names: readonly (string | undefined)[], findings: Findings): string[] {
  const { decisions, composition } = findings;
  const changed = composition.effects.filter(({ caller }) => caller === body).map(({ rule }) => contractOf(rule));
  const wanted = names.flatMap((name) => (name === undefined ? [] : [name.toLowerCase()]));
  const isTaken = (text: string) => wanted.some((name) => text.toLowerCase().includes(name));
  const found = decisions.filter(({ changes }) =>
    changes.some(
      ({ rule, place, before, after }) =>
        (changed.length === 0 || changed.includes(contractOf(rule))) &&
        (isTaken(before) || (isTaken(place) && EMPTY.test(after))),
    ),
  );
  return [...new Set(found.map(({ part, signature }) => `${part.name}.${signature}`))];
}
