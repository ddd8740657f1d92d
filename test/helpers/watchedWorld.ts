import { toBeHex, ZeroHash, type Provider } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { WatchEvent } from "../../src/watch/types.js";
import { deployTribune, stake } from "./deployTribune.js";
import { impersonate } from "./impersonate.js";

const DAY = 86_400;
const UNIT = 10n ** 18n;

/** Two stakers with 5 % and 95 %, somebody who proposes, and some blocks in which nothing happens. */
export async function deployWatched(connection: NetworkConnection) {
  const { networkHelpers } = connection;
  const tribune = await deployTribune(connection);
  const [some, rest] = tribune.stakers;
  if (some === undefined || rest === undefined) throw new Error("too few accounts");
  await stake(tribune, some, 5n * UNIT);
  await stake(tribune, rest, 95n * UNIT);
  const governor = await impersonate(connection, tribune.governor);
  // The first look is at a block in which all of this was there.
  for (let block = 0; block < 20; ++block) await networkHelpers.mine();
  return { ...tribune, some, rest, proposer: tribune.timelock.connect(governor) };
}
export type WatchedWorld = Awaited<ReturnType<typeof deployWatched>>;

export const placeOf = ({ addresses, firstBlock }: WatchedWorld, provider: Provider) => ({
  provider,
  addresses,
  firstBlock,
});

/** Told in words, without what differs from run to run. */
export const wordsOf = (events: readonly WatchEvent[]) =>
  events.map(({ kind, text }) => `${kind}: ${text.split("\n")[0] ?? ""}`);

const pokeCall = ({ gate }: WatchedWorld) => gate.interface.encodeFunctionData("poke");
/** An operation that pokes; a salt makes it another one. */
export const schedulePoke = (world: WatchedWorld, salt: number) =>
  world.proposer.schedule(world.gate, 0n, pokeCall(world), ZeroHash, toBeHex(salt, 32), 4 * DAY, {
    maxFeePerGas: 10n ** 11n,
    maxPriorityFeePerGas: 0n,
  });
export const idOfPoke = (world: WatchedWorld, salt: number) =>
  world.timelock.hashOperation(world.gate, 0n, pokeCall(world), ZeroHash, toBeHex(salt, 32));
