import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** Nobody may propose, cancel or execute yet; the deployer is admin until the handover. */
export default buildModule("Timelock", (m) => {
  const bounds = {
    delayFloor: m.getParameter<bigint>("delayFloor"),
    delayCeiling: m.getParameter<bigint>("delayCeiling"),
    grace: m.getParameter<bigint>("grace"),
    protectionLimit: m.getParameter<bigint>("protectionLimit"),
    emergencyLimit: m.getParameter<bigint>("emergencyLimit"),
    tiebreakerFloor: m.getParameter<bigint>("tiebreakerFloor"),
    tiebreakerCeiling: m.getParameter<bigint>("tiebreakerCeiling"),
  };
  const fallbackGate = m.contract("FallbackGate", [m.getParameter<bigint>("fallbackDelay")]);
  const timelock = m.contract("DualGovernanceTimelock", [
    bounds,
    fallbackGate,
    m.getParameter<bigint>("delay"),
    [],
    [],
    m.getAccount(0),
  ]);
  return { fallbackGate, timelock };
});
