import { formatUnits, ZeroAddress } from "ethers";

import { principal, votesToCarry, weighted, type Formula } from "../../core/index.js";
import type { Reader } from "../reader.js";
import { doesOf, immediately, unnamedIn, type Power, type Resolver, type Seat } from "../types.js";
import { playVote, cancellingStep } from "./vote.js";
import { largestOf, MOST_ASKED, reachOf, readTokenVotes, type TokenVotes, type Voting } from "./votes.js";

/** Governors: whoever carries a vote against everybody else acts as it. */
export const resolveGovernor: Resolver = async (reader, address) => {
  const period = await reader.amount(address, "votingPeriod");
  const token = await tokenOf(reader, address);
  if (period === undefined || token === undefined) return undefined;
  const name = reader.nameOf(address);
  const kind = "Governor";
  const parts = [{ address: token, name: `the token of ${name}` }];
  reader.name(token, `the token of ${name}`);
  const timelock = await reader.address(address, "timelock");
  if (timelock !== undefined && timelock !== ZeroAddress) {
    reader.name(timelock, `the timelock of ${name}`);
    parts.push({ address: timelock, name: `the timelock of ${name}` });
  }
  const quorum = await quorumOf(reader, address);
  const ballots = quorum === undefined ? undefined : await readTokenVotes(reader, token, quorum);
  if (ballots === undefined) {
    return { kind, powers: [], parts, gaps: [`What a vote of ${name} takes could not be read.`] };
  }
  const voting: Voting = {
    address,
    isCompound: (await reader.amount(address, "quorumVotes")) !== undefined,
    isTimestamp: String(await reader.ask(address, "CLOCK_MODE")).includes("timestamp"),
    delay: (await reader.amount(address, "votingDelay")) ?? 0n,
    period,
    threshold: (await reader.amount(address, "proposalThreshold")) ?? 0n,
    ballots,
  };
  const seconds = Number(voting.delay + period) * (voting.isTimestamp ? 1 : reader.place.secondsPerBlock);
  const seat = seatOfVoters(name, ballots);
  const vote: Power = {
    ...{ rule: doesOf(name), effect: "changes", contract: address, by: "a vote against all others", seat },
    seconds: Math.ceil(seconds),
    proof: { kind: "play", play: (now) => playVote(now, voting) },
  };
  const guard = await guardianOf(reader, voting);
  return {
    kind,
    powers: [vote, ...guard],
    parts,
    notices: tellVotes(reader, voting),
    gaps: tellUnasked(name, ballots),
  };
};

/** Whoever beats everybody else together; of those who are not named it is known what they have, and not who they are. */
function seatOfVoters(name: string, ballots: TokenVotes): Seat {
  const { lots, total } = ballots;
  const named = (actAs: (account: string) => Formula) =>
    lots.map(({ votes, by }) => ({ weight: votes, of: { kind: "any", of: by.map(actAs) } as const }));
  const rest = total - lots.reduce((sum, { votes }) => sum + votes, 0n);
  const unnamed = rest > 0n ? [{ weight: rest, of: principal(unnamedIn(name)) }] : [];
  const needed = votesToCarry(ballots, "opposed");
  return {
    ...{ name: `votes of ${name}`, members: [] },
    needs: (actAs) => weighted(needed, named(actAs)),
    needsWithUnnamed: (actAs) => weighted(needed, [...named(actAs), ...unnamed]),
  };
}

async function tokenOf(reader: Reader, address: string): Promise<string | undefined> {
  for (const view of ["token", "uni", "comp"]) {
    const token = await reader.address(address, view);
    if (token !== undefined && token !== ZeroAddress) return token;
  }
  return undefined;
}

async function quorumOf(reader: Reader, address: string): Promise<bigint | undefined> {
  const fixed = await reader.amount(address, "quorumVotes");
  if (fixed !== undefined) return fixed;
  const clock = (await reader.amount(address, "clock")) ?? BigInt(await reader.snapshot.blockNumber());
  return await reader.amount(address, "quorum", [clock - 1n]);
}

/** Whoever may cancel any proposal: OpenZeppelin's `proposalGuardian`, Compound's `guardian`. */
async function guardianOf(reader: Reader, voting: Voting): Promise<Power[]> {
  const { address } = voting;
  const view = voting.isCompound ? "guardian" : "proposalGuardian";
  const guardian = await reader.address(address, view);
  if (guardian === undefined || guardian === ZeroAddress) return [];
  const name = reader.nameOf(address);
  const cancelling = await cancellingStep(reader, voting);
  return [
    {
      ...{ rule: doesOf(name), effect: "blocks", contract: address, by: "cancel" },
      seat: { name: `guardian of ${name}`, members: [immediately(guardian)] },
      ...(cancelling !== undefined && {
        proof: { kind: "steps", steps: () => [cancelling.step], setup: [cancelling.proposal] },
        alsoPass: [cancelling.proposal.from],
      }),
    },
  ];
}

function tellVotes(reader: Reader, { address, ballots, isTimestamp, delay, period }: Voting): string[] {
  const name = reader.nameOf(address);
  const { total, quorum, decimals, symbol, token } = ballots;
  const amount = (votes: bigint): string => `${formatUnits(votes, decimals)} ${symbol}`;
  const price = reader.place.prices?.get(token);
  const cost = (votes: bigint): string =>
    price === undefined
      ? ""
      : `, ${(Number(formatUnits(votes, decimals)) * price.amount).toFixed(0)} ${price.currency} at ${price.amount} ${price.currency} each`;
  const needed = votesToCarry(ballots, "opposed");
  const largest = largestOf(ballots);
  const share = (votes: bigint): string => `${Number((votes * 10_000n) / total) / 100} %`;
  const clock = isTimestamp ? "s" : "blocks";
  return [
    `${name} asks for ${amount(quorum)} where nobody opposes${cost(quorum)}, and for ${amount(needed)} against ` +
      `everybody else${cost(needed)}; a vote begins after ${delay} ${clock} and lasts ${period} ${clock}.`,
    ...(largest === undefined
      ? []
      : [
          `${reader.nameOf(largest)} votes with ${share(reachOf(ballots, largest))} of all ${symbol}, more than anybody else` +
            `${reachOf(ballots, largest) >= quorum ? ", and reaches the quorum alone, where nobody opposes" : ""}.`,
        ]),
  ];
}

const tellUnasked = (name: string, { unasked }: TokenVotes): string[] =>
  unasked === 0
    ? []
    : [`Of the holders of votes of ${name} ${unasked} were not asked: only the ${MOST_ASKED} who received most were.`];
