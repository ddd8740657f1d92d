import { buildModule, type CallableContractFuture, type IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";

import timelockModule from "./timelock.js";

type Contract = CallableContractFuture<string>;

/**
 * The staking pool, which makes its registry, which begins with the operators of the file, vetted: no account ever has the
 * power to vet but the timelock. What it is seeded with is the timelock's: that is the DAO's money, and no vote of anybody.
 */
function deployPool(m: IgnitionModuleBuilder, weth: Contract, depositContract: Contract) {
  const { timelock } = m.useModule(timelockModule);
  const operatorVault = m.contract("OperatorVault", [depositContract]);
  const terms = {
    name: m.getParameter<string>("name"),
    symbol: m.getParameter<string>("symbol"),
    timelock,
    weth,
    fee: m.getParameter<bigint>("fee"),
    cap: m.getParameter<bigint>("cap"),
    unvettedOperatorCap: m.getParameter<bigint>("unvettedOperatorCap"),
    unvettedCap: m.getParameter<bigint>("unvettedCap"),
    entityCaps: m.getParameter<bigint[]>("entityCaps"),
    operators: m.getParameter<{ owner: string; entity: bigint; cap: bigint }[]>("operators"),
  };
  const vault = m.contract("StakingPool", [terms, operatorVault]);
  const registry = m.contractAt("OperatorRegistry", m.staticCall(vault, "REGISTRY"), { id: "registry" });
  m.call(vault, "depositETH", [timelock], { id: "depositSeed", value: m.getParameter<bigint>("seed") });
  return { weth, depositContract, operatorVault, vault, registry };
}

/** With stand-ins for WETH and for the deposit contract: local chains only. */
export const localPool = buildModule("Vault", (m) =>
  deployPool(m, m.contract("WETHMock"), m.contract("DepositContractMock")),
);

/** Over what the network has. */
export const networkPool = buildModule("Vault", (m) => {
  const weth = m.contractAt("IWETH", m.getParameter<string>("weth"), { id: "weth" });
  const depositContract = m.contractAt("IDepositContract", m.getParameter<string>("depositContract"), {
    id: "depositContract",
  });
  return deployPool(m, weth, depositContract);
});
