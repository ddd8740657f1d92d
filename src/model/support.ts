import { GovernanceState, type Reading, type SupplyRecord } from "./types.js";
import { FULL_SUPPORT, min, saturatingSub, type Shares, type Support } from "./units.js";

/** What the protected vault says of its shares. The environment changes it. */
export interface VaultReading {
  /** Total supply, or what the vault reports as votable. */
  readonly supply: Shares;
  /** Whether the vault answers at all. */
  readonly answers: boolean;
}

/** What a poke reads of support before it decides. */
export type SupportReading = Pick<Reading, "locked" | "supply" | "lowestSupply" | "supportNow" | "supportMax">;

/** The largest supply a record holds. [shares] */
const MAX_SUPPLY: Shares = (1n << 128n) - 1n;

/** Locked over votable shares, rounded down, at most 100 %; 100 % of nothing. */
export function calcSupport(locked: Shares, supply: Shares): Support {
  if (locked === 0n) return 0n;
  return locked >= supply ? FULL_SUPPORT : (locked * FULL_SUPPORT) / supply;
}

/** The supply that can signal: the vault's, less shares of closed epochs that it still contains. */
export function calcVotableSupply(vault: VaultReading, leaving: Shares): Shares | undefined {
  return vault.answers ? min(saturatingSub(vault.supply, leaving), MAX_SUPPLY) : undefined;
}

/**
 * Support as a poke in `state` sees it. In Normal the present supply counts, and with nothing locked nobody asks.
 * @param answer The votable supply; undefined if the vault does not answer, then the last recorded one counts.
 */
export function readSupport(
  state: GovernanceState,
  record: SupplyRecord,
  locked: Shares,
  answer: Shares | undefined,
): SupportReading {
  const isNormal = state === GovernanceState.Normal;
  const supply = isNormal && locked === 0n ? 0n : (answer ?? record.last);
  const lowestSupply = isNormal ? supply : min(record.lowest, supply);
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
 */
export function recordSupply(
  from: GovernanceState,
  to: GovernanceState,
  record: SupplyRecord,
  { locked, supply, lowestSupply }: SupportReading,
  recordsInNormal: boolean,
): SupplyRecord {
  const { Normal, RageQuit } = GovernanceState;
  if (to === Normal && (from !== Normal || locked === 0n || !recordsInNormal)) return record;
  if (to !== RageQuit || from === RageQuit) return { last: supply, lowest: lowestSupply };
  // The record restarts at what is left when the locked shares are gone.
  const left = saturatingSub(supply, locked);
  return { last: left, lowest: left };
}
