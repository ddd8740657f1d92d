import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import standard from "../../config/default.js";
import { modules } from "../../deploy/modules.js";
import { parseDao } from "../../src/config/parse.js";
import type { DaoDefinition } from "../../src/config/schema.js";
import { deployTribune as deploySystem } from "../../src/deployment/deployTribune.js";
import { connectBodies, connectExample, connectProtocol } from "../../src/protocol/contracts.js";
import { MarketMock__factory, WETHMock__factory } from "../../types/index.js";

export type Connection = NetworkConnection;

/**
 * A configuration over the default one, section by section:
 * `{ vault: { kind: "erc4626", address } }`, or `{ timelock: { ...standard.timelock, delay: "3 d" } }`.
 */
export type Overrides = Partial<DaoDefinition>;

/** Who plays in the default configuration: the accounts of the in-process chain, in order. */
export interface Players {
  /** Deploys, and holds nothing afterwards. */
  readonly deployer: HardhatEthersSigner;
  /** Holds 60 % of the votes. */
  readonly majority: HardhatEthersSigner;
  /** Holds 30 % of the votes. */
  readonly minority: HardhatEthersSigner;
  /** Beneficiary of the vesting wallet, which holds 10 % of the votes. */
  readonly contributor: HardhatEthersSigner;
  /** Have nothing yet: see `stake`. */
  readonly stakers: readonly HardhatEthersSigner[];
  /** Has nothing and no role. */
  readonly stranger: HardhatEthersSigner;
}

export async function getPlayers(connection: Connection): Promise<Players> {
  const [deployer, majority, minority, contributor, stranger, ...stakers] = await connection.ethers.getSigners();
  if (!deployer || !majority || !minority || !contributor || !stranger) throw new Error("too few accounts");
  return { deployer, majority, minority, contributor, stranger, stakers };
}

/**
 * The whole system around a vault of any kind, through the modules and parameters of a real deployment. Contracts are
 * connected to the deployer.
 */
export async function deployProtocol(connection: Connection, overrides: Overrides = {}) {
  // A vault that exists names nothing that the circuit breaker could pause.
  const isExample = overrides.vault === undefined || "name" in overrides.vault;
  const circuitBreaker = isExample ? standard.circuitBreaker : undefined;
  const dao = parseDao({ ...standard, circuitBreaker, ...overrides }, "the test's configuration");
  const players = await getPlayers(connection);
  const firstBlock = await connection.ethers.provider.getBlockNumber();
  const addresses = await deploySystem(connection, dao, { modules, firstBlock });
  const contracts = {
    ...connectProtocol(addresses, players.deployer),
    ...connectBodies(addresses.bodies, players.deployer),
  };
  return { ...players, ...contracts, dao, addresses, firstBlock, connection };
}

/** The whole system around the example vault, with stand-ins for WETH and for the market. */
export async function deployTribune(connection: Connection, overrides: Omit<Overrides, "vault"> = {}) {
  const protocol = await deployProtocol(connection, overrides);
  const { addresses, deployer } = protocol;
  if (addresses.example === undefined) throw new Error("the example vault was not deployed");
  const { vault, strategy } = connectExample(addresses.vault, addresses.example, deployer);
  const asset = WETHMock__factory.connect(addresses.example.asset, deployer);
  const market = MarketMock__factory.connect(addresses.example.market, deployer);
  return { ...protocol, vault, strategy, asset, market };
}

export type Tribune = Awaited<ReturnType<typeof deployTribune>>;

/**
 * `staker` wraps ETH, deposits it, and lets the escrow take the shares.
 * @param assets Default 1 WETH. [asset units]
 * @returns The shares the staker got. [shares]
 */
export async function stake(
  { asset, vault, escrow }: Pick<Tribune, "asset" | "vault" | "escrow">,
  staker: HardhatEthersSigner,
  assets: bigint = 10n ** 18n,
): Promise<bigint> {
  const before = await vault.balanceOf(staker);
  await asset.connect(staker).deposit({ value: assets });
  await asset.connect(staker).approve(vault, assets);
  await vault.connect(staker).deposit(assets, staker);
  await vault.connect(staker).approve(escrow, 2n ** 256n - 1n);
  return (await vault.balanceOf(staker)) - before;
}
