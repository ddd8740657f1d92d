import { GovernanceState, type Reading, type SupplyRecord } from "../../../src/model/types.js";
import { WHOLE, max, min, saturatingSub, type Shares, type Support } from "../../../src/model/units.js";

/** What the protected vault says of its shares. The environment changes it. */
export interface VaultReading {
  /** Total supply, or what the vault reports as votable. */
  readonly supply: Shares;
  /** Whether the vault answers at all. */
  readonly answers: boolean;
  /** Whether `supply` is what the vault reports as votable, so that what is pending is not in it; not unless told. */
  readonly isReported?: boolean;
}

/** What a poke reads of support before it decides. */
export type SupportReading = Pick<Reading, "locked" | "supply" | "lowestSupply" | "supportNow" | "supportMax">;

/** The largest supply a record holds. [shares] */
const MAX_SUPPLY: Shares = (1n << 128n) - 1n;

/** Locked over votable shares, rounded down, at most 100 %; 100 % of nothing. */
export function calcSupport(locked: Shares, supply: Shares): Support {
  if (locked === 0n) return 0n;
  return locked >= supply ? WHOLE : (locked * WHOLE) / supply;
}

/**
 * The supply that can signal: the vault's, less shares of a closed epoch that it still contains, but never below `floor`.
 * @param leaving Undefined if nobody tells how many those are: then nobody tells the supply either.
 */
export function calcVotableSupply(vault: VaultReading, leaving: Shares | undefined, floor: Shares): Shares | undefined {
  if (!vault.answers || leaving === undefined) return undefined;
  return min(max(saturatingSub(vault.supply, leaving), floor), MAX_SUPPLY);
}

const lift = (recorded: Shares, returned: Shares): Shares => min(recorded + returned, MAX_SUPPLY);

/**
 * Support as a poke in `state` sees it. In Normal the present supply counts, and with nothing locked nobody asks.
 * @param answer The votable supply; undefined if the vault does not answer, then the last recorded one counts.
 * @param returned Shares that an exit has just given back: they may signal again, so what was recorded grows by them.
 */
export function readSupport(
  state: GovernanceState,
  record: SupplyRecord,
  locked: Shares,
  answer: Shares | undefined,
  returned: Shares = 0n,
): SupportReading {
  const isNormal = state === GovernanceState.Normal;
  const supply = isNormal && locked === 0n ? 0n : (answer ?? lift(record.last, returned));
  const lowestSupply = isNormal ? supply : min(lift(record.lowest, returned), supply);
  return {
    locked,
    supply,
    lowestSupply,
    supportNow: calcSupport(locked, supply),
    supportMax: calcSupport(locked, lowestSupply),
  };
}

/**
 * What is recorded when a poke led from one state to another, or stayed.
 * @param recordsInNormal Whether it is a poke for its own sake: only that keeps the record fresh in Normal.
 * @param floor The supply is never taken for less.
 */
export function recordSupply(
  from: GovernanceState,
  to: GovernanceState,
  record: SupplyRecord,
  { locked, supply, lowestSupply }: SupportReading,
  recordsInNormal: boolean,
  floor: Shares = 0n,
): SupplyRecord {
  const { Normal, RageQuit } = GovernanceState;
  if (to === Normal && (from !== Normal || locked === 0n || !recordsInNormal)) return record;
  if (to !== RageQuit || from === RageQuit) return { last: supply, lowest: lowestSupply };
  // The record restarts at what is left when the locked shares are gone.
  const left = max(saturatingSub(supply, locked), floor);
  return { last: left, lowest: left };
}
