import { id, toQuantity } from "ethers";

import { votesToCarry } from "../../core/index.js";
import { ProposalState } from "../../../protocol/enums.js";
import type { Sent } from "../../../rehearsal/snapshot.js";
import { encode, STRANGER, type Reader } from "../reader.js";
import type { Played, Step } from "../types.js";
import { largestOf, reachOf, type Voting } from "./votes.js";

const PROPOSE = "propose(address[],uint256[],bytes[],string)";
const PROPOSE_COMPOUND = "propose(address[],uint256[],string[],bytes[],string)";
const DESCRIPTION = "power audit";

/** Nothing, sent to nobody. */
const proposing = ({ isCompound }: Voting): string =>
  isCompound
    ? encode(PROPOSE_COMPOUND, [[STRANGER], [0n], [""], ["0x"], DESCRIPTION])
    : encode(PROPOSE, [[STRANGER], [0n], ["0x"], DESCRIPTION]);

/**
 * A vote in which whoever has most votes for, and everybody else who is known votes against: it passes exactly if that
 * one carries it alone.
 */
export async function playVote(reader: Reader, voting: Voting): Promise<Played> {
  const { snapshot } = reader;
  const { address, ballots, isCompound } = voting;
  const first = largestOf(ballots);
  if (first === undefined) return { why: "nobody is known to have votes", says: "" };
  const isEnough = reachOf(ballots, first) >= votesToCarry(ballots, "opposed");
  return await snapshot.branch(async () => {
    const voters = new Set([first]);
    for (const { holder, by, delegate } of ballots.lots) {
      const caster = by.includes(first) ? first : (delegate ?? holder);
      // Its own tokens it calls back; whoever has delegated to nobody does so now.
      if ((holder === first && delegate !== first) || delegate === undefined) {
        await snapshot.send({ from: holder, to: ballots.token, data: encode("delegate(address)", [holder]) });
      }
      voters.add(caster);
    }
    await pass(reader, voting, 1n);
    const proposed = await propose(reader, voting, [first, ...voters]);
    if (typeof proposed === "string") return { why: proposed, says: "" };
    await pass(reader, voting, voting.delay + 1n);
    for (const voter of voters) {
      const sent = await castVote(reader, voting, proposed, voter, voter === first);
      if (!sent.ok && voter === first) return { why: `${reader.nameOf(voter)} cannot vote: ${sent.why}`, says: "" };
    }
    await pass(reader, voting, voting.period + 1n);
    const state = await reader.ask(address, "state", [proposed]);
    // Both lineages number their states alike.
    const hasPassed = state === ProposalState.Succeeded;
    const who = reader.nameOf(first);
    const says = hasPassed
      ? `${who} carried a vote against ${voters.size - 1} others who are known to vote.`
      : `${who}, who has most votes, was voted down by ${voters.size - 1} others who are known to vote.`;
    if (hasPassed === isEnough) return { why: undefined, says };
    // Those who are not named may vote as well: what passes without them need not pass against them.
    if (hasPassed) return { why: undefined, says: `${says} Votes of nobody who is known could still outvote it.` };
    return { why: `${who} should carry a vote alone, and did not: its state is ${String(state)}`, says: "" };
  });

  async function castVote(
    { snapshot: chain }: Reader,
    { address: to }: Voting,
    proposal: bigint,
    from: string,
    isFor: boolean,
  ): Promise<Sent> {
    const takesBool = isCompound && (await reader.has(to, "castVote(uint256,bool)"));
    const data = takesBool
      ? encode("castVote(uint256,bool)", [proposal, isFor])
      : encode("castVote(uint256,uint8)", [proposal, isFor ? 1n : 0n]);
    return await chain.send({ from, to, data });
  }
}

/** By the first who may. */
async function propose(reader: Reader, voting: Voting, by: readonly string[]): Promise<bigint | string> {
  const { snapshot } = reader;
  const call = { to: voting.address, data: proposing(voting) };
  let why = "";
  for (const from of by) {
    const asked = await snapshot.call({ ...call, from });
    const sent = asked.ok ? await snapshot.send({ ...call, from }) : asked;
    if (asked.ok && sent.ok) return BigInt(asked.data);
    if (why === "" && !asked.ok) why = asked.why;
  }
  return `nobody who is known to have votes can propose: ${why}`;
}

/** Lets the Governor's clock go on by so many blocks or seconds. */
async function pass({ snapshot }: Reader, { isTimestamp }: Voting, ticks: bigint): Promise<void> {
  if (isTimestamp) await snapshot.travelTo((await snapshot.now()) + ticks);
  else await snapshot.request("hardhat_mine", [toQuantity(ticks)]);
}

/** How a proposal of whoever has most votes is cancelled; undefined where nobody can propose. */
export async function cancellingStep(
  reader: Reader,
  voting: Voting,
): Promise<{ readonly step: Step; readonly proposal: Step & { readonly from: string } } | undefined> {
  const from = largestOf(voting.ballots);
  if (from === undefined) return undefined;
  const proposal = { from, to: voting.address, data: proposing(voting) };
  const answer = await reader.snapshot.call(proposal);
  if (!answer.ok) return undefined;
  const data = voting.isCompound
    ? encode("cancel(uint256)", [BigInt(answer.data)])
    : encode("cancel(address[],uint256[],bytes[],bytes32)", [[STRANGER], [0n], ["0x"], id(DESCRIPTION)]);
  return { step: { to: voting.address, data }, proposal };
}
