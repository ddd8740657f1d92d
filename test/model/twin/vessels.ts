import type { Exit } from "./exitLedger.js";
import { accept, refuse, type Outcome } from "../../../src/model/types.js";
import type { Assets, Shares } from "../../../src/model/units.js";

/** What share, asset and vault say of a vessel. */
export interface Vessel {
  readonly shares: Shares;
  readonly assets: Assets;
  /** Of its own requests. */
  readonly pending: Shares;
  readonly claimable: Shares;
  /** Whether the vault answers when asked for the two. */
  readonly answered: boolean;
}

/** What the escrow and the vessels hold. Anybody may add to it, an issuer may take from it. */
export interface Holdings {
  /** Shares in the escrow. */
  readonly escrow: Shares;
  readonly vessels: Readonly<Record<string, Vessel>>;
}

const EMPTY_VESSEL: Vessel = { shares: 0n, assets: 0n, pending: 0n, claimable: 0n, answered: true };

/** Vessels of each epoch at addresses that anybody can compute. */
export const NUMBERED_VESSELS = 4;
/** Vessels that one epoch may use. */
const VESSEL_LIMIT = 8;

export const numberedVessel = (epoch: number, number: number): string => `vessel ${epoch}.${number}`;
/** The vessel that the epoch uses as its `index`th, from 0, and that nobody could know beforehand. */
export const freshVessel = (epoch: number, index: number): string => `vessel ${epoch} fresh ${index}`;

export const vesselIn = ({ vessels }: Holdings, name: string): Vessel => vessels[name] ?? EMPTY_VESSEL;

export const changeVessel = (holdings: Holdings, name: string, changes: Partial<Vessel>): Holdings => ({
  ...holdings,
  vessels: { ...holdings.vessels, [name]: { ...vesselIn(holdings, name), ...changes } },
});

/**
 * The vessel that a beginning uses: twin of `Vessels.provide`.
 * @param given A numbered vessel, one the epoch has used, or undefined for a fresh one.
 */
export function provide(exit: Exit, epoch: number, given: string | undefined, allowsFresh: boolean): Outcome<string> {
  if (given === undefined) {
    if (!allowsFresh) return refuse("FreshVesselsForbidden");
    // Room is left for those that a vault may have admitted.
    const limit = BigInt(VESSEL_LIMIT - NUMBERED_VESSELS);
    if (exit.vessels.length >= limit) return refuse("TooManyVessels", BigInt(epoch), limit);
    return accept(freshVessel(epoch, exit.vessels.length));
  }
  const numbered = Array.from({ length: NUMBERED_VESSELS }, (_, number) => numberedVessel(epoch, number));
  return [...exit.vessels, ...numbered].includes(given) ? accept(given) : refuse("NotAVessel");
}

/** From now on the epoch uses `vessel`; the first one pays. */
export function use(exit: Exit, vessel: string): Outcome<Exit> {
  const { vessels } = exit;
  if (vessels.includes(vessel)) return accept(exit);
  if (vessels.length === VESSEL_LIMIT) return refuse("TooManyVessels", BigInt(vessels.length), BigInt(VESSEL_LIMIT));
  return accept({ ...exit, vessels: [...vessels, vessel] });
}
