import { listSeats } from "../../protocol/committees/seats.js";
import type { Findings } from "../findings.js";
import { namesOf } from "../world/names.js";
import { reportBodies } from "../tables/bodies.js";

/** A Safe's guard, which may forbid whatever the Safe does. */
interface Guarded {
  /** Of the committee. */
  readonly label: string;
  /** The entity that owns it; the guard, where nobody is told to. */
  readonly behind: string;
  readonly isOwned: boolean;
  /** The guard's address, with who owns it. */
  readonly told: string;
}

interface Judged {
  readonly failures: readonly string[];
  readonly gaps: readonly string[];
  readonly facts: readonly string[];
}

/** Guards block for ever where the DAO does not replace the committee, or where they keep the tiebreaker from its quorum. */
export function judgeGuards(findings: Findings): Judged {
  const { safes, world, guardOwners, identities } = findings;
  const guarded = [...safes].flatMap(([label, safe]): Guarded[] => {
    if (safe.kind !== "safe" || safe.guard === undefined) return [];
    const owner = guardOwners.get(safe.guard);
    const told = owner === undefined ? safe.guard : `${safe.guard}, which ${namesOf(world)(owner)} owns,`;
    const behind = owner === undefined ? safe.guard : (identities.get(owner) ?? owner);
    return [{ label, behind, isOwned: owner !== undefined, told }];
  });
  const seats = listSeats(world.addresses.bodies);
  const isTiebreakers = ({ label }: Guarded) => seats.find((seat) => seat.label === label)?.body === "tiebreaker";
  const judged = [
    ...guarded.filter((one) => !isTiebreakers(one)).map((one) => judgeCommittee(one, findings)),
    judgeTiebreaker(guarded.filter(isTiebreakers), findings),
  ];
  return {
    failures: judged.flatMap(({ failures }) => failures),
    gaps: judged.flatMap(({ gaps }) => gaps),
    facts: judged.flatMap(({ facts }) => facts),
  };
}

function judgeCommittee({ label, told }: Guarded, findings: Findings): Judged {
  const says = `${told} may forbid whatever the ${label} does: it is its Safe's guard`;
  const by = reportBodies(findings).find(({ name }) => name === label)?.overriddenBy ?? [];
  const nothing = { failures: [], gaps: [], facts: [] };
  if (by.length > 0) return { ...nothing, facts: [`${says}; the DAO replaces the committee by ${by.join(" or ")}.`] };
  if (findings.decisions.length === 0) {
    return { ...nothing, gaps: [`${says}, and whether the DAO replaces the committee was not played.`] };
  }
  return { ...nothing, failures: [`${says}, and no decision of the DAO's replaces the committee.`] };
}

/** While everything is halted the DAO replaces nobody: enough sub-committees must be free to act. */
function judgeTiebreaker(guarded: readonly Guarded[], { times, world }: Findings): Judged {
  const members = world.addresses.bodies.tiebreaker?.subCommittees.length ?? 0;
  const isQuorumFree = (count: number): boolean => members - count >= times.quorum;
  if (isQuorumFree(guarded.length)) {
    const facts = guarded.map(
      ({ label, told }) =>
        `${told} may forbid whatever the ${label} does: it is its Safe's guard; the others are a quorum without it.`,
    );
    return { failures: [], gaps: [], facts };
  }
  const failures = [...new Set(guarded.map(({ behind }) => behind))].flatMap((entity) => {
    const own = guarded.filter(({ behind }) => behind === entity);
    if (isQuorumFree(own.length)) return [];
    const guards = [...new Set(own.map(({ told }) => told))].join(" and ");
    const labels = own.map(({ label }) => label).join(" and the ");
    return [`${guards} may forbid whatever the ${labels} do, without whom the tiebreaker has no quorum.`];
  });
  const all = guarded.map(({ told, label }) => `${told} of the ${label}`).join(" and ");
  const unknown = guarded.some(({ isOwned }) => isOwned)
    ? "whether those behind them act together is not known"
    : "nobody knows who is behind them";
  const gap = `Guards together keep the tiebreaker from its quorum, and ${unknown}: ${all}.`;
  return { failures, gaps: failures.length > 0 ? [] : [gap], facts: [] };
}
