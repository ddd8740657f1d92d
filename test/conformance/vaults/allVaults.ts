import { isInstrumented } from "../../helpers/instrumented.js";
import { cooldownVault } from "./cooldownVault.js";
import { poolVault } from "./poolVault.js";
import { realVaults } from "./realVaults.js";
import { requestVaults } from "./requestVaults.js";
import type { VaultCase } from "./vaultCase.js";
import { syncVaults } from "./syncVaults.js";

/** Every vault that stakers must be able to leave: stand-ins for families of vaults, our own pool, and published ones. */
export const allVaults: readonly VaultCase[] = [
  ...requestVaults,
  ...syncVaults,
  cooldownVault,
  // Counting coverage makes it longer than a transaction has gas for.
  ...(isInstrumented ? [] : [poolVault]),
  ...realVaults,
];
