import type { NetworkConnection } from "hardhat/types/network";
import { ZeroHash, encodeBytes32String, id as hashText } from "ethers";

import type { TimelockController } from "../../types/index.js";
import { batch, schedule, single } from "../helpers/operations.js";

export type TimelockArguments = [minDelay: bigint, proposers: string[], executors: string[], admin: string];

/** Deploys an implementation that is to behave as OpenZeppelin's, ready for use. */
export type DeployTimelock = (connection: NetworkConnection, ...args: TimelockArguments) => Promise<TimelockController>;

export const DAY = 86_400n;
export const MIN_DELAY = 2n * DAY;
export const SALT = encodeBytes32String("salt");
export const ROLES = {
  admin: ZeroHash,
  proposer: hashText("PROPOSER_ROLE"),
  executor: hashText("EXECUTOR_ROLE"),
  canceller: hashText("CANCELLER_ROLE"),
} as const;

/** One implementation with a holder for each role, in the fixtures that the suites share. */
export function timelockWorld(connection: NetworkConnection, deploy: DeployTimelock) {
  const { ethers, networkHelpers } = connection;
  const { time } = networkHelpers;
  const loadFixture = <T>(fixture: () => Promise<T>) => networkHelpers.loadFixture(fixture);

  async function deployAll() {
    const [admin, proposer, canceller, executor, stranger] = await ethers.getSigners();
    if (!admin || !proposer || !canceller || !executor || !stranger) throw new Error("too few accounts");
    const timelock = await deploy(connection, MIN_DELAY, [proposer.address], [executor.address], admin.address);
    await timelock.connect(admin).grantRole(ROLES.canceller, canceller);
    await timelock.connect(admin).revokeRole(ROLES.canceller, proposer);
    const target = await ethers.deployContract("CallTargetMock");
    const rule = await ethers.deployContract("RuleTargetMock", [timelock]);
    const targetAddress = await target.getAddress();
    const ruleAddress = await rule.getAddress();
    const ruleCall = (value: bigint) => ({
      target: ruleAddress,
      data: rule.interface.encodeFunctionData("setRule", [value]),
    });
    /** An operation of the timelock on itself. */
    const ownCall = async (data: string) => single({ target: await timelock.getAddress(), data });
    return {
      ...{ admin, proposer, canceller, executor, stranger },
      ...{ timelock, target, targetAddress, rule, ruleCall, ownCall },
    };
  }

  /** One operation of one call and one of two, each scheduled. */
  async function scheduled() {
    const all = await deployAll();
    const one = single(all.ruleCall(1n), { salt: SALT });
    const two = batch([all.ruleCall(2n), { target: all.targetAddress, data: "0x1234" }], { salt: SALT });
    await schedule(all.timelock, all.proposer, one, MIN_DELAY);
    await schedule(all.timelock, all.proposer, two, MIN_DELAY);
    return { ...all, one, two };
  }

  async function due() {
    const all = await scheduled();
    await time.increase(MIN_DELAY);
    return all;
  }

  return { connection, ethers, deploy, loadFixture, time, deployAll, scheduled, due };
}

export type TimelockWorld = ReturnType<typeof timelockWorld>;
