import {
  buildModule,
  type CallableContractFuture,
  type Future,
  type IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import { ZeroAddress } from "ethers";

import breakerModule from "./breaker.js";
import timelockModule from "./timelock.js";

type Contract = CallableContractFuture<string>;

/**
 * The example vault lends `asset` to `market`; the timelock owns it from the start, and what it is seeded with: that is
 * the DAO's money, and the deployer must hold nothing.
 * @param funded What gives the deployer the seed, if it has not got it.
 */
function deployExampleVault(
  m: IgnitionModuleBuilder,
  asset: Contract,
  market: Contract,
  hasBreaker: boolean,
  funded: Future[] = [],
) {
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
  const bound = m.call(strategy, "bindVault", [vault]);
  const seed = m.getParameter<bigint>("seed");
  const approved = m.call(asset, "approve", [vault, seed], { id: "approveSeed" });
  m.call(vault, "deposit", [seed, timelock], { id: "depositSeed", after: [bound, approved, ...funded] });
  return { asset, market, strategy, vault };
}

/** Everything the example vault needs, stand-ins included: local chains only. */
export const buildLocalExampleVault = (hasBreaker: boolean) =>
  buildModule("Vault", (m) => {
    const asset = m.contract("WETHMock");
    const market = m.contract("MarketMock", [asset]);
    const wrapped = m.call(asset, "deposit", [], { id: "wrapSeed", value: m.getParameter<bigint>("seed") });
    return deployExampleVault(m, asset, market, hasBreaker, [wrapped]);
  });

/** Everything the example vault needs, worth nothing: test networks. */
export const buildTestExampleVault = (hasBreaker: boolean) =>
  buildModule("Vault", (m) => {
    const asset = m.contract("TestAsset");
    const market = m.contract("TestMarket", [asset]);
    const minted = m.call(asset, "mint", [m.getAccount(0), m.getParameter<bigint>("seed")], { id: "mintSeed" });
    return deployExampleVault(m, asset, market, hasBreaker, [minted]);
  });

/** The example vault over an asset and a market that exist. */
export const buildExampleVault = (hasBreaker: boolean) =>
  buildModule("Vault", (m) => {
    const asset = m.contractAt("IERC20Metadata", m.getParameter<string>("asset"), { id: "asset" });
    const market = m.contractAt("IERC4626", m.getParameter<string>("market"), { id: "market" });
    return deployExampleVault(m, asset, market, hasBreaker);
  });

/** A vault that exists, of any kind. */
export const existingVault = buildModule("Vault", (m) => ({
  vault: m.contractAt("IERC4626", m.getParameter<string>("address"), { id: "vault" }),
}));
