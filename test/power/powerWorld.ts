import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { keccak256, parseEther, toBeHex, toUtf8Bytes, zeroPadValue, ZeroAddress } from "ethers";

import standard from "../../config/default.js";
import { LOCAL_ACCOUNTS } from "../../src/config/localAccounts.js";
import {
  OnlookerMock__factory,
  OpenGateMock__factory,
  ThiefStrategy__factory,
  type CircuitBreaker,
  type OnlookerMock,
  type TiebreakerCommittee,
} from "../../types/index.js";
import { impersonate } from "../helpers/impersonate.js";
import { deployTribune, stake, type Connection, type Tribune } from "../helpers/deployTribune.js";

export const DAY = 86_400;

/** In the order of the Solidity enum. */
export const STATES = ["Normal", "VetoSignalling", "VetoSignallingDeactivation", "VetoCooldown", "RageQuit"] as const;
export type State = (typeof STATES)[number];

/** Everybody of the mechanism's cast who exists so far; committees as what their Safes do. Each acts alone. */
export const ACTORS = [
  "deployer",
  "majority",
  "governor",
  "stakerR1",
  "stakerR2",
  "stranger",
  "activation",
  "execution",
  "seal",
  "reseal",
  "tiebreaker",
  "subCommittee",
] as const;
export type ActorName = (typeof ACTORS)[number];

/** The contracts of the bodies whose powers end, which every world has. */
export interface Bodies {
  readonly breaker: CircuitBreaker;
  readonly tiebreaker: TiebreakerCommittee;
}

/** One operation of the timelock that would hand the vault to a thief, and its twin at the Governor. */
export interface Theft {
  readonly targets: [string];
  readonly values: [bigint];
  readonly payloads: [string];
  readonly description: string;
  readonly descriptionHash: string;
  /** As `GovernorTimelockControl` salts it. */
  readonly salt: string;
}

export interface World extends Omit<Tribune, keyof Bodies>, Bodies {
  readonly actors: Readonly<Record<ActorName, HardhatEthersSigner>>;
  readonly thief: string;
  readonly openGate: string;
  /** Reads many views at once. */
  readonly onlooker: OnlookerMock;
  readonly theft: Theft;
  /** Proposed, voted and queued by the DAO; its base delay has passed. */
  readonly theftProposalId: bigint;
  /** The epoch whose rage quit runs, in RageQuit. */
  readonly closedEpoch: bigint;
}

/** A DAO one holder of which has 90 % of the votes, and a vault whose stakers may object. */
export async function createWorld(connection: Connection): Promise<World> {
  const [, majority, minority] = LOCAL_ACCOUNTS;
  const tribune = await deployTribune(connection, {
    token: {
      ...standard.token,
      allocations: [
        { holder: majority, amount: "90,000,000" },
        { holder: minority, amount: "10,000,000" },
      ],
    },
  });
  const [stakerR1, stakerR2, passive] = tribune.stakers;
  if (!stakerR1 || !stakerR2 || !passive) throw new Error("too few accounts");
  await stake(tribune, stakerR1, parseEther("3"));
  await stake(tribune, stakerR2, parseEther("20"));
  await stake(tribune, passive, parseEther("77"));
  await tribune.token.connect(tribune.majority).delegate(tribune.majority);

  const { breaker, tiebreaker, addresses, governor } = tribune;
  const { emergency, circuitBreaker, tiebreaker: seats } = addresses.bodies;
  const [subCommittee] = seats?.subCommittees ?? [];
  if (!breaker || !tiebreaker || !emergency || !circuitBreaker || !subCommittee) throw new Error("a body is missing");
  const thief = await new ThiefStrategy__factory(tribune.majority).deploy(tribune.asset);
  const openGate = await new OpenGateMock__factory(tribune.deployer).deploy();
  const thiefAddress = await thief.getAddress();
  const actors = {
    deployer: tribune.deployer,
    majority: tribune.majority,
    governor: await impersonate(connection, governor),
    stakerR1,
    stakerR2,
    stranger: tribune.stranger,
    activation: await impersonate(connection, emergency.activationCommittee),
    execution: await impersonate(connection, emergency.executionCommittee),
    seal: await impersonate(connection, circuitBreaker.sealCommittee),
    reseal: await impersonate(connection, circuitBreaker.resealCommittee),
    tiebreaker: await impersonate(connection, tiebreaker),
    subCommittee: await impersonate(connection, subCommittee),
  };
  return {
    ...tribune,
    breaker,
    tiebreaker,
    actors,
    thief: thiefAddress,
    openGate: await openGate.getAddress(),
    onlooker: await new OnlookerMock__factory(tribune.deployer).deploy(),
    theft: await planTheft(tribune, thiefAddress, "Move the vault to a better strategy"),
    theftProposalId: 0n,
    closedEpoch: 0n,
  };
}

async function planTheft({ vault, governor }: Tribune, thief: string, description: string): Promise<Theft> {
  const descriptionHash = keccak256(toUtf8Bytes(description));
  return {
    targets: [await vault.getAddress()],
    values: [0n],
    payloads: [vault.interface.encodeFunctionData("setStrategy", [thief])],
    description,
    descriptionHash,
    salt: toBeHex(BigInt(descriptionHash) ^ (BigInt(await governor.getAddress()) << 96n), 32),
  };
}

/** The DAO's own path, as far as a majority of the votes carries it: proposed, voted, queued, base delay over. */
async function queueTheft(world: World): Promise<bigint> {
  const { governor, theft, actors, connection } = world;
  const time = connection.networkHelpers.time;
  const majority = governor.connect(actors.majority);
  await majority.propose(theft.targets, theft.values, theft.payloads, theft.description);
  const id = await governor.hashProposal(theft.targets, theft.values, theft.payloads, theft.descriptionHash);
  await time.increase(DAY + 1);
  await majority.castVote(id, 1);
  await time.increase(5 * DAY + 1);
  await majority.queue(theft.targets, theft.values, theft.payloads, theft.descriptionHash);
  return id;
}

/**
 * Brings `world` into `state` with the theft queued: ripe wherever the gate is meant to hold it back. In Normal its base
 * delay still runs, because a ripe operation that nobody has objected to is the DAO's to execute.
 */
export async function enterState(world: World, state: State): Promise<World> {
  const { escrow, gate, actors, vault, connection } = world;
  const time = connection.networkHelpers.time;
  if (state === "Normal") return { ...world, theftProposalId: await queueTheft(world) };

  const locker = state === "RageQuit" ? actors.stakerR2 : actors.stakerR1;
  await escrow.connect(locker).lock(await vault.balanceOf(locker), 0);
  // Scheduled after the activation, so that the cooldown does not let it through either.
  const theftProposalId = await queueTheft(world);
  const next = { ...world, theftProposalId, closedEpoch: 0n };
  if (state === "RageQuit") {
    await time.increase(45 * DAY);
    await gate.poke();
    return { ...next, closedEpoch: 1n };
  }
  await time.increase(4 * DAY);
  if (state === "VetoSignalling") return next;
  await time.increase(5 * DAY);
  await gate.poke();
  if (state === "VetoSignallingDeactivation") return next;
  await time.increase(3 * DAY + 1);
  await gate.poke();
  return next;
}

/** A rage quit whose shares the vault has redeemed: the extension runs. */
export async function enterExtension(world: World): Promise<World> {
  const leaving = await enterState(world, "RageQuit");
  await leaving.escrow.beginExit(leaving.closedEpoch, ZeroAddress);
  return leaving;
}

/** As in `ITiebreakerCommittee.Action`. */
export const RESUME = 1;

/** The motion to end the vault's pause. */
export const pauseMotion = async ({ vault }: World) => zeroPadValue(await vault.getAddress(), 32);

/** Where `world` stands, and with emergency mode entered, the vault's deposits paused and an approval given as well. */
export async function enterCrisis(world: World): Promise<World> {
  const { timelock, breaker, tiebreaker, vault, actors } = world;
  await timelock.connect(actors.activation).activateEmergencyMode();
  await breaker.connect(actors.seal).seal([vault]);
  await tiebreaker.connect(actors.subCommittee).approve(RESUME, await pauseMotion(world));
  return world;
}

/** A rage quit that nobody has begun, and that has stood still for the tiebreaker's timeout, the vault paused until governance ends it, the theft queued anew. */
export async function enterDeadlock(world: World): Promise<World> {
  const { breaker, vault, gate, actors, connection } = world;
  const { time } = connection.networkHelpers;
  const stuck = await enterState(world, "RageQuit");
  await breaker.connect(actors.seal).seal([vault]);
  await breaker.connect(actors.reseal).reseal(vault);
  const deadlockedAt = (await gate.haltedSince()) + 365n * BigInt(DAY);
  await time.increaseTo(deadlockedAt - 7n * BigInt(DAY));
  const again = { ...stuck, theft: await planTheft(world, world.thief, "Move the vault, once more") };
  const theftProposalId = await queueTheft(again);
  await time.increaseTo(deadlockedAt);
  return { ...again, theftProposalId };
}
