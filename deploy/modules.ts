import type { Modules } from "../src/deployment/deployTribune.js";
import { buildSafes } from "./modules/Safes.js";
import { buildTribune } from "./modules/Tribune.js";
import { buildVesting } from "./modules/Vesting.js";

/** What a deployment deploys: first the committees' Safes, then a wallet for every allocation that vests, then the system. */
export const modules: Modules = { buildSafes, buildVesting, buildTribune };
