import { ETHER, PERCENT } from "../../model/units.js";
import { call } from "../../protocol/calls.js";
import type { Proposal } from "../../protocol/proposals.js";
import { ThiefStrategy__factory } from "../../../types/index.js";
import { passVotes, propose, queue } from "../governorSteps.js";
import type { World } from "../worlds.js";

/** What the two stakers hold. [wei] */
export const DEPOSITS = [30n * ETHER, 970n * ETHER] as const;

export interface Decisions {
  readonly harmless: Proposal;
  /** Has a fault that nobody saw when it was voted on. */
  readonly faulty: Proposal;
}

/** Everybody in the DAO agrees to two things; a day after they were queued, somebody finds out about one of them. */
export async function decideTwice(world: World): Promise<Decisions> {
  const { run, accounts, vault, asset } = world;
  const { majority, minority, anyone, deployer } = accounts;
  const everybody = [majority, minority];
  run.chapter("The DAO decides twice, and one decision has a fault");
  await run.tick();
  const strategy = await new ThiefStrategy__factory(deployer.signer).deploy(asset);
  const lower = await call(vault, "setFee", [8n * PERCENT]);
  const move = await call(vault, "setStrategy", [await strategy.getAddress()]);
  const harmless = await propose(world, majority, "Lower the fee to 8 %", [lower], "two proposals");
  const faulty = await propose(world, majority, "Move the vault to a new strategy", [move]);
  await passVotes(world, [
    { proposal: harmless, supporters: everybody },
    { proposal: faulty, supporters: everybody },
  ]);
  await queue(world, anyone, harmless, "both queued");
  await queue(world, anyone, faulty);
  await run.waitUntil("7 d");
  await run.note("examiner", "reads the new strategy: its maker can carry everything away", "fault found");
  run.checkEqual("one account may empty the new strategy", await strategy.THIEF(), deployer.signer.address);
  return { harmless, faulty };
}

/** How a run ended, in the words of the outcome. */
export interface OverstayEnding {
  readonly powerTakenUp: string;
  readonly powerEnds: string;
  readonly attemptsToStay: string;
  readonly laterDecision: string;
  readonly fee: string;
}
