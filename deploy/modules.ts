import type { Modules } from "../src/deployment/deployTribune.js";
import { buildTribune } from "./modules/Tribune.js";
import { buildVesting } from "./modules/Vesting.js";

/** What a deployment deploys: first a wallet for every allocation that vests, then the system. */
export const modules: Modules = { buildVesting, buildTribune };
