import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import { TIMELOCK } from "./deployCore.js";
import { deployGateWorld, PERCENT } from "./gateWorld.js";
import { impersonate } from "./impersonate.js";

/** How long governance must be halted. [seconds] */
export const TIMEOUT = TIMELOCK.tiebreakerFloor;

/**
 * The world of the gate with a tiebreaker, one account, and one withdrawal blocker that behaves until it is told not to.
 * `governance` acts as the timelock does, whatever the state.
 */
export async function deployDeadlockWorld(connection: NetworkConnection) {
  const { ethers, networkHelpers } = connection;
  const world = await deployGateWorld(connection);
  const { gate, timelock, alice, lock, redeemAll, pokeAt, machine, rules, escrow, aside } = world;
  const [, , , , , , , , , last] = await ethers.getSigners();
  if (last === undefined) throw new Error("no account is left for the tiebreaker");
  const tiebreaker = last;
  const governance = await impersonate(connection, timelock);
  const blocker = await ethers.deployContract("PausableMock");
  await timelock.connect(governance).setTiebreaker(tiebreaker, TIMEOUT);
  await gate.connect(governance).setWithdrawalBlockers([blocker]);

  /** Pauses the blocker until it is told to resume, so that every rage quit is a deadlock. */
  const block = () => blocker.pauseFor(ethers.MaxUint256);

  /** From Normal into a rage quit of alice's that is a deadlock at once. @returns The epoch that was closed. */
  async function enterDeadlock(): Promise<bigint> {
    await block();
    return await world.enterRageQuit(10n * PERCENT, alice);
  }

  /** From the rage quit of `epoch` through VetoSignalling into another one, of `who`. @returns The epoch it closed. */
  async function quitAgain(who: HardhatEthersSigner, epoch: bigint): Promise<bigint> {
    await lock(who, 12n * PERCENT);
    await pokeAt((await redeemAll(epoch)) + 1n);
    const next = await escrow.runningEpoch();
    await pokeAt((await machine()).activatedAt + rules.signalling.maxDuration + 1n);
    return next;
  }

  /** What `probe` says in the second before `moment`, in it, and in the one after. */
  async function around<T>(moment: bigint, probe: () => Promise<T>): Promise<T[]> {
    const seen: T[] = [];
    for (const offset of [-1n, 0n, 1n]) {
      seen.push(
        await aside(async () => {
          await networkHelpers.time.increaseTo(moment + offset);
          return await probe();
        }),
      );
    }
    return seen;
  }

  return { ...world, ...{ tiebreaker, governance, blocker, block, enterDeadlock, quitAgain, around } };
}
