import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { id, ZeroAddress, ZeroHash, type ContractTransactionResponse } from "ethers";

import {
  CircuitBreaker__factory,
  ExampleVault__factory,
  ISafe__factory,
  SlotMock__factory,
  TiebreakerCommittee__factory,
  type CircuitBreaker,
  type ISafe,
  type TiebreakerCommittee,
} from "../../types/index.js";
import { DAY } from "../model/units.js";
import { call, type Call } from "../protocol/calls.js";
import { createSafe } from "../safe/createSafe.js";
import { provideSafeContracts } from "../safe/provide.js";
import { callTogether } from "../safe/send.js";
import type { Meter } from "./meter.js";
import { mined } from "./mined.js";
import { TiebreakerAction } from "../protocol/enums.js";
import { pass, RULES, SUPPLY, type World } from "./gasWorld.js";

const { signalling, timelock: terms } = RULES;
/** Of the tiebreaker's motions. [seconds] */
const DELAY = 30n * DAY;

/** A call that does nothing. */
const IDLE: Call = { target: ZeroAddress, value: 0n, data: "0x" };

/** A Safe, and as many of its owners as must sign. */
interface Committee {
  readonly safe: ISafe;
  readonly signers: readonly HardhatEthersSigner[];
}

interface Bodies {
  readonly activation: HardhatEthersSigner;
  readonly execution: HardhatEthersSigner;
  readonly sealing: HardhatEthersSigner;
  readonly resealing: HardhatEthersSigner;
  readonly subCommittees: readonly [Committee, Committee, Committee];
  readonly tiebreaker: TiebreakerCommittee;
  readonly breaker: CircuitBreaker;
  readonly vault: string;
}

/** What the bodies whose powers expire do. Only sub-committees are Safes: the others' own part is what is measured. */
export async function walkPowers(world: World, meter: Meter): Promise<void> {
  const bodies = await installBodies(world);
  const calm = await world.connection.networkHelpers.takeSnapshot();
  await walkEmergency(world, bodies, meter);
  await calm.restore();
  await walkDeadlock(world, bodies, meter);
}

/** What a Safe's transaction costs whatever it does. [gas] */
export async function measureSafeFloor(world: World): Promise<number> {
  const committee = await makeCommittee(world, await committeeOwners(world), 9n);
  return Number((await mined(transact(committee, IDLE))).gasUsed);
}

async function walkEmergency(world: World, bodies: Bodies, meter: Meter): Promise<void> {
  const { timelock, proposer } = world;
  const { activation, execution, sealing, breaker, vault } = bodies;
  await meter.measure("seal", breaker.connect(sealing).seal([vault]));
  const target = await new SlotMock__factory(proposer).deploy();
  const change = [
    await target.getAddress(),
    0n,
    target.interface.encodeFunctionData("set", [1n]),
    ZeroHash,
    ZeroHash,
  ] as const;
  await mined(timelock.schedule(...change, terms.delay));
  await meter.measure("activateEmergency", timelock.connect(activation).activateEmergencyMode());
  await pass(world, terms.delay);
  await meter.measure("executeEmergency", timelock.connect(execution).execute(...change));
  await meter.measure("resetEmergency", timelock.connect(execution).emergencyReset());
}

/** Stakers leave, the vault lets nobody go, and governance waits for longer than the timeout. */
async function walkDeadlock(world: World, bodies: Bodies, meter: Meter): Promise<void> {
  const { timelock, escrow, gate, alice, proposer } = world;
  const { subCommittees, tiebreaker, breaker, sealing, resealing, vault } = bodies;
  await mined(escrow.connect(alice).lock((SUPPLY * 15n) / 100n, 0n));
  await pass(world, signalling.maxDuration + 1n);
  await mined(gate.poke());
  await mined(breaker.connect(sealing).seal([vault]));
  await meter.measure("reseal", breaker.connect(resealing).reseal(vault));

  await pass(world, terms.tiebreakerFloor / 2n);
  const target = await new SlotMock__factory(proposer).deploy();
  const data = target.interface.encodeFunctionData("set", [1n]);
  const repair = [await target.getAddress(), 0n, data, ZeroHash, id("what ends the deadlock")] as const;
  await mined(timelock.schedule(...repair, terms.delay));
  const operation = await timelock.hashOperation(...repair);

  const approval = await call(tiebreaker, "approve", [TiebreakerAction.Release, operation]);
  const approve = (committee: Committee) => transact(committee, approval);
  const [first, second] = subCommittees;
  await meter.measure("approveFirst", approve(first));
  await meter.measure("approveQuorum", approve(second));
  await pass(world, terms.tiebreakerFloor / 2n);
  await meter.measure("release", tiebreaker.execute(TiebreakerAction.Release, operation));
  await meter.measure("executeReleased", timelock.execute(...repair));
}

/** The DAO gives every body its term, by an ordinary decision. */
async function installBodies(world: World): Promise<Bodies> {
  const { connection, timelock, asset, proposer } = world;
  const [activation, execution, sealing, resealing] = (await connection.ethers.getSigners()).slice(5);
  if (!activation || !execution || !sealing || !resealing) throw new Error("the chain has too few accounts");
  const now = BigInt(await connection.networkHelpers.time.latest());
  const breaker = await new CircuitBreaker__factory(proposer).deploy(
    timelock,
    sealing,
    resealing,
    14n * DAY,
    now + 364n * DAY,
  );
  const pausable = await new ExampleVault__factory(proposer).deploy(
    asset,
    "Vault",
    "V",
    timelock,
    0n,
    ZeroAddress,
    breaker,
  );
  const vault = await pausable.getAddress();
  await mined(breaker.bind([vault]));
  const owners = await committeeOwners(world);
  const subCommittees = [
    await makeCommittee(world, owners, 1n),
    await makeCommittee(world, owners, 2n),
    await makeCommittee(world, owners, 3n),
  ] as const;
  const members = await Promise.all(subCommittees.map(async ({ safe }) => safe.getAddress()));
  const tiebreaker = await new TiebreakerCommittee__factory(proposer).deploy(timelock, breaker, members, 2n, DELAY);
  const term = {
    activationCommittee: activation.address,
    executionCommittee: execution.address,
    protectionEndsAt: await timelock.PROTECTION_HARD_END(),
    modeDuration: terms.emergencyLimit,
  };
  const payloads = [
    timelock.interface.encodeFunctionData("setEmergencyProtection", [term]),
    timelock.interface.encodeFunctionData("setTiebreaker", [await tiebreaker.getAddress(), terms.tiebreakerFloor]),
  ];
  const targets = await Promise.all(payloads.map(async () => timelock.getAddress()));
  const salt = id("the bodies' terms");
  await mined(timelock.scheduleBatch(targets, [0n, 0n], payloads, ZeroHash, salt, terms.delay));
  await pass(world, terms.delay);
  await mined(timelock.executeBatch(targets, [0n, 0n], payloads, ZeroHash, salt));
  return { activation, execution, sealing, resealing, subCommittees, tiebreaker, breaker, vault };
}

async function committeeOwners({ connection }: World): Promise<HardhatEthersSigner[]> {
  return (await connection.ethers.getSigners()).slice(9, 12);
}

/** A Safe of which two must sign, and which has made its first transaction. */
async function makeCommittee(world: World, owners: HardhatEthersSigner[], salt: bigint): Promise<Committee> {
  await provideSafeContracts(world.proposer);
  const plan = { owners: owners.map(({ address }) => address), threshold: 2, salt };
  const safe = ISafe__factory.connect(await createSafe(world.proposer, plan), world.proposer);
  const committee = { safe, signers: owners.slice(0, plan.threshold) };
  await mined(transact(committee, IDLE));
  return committee;
}

/** An ordinary transaction of a Safe, with two signatures. */
async function transact({ safe, signers }: Committee, order: Call): Promise<ContractTransactionResponse> {
  const [sender] = signers;
  if (sender === undefined) throw new Error("the committee has no owner");
  return await callTogether(await safe.getAddress(), order, signers, sender);
}
