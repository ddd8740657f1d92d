import type { NetworkConnection } from "hardhat/types/network";

import { getActors } from "./actors.js";
import { deployTimelock, TIMELOCK } from "./deployTimelock.js";
import { impersonate } from "./impersonate.js";

const DAY = 86_400n;
export const SEAL_DURATION = 14n * DAY;
export const SEAL_TERM = 300n * DAY;

/**
 * A real timelock with a gate that says what it is told to, and a circuit breaker that names three pausables.
 * `governance` acts as the timelock does.
 */
export async function deployBreakerWorld(connection: NetworkConnection) {
  const { ethers, networkHelpers } = connection;
  const names = ["deployer", "sealer", "resealer", "tiebreaker", "stranger"] as const;
  const { deployer, sealer, resealer, tiebreaker, stranger } = await getActors(ethers, ...names);
  const { timelock, fallbackGate } = await deployTimelock(connection, { admin: deployer });
  await timelock.setTiebreaker(tiebreaker, TIMELOCK.tiebreakerFloor);
  const gate = await ethers.deployContract("DeadlockGateMock");
  await timelock.setGate(gate);
  const governance = await impersonate(connection, timelock);
  const now = async (): Promise<bigint> => BigInt(await networkHelpers.time.latest());
  const expiry = (await now()) + SEAL_TERM;
  const breaker = await ethers.deployContract("CircuitBreaker", [timelock, sealer, resealer, SEAL_DURATION, expiry]);
  const makePausable = () => ethers.deployContract("PausableMock");
  const pausables = [await makePausable(), await makePausable(), await makePausable()] as const;
  await breaker.bind([...pausables]);

  /** Whether each of the three is paused, by its own word. */
  const paused = () => Promise.all(pausables.map((pausable) => pausable.isPaused()));
  const seal = (...chosen: readonly { readonly target: unknown }[]) =>
    breaker.connect(sealer).seal((chosen.length === 0 ? pausables : chosen).map(({ target }) => String(target)));
  const reseal = (chosen: (typeof pausables)[number]) => breaker.connect(resealer).reseal(chosen);

  return {
    ...{ connection, deployer, sealer, resealer, tiebreaker, stranger, governance },
    ...{ timelock, fallbackGate, gate, breaker, expiry, pausables, makePausable, now, paused, seal, reseal },
  };
}
