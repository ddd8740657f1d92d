import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { parseEther, toUtf8Bytes, keccak256, ZeroHash } from "ethers";

import standard from "../../config/default.js";
import { LOCAL_ACCOUNTS } from "../../src/config/localAccounts.js";
import {
  OnlookerMock__factory,
  OpenGateMock__factory,
  ThiefStrategy__factory,
  type OnlookerMock,
} from "../../types/index.js";
import { deployTribune, stake, type Connection, type Tribune } from "../helpers/deployTribune.js";

export const DAY = 86_400;

/** In the order of the Solidity enum. */
export const STATES = ["Normal", "VetoSignalling", "VetoSignallingDeactivation", "VetoCooldown", "RageQuit"] as const;
export type State = (typeof STATES)[number];

/** Everybody of the mechanism's cast who exists so far. Each acts alone. */
export const ACTORS = ["deployer", "majority", "governor", "stakerR1", "stakerR2", "stranger"] as const;
export type ActorName = (typeof ACTORS)[number];

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

export interface World extends Tribune {
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

  const { ethers } = connection;
  const governorAddress = await tribune.governor.getAddress();
  await connection.networkHelpers.impersonateAccount(governorAddress);
  await connection.networkHelpers.setBalance(governorAddress, parseEther("1"));
  const thief = await new ThiefStrategy__factory(tribune.majority).deploy(tribune.asset);
  const openGate = await new OpenGateMock__factory(tribune.deployer).deploy();

  const description = "Move the vault to a better strategy";
  const descriptionHash = keccak256(toUtf8Bytes(description));
  const theft: Theft = {
    targets: [await tribune.vault.getAddress()],
    values: [0n],
    payloads: [tribune.vault.interface.encodeFunctionData("setStrategy", [await thief.getAddress()])],
    description,
    descriptionHash,
    salt: ethers.toBeHex(BigInt(descriptionHash) ^ (BigInt(governorAddress) << 96n), 32),
  };
  const actors = {
    deployer: tribune.deployer,
    majority: tribune.majority,
    governor: await ethers.getSigner(governorAddress),
    stakerR1,
    stakerR2,
    stranger: tribune.stranger,
  };
  return {
    ...tribune,
    actors,
    thief: await thief.getAddress(),
    openGate: await openGate.getAddress(),
    onlooker: await new OnlookerMock__factory(tribune.deployer).deploy(),
    theft,
    theftProposalId: 0n,
    closedEpoch: 0n,
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
    await escrow.beginExit(1, ZeroHash);
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
