import { buildModule, type ContractFuture, type IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import { ZeroAddress } from "ethers";

import breakerModule from "./breaker.js";
import timelockModule from "./timelock.js";

type Contract = ContractFuture<string>;

/** The example vault lends `asset` to `market`; the timelock owns it from the start. */
function deployExampleVault(m: IgnitionModuleBuilder, asset: Contract, market: Contract, hasBreaker: boolean) {
  const { timelock } = m.useModule(timelockModule);
  const strategy = m.contract("ERC4626Strategy", [market]);
  const vault = m.contract("ExampleVault", [
    asset,
    m.getParameter<string>("name"),
    m.getParameter<string>("symbol"),
    timelock,
    m.getParameter<bigint>("fee"),
    strategy,
    hasBreaker ? m.useModule(breakerModule).breaker : ZeroAddress,
  ]);
  m.call(strategy, "bindVault", [vault]);
  return { asset, market, strategy, vault };
}

/** Everything the example vault needs, stand-ins included: local chains only. */
export const buildLocalExampleVault = (hasBreaker: boolean) =>
  buildModule("Vault", (m) => {
    const asset = m.contract("WETHMock");
    const market = m.contract("MarketMock", [asset]);
    return deployExampleVault(m, asset, market, hasBreaker);
  });

/** The example vault over an asset and a market that exist. */
export const buildExampleVault = (hasBreaker: boolean) =>
  buildModule("Vault", (m) => {
    const asset = m.contractAt("IERC20Metadata", m.getParameter<string>("asset"), { id: "asset" });
    const market = m.contractAt("IERC4626", m.getParameter<string>("market"), { id: "market" });
    return deployExampleVault(m, asset, market, hasBreaker);
  });

/** A vault that exists, of either kind. */
export const existingVault = buildModule("Vault", (m) => ({
  vault: m.contractAt("IERC4626", m.getParameter<string>("address"), { id: "vault" }),
}));
