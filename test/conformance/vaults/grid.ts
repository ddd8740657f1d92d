import { isDeep } from "../../helpers/profile.js";
import { gallery } from "./gallery.js";
import type { Exhibit } from "./stage.js";
import { REFUSED } from "./unfit.js";

/** One of each family. */
const REPRESENTATIVES: ReadonlySet<string> = new Set([
  "RequestVaultMock with requests with one id",
  "SyncVaultMock with nothing unusual",
  "CooldownVaultMock",
  "OpenZeppelin's ERC4626Upgradeable behind a proxy",
]);
/** So many times fewer switches are thrown over the others. */
const SPARSE = 20;

export const isRepresentative = ({ name }: Exhibit): boolean => REPRESENTATIVES.has(name);

/** Vaults that somebody has a hand in, and that stakers can leave. */
export const WITH_SWITCHES: readonly Exhibit[] = gallery.filter(
  (exhibit) => !REFUSED.has(exhibit.name) && (!exhibit.isReal || isRepresentative(exhibit)),
);

/**
 * Whether a switch is thrown in this profile: all of them over all vaults would take minutes. Each is thrown over a
 * representative of each family, but for the less usual ways in which views fail.
 * @param place Differs from switch to switch and from vault to vault.
 */
export function isThrown(exhibit: Exhibit, name: string, place: number): boolean {
  if (isDeep) return true;
  if (!isRepresentative(exhibit)) return place % SPARSE === 0;
  return !/answers with (Bomb|RevertBomb|Short|Empty)/.test(name);
}
