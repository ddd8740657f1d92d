import { OperatorVault__factory, type OperatorVault } from "../../../types/index.js";
import { DAY, ETHER } from "../../model/units.js";
import { packKeys, packPlaces } from "../../staking/prover/keySet.js";
import { act, StepError } from "../act.js";
import type { Scene } from "../scene.js";
import { EXECUTED_AT } from "./sketch.js";
import type { Staking } from "./staking.js";

/** What the newcomer's first key gets in the vault. */
const PLACE = packPlaces([0]);

export function stakingOf({ staking }: Pick<Scene, "staking">): Staking {
  if (staking === undefined) throw new StepError("There is no staking pool.");
  return staking;
}

/** `RecentProof` of contracts/types/Staking.sol, for the state that the copy is told of. */
export async function recentProof(
  { snapshot, ...scene }: Pick<Scene, "snapshot" | "staking">,
  key: "active" | "fresh",
) {
  const { sketch } = stakingOf(scene);
  const wanted = [sketch[key].index];
  const timestamp = await snapshot.now();
  return { timestamp, header: sketch.header, proof: sketch.prove({ fields: wanted, balances: wanted }) };
}

/** The vault that is looked at. */
const vaultIn = ({ provider, ...scene }: Pick<Scene, "provider" | "staking">): OperatorVault =>
  OperatorVault__factory.connect(stakingOf(scene).operators[0].vault, { provider });

async function callVault(scene: Scene, method: string, args: readonly unknown[] = []): Promise<void> {
  await act(scene.snapshot, scene.stranger, vaultIn(scene), method, args);
}

/** 96 bytes in the place of a signature: on the copy nobody looks at it. */
export const SIGNATURE = `0x${"51".repeat(96)}`;

/** The newcomer deposits for two keys, 1 ETH each; anybody announces one of them. */
export async function predeposit(scene: Scene): Promise<void> {
  const { sketch, operators } = stakingOf(scene);
  const [{ owner, vault }] = operators;
  for (const { pubkey } of [sketch.active, sketch.fresh]) {
    const data = vaultIn(scene).interface.encodeFunctionData("predeposit", [pubkey, SIGNATURE]);
    const sent = await scene.snapshot.send({ from: owner, to: vault, data, value: ETHER });
    if (!sent.ok) throw new StepError(`predeposit of ${vault} by ${owner} reverts: ${sent.why}.`);
  }
  await callVault(scene, "announce", [await recentProof(scene, "active")]);
}

/** The pool stakes for one of them. */
async function activate(scene: Scene): Promise<void> {
  await predeposit(scene);
  const { sketch } = stakingOf(scene);
  await callVault(scene, "activate", [packKeys([sketch.active.pubkey]), await recentProof(scene, "active")]);
}

async function start(scene: Scene): Promise<void> {
  await activate(scene);
  await callVault(scene, "start");
}

export const openArguments = (scene: Pick<Scene, "staking">): unknown[] => [
  stakingOf(scene).sketch.header,
  EXECUTED_AT,
];

async function open(scene: Scene): Promise<void> {
  await start(scene);
  await callVault(scene, "open", openArguments(scene));
}

export function proveArguments(scene: Pick<Scene, "staking">): unknown[] {
  const { sketch } = stakingOf(scene);
  const wanted = [sketch.active.index];
  return [sketch.prove({ fields: wanted, balances: wanted }), PLACE];
}

/** What the key holds is shown: 1 ETH more than it was given. */
async function prove(scene: Scene): Promise<void> {
  await open(scene);
  await callVault(scene, "prove", proveArguments(scene));
}

/** What each keeps, so that there is somebody who could ask for more. [shares] */
const KEPT = 10n ** 21n;

/** Everybody who is known wants together more than is idle, and has waited for a week. */
async function wantOut(scene: Scene): Promise<void> {
  await prove(scene);
  const { contracts } = stakingOf(scene);
  for (const { address } of scene.stakers) {
    const shares = (await contracts.pool.balanceOf(address)) - KEPT;
    if (shares <= 0n) continue;
    await act(scene.snapshot, address, contracts.pool, "requestRedeem", [shares, address, address]);
  }
  await pass(scene, 8n);
}

async function pass({ snapshot }: Scene, days: bigint): Promise<void> {
  await snapshot.travelTo((await snapshot.now()) + days * DAY);
}

/** A place that was taken, and not used. */
async function idle(scene: Scene): Promise<void> {
  await predeposit(scene);
  await pass(scene, 31n);
}

async function fallSilent(scene: Scene): Promise<void> {
  await prove(scene);
  await pass(scene, 31n);
}

async function arm(scene: Scene): Promise<void> {
  await fallSilent(scene);
  await act(scene.snapshot, scene.stranger, stakingOf(scene).contracts.pool, "armWindDown");
  await pass(scene, 8n);
}

async function windDown(scene: Scene): Promise<void> {
  await arm(scene);
  await act(scene.snapshot, scene.stranger, stakingOf(scene).contracts.pool, "beginWindDown");
}

async function settle(scene: Scene): Promise<void> {
  await windDown(scene);
  await pass(scene, 61n);
}

export async function stop({ snapshot, addresses, ...scene }: Scene): Promise<void> {
  await act(snapshot, addresses.timelock, stakingOf(scene).contracts.pool, "stopDeposits");
}

/** By a decision of the DAO's. */
export const DEPOSITS_STOPPED = "deposits stopped by a vote";

/** Modes of a staking pool that whoever registers as an operator, stakers and time make. */
export const POOL_MODES: readonly (readonly [name: string, enter: (scene: Scene) => Promise<void>])[] = [
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
