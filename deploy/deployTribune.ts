import type { NetworkConnection } from "hardhat/types/network";

import type { DaoConfig } from "../src/config/schema.js";
import type { TribuneAddresses } from "../src/deployment/contracts.js";
import { buildParameters, buildVestingParameters, vestingAllocations } from "../src/deployment/parameters.js";
import ERC4626 from "./modules/ERC4626.js";
import ERC7540 from "./modules/ERC7540.js";
import Example from "./modules/Example.js";
import LocalExample from "./modules/LocalExample.js";
import { buildVesting } from "./modules/Vesting.js";

export interface DeployOptions {
  /** Names Ignition's journal, from which an interrupted deployment goes on. Nothing is kept on an in-process chain. */
  readonly deploymentId?: string;
  /** Shows Ignition's progress. */
  readonly displayUi?: boolean;
}

/**
 * Deploys a DAO that has been parsed and checked. The first account of the network is the deployer, and holds nothing
 * afterwards.
 */
export async function deployTribune(
  connection: NetworkConnection,
  dao: DaoConfig,
  options: DeployOptions = {},
): Promise<TribuneAddresses> {
  const vestingWallets = await deployVesting(connection, dao, options);
  const ignite = { ...options, parameters: buildParameters(dao, vestingWallets) };
  switch (dao.vault.kind) {
    case "local-example":
      return await collect(await connection.ignition.deploy(LocalExample, ignite), vestingWallets);
    case "example":
      return await collect(await connection.ignition.deploy(Example, ignite), vestingWallets);
    case "erc4626":
      return await collect(await connection.ignition.deploy(ERC4626, ignite), vestingWallets);
    case "erc7540":
      return await collect(await connection.ignition.deploy(ERC7540, ignite), vestingWallets);
  }
}

async function deployVesting(connection: NetworkConnection, dao: DaoConfig, options: DeployOptions): Promise<string[]> {
  const count = vestingAllocations(dao).length;
  if (count === 0) return [];
  const wallets = await connection.ignition.deploy(buildVesting(count), {
    ...options,
    parameters: buildVestingParameters(dao),
  });
  return await Promise.all(
    Array.from({ length: count }, (_, index) => addressOf(wallets[`wallet${index}`], `wallet${index}`)),
  );
}

type Deployed = Record<string, { getAddress(): Promise<string> } | undefined>;

async function collect(contracts: Deployed, vestingWallets: readonly string[]): Promise<TribuneAddresses> {
  const at = (name: string) => addressOf(contracts[name], name);
  const example =
    contracts.strategy === undefined
      ? undefined
      : { asset: await at("asset"), market: await at("market"), strategy: await at("strategy") };
  return {
    token: await at("token"),
    timelock: await at("timelock"),
    governor: await at("governor"),
    vault: await at("vault"),
    vessel: await at("vessel"),
    escrow: await at("escrow"),
    gate: await at("gate"),
    example,
    vestingWallets,
  };
}

async function addressOf(contract: Deployed[string], name: string): Promise<string> {
  if (contract === undefined) throw new Error(`the deployment has no ${name}`);
  return await contract.getAddress();
}
