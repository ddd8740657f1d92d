import type { NetworkConnection } from "hardhat/types/network";
import { id as roleId, MaxUint256, ZeroAddress } from "ethers";

import {
  ERC4626Strategy__factory,
  ExampleVault__factory,
  GovernanceToken__factory,
  MarketMock__factory,
  TimelockController__factory,
  TribuneGovernor__factory,
  WETHMock__factory,
  type ExampleVault,
  type GovernanceToken,
  type TimelockController,
  type TribuneGovernor,
  type WETHMock,
} from "../../types/index.js";
import type { DaoConfig } from "../config/schema.js";
import { connectExample, connectProtocol } from "../deployment/contracts.js";
import { governorSettings } from "../deployment/parameters.js";
import { assembleCast, type Actor, type Cast } from "./cast.js";
import { Gauge } from "./gauge.js";
import { Run, type RunName } from "./run.js";
import type { Stage } from "./stage.js";

/** What every DAO of a story has: votes, a Governor, and the example vault in the timelock's hands. */
export interface World {
  readonly run: Run;
  readonly cast: Cast;
  readonly dao: DaoConfig;
  readonly token: GovernanceToken;
  readonly governor: TribuneGovernor;
  readonly timelock: Pick<TimelockController, "getTimestamp">;
  readonly vault: ExampleVault;
  readonly asset: WETHMock;
  /** What the story's stakers hold, in the order of their deposits. */
  readonly stakes: readonly Stake[];
}

/** A staker's deposit. */
export interface Stake {
  readonly staker: Actor;
  /** [asset units] */
  readonly assets: bigint;
  /** What the vault gave for it. [shares] */
  readonly shares: bigint;
}

/** The DAO with dual governance, deployed as for real, and stakers who have deposited and approved the escrow. */
export async function openProtectedWorld(stage: Stage, name: RunName, deposits: readonly bigint[]) {
  const { dao } = stage;
  const connection = await stage.createChain();
  stage.audience.onBusy("Deploying the DAO with dual governance …");
  const addresses = await stage.deploy(connection, dao);
  if (addresses.example === undefined) throw new Error("the story needs the example vault");
  const cast = await assembleCast(connection);
  const { signer } = cast.deployer;
  const { token, governor, timelock, escrow, gate } = connectProtocol(addresses, signer);
  const { vault } = connectExample(addresses.vault, addresses.example, signer);
  const asset = WETHMock__factory.connect(addresses.example.asset, signer);
  await delegateVotes(token, cast);
  const stakes = await deposit(cast, vault, asset, deposits);
  for (const { staker } of stakes) await vault.connect(staker.signer).approve(escrow, MaxUint256);
  const run = await Run.begin(stage.audience, connection, name);
  const gauge = new Gauge(gate, timelock);
  await run.watch(gauge);
  stage.enter(run);
  return { run, cast, dao, token, governor, timelock, vault, asset, stakes, escrow, gate, gauge };
}

export type ProtectedWorld = Awaited<ReturnType<typeof openProtectedWorld>>;

/**
 * The same DAO on OpenZeppelin's own `TimelockController`: same votes, same settings, same base delay, same vault, and
 * nobody between the vote and its execution.
 */
export async function openOrdinaryWorld(stage: Stage, name: RunName, deposits: readonly bigint[]) {
  const { dao } = stage;
  const connection = await stage.createChain();
  stage.audience.onBusy("Deploying the same DAO on an ordinary timelock …");
  const cast = await assembleCast(connection);
  const parts = await deployOrdinaryDao(connection, cast, dao);
  await delegateVotes(parts.token, cast);
  const stakes = await deposit(cast, parts.vault, parts.asset, deposits);
  const run = await Run.begin(stage.audience, connection, name);
  stage.enter(run);
  return { run, cast, dao, stakes, ...parts };
}

export type OrdinaryWorld = Awaited<ReturnType<typeof openOrdinaryWorld>>;

async function deployOrdinaryDao(connection: NetworkConnection, cast: Cast, dao: DaoConfig) {
  if (dao.vault.kind !== "local-example") throw new Error("the story needs the example vault");
  const { signer } = cast.deployer;
  // Tokens that vest do not vote; here their holder simply never delegates.
  const minted = dao.token.allocations.map(({ holder, amount }) => ({ holder, amount }));
  const token = await new GovernanceToken__factory(signer).deploy(dao.token.name, dao.token.symbol, minted);
  const timelock = await new TimelockController__factory(signer).deploy(
    dao.timelock.delay,
    [],
    [ZeroAddress],
    signer.address,
  );
  const governor = await new TribuneGovernor__factory(signer).deploy(dao.name, token, timelock, governorSettings(dao));
  const asset = await new WETHMock__factory(signer).deploy();
  const market = await new MarketMock__factory(signer).deploy(asset);
  const strategy = await new ERC4626Strategy__factory(signer).deploy(market);
  const { name, symbol, fee } = dao.vault;
  const vault = await new ExampleVault__factory(signer).deploy(
    asset,
    name,
    symbol,
    timelock,
    fee,
    strategy,
    ZeroAddress,
  );
  await strategy.bindVault(vault);
  await grantToGovernor(timelock, governor);
  await timelock.renounceRole(await timelock.DEFAULT_ADMIN_ROLE(), signer);
  return { token, timelock, governor, vault, asset };
}

async function grantToGovernor(timelock: TimelockController, governor: TribuneGovernor): Promise<void> {
  await timelock.grantRole(roleId("PROPOSER_ROLE"), governor);
  await timelock.grantRole(roleId("CANCELLER_ROLE"), governor);
}

/** Votes count from delegation on; in a DAO that lives, this has long been done. */
async function delegateVotes(token: GovernanceToken, { majority, minority }: Cast): Promise<void> {
  for (const { signer } of [majority, minority]) await token.connect(signer).delegate(signer);
}

/** Stakers deposit, one after the other, and the vault puts everything to work. */
async function deposit(
  cast: Cast,
  vault: ExampleVault,
  asset: WETHMock,
  deposits: readonly bigint[],
): Promise<Stake[]> {
  const stakes: Stake[] = [];
  for (const [index, assets] of deposits.entries()) {
    const staker = cast.stakers[index];
    if (staker === undefined) throw new Error(`the chain has no account for staker ${index + 1}`);
    const { signer } = staker;
    await asset.connect(signer).deposit({ value: assets });
    await asset.connect(signer).approve(vault, assets);
    await vault.connect(signer).deposit(assets, signer);
    stakes.push({ staker, assets, shares: await vault.balanceOf(signer) });
  }
  await vault.connect(cast.anyone.signer).invest();
  return stakes;
}
