import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

import timelockModule from "./timelock.js";
import { newToken } from "./token.js";

/** The DAO's voice. It has no role yet. */
export const newGovernor = buildModule("Governor", (m) => {
  const { token } = m.useModule(newToken);
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

/** That of a DAO which exists. It obeys another timelock until it adopts. */
export const existingGovernor = buildModule("Governor", (m) => ({
  governor: m.contractAt("TribuneGovernor", m.getParameter<string>("address"), { id: "governor" }),
}));
