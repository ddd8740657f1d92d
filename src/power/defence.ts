import { ZeroAddress } from "ethers";

import { proposalArguments, proposalOf, type Proposal } from "../protocol/proposals.js";
import { act, StepError } from "./act.js";
import { carry } from "./decide.js";
import { lock, wait } from "./modes.js";
import type { Scene } from "./scene.js";

/** What stakers achieved against a decision that everybody with votes is for. */
export interface Defence {
  /** How many object. */
  readonly cohort: "rage quit" | "signalling";
  /** Shares that objected, of those that can. [1e18 = 100 %] */
  readonly part: bigint;
  /** How often somebody tried to execute the decision while they were still inside, in vain. */
  readonly refusals: number;
  /** When the last of them had a claim on assets that no rule reaches, from the decision's queueing. [seconds] */
  readonly outAfter: bigint;
  /** When the decision could be executed first, or the last time it was refused before its end. [seconds] */
  readonly landsAfter: bigint;
  /** Whether it could land at all before it expired. */
  readonly landed: boolean;
  /** The first moment in which it went wrong, as a sentence; undefined if it did not. */
  readonly failure: string | undefined;
}

const ONE = 10n ** 18n;

/** A decision that hurts whoever stays, queued; nobody has objected yet. */
async function queueAttack(scene: Scene): Promise<Proposal> {
  const { snapshot, contracts, addresses, stranger, voters } = scene;
  const { governor, timelock } = contracts;
  const data = timelock.interface.encodeFunctionData("setTiebreaker", [stranger, await timelock.TIEBREAKER_FLOOR()]);
  const proposal = proposalOf("Audit: a decision that stakers object to", [
    { target: addresses.timelock, value: 0n, data },
  ]);
  await carry(scene, [proposal]);
  await act(snapshot, voters[0]?.address ?? "", governor, "queue", proposalArguments(proposal));
  return proposal;
}

/** Whether anybody may execute it now. */
async function executes({ snapshot, contracts, stranger }: Scene, proposal: Proposal): Promise<boolean> {
  const { governor } = contracts;
  const data = governor.interface.encodeFunctionData("execute", proposalArguments(proposal));
  return (await snapshot.call({ from: stranger, to: await governor.getAddress(), data })).ok;
}

/** As many as the rage quit's threshold asks for object in time, and leave. */
export async function replayRageQuit(scene: Scene): Promise<Defence> {
  const { snapshot, contracts, stranger } = scene;
  const { gate, escrow, timelock } = contracts;
  return await snapshot.branch(async () => {
    const proposal = await queueAttack(scene);
    const queuedAt = await snapshot.now();
    const delay = await timelock.getMinDelay();
    const { signalling } = await gate.currentConfig();
    const watch = new Watch(scene, proposal);
    // In the last moment that lets them be in time, less an hour.
    await wait(scene, delay - 3_600n);
    await lock(scene, signalling.rageQuitThreshold);
    await wait(scene, 3_600n);
    await watch.look("its base delay is over");
    await wait(scene, signalling.maxDuration);
    await watch.look("veto signalling is over");
    await act(snapshot, stranger, gate, "poke");
    await watch.look("the rage quit has begun");
    await act(snapshot, stranger, escrow, "beginExit", [1n, ZeroAddress]);
    await watch.look("the exit has begun");
    const { idleShares, outstandingShares, completeAfter, withdrawableAfter } = await escrow.getEpoch(1n);
    if (idleShares + outstandingShares > 0n) throw new StepError("The vault has not redeemed all shares at once.");
    // Their assets lie in the escrow's vessel: no rule reaches them.
    const outAfter = (await snapshot.now()) - queuedAt;
    await snapshot.travelTo(completeAfter + 1n);
    await act(snapshot, stranger, gate, "poke");
    const landed = await executes(scene, proposal);
    const landsAfter = (await snapshot.now()) - queuedAt;
    if (landed) await watch.execute();
    await snapshot.travelTo(withdrawableAfter + 1n);
    for (const { address } of scene.stakers) {
      const { shares } = await escrow.positionOf(1n, address);
      if (shares > 0n) await act(snapshot, address, escrow, "withdraw", [1n, address]);
    }
    return {
      cohort: "rage quit",
      part: signalling.rageQuitThreshold,
      refusals: watch.refusals,
      outAfter,
      landsAfter,
      landed,
      failure: watch.failure,
    } as const;
  });
}

/** Fewer object: they cannot leave through the escrow, but hold it up until they have left by the vault's own door. */
export async function replaySignalling(scene: Scene): Promise<Defence> {
  const { snapshot, contracts, stranger } = scene;
  const { gate, escrow, vault, timelock } = contracts;
  return await snapshot.branch(async () => {
    const proposal = await queueAttack(scene);
    const queuedAt = await snapshot.now();
    const delay = await timelock.getMinDelay();
    const { signalling } = await gate.currentConfig();
    const watch = new Watch(scene, proposal);
    await wait(scene, delay - 3_600n);
    const objectors = await lock(scene, signalling.signallingThreshold + ONE / 1_000n);
    await wait(scene, 3_600n);
    await watch.look("its base delay is over");
    await wait(scene, await gate.minLock());
    await watch.look("the shortest lock is over");
    for (const { address, shares } of objectors) {
      await act(snapshot, address, escrow, "unlock", [shares, 0n]);
      await act(snapshot, address, vault, "redeem", [shares, address, address]);
    }
    const outAfter = (await snapshot.now()) - queuedAt;
    await watch.look("they have left");
    await act(snapshot, stranger, gate, "poke");
    await wait(scene, signalling.maxDuration);
    await act(snapshot, stranger, gate, "poke");
    await wait(scene, signalling.deactivation + 1n);
    await act(snapshot, stranger, gate, "poke");
    const landed = await executes(scene, proposal);
    const landsAfter = (await snapshot.now()) - queuedAt;
    return {
      cohort: "signalling",
      part: signalling.signallingThreshold,
      refusals: watch.refusals,
      outAfter,
      landsAfter,
      landed,
      failure: watch.failure,
    } as const;
  });
}

/** Tries to execute the decision again and again. */
class Watch {
  refusals = 0;
  failure: string | undefined;

  constructor(
    private readonly scene: Scene,
    private readonly proposal: Proposal,
  ) {}

  async look(when: string): Promise<void> {
    if (!(await executes(this.scene, this.proposal))) ++this.refusals;
    else this.failure ??= `It can be executed when ${when}, and those who object are still inside.`;
  }

  async execute(): Promise<void> {
    const { snapshot, contracts, stranger } = this.scene;
    await act(snapshot, stranger, contracts.governor, "execute", proposalArguments(this.proposal));
  }
}
