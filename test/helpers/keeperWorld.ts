import { parseEther, parseUnits, type Provider } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { readParticipant } from "../../src/protocol/plans/participant.js";
import { Attempts } from "../../src/watch/attempts.js";
import type { Deed } from "../../src/watch/deed.js";
import { actOn } from "../../src/watch/keeper.js";
import type { Bounds } from "../../src/watch/sendBounded.js";
import { begin, look } from "../../src/watch/step.js";
import type { View } from "../../src/watch/types.js";
import { deployWatched, idOfPoke, schedulePoke, type WatchedWorld } from "./watchedWorld.js";

const DAY = 86_400;
export const BOUNDS: Bounds = {
  maxGasPrice: parseUnits("100", "gwei"),
  minBalance: parseEther("1"),
  patience: 2_000,
};

/** What a keeper has to know of a deployment; the stranger is its account. */
export type Kept = Pick<WatchedWorld, "addresses" | "firstBlock" | "stranger">;

interface Circumstances {
  readonly bounds?: Bounds;
  readonly provider?: Provider;
  readonly attempts?: Attempts;
  readonly view?: View;
}

/** A keeper on the embedded chain, and chains on which it has something to do. */
export function keeperOn(connection: NetworkConnection) {
  const { ethers, networkHelpers } = connection;
  const fixture = () => networkHelpers.loadFixture(deploy);
  const deploy = () => deployWatched(connection);

  /** The node, where some methods answer otherwise; what is undefined is asked of the node. */
  function answering(
    answers: Readonly<Record<string, (...request: unknown[]) => Promise<unknown> | undefined>>,
  ): Provider {
    const provider: Provider = new Proxy<Provider>(ethers.provider, {
      get: (real, name) => {
        if (name === "provider") return provider;
        const value: unknown = Reflect.get(real, name);
        if (typeof value !== "function") return value;
        return (...args: unknown[]): unknown => answers[String(name)]?.(...args) ?? Reflect.apply(value, real, args);
      },
    });
    return provider;
  }

  /** Of the newest block, after one in which nothing happens. */
  async function viewOf({ addresses, firstBlock }: Kept): Promise<View> {
    await networkHelpers.mine();
    const place = { provider: ethers.provider, addresses, firstBlock };
    const started = await begin(place, []);
    return ((await look(place, started.memory, [])) ?? started).view;
  }

  async function act(world: Kept, given: Circumstances = {}): Promise<Deed[]> {
    const { bounds = BOUNDS, provider = ethers.provider, attempts = new Attempts(), view } = given;
    const participant = await readParticipant(world, provider, world.stranger.address);
    return await actOn(view ?? (await viewOf(world)), participant, bounds, attempts);
  }
  const deedsIn = async (world: Kept, given?: Circumstances) => (await act(world, given)).map(({ text }) => text);

  /** An operation that is ready, or several, and nothing else to be done. */
  async function readyWorld(count = 1) {
    const world = await fixture();
    for (let salt = 1; salt <= count; ++salt) await schedulePoke(world, salt);
    await networkHelpers.time.increase(5 * DAY);
    return { ...world, id: await idOfPoke(world, 1) };
  }

  /** A poke is due. */
  async function dueWorld() {
    const world = await fixture();
    await world.escrow.connect(world.some).lock((await world.vault.balanceOf(world.some)) / 2n, 0n);
    await networkHelpers.time.increase(20 * DAY);
    return { ...world, view: await viewOf(world) };
  }

  /** Nothing that is sent comes into a block by itself. */
  async function noAutomine(run: () => Promise<void>): Promise<void> {
    const automine = (on: boolean) => connection.provider.request({ method: "evm_setAutomine", params: [on] });
    await automine(false);
    await run().finally(() => automine(true));
  }

  const later = (view: View, seconds: bigint): View => ({
    ...view,
    block: { ...view.block, timestamp: view.block.timestamp + seconds },
  });

  return { fixture, answering, viewOf, act, deedsIn, readyWorld, dueWorld, noAutomine, later };
}
