import type { IgnitionModule } from "@nomicfoundation/ignition-core";
import type { NetworkConnection } from "hardhat/types/network";

import type { DaoConfig } from "../src/config/schema.js";
import type { TribuneAddresses } from "../src/deployment/contracts.js";
import {
  buildParameters,
  buildVestingParameters,
  vestingAllocations,
  type IgnitionParameters,
} from "../src/deployment/parameters.js";
import ERC4626 from "./modules/ERC4626.js";
import ERC7540 from "./modules/ERC7540.js";
import Example from "./modules/Example.js";
import LocalExample from "./modules/LocalExample.js";
import { buildVesting } from "./modules/Vesting.js";

export interface DeployOptions {
  /**
   * Names Ignition's journals, from which an interrupted deployment goes on: this one, and one with `-vesting` behind
   * it. Nothing is kept on an in-process chain.
   */
  readonly deploymentId?: string;
  /** Shows Ignition's progress. */
  readonly displayUi?: boolean;
  /** Puts the journal of that name right after `error`; tells whether another attempt is worth it. */
  readonly recover?: (error: unknown, deploymentId: string) => Promise<boolean>;
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
  const parameters = buildParameters(dao, vestingWallets);
  return await collect(await attempt(connection, MODULES[dao.vault.kind], parameters, options), vestingWallets);
}

/** One for each kind of vault. */
const MODULES = {
  "local-example": LocalExample,
  example: Example,
  erc4626: ERC4626,
  erc7540: ERC7540,
} as const;

async function deployVesting(connection: NetworkConnection, dao: DaoConfig, options: DeployOptions): Promise<string[]> {
  const count = vestingAllocations(dao).length;
  if (count === 0) return [];
  // A journal of its own: Ignition takes another module's unfinished steps for failures.
  const { deploymentId, ...rest } = options;
  const own = deploymentId === undefined ? rest : { ...rest, deploymentId: `${deploymentId}-vesting` };
  const wallets = await attempt(connection, buildVesting(count), buildVestingParameters(dao), own);
  return await Promise.all(
    Array.from({ length: count }, (_, index) => addressOf(wallets[`wallet${index}`], `wallet${index}`)),
  );
}

async function attempt(
  connection: NetworkConnection,
  module: IgnitionModule,
  parameters: IgnitionParameters,
  { recover, ...options }: DeployOptions,
): Promise<Deployed> {
  for (;;) {
    try {
      return await connection.ignition.deploy(module, { ...options, parameters });
    } catch (error) {
      if (!(await recover?.(error, options.deploymentId ?? ""))) throw error;
    }
  }
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
    fallbackGate: await at("fallbackGate"),
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
