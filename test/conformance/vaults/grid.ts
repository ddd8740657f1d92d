import { isDeep } from "../../helpers/testProfile.js";
import { allVaults } from "./allVaults.js";
import { poolVault } from "./poolVault.js";
import { MOMENTS, type Moment } from "./moments.js";
import type { VaultCase, Switch } from "./vaultCase.js";
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

export const isRepresentative = ({ name }: VaultCase): boolean => REPRESENTATIVES.has(name);

/** Vaults that somebody has a hand in, which nobody has in our pool, and that stakers can leave. */
export const WITH_SWITCHES: readonly VaultCase[] = allVaults.filter(
  (vaultCase) =>
    vaultCase !== poolVault && !REFUSED.has(vaultCase.name) && (!vaultCase.isReal || isRepresentative(vaultCase)),
);

/**
 * When switches are thrown over a vault in this profile: at every moment that it has, or, where it stands for no family,
 * at one of them.
 * @param place Differs from vault to vault.
 */
export function momentsOf(vaultCase: VaultCase, place: number): readonly Moment[] {
  const moments = MOMENTS.filter(({ isThere }) => isThere(vaultCase));
  if (isDeep || isRepresentative(vaultCase)) return moments;
  return moments.filter((_, i) => i === place % moments.length);
}

/**
 * Whether a switch is thrown in this profile: all of them over all vaults would take minutes. Each is thrown over a
 * representative of each family, at every second of its moments, but for the less usual ways in which views fail; views
 * fail at its last moment only.
 * @param place Differs from switch to switch and from vault to vault.
 */
export function isThrown(vaultCase: VaultCase, moment: Moment, { name, hand }: Switch, place: number): boolean {
  if (hand === "stranger") return false;
  if (isDeep) return true;
  if (!isRepresentative(vaultCase)) return place % SPARSE === 0;
  const moments = momentsOf(vaultCase, 0);
  // By turns, where it has several moments: at every second one.
  if (!/ (answers with|says) /.test(name)) return moments.length < 2 || (moments.indexOf(moment) + place) % 2 === 0;
  return moment === moments.at(-1) && !/ (Bomb|RevertBomb|Short|Empty)$/.test(name);
}
