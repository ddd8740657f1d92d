import { zeroPadValue, type TransactionReceipt } from "ethers";

import type { TiebreakerCommittee } from "../../types/index.js";
import { TiebreakerAction, type TIEBREAKER_ACTIONS } from "../protocol/enums.js";
import type { Actor } from "./accounts.js";
import { actTogether, type Committee } from "./committeeSteps.js";
import type { Run } from "./scenarioRun.js";
import { formatElapsed } from "./elapsed.js";

/** What sub-committees agree on, and how a story puts it. */
export interface Motion {
  readonly action: (typeof TIEBREAKER_ACTIONS)[number];
  /** Of an operation, or an account: 32 bytes. [hex] */
  readonly subject: string;
  /** As in "agrees to …". */
  readonly words: string;
}

interface MotionWorld {
  readonly run: Run;
  readonly tiebreaker: TiebreakerCommittee;
}

/** A motion about an account. */
export const about = (action: "Resume" | "ReplaceGate", account: string, words: string): Motion => ({
  action,
  subject: zeroPadValue(account, 32),
  words,
});

const argumentsOf = ({ action, subject }: Motion) => [TiebreakerAction[action], subject] as const;

export async function approve(world: MotionWorld, member: Committee, motion: Motion): Promise<void> {
  const { run, tiebreaker } = world;
  const decided = async () => {
    const [{ quorumAt }, quorum] = await Promise.all([tiebreaker.motion(...argumentsOf(motion)), tiebreaker.quorum()]);
    if (quorumAt === 0n) return `the tiebreaker needs ${quorum} of its sub-committees`;
    return `a quorum: possible from ${formatElapsed(quorumAt + (await tiebreaker.DELAY()) - run.startedAt)}`;
  };
  const step = { kind: "committee", action: `agrees to ${motion.words}`, mark: "agrees", decided } as const;
  await actTogether(world, member, step, tiebreaker, "approve", argumentsOf(motion));
}

export async function withdraw(world: MotionWorld, member: Committee, motion: Motion, reason: string): Promise<void> {
  const step = {
    kind: "committee",
    action: `takes its approval back: ${reason}`,
    mark: "takes back",
    decided: async () => ((await hasQuorum(world, motion)) ? "the quorum stands" : "there is no quorum any more"),
  } as const;
  await actTogether(world, member, step, world.tiebreaker, "withdrawApproval", argumentsOf(motion));
}

export async function hasQuorum({ tiebreaker }: MotionWorld, motion: Motion): Promise<boolean> {
  return (await tiebreaker.motion(...argumentsOf(motion))).quorumAt !== 0n;
}

/** Does what the sub-committees have agreed on. Everybody may. */
export async function executeMotion(
  { run, tiebreaker }: MotionWorld,
  actor: Actor,
  motion: Motion,
  step: { readonly action: string; readonly mark: string; readonly decided?: string },
): Promise<TransactionReceipt> {
  return await run.act(actor, { kind: "committee", ...step }, () =>
    tiebreaker.connect(actor.signer).execute(...argumentsOf(motion)),
  );
}

/** An attempt to do it that must be refused with `error`. */
export async function refuseMotion(
  { run, tiebreaker }: MotionWorld,
  actor: Actor,
  motion: Motion,
  error: string,
): Promise<void> {
  await run.refuse(
    actor,
    `asks the tiebreaker to ${motion.words}`,
    error,
    () => tiebreaker.connect(actor.signer).execute(...argumentsOf(motion)),
    "refused",
  );
}
