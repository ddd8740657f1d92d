import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import { single } from "./operations.js";
import { TIMELOCK } from "./deployCore.js";
import { deployBreakerWorld } from "./breakerWorld.js";

const DAY = 86_400n;
/** From the quorum to the earliest execution. [seconds] */
export const COMMITTEE_DELAY = 30n * DAY;
/** To reach a quorum, and again to execute once the delay has passed. [seconds] */
export const MOTION_MARGIN = 90n * DAY;

/** `ITiebreakerCommittee.Action` */
export const Action = { Release: 0n, Resume: 1n, ReplaceGate: 2n } as const;

/**
 * The world of the circuit breaker; the tiebreaker is a committee of five plain accounts, of which three must agree. One
 * operation is pending, everything is sealed, and the gate says that it is deadlocked.
 */
export async function deployTiebreakerWorld(connection: NetworkConnection) {
  const { ethers, networkHelpers } = connection;
  const { time } = networkHelpers;
  const world = await deployBreakerWorld(connection);
  const { timelock, breaker, governance, gate, pausables, stranger, deployer } = world;
  const signers = await ethers.getSigners();
  const members: readonly HardhatEthersSigner[] = signers.slice(6, 11);
  const [a, b, c, d, e] = members;
  if (a === undefined || b === undefined || c === undefined || d === undefined || e === undefined) {
    throw new Error("too few accounts for a committee");
  }
  const committee = await ethers.deployContract("TiebreakerCommittee", [
    timelock,
    breaker,
    [a, b, c, d, e],
    3,
    COMMITTEE_DELAY,
  ]);
  await timelock.connect(governance).setTiebreaker(committee, TIMELOCK.tiebreakerFloor);
  await gate.setDeadlocked(true);
  const operation = single({ target: deployer.address });
  const schedule = () => timelock.schedule(deployer, 0n, "0x", ethers.ZeroHash, ethers.ZeroHash, TIMELOCK.delay);
  await schedule();
  await world.seal();
  const [pausable] = pausables;
  const wordOf = async (account: { getAddress(): Promise<string> }) =>
    ethers.zeroPadValue(await account.getAddress(), 32);
  const release = [Action.Release, operation.id] as const;
  const resume = [Action.Resume, await wordOf(pausable)] as const;
  const replace = [Action.ReplaceGate, await wordOf(gate)] as const;
  type Motion = readonly [bigint, string];

  const approve = async (motion: Motion, ...who: readonly HardhatEthersSigner[]) => {
    for (const member of who) await committee.connect(member).approve(...motion);
  };
  const withdraw = async (motion: Motion, ...who: readonly HardhatEthersSigner[]) => {
    for (const member of who) await committee.connect(member).withdrawApproval(...motion);
  };
  /** With gas of its own, so that a call that fails is mined, in the very second that was set. */
  const execute = (motion: Motion) => committee.connect(stranger).execute(...motion, { gasLimit: 9_000_000n });
  const motionOf = (motion: Motion) => committee.motion(...motion);
  /** The approvals of a motion, as many as there are. */
  const countOf = async (motion: Motion): Promise<number> => {
    const { approvals } = await motionOf(motion);
    return approvals.toString(2).replaceAll("0", "").length;
  };
  const at = (moment: bigint) => time.setNextBlockTimestamp(moment);
  const setMembers = (list: readonly { readonly address: string }[], quorum: number) =>
    committee.connect(governance).setMembers(
      list.map(({ address }) => address),
      quorum,
    );
  /** Runs `probe` in a copy of the world that is thrown away afterwards. */
  async function aside(probe: () => Promise<unknown>): Promise<void> {
    const snapshot = await networkHelpers.takeSnapshot();
    try {
      await probe();
    } finally {
      await snapshot.restore();
    }
  }

  return {
    ...world,
    ...{ committee, members: [a, b, c, d, e] as const, a, b, c, d, e, pausable, operation, schedule },
    ...{ release, resume, replace, wordOf, approve, withdraw, execute, motionOf, countOf, at, setMembers, aside },
  };
}
