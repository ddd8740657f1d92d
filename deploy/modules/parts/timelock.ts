import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** Nobody may propose, cancel or execute yet; the deployer is admin until the handover. */
export default buildModule("Timelock", (m) => {
  const bounds = {
    delayFloor: m.getParameter<bigint>("delayFloor"),
    delayCeiling: m.getParameter<bigint>("delayCeiling"),
    grace: m.getParameter<bigint>("grace"),
  };
  const timelock = m.contract("DualGovernanceTimelock", [
    bounds,
    m.getParameter<bigint>("delay"),
    [],
    [],
    m.getAccount(0),
  ]);
  return { timelock };
});
