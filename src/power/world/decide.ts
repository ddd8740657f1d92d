import { dataSlice, id as hashText, Wallet } from "ethers";

import type { Call } from "../../protocol/calls.js";
import { call } from "../../protocol/calls.js";
import { singleOperation, batchOperation, singleArguments } from "../../protocol/operations/operation.js";
import { UnreadableError } from "../../protocol/errors.js";
import { operationOf, proposalArguments, proposalOf, proposeArguments, SUPPORT } from "../../protocol/proposals.js";
import type { Proposal } from "../../protocol/proposals.js";
import { act } from "./act.js";
import type { Decisions, World } from "./world.js";

type DaoScene = Pick<World, "snapshot" | "contracts" | "voters">;

/** Everybody who votes, votes for all of it; until the vote is over. */
export async function carry({ snapshot, contracts, voters }: DaoScene, proposals: readonly Proposal[]): Promise<void> {
  const { governor } = contracts;
  const [proposer] = voters;
  if (proposer === undefined) {
    throw new UnreadableError(
      "Nobody has votes that can be cast yet: what there is of the token vests, or lies in contracts of the DAO's own. So no " +
        "decision can be played, and nothing is proven.",
    );
  }
  for (const proposal of proposals) {
    await act(snapshot, proposer.address, governor, "propose", proposeArguments(proposal));
  }
  const [first] = proposals;
  if (first === undefined) return;
  await travelPast(snapshot, await governor.proposalSnapshot(first.id));
  for (const { id } of proposals) {
    for (const { address } of voters) await act(snapshot, address, governor, "castVote", [id, SUPPORT.for]);
  }
  for (const { id } of proposals) await travelPast(snapshot, await governor.proposalDeadline(id));
}

/** From the first word to the moment in which anybody may execute it, if nobody objects. */
export async function decide(world: DaoScene, proposal: Proposal): Promise<void> {
  const { snapshot, contracts, voters } = world;
  await carry(world, [proposal]);
  await act(snapshot, voters[0]?.address ?? "", contracts.governor, "queue", proposalArguments(proposal));
  await snapshot.travelTo((await snapshot.now()) + (await contracts.timelock.getMinDelay()));
}

/** Decisions of every age: they come into being within the vote's time and the base delay. */
export async function prepareDecisions(world: DaoScene): Promise<Decisions> {
  const { snapshot, contracts, voters } = world;
  const { governor, timelock, gate } = contracts;
  const voter = voters[0]?.address ?? "";
  const poke: Call = await call(gate, "poke");
  const proposal = (name: string) => proposalOf(`Audit: poke the gate, ${name}`, [poke]);
  const [unheard, proposed, active, carried, queued] = ["unheard", "proposed", "active", "carried", "queued"].map(
    proposal,
  ) as [Proposal, Proposal, Proposal, Proposal, Proposal];
  const single = singleOperation(poke, { salt: hashText("audit: single") });
  await carry(world, [carried, queued]);
  await act(snapshot, voter, governor, "queue", proposalArguments(queued));
  const delay = await timelock.getMinDelay();
  // As the Governor would: it is who may.
  await act(snapshot, await governor.getAddress(), timelock, "schedule", [...singleArguments(single), delay]);
  await snapshot.travelTo((await snapshot.now()) + delay);
  await act(snapshot, voter, governor, "propose", proposeArguments(active));
  await travelPast(snapshot, await governor.proposalSnapshot(active.id));
  await act(snapshot, voter, governor, "propose", proposeArguments(proposed));
  const batch = operationOf(await governor.getAddress(), queued);
  const unscheduled = batchOperation([poke], { salt: hashText("audit: unscheduled") });
  return { unheard, proposed, active, carried, queued, batch, single, unscheduled };
}

async function travelPast(snapshot: DaoScene["snapshot"], moment: bigint): Promise<void> {
  await snapshot.travelTo(moment + 1n);
}

/** An account whose key is known, so that it can sign. */
export const SIGNER = new Wallet(dataSlice(hashText("power audit: an account that signs"), 0, 32));
