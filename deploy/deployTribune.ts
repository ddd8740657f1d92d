import type { IgnitionModule } from "@nomicfoundation/ignition-core";
import type { Provider } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { DaoConfig } from "../src/config/schema.js";
import { unitsOfSeed, WETH_DECIMALS } from "../src/config/seed.js";
import { readDecimals } from "../src/config/vaultFacts.js";
import { provideCommittees, readTerms } from "../src/deployment/bodies.js";
import type { BodyAddresses, TribuneAddresses } from "../src/protocol/addresses.js";
import type { Seated } from "../src/protocol/committees/seats.js";
import {
  buildParameters,
  buildVestingParameters,
  vestingAllocations,
  type IgnitionParameters,
} from "../src/deployment/parameters.js";
import { SentenceError } from "../src/protocol/errors.js";
import { buildTribune } from "./modules/Tribune.js";
import { buildVesting } from "./modules/Vesting.js";

export interface DeployOptions {
  /**
   * Names Ignition's journals, from which an interrupted deployment goes on: this one, and one with `-vesting` behind
   * it. Nothing is kept on an in-process chain.
   */
  readonly deploymentId?: string;
  /**
   * The chain's newest block when the deployment began, from which terms count: the same for every attempt. The newest
   * one by default.
   */
  readonly firstBlock?: number;
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
  { firstBlock, ...options }: DeployOptions = {},
): Promise<TribuneAddresses> {
  const { ethers, networkName } = connection;
  const [signer] = await ethers.getSigners();
  if (signer === undefined) throw new SentenceError(`The network ${networkName} has no account to deploy from.`);
  const began = firstBlock ?? (await ethers.provider.getBlockNumber());
  const terms = await readTerms(dao, ethers.provider, began);
  const committees = await provideCommittees(signer, dao, began);
  const vestingWallets = await deployVesting(connection, dao, options);
  const seed = await readSeed(dao, ethers.provider);
  const parameters = buildParameters(dao, vestingWallets, committees, terms, seed);
  const contracts = await attempt(connection, buildTribune(dao), parameters, options);
  return await collect(contracts, committees, vestingWallets);
}

/** [asset units] */
async function readSeed({ vault }: DaoConfig, provider: Provider): Promise<bigint> {
  switch (vault.kind) {
    case "local-example":
      return unitsOfSeed(vault.seed, WETH_DECIMALS);
    case "example":
      return unitsOfSeed(vault.seed, await readDecimals(vault.asset, provider));
    case "erc4626":
    case "erc7540":
    case "own":
      return 0n;
  }
}

async function deployVesting(
  connection: NetworkConnection,
  dao: DaoConfig,
  options: Omit<DeployOptions, "firstBlock">,
): Promise<string[]> {
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
  { recover, ...options }: Omit<DeployOptions, "firstBlock">,
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

async function collect(
  contracts: Deployed,
  committees: Seated<string>,
  vestingWallets: readonly string[],
): Promise<TribuneAddresses> {
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
    bodies: await collectBodies(contracts, committees),
    vestingWallets,
  };
}

async function collectBodies(
  { breaker, tiebreaker }: Deployed,
  { emergency, circuitBreaker, tiebreaker: seats }: Seated<string>,
): Promise<BodyAddresses> {
  return {
    ...(emergency && { emergency }),
    ...(breaker && circuitBreaker && { circuitBreaker: { breaker: await breaker.getAddress(), ...circuitBreaker } }),
    ...(tiebreaker && seats && { tiebreaker: { committee: await tiebreaker.getAddress(), ...seats } }),
  };
}

async function addressOf(contract: Deployed[string], name: string): Promise<string> {
  if (contract === undefined) throw new Error(`the deployment has no ${name}`);
  return await contract.getAddress();
}
