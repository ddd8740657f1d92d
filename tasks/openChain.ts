import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { OpenChain } from "../src/gas/measure.js";

/** Measurements begin at the same second every time, so that two runs can be compared to the last unit. */
const BEGINNING = "2026-01-01T00:00:00Z";

/** Opens chains inside Hardhat, whatever network was named. */
export const openChain =
  (hre: HardhatRuntimeEnvironment): OpenChain =>
  () =>
    hre.network.create({ network: "default", override: { initialDate: BEGINNING } });
