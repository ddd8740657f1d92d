import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

import timelockModule from "./timelock.js";
import tokenModule from "./token.js";

/** The DAO's voice. It has no role yet. */
export default buildModule("Governor", (m) => {
  const { token } = m.useModule(tokenModule);
  const { timelock } = m.useModule(timelockModule);
  const settings = {
    votingDelay: m.getParameter<bigint>("votingDelay"),
    votingPeriod: m.getParameter<bigint>("votingPeriod"),
    proposalThreshold: m.getParameter<bigint>("proposalThreshold"),
    quorumNumerator: m.getParameter<bigint>("quorumNumerator"),
    lateQuorumExtension: m.getParameter<bigint>("lateQuorumExtension"),
  };
  const governor = m.contract("TribuneGovernor", [m.getParameter<string>("name"), token, timelock, settings]);
  return { governor };
});
