import type { AddressLike } from "ethers";
import { ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { decodeRevert } from "../../../src/scenarios/reverts.js";
import type { DualGovernanceTimelock } from "../../../types/index.js";
import { getActors } from "../../helpers/actors.js";
import { impersonate } from "../../helpers/impersonate.js";
import type { Operation } from "../../helpers/operations.js";
import { batch, batchArguments, schedule, single, singleArguments } from "../../helpers/operations.js";
import { BOUNDS, DAY, DELAY, timelockFixture } from "./timelockFixture.js";

/** How long the mode lasts in this world: as long as it may. [seconds] */
export const MODE = BOUNDS.emergencyLimit;
/** How long the committees' term lasts in this world. [seconds] */
const TERM = 300n * DAY;

export interface Terms {
  activationCommittee: AddressLike;
  executionCommittee: AddressLike;
  protectionEndsAt: bigint;
  modeDuration: bigint;
}

/** Nobody may do anything. */
export const NO_TERMS: Terms = {
  activationCommittee: ZeroAddress,
  executionCommittee: ZeroAddress,
  protectionEndsAt: 0n,
  modeDuration: 0n,
};

/** What `emergencyStatus` says, without the names: the four terms, the mode's last second, its newest operation. */
export async function readStatus(timelock: DualGovernanceTimelock) {
  const { terms, modeEndsAt, lastSequence } = await timelock.emergencyStatus();
  const { activationCommittee, executionCommittee, protectionEndsAt, modeDuration } = terms;
  return [activationCommittee, executionCommittee, protectionEndsAt, modeDuration, modeEndsAt, lastSequence] as const;
}

/** What `readStatus` says once everything has ended. */
export const NOTHING = [ZeroAddress, ZeroAddress, 0n, 0n, 0n, 0n] as const;

/**
 * The timelock of `timelockFixture` with both committees in office. `alarm` is the activation committee, `warden` the
 * execution committee.
 */
export function emergencyFixture(connection: NetworkConnection) {
  const fixture = timelockFixture(connection);
  const { ethers, networkHelpers, time } = fixture;
  const now = async (): Promise<bigint> => BigInt(await time.latest());
  /** The next transaction happens at `moment`. [unix seconds] */
  const at = (moment: bigint) => time.setNextBlockTimestamp(moment);

  async function deployProtected() {
    const all = await fixture.deployAll();
    const names = ["admin", "dao", "scheduler", "canceller", "stranger", "alarm", "warden"] as const;
    const { alarm, warden } = await getActors(ethers, ...names);
    const { timelock } = all;
    const abi = timelock.interface;
    /** The timelock itself, as an operation would be it. */
    const self = await impersonate(connection, timelock);
    const protectionEndsAt = (await now()) + TERM;
    const terms: Terms = {
      activationCommittee: alarm.address,
      executionCommittee: warden.address,
      protectionEndsAt,
      modeDuration: MODE,
    };
    const setTerms = (changes: Partial<Terms> = {}) =>
      timelock.connect(self).setEmergencyProtection({ ...terms, ...changes });
    await setTerms();

    /** A call of the timelock to itself, by name. */
    const call = (data: string) => ({ target: all.timelockAddress, value: 0n, data });
    const ownTerms = (changes: Partial<Terms> = {}) =>
      call(abi.encodeFunctionData("setEmergencyProtection", [{ ...terms, ...changes }]));
    const ownEnd = () => call(abi.encodeFunctionData("endEmergencyMode"));
    const resetData = abi.encodeFunctionData("emergencyReset");
    /** @returns The last second of the mode. [unix seconds] */
    const activate = async () => {
      await timelock.connect(alarm).activateEmergencyMode();
      return (await now()) + MODE;
    };
    return {
      ...{ ...all, alarm, warden, self, terms, setTerms, protectionEndsAt, ownTerms, ownEnd, resetData },
      activate,
    };
  }
  type World = Awaited<ReturnType<typeof deployProtected>>;

  /** Two operations that are due, one of one call and one batch; nothing has been activated. */
  async function due() {
    const all = await deployProtected();
    const older = batch([all.setRule(1n)]);
    const other = single(all.setRule(2n));
    for (const operation of [older, other]) await schedule(all.timelock, all.dao, operation, DELAY);
    await fixture.passDelay();
    return { ...all, older, other };
  }

  /** As `due`, a moment after the activation, with another operation scheduled since, and due as well. */
  async function inMode() {
    const all = await due();
    const modeEndsAt = await all.activate();
    const newer = batch([all.setRule(3n)]);
    await schedule(all.timelock, all.dao, newer, DELAY);
    await fixture.passDelay();
    return { ...all, modeEndsAt, newer };
  }

  /** Whether `operation` would execute for `by` in the block that views speak of. */
  async function executes({ timelock }: World, by: World["stranger"], operation: Operation): Promise<boolean> {
    const connected = timelock.connect(by);
    const trial = operation.isBatch
      ? connected.executeBatch.staticCall(...batchArguments(operation))
      : connected.execute.staticCall(...singleArguments(operation));
    return await trial.then(() => true).catch(() => false);
  }

  /** Runs `probe` in a copy of the chain that is thrown away afterwards. */
  async function aside<T>(probe: () => Promise<T>): Promise<T> {
    const snapshot = await networkHelpers.takeSnapshot();
    try {
      return await probe();
    } finally {
      await snapshot.restore();
    }
  }

  /** Runs `probe` in the seconds before `moment`, in it, and after it, each in a copy of its own. */
  async function around<T>(moment: bigint, probe: () => Promise<T>): Promise<T[]> {
    const outcomes: T[] = [];
    for (const offset of [-1n, 0n, 1n]) {
      outcomes.push(
        await aside(async () => {
          await at(moment + offset);
          return await probe();
        }),
      );
    }
    return outcomes;
  }

  /** What became of `sending`: `"done"`, or the name of the custom error. */
  async function outcome(sending: Promise<unknown>): Promise<string> {
    return await sending.then(() => "done").catch((error: unknown) => decodeRevert(error)?.name ?? "failed otherwise");
  }

  return { ...fixture, now, at, deployProtected, due, inMode, executes, aside, around, outcome };
}
