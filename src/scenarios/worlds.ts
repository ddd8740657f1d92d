import type { NetworkConnection } from "hardhat/types/network";
import { MaxUint256, ZeroAddress } from "ethers";

import {
  ERC4626Strategy__factory,
  ExampleVault__factory,
  GovernanceToken__factory,
  MarketMock__factory,
  TimelockController__factory,
  TribuneGovernor__factory,
  WETHMock__factory,
  type DualGovernance,
  type DualGovernanceTimelock,
  type ExampleVault,
  type GovernanceToken,
  type IERC4626,
  type TimelockController,
  type TribuneGovernor,
  type WETHMock,
} from "../../types/index.js";
import type { CommitteeConfig, FoundedDao } from "../config/schema.js";
import { unitsOfSeed, WETH_DECIMALS } from "../config/seed.js";
import { locateCommittees } from "../deployment/provideCommittees.js";
import { connectBodies, connectExample, connectProtocol } from "../protocol/contracts.js";
import { governorSettings } from "../deployment/parameters.js";
import { ROLES } from "../protocol/roles.js";
import { createSafe } from "../safe/createSafe.js";
import { provideSafeContracts } from "../safe/provide.js";
import { createAccounts, type Actor, type Accounts } from "./accounts.js";
import { gatherCommittee, seatCommittees, type Committee } from "./committeeSteps.js";
import { Gauge } from "./gauge.js";
import { Run, type RunName } from "./scenarioRun.js";
import type { StoryContext } from "./scenario.js";

/** Who decides, and how. */
export interface DaoWorld {
  readonly run: Run;
  readonly accounts: Accounts;
  readonly dao: FoundedDao;
  readonly token: GovernanceToken;
  readonly governor: TribuneGovernor;
  readonly timelock: Pick<TimelockController, "getTimestamp">;
}

/** What every DAO of a story has: votes, a Governor, and the example vault in the timelock's hands. */
export interface World extends DaoWorld {
  readonly vault: ExampleVault;
  readonly asset: WETHMock;
  /** What the DAO itself has put in. [asset units] */
  readonly seed: bigint;
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
export async function openProtectedWorld(
  context: StoryContext,
  name: RunName,
  deposits: readonly bigint[],
  options: GateOptions = {},
) {
  const { dao } = context;
  const connection = await context.createChain();
  const accounts = await createAccounts(connection);
  const { addresses, ...parts } = await deployProtectedDao(context, connection, accounts, dao);
  if (addresses.example === undefined) throw new Error("the story needs the example vault");
  const { signer } = accounts.deployer;
  const { vault } = connectExample(addresses.vault, addresses.example, signer);
  const asset = WETHMock__factory.connect(addresses.example.asset, signer);
  const seed = seedOf(dao);
  const stakes = await deposit(accounts, vault, asset, besides(seed, deposits));
  await vault.connect(accounts.anyone.signer).invest();
  for (const { staker } of stakes) await vault.connect(staker.signer).approve(parts.escrow, MaxUint256);
  const { run, gauge } = await startRun(context, connection, name, parts, options);
  return { run, gauge, accounts, dao, vault, asset, seed, stakes, ...parts };
}

export type ProtectedWorld = Awaited<ReturnType<typeof openProtectedWorld>>;

/** What the DAO has put into the example vault itself. [asset units] */
function seedOf({ vault }: FoundedDao): bigint {
  if (vault.kind !== "local-example") throw new Error("the story needs the example vault");
  return unitsOfSeed(vault.seed, WETH_DECIMALS);
}

/** The last depositor leaves room for the seed, so that all together are what the story says. [asset units] */
const besides = (seed: bigint, deposits: readonly bigint[]): bigint[] =>
  deposits.map((assets, index) => (index === deposits.length - 1 ? assets - seed : assets));

/** How a story looks at the gate. */
export interface GateOptions {
  /** What the gate that takes its place amounts to, if one does; null for none at all. */
  readonly fallback?: "FallbackGate" | null;
}

/** Contracts, bodies and votes of a DAO with dual governance, around whatever vault its configuration names. */
export async function deployProtectedDao(
  context: StoryContext,
  connection: NetworkConnection,
  accounts: Accounts,
  dao: FoundedDao,
) {
  context.listener.onBusy("Deploying the DAO with dual governance …");
  const addresses = await context.deploy(connection, dao);
  const { signer } = accounts.deployer;
  const { token, governor, timelock, escrow, gate, fallbackGate } = connectProtocol(addresses, signer);
  const { breaker, tiebreaker } = connectBodies(addresses.bodies, signer);
  await delegateVotes(token, accounts);
  const committees = seatCommittees(accounts, locateCommittees(dao, addresses.bodies));
  return { addresses, token, governor, timelock, escrow, gate, fallbackGate, breaker, tiebreaker, committees };
}

/** Preparations are over: the run begins, and watches the gate. */
export async function startRun(
  context: StoryContext,
  connection: NetworkConnection,
  name: RunName,
  { gate, timelock }: { readonly gate: DualGovernance; readonly timelock: DualGovernanceTimelock },
  { fallback }: GateOptions = {},
) {
  const run = await Run.begin(context.listener, connection, name);
  const gauge = new Gauge(gate, timelock, fallback);
  await run.watch(gauge);
  context.enter(run);
  return { run, gauge };
}

/**
 * The same DAO on OpenZeppelin's own `TimelockController`: same votes, same settings, same base delay, same vault and
 * seed, and nobody between the vote and its execution but the guardians that are given.
 * @param cancellers Committees that may cancel what the timelock holds.
 */
export async function openOrdinaryWorld(
  context: StoryContext,
  name: RunName,
  deposits: readonly bigint[],
  cancellers: readonly CommitteeConfig[] = [],
) {
  const { dao } = context;
  const connection = await context.createChain();
  context.listener.onBusy("Deploying the same DAO on an ordinary timelock …");
  const accounts = await createAccounts(connection);
  const parts = await deployOrdinaryDao(connection, accounts, dao, cancellers);
  await delegateVotes(parts.token, accounts);
  const seed = seedOf(dao);
  await parts.asset.deposit({ value: seed });
  await parts.asset.approve(parts.vault, seed);
  await parts.vault.deposit(seed, parts.timelock);
  const stakes = await deposit(accounts, parts.vault, parts.asset, besides(seed, deposits));
  await parts.vault.connect(accounts.anyone.signer).invest();
  const run = await Run.begin(context.listener, connection, name);
  context.enter(run);
  return { run, accounts, dao, seed, stakes, ...parts };
}

export type OrdinaryWorld = Awaited<ReturnType<typeof openOrdinaryWorld>>;

async function deployOrdinaryDao(
  connection: NetworkConnection,
  accounts: Accounts,
  dao: FoundedDao,
  cancellers: readonly CommitteeConfig[],
) {
  if (dao.vault.kind !== "local-example") throw new Error("the story needs the example vault");
  const { signer } = accounts.deployer;
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
  const guardians = await createGuardians(accounts, cancellers);
  for (const { safe } of guardians) await timelock.grantRole(ROLES.canceller, safe);
  await timelock.renounceRole(await timelock.DEFAULT_ADMIN_ROLE(), signer);
  return { token, timelock, governor, vault, asset, guardians };
}

async function createGuardians(accounts: Accounts, committees: readonly CommitteeConfig[]): Promise<Committee[]> {
  const { signer } = accounts.deployer;
  if (committees.length > 0) await provideSafeContracts(signer);
  const guardians: Committee[] = [];
  for (const committee of committees) {
    const plan = { ...committee, salt: BigInt(guardians.length) };
    guardians.push(gatherCommittee(accounts, "guardian", committee, await createSafe(signer, plan)));
  }
  return guardians;
}

async function grantToGovernor(timelock: TimelockController, governor: TribuneGovernor): Promise<void> {
  await timelock.grantRole(ROLES.proposer, governor);
  await timelock.grantRole(ROLES.canceller, governor);
}

/** Votes count from delegation on; in a DAO that lives, this has long been done. */
async function delegateVotes(token: GovernanceToken, { majority, minority }: Accounts): Promise<void> {
  for (const { signer } of [majority, minority]) await token.connect(signer).delegate(signer);
}

/** Stakers deposit, one after the other. */
export async function deposit(
  accounts: Accounts,
  vault: IERC4626,
  asset: WETHMock,
  deposits: readonly bigint[],
): Promise<Stake[]> {
  const stakes: Stake[] = [];
  for (const [index, assets] of deposits.entries()) {
    const staker = accounts.stakers[index];
    if (staker === undefined) throw new Error(`the chain has no account for staker ${index + 1}`);
    const { signer } = staker;
    await asset.connect(signer).deposit({ value: assets });
    await asset.connect(signer).approve(vault, assets);
    await vault.connect(signer).deposit(assets, signer);
    stakes.push({ staker, assets, shares: await vault.balanceOf(signer) });
  }
  return stakes;
}
