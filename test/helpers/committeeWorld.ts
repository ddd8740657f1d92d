import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import { ZeroAddress } from "ethers";

import { ACTIONS, planAction, type ActionName } from "../../src/protocol/committees/actions.js";
import type { BodyAddresses } from "../../src/protocol/addresses.js";
import { readPowers, type Powers } from "../../src/protocol/committees/powers.js";
import { executeTransaction } from "../../src/safe/execute.js";
import type { Call } from "../../src/protocol/calls.js";
import { prepareTransaction } from "../../src/safe/prepare.js";
import { reviewTransaction } from "../../src/safe/review.js";
import { signTransaction } from "../../src/safe/sign.js";
import { getActors } from "./actors.js";
import { deployTimelock, TIMELOCK } from "./deployTimelock.js";
import { createSafeOf } from "./safe.js";

const DAY = 86_400n;
const BODIES = ["activation", "execution", "seal", "reseal", "tiebreaker-0", "tiebreaker-1"] as const;
export type BodyName = (typeof BODIES)[number];

/**
 * A timelock whose gate never objects, with every body that can act for a time: each one a Safe of alice, bob and carol,
 * of which two must sign. The example vault's deposits can be paused.
 */
export async function deployCommittees(connection: NetworkConnection) {
  const { ethers, networkHelpers } = connection;
  const { provider } = ethers;
  const { deployer, alice, bob, carol } = await getActors(ethers, "deployer", "alice", "bob", "carol");
  const entries: [BodyName, string][] = [];
  for (const [index, name] of BODIES.entries()) {
    const safe = await createSafeOf([alice, bob, carol], 2, BigInt(index));
    entries.push([name, await safe.getAddress()]);
  }
  const safes = Object.fromEntries(entries) as Record<BodyName, string>;

  const { delay, tiebreakerFloor } = TIMELOCK;
  const { timelock, fallbackGate } = await deployTimelock(connection, { admin: deployer });
  const now = BigInt(await networkHelpers.time.latest());
  const breaker = await ethers.deployContract("CircuitBreaker", [
    timelock,
    safes.seal,
    safes.reseal,
    14n * DAY,
    now + 300n * DAY,
  ]);
  const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
  const vault = await ethers.deployContract("ExampleVault", [asset, "Vault", "V", timelock, 0, ZeroAddress, breaker]);
  await breaker.bind([vault]);
  const members = [safes["tiebreaker-0"], safes["tiebreaker-1"]];
  const tiebreaker = await ethers.deployContract("TiebreakerCommittee", [timelock, breaker, members, 2, 30n * DAY]);
  await timelock.setEmergencyProtection({
    activationCommittee: safes.activation,
    executionCommittee: safes.execution,
    protectionEndsAt: now + 300n * DAY,
    modeDuration: 30n * DAY,
  });
  await timelock.setTiebreaker(tiebreaker, tiebreakerFloor);
  const gate = await ethers.deployContract("OpenGateMock");
  await timelock.setGate(gate);

  const timelockAddress = await timelock.getAddress();
  const place = { timelock: timelockAddress, provider, firstBlock: 0 };
  /** @param bodies Of the deployment's record. */
  const findPowers = async (bodies: BodyAddresses = {}): Promise<Powers> =>
    readPowers({ timelock: timelockAddress, bodies }, provider, await provider.getBlockNumber());
  const plan = async (action: ActionName, ...subjects: string[]): Promise<Call> =>
    planAction(action, subjects, (await findPowers()).contracts, place);
  /** Prepares, signs twice and executes. */
  const act = async (action: ActionName, subjects: readonly string[] = [], as?: BodyName): Promise<void> => {
    const { by } = ACTIONS[action];
    const safe = (safes as Readonly<Record<string, string | undefined>>)[as ?? by ?? "tiebreaker-0"];
    if (safe === undefined) throw new Error(`nobody holds the seat for ${action}`);
    let { file } = await prepareTransaction(safe, await plan(action, ...subjects), provider);
    const owners: HardhatEthersSigner[] = [carol, alice];
    for (const owner of owners) file = await signTransaction(await reviewTransaction(file, provider), owner);
    await executeTransaction(await reviewTransaction(file, provider), { provider, account: deployer.address });
  };
  return {
    ...{ connection, deployer, alice, safes, timelock, timelockAddress, breaker, vault, tiebreaker, members, gate },
    ...{ fallbackGate, delay, place, findPowers, plan, act },
  };
}
