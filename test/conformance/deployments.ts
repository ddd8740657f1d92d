import type { NetworkConnection } from "hardhat/types/network";
import { ZeroAddress, ZeroHash } from "ethers";

import { deployTimelock } from "../helpers/deployTimelock.js";
import type { DeployTimelock, TimelockArguments } from "./timelockWorld.js";

/** The bounds within which ours behaves as OpenZeppelin's: no floor, and the longest that the contract accepts. */
const WIDEST_BOUNDS = {
  delayFloor: 0n,
  delayCeiling: 2n ** 32n - 1n,
  grace: 2n ** 32n - 1n,
  protectionLimit: 1n,
  emergencyLimit: 1n,
  tiebreakerFloor: 1n,
  tiebreakerCeiling: 1n,
};

async function deployOpenZeppelins(
  { ethers }: NetworkConnection,
  ...[minDelay, proposers, executors, admin]: TimelockArguments
) {
  return ethers.deployContract("TimelockController", [minDelay, proposers, executors, admin]);
}

/** Ours behind a gate that never objects. The gate needs an admin, who leaves where none is wanted. */
async function deployOurs(
  connection: NetworkConnection,
  ...[minDelay, proposers, executors, admin]: TimelockArguments
) {
  const { ethers } = connection;
  const [deployer] = await ethers.getSigners();
  if (!deployer) throw new Error("no account");
  const gate = await ethers.deployContract("OpenGateMock");
  const rules = { ...WIDEST_BOUNDS, delay: minDelay, fallbackDelay: 1n };
  const { timelock } = await deployTimelock(connection, { admin: deployer, proposers, executors, rules });
  await timelock.connect(deployer).setGate(gate);
  if (admin !== deployer.address) {
    if (admin !== ZeroAddress) await timelock.connect(deployer).grantRole(ZeroHash, admin);
    await timelock.connect(deployer).renounceRole(ZeroHash, deployer);
  }
  return ethers.getContractAt("TimelockController", await timelock.getAddress());
}

/** Who must pass the same tests. */
export const TIMELOCKS: Readonly<Record<string, DeployTimelock>> = {
  "OpenZeppelin's TimelockController": deployOpenZeppelins,
  "DualGovernanceTimelock with an open gate": deployOurs,
};
