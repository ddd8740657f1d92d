import { cooldownVault } from "./cooldownVault.js";
import { realVaults } from "./realVaults.js";
import { requestVaults } from "./requestVaults.js";
import type { Exhibit } from "./exhibit.js";
import { syncVaults } from "./syncVaults.js";

/** Every vault that stakers must be able to leave: stand-ins for families of vaults, and published ones. */
export const gallery: readonly Exhibit[] = [...requestVaults, ...syncVaults, cooldownVault, ...realVaults];
