import { id as hashText } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { DualGovernanceTimelock } from "../../../types/index.js";
import { governorWorld } from "../../conformance/governorWorld.js";
import { getActors } from "../../helpers/actors.js";
import { Answer } from "../../helpers/answer.js";
import { deployTimelock as deployTimelockOf, type TimelockSetup } from "../../helpers/deployTimelock.js";
import type { Call } from "../../helpers/operations.js";

export const DAY = 86_400n;
export const BOUNDS = {
  delayFloor: 3n * DAY,
  delayCeiling: 5n * DAY,
  grace: 180n * DAY,
  protectionLimit: 1095n * DAY,
  emergencyLimit: 30n * DAY,
  tiebreakerFloor: 182n * DAY,
  tiebreakerCeiling: 730n * DAY,
};
export const FALLBACK_DELAY = 60n * DAY;
export const DELAY = 4n * DAY;
const RULES = { ...BOUNDS, delay: DELAY, fallbackDelay: FALLBACK_DELAY };
export const PROPOSER = hashText("PROPOSER_ROLE");
export const CANCELLER = hashText("CANCELLER_ROLE");
export const ADMIN = `0x${"00".repeat(32)}`;

/** How a gate says no, or fails to say anything that counts. */
export const CLOSED = {
  "says no": Answer.Zero,
  "answers 2": Answer.Two,
  "answers 2^256 - 1": Answer.Max,
  "answers one byte": Answer.Short,
  "answers nothing": Answer.Empty,
  reverts: Answer.Revert,
  "reverts with 200 kB": Answer.RevertBomb,
  "burns its gas": Answer.BurnGas,
} as const;

/** How a gate says yes. */
export const OPEN = {
  "says yes": Answer.One,
  "says yes and adds 200 kB of zeros": Answer.Bomb,
} as const;

type Setup = Omit<TimelockSetup, "rules"> & { readonly rules?: Partial<typeof RULES> };

/** Calls of the timelock to itself. */
export interface OwnCalls {
  setGate(gate: string): Call;
  updateDelay(delay: bigint): Call;
  cancel(id: string): Call;
  cancelOperations(...ids: string[]): Call;
  cancelAllOperations(): Call;
}

function ownCalls(timelock: DualGovernanceTimelock, target: string): OwnCalls {
  const { interface: abi } = timelock;
  const call = (data: string): Call => ({ target, value: 0n, data });
  return {
    setGate: (gate) => call(abi.encodeFunctionData("setGate", [gate])),
    updateDelay: (delay) => call(abi.encodeFunctionData("updateDelay", [delay])),
    cancel: (id) => call(abi.encodeFunctionData("cancel", [id])),
    cancelOperations: (...ids) => call(abi.encodeFunctionData("cancelOperations", [ids])),
    cancelAllOperations: () => call(abi.encodeFunctionData("cancelAllOperations")),
  };
}

/**
 * A timelock with the default bounds behind a gate that does what it is told, open to every executor. `dao` proposes and
 * cancels, as a Governor does; `scheduler` only proposes, `canceller` only cancels; the timelock itself cancels too.
 */
export function timelockFixture(connection: NetworkConnection) {
  const { ethers, networkHelpers } = connection;
  const { time } = networkHelpers;
  const loadFixture = <T>(fixture: () => Promise<T>) => networkHelpers.loadFixture(fixture);

  /** @param rules What differs from the default bounds and delays. */
  const deployTimelock = async ({ rules = {}, ...setup }: Setup) =>
    (await deployTimelockOf(connection, { ...setup, rules: { ...RULES, ...rules } })).timelock;

  async function deployAll() {
    const actors = await getActors(ethers, "admin", "dao", "scheduler", "canceller", "stranger");
    const timelock = await deployTimelock({ admin: actors.admin, proposers: [actors.dao] });
    const timelockAddress = await timelock.getAddress();
    await timelock.grantRole(PROPOSER, actors.scheduler);
    await timelock.grantRole(CANCELLER, actors.canceller);
    await timelock.grantRole(CANCELLER, timelock);
    const gate = await ethers.deployContract("SwitchGateMock");
    await timelock.setGate(gate);
    const target = await ethers.deployContract("CallTargetMock");
    const catcher = await ethers.deployContract("CatchingTargetMock");
    const rule = await ethers.deployContract("RuleTargetMock", [timelock]);
    const ruleAddress = await rule.getAddress();
    const targetAddress = await target.getAddress();
    const setRule = (value: bigint): Call => ({
      target: ruleAddress,
      value: 0n,
      data: rule.interface.encodeFunctionData("setRule", [value]),
    });
    /** A call of `target`, which writes it down and may call back. */
    const callTarget = (data = "0x"): Call => ({ target: targetAddress, value: 0n, data });
    /** A call of `catcher`, which makes these calls in turn and shrugs when one fails. */
    const tryCalls = async (...calls: readonly Call[]): Promise<Call> => ({
      target: await catcher.getAddress(),
      value: 0n,
      data: catcher.interface.encodeFunctionData("tryCalls", [
        calls.map((call) => call.target),
        calls.map((call) => call.data),
      ]),
    });
    const newGate = async () => (await ethers.deployContract("OpenGateMock")).getAddress();
    return {
      ...actors,
      ...{ timelock, timelockAddress, gate, target, targetAddress, catcher, rule },
      ...{ setRule, callTarget, tryCalls, newGate },
      own: ownCalls(timelock, timelockAddress),
    };
  }

  /** Until an operation scheduled a moment ago is due. */
  const passDelay = () => time.increase(DELAY);

  return { connection, ethers, networkHelpers, time, loadFixture, deployTimelock, deployAll, passDelay };
}

/** A Governor on top of a timelock as above, so that a vote is what proposes and cancels. */
export function governedFixture(connection: NetworkConnection) {
  const { ethers } = connection;
  const governance = governorWorld(connection, async (_, minDelay, proposers, executors, admin) => {
    const rules = { ...RULES, delayFloor: minDelay, delay: minDelay };
    const { timelock } = await deployTimelockOf(connection, { admin, proposers, executors, rules });
    await timelock.setGate(await ethers.deployContract("SwitchGateMock"));
    return ethers.getContractAt("TimelockController", await timelock.getAddress());
  });

  async function deployAll() {
    const all = await governance.deployAll();
    const timelock = await ethers.getContractAt("DualGovernanceTimelock", await all.timelock.getAddress());
    const gate = await ethers.getContractAt("SwitchGateMock", await timelock.gate());
    return { ...all, timelock, gate, own: ownCalls(timelock, await timelock.getAddress()) };
  }

  return { ...governance, deployAll };
}
