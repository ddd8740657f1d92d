import { isDeep } from "../../helpers/testProfile.js";
import { gallery } from "./gallery.js";
import { MOMENTS, type Moment } from "./moments.js";
import type { Exhibit, Switch } from "./exhibit.js";
import { REFUSED } from "./unfit.js";

/** One of each family. */
const REPRESENTATIVES: ReadonlySet<string> = new Set([
  "RequestVaultMock with requests with one id",
  "SyncVaultMock with nothing unusual",
  "CooldownVaultMock",
  "OpenZeppelin's ERC4626Upgradeable behind a proxy",
]);
/** So many times fewer switches are thrown over the others. */
const SPARSE = 30;

export const isRepresentative = ({ name }: Exhibit): boolean => REPRESENTATIVES.has(name);

/** Vaults that somebody has a hand in, and that stakers can leave. */
export const WITH_SWITCHES: readonly Exhibit[] = gallery.filter(
  (exhibit) => !REFUSED.has(exhibit.name) && (!exhibit.isReal || isRepresentative(exhibit)),
);

/**
 * When switches are thrown over a vault in this profile: at every moment that it has, or, where it stands for no family,
 * at one of them.
 * @param place Differs from vault to vault.
 */
export function momentsOf(exhibit: Exhibit, place: number): readonly Moment[] {
  const moments = MOMENTS.filter(({ isThere }) => isThere(exhibit));
  if (isDeep || isRepresentative(exhibit)) return moments;
  return moments.filter((_, i) => i === place % moments.length);
}

/**
 * Whether a switch is thrown in this profile: all of them over all vaults would take minutes. Each is thrown over a
 * representative of each family, at every second of its moments, but for the less usual ways in which views fail; views
 * fail at its last moment only.
 * @param place Differs from switch to switch and from vault to vault.
 */
export function isThrown(exhibit: Exhibit, moment: Moment, { name, hand }: Switch, place: number): boolean {
  if (hand === "stranger") return false;
  if (isDeep) return true;
  if (!isRepresentative(exhibit)) return place % SPARSE === 0;
  const moments = momentsOf(exhibit, 0);
  // By turns, where it has several moments: at every second one.
  if (!/ (answers with|says) /.test(name)) return moments.length < 2 || (moments.indexOf(moment) + place) % 2 === 0;
  return moment === moments.at(-1) && !/ (Bomb|RevertBomb|Short|Empty)$/.test(name);
}
