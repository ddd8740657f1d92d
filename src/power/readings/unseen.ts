import { ZeroAddress } from "ethers";

import type { World } from "../world/world.js";

/** From this part of the votes on somebody counts as a bloc. [%] */
export const BLOC = 5n;

/** Seats and votes of which nobody knows who is behind them, in sentences: what is judged of those who are known says less. */
export async function readUnseen(world: World): Promise<string[]> {
  return [...(await readSeats(world)), ...(await readVotes(world))];
}

/** Who sits where by the chain, against the address book, whose committees are the ones that are read. */
async function readSeats({ contracts, addresses: { bodies } }: World): Promise<string[]> {
  const { timelock, breaker, tiebreaker } = contracts;
  const { terms } = await timelock.emergencyStatus();
  const members = tiebreaker === undefined ? [] : [...(await tiebreaker.members())];
  const committees = bodies.tiebreaker?.subCommittees ?? [];
  const seated: readonly (readonly [seat: string, account: string, right: readonly (string | undefined)[]])[] = [
    ["activation committee", terms.activationCommittee, [bodies.emergency?.activationCommittee]],
    ["execution committee", terms.executionCommittee, [bodies.emergency?.executionCommittee]],
    ...(breaker === undefined
      ? []
      : ([
          ["seal committee", await breaker.SEAL_COMMITTEE(), [bodies.circuitBreaker?.sealCommittee]],
          ["reseal committee", await breaker.RESEAL_COMMITTEE(), [bodies.circuitBreaker?.resealCommittee]],
        ] as const)),
    ...members.map((member, index) => [`sub-committee ${index}`, member, committees] as const),
  ];
  return seated
    .filter(([, account, right]) => account !== ZeroAddress && !right.includes(account))
    .map(
      ([seat, account]) =>
        `${account} has a seat that the address book gives to somebody else, or to nobody: the ${seat}'s.`,
    );
}

/** Votes of contracts, and of whoever the logs do not name. What our own contracts hold does not vote. */
async function readVotes({ contracts, parts, voters }: World): Promise<string[]> {
  const { token } = contracts;
  const supply = await token.totalSupply();
  let known = voters.filter(({ kind }) => kind !== "contract").reduce((sum, { votes }) => sum + votes, 0n);
  for (const { address } of parts) known += await token.balanceOf(address);
  const missing = supply - known;
  if (supply === 0n || missing * 100n < supply * BLOC) return [];
  return [`${(missing * 100n) / supply} % of the votes are with contracts, or with holders that were not looked at.`];
}
