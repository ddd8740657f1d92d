import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { OpenChain } from "../src/gas/measure.js";

/** Measurements begin at the same second every time, so that two runs can be compared to the last unit. */
const BEGINNING = "2026-01-01T00:00:00Z";

/** Opens chains inside Hardhat, whatever network was named. */
export const openChain =
  (hre: HardhatRuntimeEnvironment): OpenChain =>
  () =>
    hre.network.create({ network: "default", override: { initialDate: BEGINNING } });

/** Under Amsterdam's rules the state that a transaction makes is charged apart, and may exceed the cap of a transaction. */
const AMSTERDAM = { hardfork: "amsterdam", blockGasLimit: 500_000_000n, transactionGasCap: false, gas: 200_000_000n };

/** The same with the rules of the fork that follows, which this chain knows in part: new state is dearer there. */
export const openAmsterdam =
  (hre: HardhatRuntimeEnvironment): OpenChain =>
  () =>
    hre.network.create({ network: "default", override: { initialDate: BEGINNING, ...AMSTERDAM } });
