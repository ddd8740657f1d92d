import { MaxUint256, parseEther } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import {
  IERC4626__factory,
  OperatorVault__factory,
  WETHMock__factory,
  type OperatorRegistry,
  type OperatorVault,
} from "../../../types/index.js";
import { connectPool } from "../../protocol/contracts.js";
import { readRegistered } from "../../protocol/state/operators.js";
import type { LayoutName } from "../../staking/layouts.js";
import { proveState, type Wanted } from "../../staking/proveState.js";
import { packKeys, packPlaces, placesIn } from "../../staking/prover/keySet.js";
import type { Actor } from "../accounts.js";
import { createAccounts } from "../accounts.js";
import type { StoryContext } from "../scenario.js";
import type { RunName } from "../scenarioRun.js";
import { deployProtectedDao, deposit, startRun } from "../worlds.js";
import { BeaconChain, pubkeyOf, type Told } from "./beaconChain.js";

/** Keys of the twelve operators of `config/pool.ts`: 24 in all. */
const KEYS = [3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1] as const;
const SIGNATURE = `0x${"51".repeat(96)}`;
/** Until the keys may be made to exit: 256 epochs, and some. [seconds] */
const GROWING_UP = 3 * 86_400;

/** An operator of the pool's, and what its validators pay to. */
export interface StakingOperator {
  readonly id: bigint;
  readonly vault: OperatorVault;
  readonly owner: Actor;
}

/** A pool whose operators run validators. */
export interface StakedPool {
  readonly chain: BeaconChain;
  readonly operators: readonly StakingOperator[];
  readonly registry: OperatorRegistry;
}

/** What stands before anybody acts: stakers have deposited, and twelve operators run 24 validators that were proven. */
export async function deployStakedPool(context: StoryContext, deposits: readonly bigint[]) {
  const dao = context.poolDao;
  const connection = await context.createChain();
  const accounts = await createAccounts(connection);
  const { addresses, ...parts } = await deployProtectedDao(context, connection, accounts, dao);
  if (addresses.pool === undefined) throw new Error("the story needs a staking pool");
  context.listener.onBusy("Twelve operators start their validators …");
  const { signer } = accounts.deployer;
  const { pool, registry } = connectPool(addresses.vault, addresses.pool, signer);
  const asset = WETHMock__factory.connect(addresses.pool.weth, signer);
  const vault = IERC4626__factory.connect(addresses.vault, signer);
  const stakes = await deposit(accounts, vault, asset, deposits);
  for (const { staker } of stakes) await vault.connect(staker.signer).approve(parts.escrow, MaxUint256);
  const chain = new BeaconChain(connection, addresses.pool.depositContract);
  const operators = await readOperators(registry, accounts.signers);
  const staked: StakedPool = { chain, operators, registry };
  await startValidators(staked, accounts.anyone);
  await connection.networkHelpers.time.increase(GROWING_UP);
  await checkVaults(staked, accounts.anyone);
  return { connection, accounts, dao, addresses, pool, vault, asset, stakes, ...staked, ...parts };
}

/** The DAO of `config/pool.ts`, deployed as for real, with validators, and a run over it that begins now. */
export async function openPoolWorld(context: StoryContext, name: RunName, deposits: readonly bigint[]) {
  const { connection, ...world } = await deployStakedPool(context, deposits);
  return { ...world, ...(await startRun(context, connection, name, world)) };
}

export type PoolWorld = Awaited<ReturnType<typeof openPoolWorld>>;

async function readOperators(
  registry: OperatorRegistry,
  signers: ReadonlyMap<string, HardhatEthersSigner>,
): Promise<StakingOperator[]> {
  return (await readRegistered(registry, "all")).map(({ id, view }) => {
    const signer = signers.get(view.owner);
    if (signer === undefined) throw new Error(`the chain cannot act for operator ${id}`);
    return {
      id,
      vault: OperatorVault__factory.connect(view.vault, signer),
      owner: { name: `operator ${id}`, signer },
    };
  });
}

/** 1 ETH of each operator's for every key, then 31 of the pool's. */
async function startValidators({ chain, operators }: StakedPool, actor: Actor): Promise<void> {
  let made = 0;
  for (const [place, { vault, owner }] of operators.entries()) {
    for (let key = 0; key < (KEYS[place] ?? 1); key++) {
      const value = parseEther("1");
      await vault.connect(owner.signer).predeposit(pubkeyOf(++made), SIGNATURE, { value });
    }
  }
  const told = await chain.tell();
  for (const { vault } of operators) {
    const keys = chain.validatorsOf(await vault.withdrawalCredentials());
    const proof = recentProof(told, { fields: keys.map(({ index }) => index), balances: [] });
    await vault.connect(actor.signer).activate(packKeys(keys.map(({ pubkey }) => pubkey)), proof);
  }
}

/** `RecentProof` of contracts/types/Staking.sol. */
export function recentProof({ timestamp, header, states }: Told, wanted: Wanted) {
  return { timestamp, header, proof: proveState(states.electra, "electra", wanted).proof };
}

/** A whole checkpoint of every vault, by anybody. */
export async function checkVaults({ chain, operators }: StakedPool, { signer }: Actor): Promise<void> {
  const told = await chain.tell(...operators.map(({ vault }) => vault.connect(signer).start));
  for (const { vault } of operators) {
    const { left } = await vault.checkpoint();
    // Without keys it is over as soon as it has begun.
    if (left === 0n) continue;
    await vault.connect(signer).open(told.header, told.executedAt);
    const { proof, places } = await checkpointProof(chain, told, vault);
    await vault.connect(signer).prove(proof, places);
  }
}

/** Of all keys that are left: balances, and fields where the contract asks for them. */
export async function checkpointProof(
  chain: BeaconChain,
  told: Told,
  vault: OperatorVault,
  layout: LayoutName = "electra",
) {
  const { left } = await vault.checkpoint();
  const { inFlight } = await vault.keySets();
  const keys = await Promise.all(
    placesIn(left).map(async (place) => ({ place, index: Number(await vault.indexAt(place)) })),
  );
  keys.sort((one, other) => one.index - other.index);
  const isFull = ({ index }: { index: number }) => inFlight !== 0n || chain.at(index).balance === 0n;
  const wanted = { fields: keys.filter(isFull).map(({ index }) => index), balances: keys.map(({ index }) => index) };
  return {
    proof: proveState(told.states[layout], layout, wanted).proof,
    places: packPlaces(keys.map(({ place }) => place)),
  };
}
