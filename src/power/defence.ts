import { ZeroAddress } from "ethers";

import { proposalArguments, proposalOf, type Proposal } from "../protocol/proposals.js";
import { act, StepError } from "./act.js";
import { carry } from "./decide.js";
import { lock, wait } from "./modes.js";
import { claim, finalise, leaveByDoor } from "./pool/exit.js";
import type { Scene } from "./scene.js";

/** What stakers achieved against a decision that everybody with votes is for. */
export interface Defence {
  /** How many object. */
  readonly cohort: "rage quit" | "signalling";
  /** How often somebody poked the gate and tried to execute the decision while they were still inside, in vain. */
  readonly refusals: number;
  /** When the last of them had a claim on assets that no rule reaches, from the decision's queueing. [seconds] */
  readonly outAfter: bigint;
  /** When it could be executed first; undefined if it could not before it expired. [seconds] */
  readonly landsAfter: bigint | undefined;
}

/** How often the attacker tries. [seconds] */
const STEP = 6n * 3_600n;
/** Those who object come so late. [seconds] */
const LAST_HOUR = 3_600n;
/** Above the threshold, so that rounding does not decide. [1e18 = 100 %] */
const MARGIN = 10n ** 15n;

/** A decision that hurts whoever stays, queued, that would land if nobody objected. */
async function queueAttack(scene: Scene): Promise<Proposal> {
  const { snapshot, contracts, addresses, stranger, voters } = scene;
  const { governor, timelock } = contracts;
  const data = timelock.interface.encodeFunctionData("setTiebreaker", [stranger, await timelock.TIEBREAKER_FLOOR()]);
  const call = { target: addresses.timelock, value: 0n, data };
  const proposal = proposalOf("Audit: a decision that stakers object to", [call]);
  await carry(scene, [proposal]);
  await act(snapshot, voters[0]?.address ?? "", governor, "queue", proposalArguments(proposal));
  const lands = await snapshot.branch(async () => {
    await wait(scene, await timelock.getMinDelay());
    return await executes(scene, proposal);
  });
  // Else it would be refused whoever objects, and show nothing.
  if (!lands) throw new StepError("A decision that nobody objects to does not land, so that no defence can be seen.");
  return proposal;
}

/** Whether anybody may execute it now. */
async function executes({ snapshot, contracts, stranger }: Scene, proposal: Proposal): Promise<boolean> {
  const { governor } = contracts;
  const data = governor.interface.encodeFunctionData("execute", proposalArguments(proposal));
  return (await snapshot.call({ from: stranger, to: await governor.getAddress(), data })).ok;
}

/** Whoever wants the decision: pokes the gate at every turn, and tries to execute. */
class Attacker {
  refusals = 0;
  /** When it could be executed first. [unix seconds] */
  landsAt: bigint | undefined;

  constructor(
    private readonly scene: Scene,
    private readonly proposal: Proposal,
  ) {}

  async try(): Promise<void> {
    const { snapshot, contracts, stranger } = this.scene;
    await act(snapshot, stranger, contracts.gate, "poke");
    if (this.landsAt !== undefined) return;
    if (await executes(this.scene, this.proposal)) this.landsAt = await snapshot.now();
    else ++this.refusals;
  }

  /** Tries every few hours, and when a phase ends, until `moment`, or until it has worked. [unix seconds] */
  async tryUntil(moment: bigint): Promise<void> {
    const { snapshot, contracts } = this.scene;
    for (let now = await snapshot.now(); now < moment && this.landsAt === undefined; now = await snapshot.now()) {
      const [{ phaseEndsAt }] = await contracts.gate.persisted();
      const next = [now + STEP, phaseEndsAt + 1n, moment].filter((one) => one > now).sort(ascending)[0] ?? moment;
      await snapshot.travelTo(next);
      await this.try();
    }
  }
}

const ascending = (one: bigint, other: bigint): number => (one < other ? -1 : one > other ? 1 : 0);

/** As many as the rage quit's threshold asks for object in time, and leave. */
export async function replayRageQuit(scene: Scene): Promise<Defence> {
  const { snapshot, contracts, stranger } = scene;
  const { gate, escrow, timelock } = contracts;
  return await snapshot.branch(async () => {
    const proposal = await queueAttack(scene);
    const queuedAt = await snapshot.now();
    const attacker = new Attacker(scene, proposal);
    const { signalling } = await gate.currentConfig();
    await wait(scene, (await timelock.getMinDelay()) - LAST_HOUR);
    await lock(scene, signalling.rageQuitThreshold + MARGIN);
    const due = (await snapshot.now()) + signalling.maxDuration + 1n;
    await attacker.tryUntil(due);
    await act(snapshot, stranger, gate, "poke");
    await act(snapshot, stranger, escrow, "beginExit", [1n, ZeroAddress]);
    await finalise(scene);
    await claim(scene);
    const { idleShares, outstandingShares, completeAfter } = await escrow.getEpoch(1n);
    if (idleShares + outstandingShares > 0n) throw new StepError("The vault has not redeemed all shares at once.");
    // Their assets lie in the escrow's vessel, where no rule reaches them.
    const outAfter = (await snapshot.now()) - queuedAt;
    await attacker.try();
    const { refusals } = attacker;
    await attacker.tryUntil(completeAfter + (await gate.currentConfig()).phases.cooldown + 1n);
    return { cohort: "rage quit", refusals, outAfter, landsAfter: after(attacker, queuedAt) } as const;
  });
}

/** Fewer object: they cannot leave through the escrow, but hold it up until they have left by the vault's own door. */
export async function replaySignalling(scene: Scene): Promise<Defence> {
  const { snapshot, contracts } = scene;
  const { gate, escrow, timelock } = contracts;
  return await snapshot.branch(async () => {
    const proposal = await queueAttack(scene);
    const queuedAt = await snapshot.now();
    const attacker = new Attacker(scene, proposal);
    const { signalling } = await gate.currentConfig();
    await wait(scene, (await timelock.getMinDelay()) - LAST_HOUR);
    const objectors = await lock(scene, signalling.signallingThreshold + MARGIN);
    await attacker.tryUntil((await snapshot.now()) + (await gate.minLock()) + 1n);
    if (attacker.landsAt === undefined) {
      for (const { address, shares } of objectors) {
        await act(snapshot, address, escrow, "unlock", [shares, 0n]);
        await leaveByDoor(scene, address, shares);
      }
    }
    const outAfter = (await snapshot.now()) - queuedAt;
    const { refusals } = attacker;
    await attacker.tryUntil((await snapshot.now()) + 2n * (signalling.maxDuration + signalling.deactivation));
    return { cohort: "signalling", refusals, outAfter, landsAfter: after(attacker, queuedAt) } as const;
  });
}

const after = ({ landsAt }: Attacker, queuedAt: bigint): bigint | undefined =>
  landsAt === undefined ? undefined : landsAt - queuedAt;
