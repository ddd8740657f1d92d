import { WHOLE } from "../../model/units.js";
import type { Landing } from "../../model/landing.js";
import { formatAmount, formatDuration, formatPercent, formatTime } from "../format.js";
import type { ExpectedOperation } from "../operations/landings.js";
import { visible } from "../visible.js";

/** What decides which operations an objection still holds up. */
export interface EffectView {
  readonly block: { readonly timestamp: bigint };
  /** Whether the gate lets everything through now. */
  readonly isNormal: boolean;
  /** Locked already. [shares] */
  readonly locked: bigint;
  /** What the gate divides by; undefined if the vault does not tell. [shares] */
  readonly supply: bigint | undefined;
  /** From which support on the gate leaves Normal. [1e18 = 100 %] */
  readonly signallingThreshold: bigint;
  /** When operations land if that is locked in the next block, by their identifiers. */
  readonly landingsWith: ReadonlyMap<string, Landing | undefined>;
  /** Of the shares. */
  readonly decimals: number;
}

/** So many operations are named, those that land first. */
const NAMED = 5;
/** The title of a proposal. [characters] */
const TITLE = 60;

/**
 * What an objection still does to each operation that waits, in a sentence each; the soonest first.
 * @param shares That are locked now. [shares]
 */
export function describeEffect(operations: readonly ExpectedOperation[], shares: bigint, view: EffectView): string[] {
  if (operations.length === 0) return ["Nothing waits in the timelock that could be held up now."];
  const soonest = [...operations].sort((one, other) => Number(landingOf(one) - landingOf(other)));
  const rest = soonest.length - NAMED;
  return [
    ...soonest.slice(0, NAMED).map((operation) => `${nameOf(operation)}: ${describeOne(operation, shares, view)}.`),
    ...(rest > 0 ? [`And ${rest} more: npx hardhat tribune status shows each.`] : []),
  ];
}

/** What does not land, as far as can be known, comes last. */
const landingOf = ({ landing, expiry }: ExpectedOperation): bigint => landing?.at ?? expiry;

function nameOf({ id, description }: ExpectedOperation): string {
  const title = visible((description?.trim().split("\n")[0] ?? "").slice(0, TITLE));
  return title === "" ? `Operation ${id}` : `"${title}", operation ${id}`;
}

function describeOne(operation: ExpectedOperation, shares: bigint, view: EffectView): string {
  const { id, isDeEscalation, landing, expiry } = operation;
  if (isDeEscalation) return "it only withdraws what waits, and no objection holds it up";
  if (landing === undefined) {
    return `nobody can tell when it lands, or it expires before that, ${formatTime(expiry)}`;
  }
  const { at, lastLock } = landing;
  if (lastLock !== undefined) {
    const { timestamp } = view.block;
    const until = `${formatTime(lastLock.at)} (in ${formatDuration(lastLock.at - timestamp, 2)})`;
    const lands = `else it lands ${formatTime(at)}`;
    if (view.supply === undefined) {
      return `this holds it up where support then reaches ${formatPercent(lastLock.support)}, by ${until}: the vault does not tell its supply now; ${lands}`;
    }
    const lacks = describeLack(lastLock.support, shares, { ...view, supply: view.supply });
    if (lacks === undefined) return `this holds it up, if it is on the chain by ${until}; ${lands}`;
    // Soon less is enough than at the end.
    const later = view.landingsWith.get(id)?.at;
    if (later === at) return `this alone does not hold it up: ${lacks} by ${until}; ${lands}`;
    const to = later === undefined ? "until nobody can tell when" : `to ${formatTime(later)}`;
    return `this puts it off, from ${formatTime(at)} ${to}, if it is on the chain at once; later ${lacks}, by ${until}`;
  }
  if (view.isNormal) {
    const { supply, signallingThreshold } = view;
    const lacks =
      supply === undefined
        ? `support reaches ${formatPercent(signallingThreshold)}, which the vault does not tell now`
        : describeLack(signallingThreshold, shares, { ...view, supply });
    const also = lacks === undefined ? "" : `, and ${lacks} as well`;
    return `it may be executed in any block now, and is held up only if this is on the chain before${also}`;
  }
  return `this comes too late, and does not hold it up: it lands ${formatTime(at)} at the earliest, if support stays as it is`;
}

/** What is lacking beside `shares`; undefined if nothing is. @param support That is needed. [1e18 = 100 %] */
function describeLack(
  support: bigint,
  shares: bigint,
  { locked, supply, decimals }: EffectView & { readonly supply: bigint },
): string | undefined {
  const lacking = (support * supply + WHOLE - 1n) / WHOLE - locked - shares;
  if (lacking <= 0n) return undefined;
  // What is shown is enough: up to the last digit that is shown, not down.
  const digit = 10n ** BigInt(Math.max(decimals - 4, 0));
  return `${formatAmount(((lacking + digit - 1n) / digit) * digit, decimals)} more shares must be locked`;
}
