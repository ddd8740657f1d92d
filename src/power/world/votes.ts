import type { VoteBody } from "../core/index.js";
import type { HeldVotes, World } from "./world.js";

/** Everybody's votes, and who casts them: the delegate, or the holder, who takes them back when it likes. */
export async function readVotes({
  contracts,
  lots,
  parts,
}: Pick<World, "contracts" | "lots" | "parts">): Promise<VoteBody> {
  const { token, governor } = contracts;
  const supply = await token.totalSupply();
  const quorum = (supply * (await governor["quorumNumerator()"]())) / (await governor.quorumDenominator());
  let castable = supply;
  // Our own contracts cannot vote, nor delegate what they hold.
  for (const { address } of parts) {
    if (lots.every(({ holder }) => holder !== address)) castable -= await token.balanceOf(address);
  }
  return { total: castable, quorum, lots };
}

/** Who casts what `holder` has. */
export async function readLot(
  { token }: World["contracts"],
  holder: string,
  isOwn: boolean,
): Promise<HeldVotes | undefined> {
  const votes = await token.balanceOf(holder);
  if (votes === 0n) return undefined;
  const delegate = await token.delegates(holder);
  const by = [...(isOwn ? [] : [holder]), ...(BigInt(delegate) === 0n || delegate === holder ? [] : [delegate])];
  return by.length === 0 ? undefined : { votes, by, holder };
}
