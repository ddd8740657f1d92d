import type { IgnitionModule } from "@nomicfoundation/ignition-core";
import type { Provider } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { isAdopting, type DaoConfig } from "../config/schema.js";
import { unitsOfSeed, WETH_DECIMALS } from "../config/seed.js";
import { readDecimals } from "../config/vaultFacts.js";
import type { BodyAddresses, PoolAddresses, TribuneAddresses } from "../protocol/addresses.js";
import type { Seated } from "../protocol/committees/seats.js";
import { SentenceError } from "../protocol/errors.js";
import { readForeignGovernor } from "../protocol/foreignGovernor.js";
import { provideCommittees, type BuildSafes } from "./provideCommittees.js";
import { readPatience, type Patience } from "./confirmations.js";
import { ignite, type Deployed, type Ignition } from "./ignite.js";
import { buildParameters, buildVestingParameters, vestingAllocations } from "./parameters.js";
import { provideStandIns } from "./standIns.js";
import { readTerms } from "./terms.js";

/** Build Ignition's modules; `deploy/` has them. */
export interface Modules {
  /** Gives nothing: where a Safe stands follows from its plan. */
  readonly buildSafes: BuildSafes;
  /** Gives `wallet0` and so on. */
  readonly buildVesting: (count: number) => IgnitionModule;
  /** Gives every contract of `TribuneAddresses` by its name there. */
  readonly buildTribune: (dao: DaoConfig) => IgnitionModule;
}

export interface DeployOptions {
  readonly modules: Modules;
  /**
   * The chain's newest block when the deployment began, from which terms count: the same for every attempt. The newest
   * one by default.
   */
  readonly firstBlock?: number;
  /** As the chain asks for by default. */
  readonly patience?: Patience;
  readonly safes?: Ignition;
  readonly vesting?: Ignition;
  readonly tribune?: Ignition;
}

/**
 * Deploys a DAO that has been parsed and checked. The first account of the network is the deployer, and holds nothing
 * afterwards.
 */
export async function deployTribune(
  connection: NetworkConnection,
  dao: DaoConfig,
  options: DeployOptions,
): Promise<TribuneAddresses> {
  const { ethers, networkName } = connection;
  const [signer] = await ethers.getSigners();
  if (signer === undefined) throw new SentenceError(`The network ${networkName} has no account to deploy from.`);
  const patience = options.patience ?? (await readPatience(connection.provider));
  const began = options.firstBlock ?? (await ethers.provider.getBlockNumber());
  const terms = await readTerms(dao, ethers.provider, began);
  const safes = { build: options.modules.buildSafes, ...options.safes, patience };
  const committees = await provideCommittees(connection, signer, dao, began, safes);
  // A journal of its own: Ignition takes another module's unfinished steps for failures.
  const vestingWallets = await deployVesting(connection, signer.address, dao, options, patience);
  const seed = await readSeed(dao, ethers.provider);
  if (dao.vault.kind === "pool") await provideStandIns(connection);
  const oldTimelock = await findOldTimelock(dao, ethers.provider);
  const parameters = buildParameters(dao, { vestingWallets, oldTimelock }, committees, terms, seed);
  const module = options.modules.buildTribune(dao);
  const contracts = await ignite(connection, signer.address, module, parameters, { ...options.tribune, patience });
  return {
    ...(await collect(contracts, committees, vestingWallets)),
    ...(oldTimelock !== undefined && { oldTimelock }),
  };
}

/** What the Governor of a DAO that exists obeys. */
async function findOldTimelock(dao: DaoConfig, provider: Provider): Promise<string | undefined> {
  if (!isAdopting(dao)) return undefined;
  const found = dao.oldTimelock ?? (await readForeignGovernor(dao.governor.address, provider)).timelock;
  if (found === undefined) throw new SentenceError(`The Governor ${dao.governor.address} tells no timelock.`);
  return found;
}

/** What a vault that is made is seeded with; 0 for one that exists. [asset units] */
export async function readSeed({ vault }: DaoConfig, provider: Provider): Promise<bigint> {
  switch (vault.kind) {
    case "local-example":
    case "test-example":
    case "pool":
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
  deployer: string,
  dao: DaoConfig,
  { modules, vesting }: DeployOptions,
  patience: Patience,
): Promise<string[]> {
  const count = vestingAllocations(dao).length;
  if (count === 0) return [];
  const module = modules.buildVesting(count);
  const parameters = buildVestingParameters(dao);
  const wallets = await ignite(connection, deployer, module, parameters, { ...vesting, patience });
  return await Promise.all(
    Array.from({ length: count }, (_, index) => addressOf(wallets[`wallet${index}`], `wallet${index}`)),
  );
}

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
    pool: await collectPool(contracts),
    bodies: await collectBodies(contracts, committees),
    vestingWallets,
  };
}

async function collectPool(contracts: Deployed): Promise<PoolAddresses | undefined> {
  if (contracts.registry === undefined) return undefined;
  return {
    registry: await addressOf(contracts.registry, "registry"),
    operatorVault: await addressOf(contracts.operatorVault, "operatorVault"),
    weth: await addressOf(contracts.weth, "weth"),
    depositContract: await addressOf(contracts.depositContract, "depositContract"),
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
