import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { formatUnits, toBeHex, ZeroHash, type TransactionResponse } from "ethers";

import standard from "../../config/default.js";
import { forecast } from "../../src/model/forecast.js";
import type { LastLock } from "../../src/model/landing.js";
import { nameOfState } from "../../src/model/types.js";
import { parseRevert } from "../../src/protocol/abis.js";
import type { Deployment } from "../../src/protocol/addresses.js";
import { formatTime } from "../../src/protocol/format.js";
import type { ExpectedOperation } from "../../src/protocol/operations/landings.js";
import {
  encodeExecution,
  encodeScheduling,
  singleOperation,
  type Operation,
} from "../../src/protocol/operations/operation.js";
import { planLock } from "../../src/protocol/plans/objection.js";
import { readParticipant } from "../../src/protocol/plans/participant.js";
import { findRevertData } from "../../src/protocol/revertData.js";
import { readGate } from "../../src/protocol/state/gate.js";
import { readStatus, type Status } from "../../src/status/readStatus.js";
import { deployTribune, stake, type Connection } from "./deployTribune.js";
import { impersonate } from "./impersonate.js";

const UNIT = 10n ** 18n;
const PERCENT = 10n ** 16n;

/** What of an operation matters here. */
interface Wanted {
  readonly predecessor?: string;
  /** Only withdraws what has this identifier. */
  readonly withdraws?: string;
}

/** A deployment whose operations are tried to the second; everything that is tried is undone. */
export function landingTrials(connection: Connection) {
  const { ethers, networkHelpers } = connection;
  const { provider } = ethers;
  /** What was ever scheduled, by its identifier; also what was undone. */
  const scheduled = new Map<string, Operation>();

  /** Stakers with 5 %, 15 % and the rest; nothing waits. */
  async function deploy() {
    const tribune = await deployTribune(connection);
    const [some, many, rest] = tribune.stakers;
    if (some === undefined || many === undefined || rest === undefined) throw new Error("too few accounts");
    await stake(tribune, some, 5n * UNIT);
    await stake(tribune, many, 15n * UNIT);
    await stake(tribune, rest, 80n * UNIT);
    return { ...tribune, some, many, rest };
  }
  type World = Awaited<ReturnType<typeof deploy>>;

  /** Two can be told apart by their numbers. */
  function compose({ timelock, gate, addresses }: World, number: number, wanted: Wanted): Operation {
    const { predecessor = ZeroHash, withdraws } = wanted;
    const poke = { target: addresses.gate, value: 0n, data: gate.interface.encodeFunctionData("poke") };
    const withdraw = timelock.interface.encodeFunctionData("cancelOperations", [[withdraws ?? ZeroHash]]);
    const call = withdraws === undefined ? poke : { target: addresses.timelock, value: 0n, data: withdraw };
    return singleOperation(call, { predecessor, salt: toBeHex(number, 32) });
  }
  const identify = (world: World, number: number): string => compose(world, number, {}).id;

  /** What the Governor decides, without the vote. @returns Its identifier. */
  async function schedule(world: World, number: number, wanted: Wanted = {}) {
    const { timelock, governor, addresses } = world;
    const operation = compose(world, number, wanted);
    scheduled.set(operation.id, operation);
    const proposer = await impersonate(connection, governor);
    const data = encodeScheduling(operation, await timelock.getMinDelay());
    await (await proposer.sendTransaction({ to: addresses.timelock, data })).wait();
    return operation.id;
  }

  const deploymentOf = ({ addresses, deployer }: World): Deployment => ({
    ...{ format: 1, dao: "default", chain: { id: 31337, genesis: ZeroHash }, deployer: deployer.address },
    ...{ firstBlock: 0, configuration: standard, addresses },
  });
  const statusOf = (world: World): Promise<Status> => readStatus(deploymentOf(world), provider);
  const gateOf = async (world: World) => readGate(world, await provider.getBlockNumber());
  const stateOf = async (world: World) => nameOfState((await gateOf(world)).written.state);

  /** Sends it in a block of that very second, and tells the custom error that it reverts with. */
  async function attempt(
    at: bigint,
    send: (overrides: { gasLimit: bigint }) => Promise<TransactionResponse>,
  ): Promise<string | undefined> {
    await networkHelpers.time.setNextBlockTimestamp(at);
    try {
      const receipt = await (await send({ gasLimit: 5_000_000n })).wait();
      expect(receipt?.status).to.equal(1);
      return undefined;
    } catch (error) {
      expect(BigInt(await networkHelpers.time.latest()), String(error)).to.equal(at);
      return parseRevert(findRevertData(error) ?? "0x")?.name ?? String(error);
    }
  }

  /** Whatever happens in it is undone. */
  async function tryOut<Result>(action: () => Promise<Result>): Promise<Result> {
    const snapshot = await networkHelpers.takeSnapshot();
    try {
      return await action();
    } finally {
      await snapshot.restore();
    }
  }

  /** Pokes in the first second of every transition that comes before `until`, as long as support stays as it is. */
  async function pokeUntil(world: World, until: bigint): Promise<void> {
    for (;;) {
      const { written, reading, configs } = await gateOf(world);
      const moments = forecast(written, configs, reading)
        .filter(({ isOnCourse }) => isOnCourse)
        .flatMap(({ earliest }) => (earliest === undefined ? [] : [earliest]));
      const [soonest] = moments.sort((one, other) => Number(one - other));
      if (soonest === undefined) return;
      const at = soonest > reading.timestamp ? soonest : reading.timestamp + 1n;
      if (at >= until) return;
      expect(await attempt(at, (overrides) => world.gate.poke(overrides))).to.equal(undefined);
    }
  }

  /** Time passes until the next transition is made. */
  async function goOn(world: World): Promise<void> {
    const before = await stateOf(world);
    while ((await stateOf(world)) === before) {
      const { written, reading, configs } = await gateOf(world);
      const at = forecast(written, configs, reading).find(({ isOnCourse }) => isOnCourse)?.earliest;
      if (at === undefined) throw new Error("nothing comes next");
      await attempt(at > reading.timestamp ? at : reading.timestamp + 1n, (overrides) => world.gate.poke(overrides));
    }
  }

  const execute =
    ({ deployer, addresses }: World, id: string) =>
    (overrides: { gasLimit: bigint }) => {
      const operation = scheduled.get(id);
      if (operation === undefined) throw new Error(`never scheduled ${id}`);
      return deployer.sendTransaction({ to: addresses.timelock, data: encodeExecution(operation), ...overrides });
    };

  /** What `rest` must lock, so that support reaches so much; in Normal of the present supply. [shares] */
  async function sharesFor(world: World, support: bigint): Promise<bigint> {
    const { reading, votableSupply } = await gateOf(world);
    const supply = reading.lowestSupply === 0n ? (votableSupply ?? 0n) : reading.lowestSupply;
    const needed = (support * supply + UNIT - 1n) / UNIT;
    return needed > reading.locked ? needed - reading.locked : 0n;
  }

  /** What `lock` says beforehand of an operation. */
  async function toldOf(world: World, id: string, shares: bigint): Promise<string> {
    const participant = await readParticipant(deploymentOf(world), provider, world.rest.address);
    const { means } = await planLock(participant, formatUnits(shares, participant.decimals.shares));
    return means.find((sentence) => sentence.includes(id)) ?? "nothing";
  }

  const lock = ({ escrow, rest }: World, shares: bigint, when: bigint) =>
    attempt(when, (overrides) => escrow.connect(rest).lock(shares, 0n, overrides));

  /** Time passes; whatever must be done before an operation is executed when it lands. */
  async function passUntil(world: World, when: bigint, before: readonly ExpectedOperation[]): Promise<void> {
    const now = BigInt(await networkHelpers.time.latest());
    for (const { id, landing } of before) {
      if (landing === undefined || landing.at <= now || landing.at > when) continue;
      await pokeUntil(world, landing.at);
      // A lock may have held it up.
      await attempt(landing.at, execute(world, id));
    }
    await pokeUntil(world, when);
  }

  /** Every landing that a status shows, tried to the second, and what `lock` says of it; returns what was shown. */
  async function tryLandings(world: World): Promise<Status["operations"]> {
    const status = await statusOf(world);
    for (const operation of status.operations) await tryLanding(world, operation, status);
    return status.operations;
  }

  async function tryLanding(world: World, operation: ExpectedOperation, status: Status): Promise<void> {
    const { id, landing, isDeEscalation } = operation;
    const { timestamp: now } = status.block;
    if (landing === undefined) return;
    const { at, lastLock } = landing;
    const before = listBefore(operation, status.operations);
    const executeAt = async (when: bigint) => {
      await passUntil(world, when, before);
      return await attempt(when, execute(world, id));
    };
    await tryOut(async () => {
      if (at > now + 1n) expect(await executeAt(at - 1n), "a second early").to.not.equal(undefined);
      expect(await executeAt(at), "at the second").to.equal(undefined);
    });
    if (lastLock !== undefined) await tryLocks(world, operation, lastLock, executeAt, before);
    else if (!isDeEscalation && at > now + 1n && status.replacedBy === undefined) {
      await tryOut(async () => {
        const shares = await sharesFor(world, 20n * PERCENT);
        if (shares === 0n) return;
        expect(await toldOf(world, id, shares)).to.contain("too late");
        expect(await lock(world, shares, now + 1n)).to.equal(undefined);
        expect(await executeAt(at), "although all that can be is locked").to.equal(undefined);
      });
    }
  }

  async function tryLocks(
    world: World,
    { id, landing }: ExpectedOperation,
    { at: last, support }: LastLock,
    executeAt: (when: bigint) => Promise<string | undefined>,
    before: readonly ExpectedOperation[],
  ): Promise<void> {
    const at = landing?.at ?? 0n;
    // In the second in which something else is executed nothing is locked here.
    const isTaken = (when: bigint) => before.some((one) => one.landing?.at === when);
    const lockAt = async (when: bigint, less: bigint, tells: string) => {
      await passUntil(world, when, before);
      const shares = (await sharesFor(world, support)) - less;
      expect(shares).to.be.above(0n);
      // As whoever locks in that second reads it just before.
      if (BigInt(await networkHelpers.time.latest()) < when - 1n) await networkHelpers.time.increaseTo(when - 1n);
      expect(await toldOf(world, id, shares)).to.contain(tells);
      expect(await lock(world, shares, when)).to.equal(undefined);
    };
    if (!isTaken(last)) {
      await tryOut(async () => {
        await lockAt(last, 0n, `this holds it up, if it is on the chain by ${formatTime(last)}`);
        const refused =
          before.length === 0 ? ["ExecutionClosed"] : ["ExecutionClosed", "TimelockUnexecutedPredecessor"];
        expect(await executeAt(at), "after a lock in time").to.be.oneOf(refused);
      });
      await tryOut(async () => {
        await lockAt(last, 1n, "this alone does not hold it up: 0.0001 more shares");
        expect(await executeAt(at), "after a lock of too little").to.equal(undefined);
      });
    }
    const now = BigInt(await networkHelpers.time.latest());
    const some = (await sharesFor(world, support)) / 2n;
    if (some > 0n && last > now + 1n && !isTaken(now + 1n)) {
      await tryOut(async () => {
        const told = await toldOf(world, id, some);
        expect(await lock(world, some, now + 1n)).to.equal(undefined);
        const isPutOff = (await executeAt(at)) !== undefined;
        expect(
          /: this (puts it off|holds it up), /.test(told),
          `${told} It was${isPutOff ? "" : " not"} put off.`,
        ).to.equal(isPutOff);
      });
    }
    // In Normal the next second is the one in which it lands.
    if (isTaken(last + 1n) || (last + 1n === at && (await gateStateAt(world, at)) === "Normal")) return;
    await tryOut(async () => {
      await passUntil(world, last + 1n, before);
      await lockAt(last + 1n, 0n, "too late");
      const next = at > last + 1n ? at : at + 1n;
      expect(await executeAt(next), "after a lock too late").to.equal(undefined);
    });
  }

  /** What must be done before an operation, the first one first. */
  function listBefore(
    { predecessor, id }: ExpectedOperation,
    operations: readonly ExpectedOperation[],
  ): ExpectedOperation[] {
    const one = operations.find((other) => other.id === predecessor && other.id !== id);
    return one === undefined ? [] : [...listBefore(one, operations), one];
  }

  /** Where governance stands then, if support stays as it is. */
  const gateStateAt = (world: World, at: bigint): Promise<string> =>
    tryOut(async () => {
      await pokeUntil(world, at);
      await attempt(at, (overrides) => world.gate.poke(overrides));
      return await stateOf(world);
    });

  /** Whatever an account has not locked yet. */
  const lockAll = async ({ escrow, vault }: World, staker: HardhatEthersSigner) =>
    escrow.connect(staker).lock(await vault.balanceOf(staker), 0n);

  return {
    ...{ deploy, schedule, identify, deploymentOf, statusOf, gateOf, stateOf, attempt, tryOut, goOn, execute },
    ...{ lock, lockAll, toldOf, tryLandings },
  };
}

/** A deployment with three stakers. */
export type LandingWorld = Awaited<ReturnType<ReturnType<typeof landingTrials>["deploy"]>>;
