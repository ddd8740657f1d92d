import { OperatorVault__factory, type OperatorVault } from "../../../types/index.js";
import { DAY, ETHER } from "../../model/units.js";
import { packKeys, packPlaces } from "../../staking/prover/keySet.js";
import { act, StepError } from "../world/act.js";
import type { World } from "../world/world.js";
import { EXECUTED_AT } from "./sketch.js";
import type { Staking } from "./staking.js";

/** What the newcomer's first key gets in the vault. */
const PLACE = packPlaces([0]);

export function stakingOf({ staking }: Pick<World, "staking">): Staking {
  if (staking === undefined) throw new StepError("There is no staking pool.");
  return staking;
}

/** `RecentProof` of contracts/types/Staking.sol, for the state that the copy is told of. */
export async function recentProof(
  { snapshot, ...world }: Pick<World, "snapshot" | "staking">,
  key: "active" | "fresh",
) {
  const { sketch } = stakingOf(world);
  const wanted = [sketch[key].index];
  const timestamp = await snapshot.now();
  return { timestamp, header: sketch.header, proof: sketch.prove({ fields: wanted, balances: wanted }) };
}

/** The vault that is looked at. */
const vaultIn = ({ provider, ...world }: Pick<World, "provider" | "staking">): OperatorVault =>
  OperatorVault__factory.connect(stakingOf(world).operators[0].vault, { provider });

async function callVault(world: World, method: string, args: readonly unknown[] = []): Promise<void> {
  await act(world.snapshot, world.stranger, vaultIn(world), method, args);
}

/** 96 bytes in the place of a signature: on the copy nobody looks at it. */
export const SIGNATURE = `0x${"51".repeat(96)}`;

/** The newcomer deposits for two keys, 1 ETH each; anybody announces one of them. */
export async function predeposit(world: World): Promise<void> {
  const { sketch, operators } = stakingOf(world);
  const [{ owner, vault }] = operators;
  for (const { pubkey } of [sketch.active, sketch.fresh]) {
    const data = vaultIn(world).interface.encodeFunctionData("predeposit", [pubkey, SIGNATURE]);
    const sent = await world.snapshot.send({ from: owner, to: vault, data, value: ETHER });
    if (!sent.ok) throw new StepError(`predeposit of ${vault} by ${owner} reverts: ${sent.why}.`);
  }
  await callVault(world, "announce", [await recentProof(world, "active")]);
}

/** The pool stakes for one of them. */
async function activate(world: World): Promise<void> {
  await predeposit(world);
  const { sketch } = stakingOf(world);
  await callVault(world, "activate", [packKeys([sketch.active.pubkey]), await recentProof(world, "active")]);
}

async function start(world: World): Promise<void> {
  await activate(world);
  await callVault(world, "start");
}

export const openArguments = (world: Pick<World, "staking">): unknown[] => [
  stakingOf(world).sketch.header,
  EXECUTED_AT,
];

async function open(world: World): Promise<void> {
  await start(world);
  await callVault(world, "open", openArguments(world));
}

export function proveArguments(world: Pick<World, "staking">): unknown[] {
  const { sketch } = stakingOf(world);
  const wanted = [sketch.active.index];
  return [sketch.prove({ fields: wanted, balances: wanted }), PLACE];
}

/** What the key holds is shown: 1 ETH more than it was given. */
async function prove(world: World): Promise<void> {
  await open(world);
  await callVault(world, "prove", proveArguments(world));
}

/** What each keeps, so that there is somebody who could ask for more. [shares] */
const KEPT = 10n ** 21n;

/** Everybody who is known wants together more than is idle, and has waited for a week. */
async function wantOut(world: World): Promise<void> {
  await prove(world);
  const { contracts } = stakingOf(world);
  for (const { address } of world.stakers) {
    const shares = (await contracts.pool.balanceOf(address)) - KEPT;
    if (shares <= 0n) continue;
    await act(world.snapshot, address, contracts.pool, "requestRedeem", [shares, address, address]);
  }
  await pass(world, 8n);
}

async function pass({ snapshot }: World, days: bigint): Promise<void> {
  await snapshot.travelTo((await snapshot.now()) + days * DAY);
}

/** A place that was taken, and not used. */
async function idle(world: World): Promise<void> {
  await predeposit(world);
  await pass(world, 31n);
}

async function fallSilent(world: World): Promise<void> {
  await prove(world);
  await pass(world, 31n);
}

async function arm(world: World): Promise<void> {
  await fallSilent(world);
  await act(world.snapshot, world.stranger, stakingOf(world).contracts.pool, "armWindDown");
  await pass(world, 8n);
}

async function windDown(world: World): Promise<void> {
  await arm(world);
  await act(world.snapshot, world.stranger, stakingOf(world).contracts.pool, "beginWindDown");
}

async function settle(world: World): Promise<void> {
  await windDown(world);
  await pass(world, 61n);
}

export async function stop({ snapshot, addresses, ...world }: World): Promise<void> {
  await act(snapshot, addresses.timelock, stakingOf(world).contracts.pool, "stopDeposits");
}

/** By a decision of the DAO's. */
export const DEPOSITS_STOPPED = "deposits stopped by a vote";

/** Modes of a staking pool that whoever registers as an operator, stakers and time make. */
export const POOL_MODES: readonly (readonly [name: string, enter: (world: World) => Promise<void>])[] = [
  ["a place that an operator does not use", idle],
  ["a checkpoint begun", start],
  ["a checkpoint opened", open],
  ["validators that were proven", prove],
  ["stakers who wait for validators", wantOut],
  ["proofs that have stopped", fallSilent],
  ["a wind-down that is due", arm],
  ["a pool that winds down", windDown],
  ["a wind-down that has settled", settle],
];
