import { proposalArguments, proposalOf, SUPPORT } from "../../protocol/proposals.js";
import { act, StepError } from "../world/act.js";
import { namesOf } from "../world/names.js";
import type { World } from "../world/world.js";
import { accountsOf, carriersOf, type Ballots } from "../compose/voting.js";

/** Lets each entity carry a decision that was computed to do so alone. */
export async function playCarriers(world: World, ballots: Ballots): Promise<{ carriers: string[]; gaps: string[] }> {
  const carriers: string[] = [];
  const gaps: string[] = [];
  for (const entity of carriersOf(ballots)) {
    const why = await whyNot(world, accountsOf(entity, ballots.identities));
    if (why === undefined) carriers.push(entity);
    else gaps.push(`${namesOf(world)(entity)} has votes that carry a decision alone, and played they did not: ${why}`);
  }
  return { carriers, gaps };
}

async function whyNot(world: World, accounts: readonly string[]): Promise<string | undefined> {
  try {
    return (await carriesAlone(world, accounts)) ? undefined : "it cannot be queued after the vote.";
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return error.message;
  }
}

/** Whether accounts carry a decision against everybody else, with what was delegated to them; told by a vote. */
async function carriesAlone(world: World, accounts: readonly string[]): Promise<boolean> {
  const { snapshot, contracts, addresses, lots } = world;
  const { governor, token } = contracts;
  return await snapshot.branch(async () => {
    for (const { holder, by } of lots) {
      const delegate = by.find((one) => one !== holder && accounts.includes(one));
      // As it was before the audit let every holder take back what is its own.
      if (delegate !== undefined && !accounts.includes(holder) && by.includes(holder)) {
        await act(snapshot, holder, token, "delegate", [delegate]);
      }
    }
    const data = contracts.gate.interface.encodeFunctionData("poke");
    const proposal = proposalOf("Audit: who carries a decision", [{ target: addresses.gate, value: 0n, data }]);
    const proposer = await richestOf(world, accounts);
    await act(snapshot, proposer, governor, "propose", [[addresses.gate], [0n], [data], proposal.description]);
    await snapshot.travelTo((await governor.proposalSnapshot(proposal.id)) + 1n);
    const others = world.voters.map(({ address }) => address).filter((one) => !accounts.includes(one));
    for (const account of accounts) await act(snapshot, account, governor, "castVote", [proposal.id, SUPPORT.for]);
    for (const account of others) await act(snapshot, account, governor, "castVote", [proposal.id, SUPPORT.against]);
    await snapshot.travelTo((await governor.proposalDeadline(proposal.id)) + 1n);
    const queue = governor.interface.encodeFunctionData("queue", proposalArguments(proposal));
    return (await snapshot.call({ from: world.stranger, to: await governor.getAddress(), data: queue })).ok;
  });
}

/** Whoever of them has most votes. */
async function richestOf({ contracts }: World, accounts: readonly string[]): Promise<string> {
  let found = { account: "", votes: -1n };
  for (const account of accounts) {
    const votes = await contracts.token.getVotes(account);
    if (votes > found.votes) found = { account, votes };
  }
  return found.account;
}
