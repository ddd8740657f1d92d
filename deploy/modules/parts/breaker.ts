import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

import timelockModule from "./timelock.js";

/** Everything it may do is settled here, except what it may do it to: that is bound at the handover. */
export default buildModule("CircuitBreaker", (m) => {
  const { timelock } = m.useModule(timelockModule);
  const breaker = m.contract("CircuitBreaker", [
    timelock,
    m.getParameter<string>("sealCommittee"),
    m.getParameter<string>("resealCommittee"),
    m.getParameter<bigint>("sealDuration"),
    m.getParameter<bigint>("sealExpiry"),
  ]);
  return { breaker };
});
