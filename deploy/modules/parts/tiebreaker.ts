import { buildModule } from "@nomicfoundation/ignition-core";
import { ZeroAddress } from "ethers";

import breakerModule from "./breaker.js";
import timelockModule from "./timelock.js";

/** Counts what the sub-committees approve. It has no power before the timelock names it. */
export const buildTiebreaker = (hasBreaker: boolean) =>
  buildModule("Tiebreaker", (m) => {
    const { timelock } = m.useModule(timelockModule);
    const tiebreaker = m.contract("TiebreakerCommittee", [
      timelock,
      hasBreaker ? m.useModule(breakerModule).breaker : ZeroAddress,
      m.getParameter<string[]>("subCommittees"),
      m.getParameter<bigint>("quorum"),
      m.getParameter<bigint>("delay"),
    ]);
    return { tiebreaker };
  });
