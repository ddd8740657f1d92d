import { MaxUint256, ZeroAddress, zeroPadValue, ZeroHash, type BaseContract, type Typed } from "ethers";

import { pauseMotion, RESUME, type ActorName, type World } from "./powerWorld.js";

/** One attempt: the arguments, and the ETH sent along. */
export interface Attempt {
  readonly args: readonly unknown[];
  readonly value?: bigint;
}

type Attempts = (world: World, actor: ActorName) => Promise<Attempt[]> | Attempt[];

const DAY = 86_400n;
const nothing: Attempts = () => [{ args: [] }];
const forged = {
  v: 27,
  r: ZeroHash.replace(/0$/, "1"),
  s: ZeroHash.replace(/0$/, "1"),
  signature: `0x${"01".repeat(65)}`,
};

const self = (world: World, actor: ActorName) => world.actors[actor].address;

/** Every way in which the rules of the timelock itself could be named as a call. */
async function ruleChanges(world: World, actor: ActorName): Promise<{ target: string; data: string }[]> {
  const { timelock, governor, vault } = world;
  const on = async (contract: BaseContract, data: string) => ({
    target: await contract.getAddress(),
    data,
  });
  return [
    await on(timelock, timelock.interface.encodeFunctionData("setGate", [world.openGate])),
    await on(timelock, timelock.interface.encodeFunctionData("updateDelay", [5n * DAY])),
    await on(
      timelock,
      timelock.interface.encodeFunctionData("grantRole", [await timelock.PROPOSER_ROLE(), self(world, actor)]),
    ),
    await on(governor, governor.interface.encodeFunctionData("setVotingDelay", [0])),
    await on(vault, vault.interface.encodeFunctionData("setStrategy", [world.thief])),
  ];
}

async function proposals(world: World, actor: ActorName): Promise<Attempt[]> {
  const changes = await ruleChanges(world, actor);
  const { theft } = world;
  return [
    { args: [theft.targets, theft.values, theft.payloads, theft.descriptionHash] },
    ...changes.map(({ target, data }) => ({ args: [[target], [0], [data], ZeroHash] })),
  ];
}

async function rolesOf(world: World): Promise<string[]> {
  const { timelock } = world;
  return Promise.all([
    timelock.DEFAULT_ADMIN_ROLE(),
    timelock.PROPOSER_ROLE(),
    timelock.CANCELLER_ROLE(),
    timelock.EXECUTOR_ROLE(),
  ]);
}

/** The present configuration with twice the signalling threshold. */
export async function harderVeto({ gate }: World): Promise<Exclude<Parameters<World["gate"]["setConfig"]>[0], Typed>> {
  const { signalling, phases } = await gate.currentConfig();
  return {
    signalling: {
      signallingThreshold: signalling.signallingThreshold * 2n,
      rageQuitThreshold: signalling.rageQuitThreshold,
      minDuration: signalling.minDuration,
      maxDuration: signalling.maxDuration,
      joinWindow: signalling.joinWindow,
      minActive: signalling.minActive,
      deactivation: signalling.deactivation,
    },
    phases: {
      minLock: phases.minLock,
      cooldown: phases.cooldown,
      rageQuitExtension: phases.rageQuitExtension,
      withdrawalMinDelay: phases.withdrawalMinDelay,
      withdrawalMaxDelay: phases.withdrawalMaxDelay,
      withdrawalDelayGrowth: phases.withdrawalDelayGrowth,
    },
  };
}

const receipts: Record<string, Attempts> = {
  "onERC721Received(address,address,uint256,bytes)": (w, a) => [{ args: [self(w, a), self(w, a), 1, "0x"] }],
  "onERC1155Received(address,address,uint256,uint256,bytes)": (w, a) => [
    { args: [self(w, a), self(w, a), 1, 1, "0x"] },
  ],
  "onERC1155BatchReceived(address,address,uint256[],uint256[],bytes)": (w, a) => [
    { args: [self(w, a), self(w, a), [1], [1], "0x"] },
  ],
};

const erc20: Record<string, Attempts> = {
  "approve(address,uint256)": (w, a) => [{ args: [self(w, a), MaxUint256] }],
  "transfer(address,uint256)": (w, a) => [{ args: [self(w, a), 1] }],
  "transferFrom(address,address,uint256)": async (w, a) => [
    { args: [await w.timelock.getAddress(), self(w, a), 1] },
    { args: [await w.escrow.getAddress(), self(w, a), 1] },
    { args: [w.actors.majority.address, self(w, a), 1] },
  ],
  "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)": async (w, a) => [
    { args: [await w.timelock.getAddress(), self(w, a), 1, MaxUint256, forged.v, forged.r, forged.s] },
    { args: [w.actors.majority.address, self(w, a), 1, MaxUint256, forged.v, forged.r, forged.s] },
  ],
};

/**
 * With which arguments each state-changing function is tried. The suite fails if a function of an ABI is missing here, or
 * a line here is in no ABI, so that none can be forgotten.
 */
export const ATTEMPTS: Readonly<Record<string, Readonly<Record<string, Attempts>>>> = {
  token: {
    ...erc20,
    "delegate(address)": (w, a) => [{ args: [self(w, a)] }],
    "delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)": (w, a) => [
      { args: [self(w, a), 0, MaxUint256, forged.v, forged.r, forged.s] },
    ],
  },
  timelock: {
    ...receipts,
    receive: () => [{ args: [], value: 1n }],
    "cancel(bytes32)": async (w) => [{ args: [await theftId(w)] }, { args: [ZeroHash] }],
    "cancelAllOperations()": nothing,
    "cancelOperations(bytes32[])": async (w) => [{ args: [[await theftId(w)]] }],
    "execute(address,uint256,bytes,bytes32,bytes32)": async (w, a) => [
      { args: [w.theft.targets[0], 0, w.theft.payloads[0], ZeroHash, w.theft.salt] },
      ...(await ruleChanges(w, a)).map(({ target, data }) => ({ args: [target, 0, data, ZeroHash, ZeroHash] })),
    ],
    "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)": async (w, a) => [
      { args: [w.theft.targets, w.theft.values, w.theft.payloads, ZeroHash, w.theft.salt] },
      ...(await ruleChanges(w, a)).map(({ target, data }) => ({ args: [[target], [0], [data], ZeroHash, ZeroHash] })),
    ],
    "grantRole(bytes32,address)": async (w, a) =>
      (await rolesOf(w)).map((role) => ({ args: [role, role.endsWith("0") ? self(w, a) : w.thief] })),
    "revokeRole(bytes32,address)": async (w) => [
      { args: [await w.timelock.PROPOSER_ROLE(), w.actors.governor.address] },
      { args: [await w.timelock.EXECUTOR_ROLE(), ZeroAddress] },
    ],
    // Giving up one's own role is only tried where one has none: the Governor calls what was voted for, nothing else.
    "renounceRole(bytes32,address)": async (w) => [
      { args: [await w.timelock.PROPOSER_ROLE(), w.thief] },
      { args: [await w.timelock.DEFAULT_ADMIN_ROLE(), await w.timelock.getAddress()] },
    ],
    "schedule(address,uint256,bytes,bytes32,bytes32,uint256)": async (w, a) =>
      (await ruleChanges(w, a)).flatMap(({ target, data }) => [
        { args: [target, 0, data, ZeroHash, ZeroHash, 4n * DAY] },
        { args: [target, 0, data, ZeroHash, ZeroHash, 0] },
      ]),
    "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)": async (w, a) =>
      (await ruleChanges(w, a)).map(({ target, data }) => ({
        args: [[target], [0], [data], ZeroHash, ZeroHash, 4n * DAY],
      })),
    "activateEmergencyMode()": nothing,
    "checkGate()": nothing,
    "emergencyReset()": nothing,
    "endEmergencyMode()": nothing,
    "replaceSilentGate()": nothing,
    "setEmergencyProtection((address,address,uint40,uint32))": async (w, a) => [
      { args: [[self(w, a), w.thief, await inDays(w, 30n), 30n * DAY]] },
      { args: [[ZeroAddress, ZeroAddress, 0, 0]] },
    ],
    "setGate(address)": (w) => [{ args: [w.openGate] }],
    "setTiebreaker(address,uint256)": (w, a) => [{ args: [self(w, a), 365n * DAY] }],
    "updateDelay(uint256)": () => [{ args: [3n * DAY] }],
  },
  governor: {
    ...receipts,
    receive: () => [{ args: [], value: 1n }],
    "cancel(address[],uint256[],bytes[],bytes32)": proposals,
    "castVote(uint256,uint8)": (w) => [{ args: [w.theftProposalId, 1] }],
    "castVoteBySig(uint256,uint8,address,bytes)": (w) => [
      { args: [w.theftProposalId, 1, w.actors.majority.address, forged.signature] },
    ],
    "castVoteWithReason(uint256,uint8,string)": (w) => [{ args: [w.theftProposalId, 1, ""] }],
    "castVoteWithReasonAndParams(uint256,uint8,string,bytes)": (w) => [{ args: [w.theftProposalId, 1, "", "0x"] }],
    "castVoteWithReasonAndParamsBySig(uint256,uint8,address,string,bytes,bytes)": (w) => [
      { args: [w.theftProposalId, 1, w.actors.majority.address, "", "0x", forged.signature] },
    ],
    "execute(address[],uint256[],bytes[],bytes32)": proposals,
    "propose(address[],uint256[],bytes[],string)": async (w, a) =>
      (await ruleChanges(w, a)).map(({ target, data }) => ({ args: [[target], [0], [data], `another ${data}`] })),
    "queue(address[],uint256[],bytes[],bytes32)": proposals,
    "relay(address,uint256,bytes)": async (w, a) =>
      (await ruleChanges(w, a)).map(({ target, data }) => ({ args: [target, 0, data] })),
    "setLateQuorumVoteExtension(uint48)": () => [{ args: [1] }],
    "setProposalThreshold(uint256)": () => [{ args: [0] }],
    "setVotingDelay(uint48)": () => [{ args: [0] }],
    "setVotingPeriod(uint32)": () => [{ args: [1] }],
    "updateQuorumNumerator(uint256)": () => [{ args: [1] }],
    "updateTimelock(address)": (w) => [{ args: [w.openGate] }],
  },
  vault: {
    ...erc20,
    "abandonStrategy()": nothing,
    "acceptOwnership()": nothing,
    "accrueFee()": nothing,
    "deposit(uint256,address)": (w, a) => [{ args: [1, self(w, a)] }],
    "invest()": nothing,
    "mint(uint256,address)": (w, a) => [{ args: [1, self(w, a)] }],
    "redeem(uint256,address,address)": async (w, a) => [
      { args: [1, self(w, a), self(w, a)] },
      { args: [1, self(w, a), await w.escrow.getAddress()] },
    ],
    "withdraw(uint256,address,address)": async (w, a) => [
      { args: [1, self(w, a), self(w, a)] },
      { args: [1, self(w, a), await w.escrow.getAddress()] },
    ],
    "pauseFor(uint256)": () => [{ args: [MaxUint256] }],
    "resume()": nothing,
    "setBreaker(address)": (w, a) => [{ args: [self(w, a)] }],
    "setFee(uint256)": () => [{ args: [0] }],
    "setStrategy(address)": (w) => [{ args: [w.thief] }],
    "transferOwnership(address)": (w) => [{ args: [w.thief] }],
  },
  strategy: {
    "bindVault(address)": (w) => [{ args: [w.thief] }],
    "deposit(uint256)": () => [{ args: [0] }, { args: [1] }],
    "withdraw(uint256)": () => [{ args: [0] }, { args: [1] }],
  },
  vessel: {
    "claim(address)": (w, a) => [{ args: [self(w, a)] }],
    "beginExit(uint256,uint256)": () => [{ args: [1, 1] }],
    "pay(address,uint256)": (w, a) => [{ args: [self(w, a), 0] }],
    "tryToBeginExit(uint256,uint256)": () => [{ args: [0, 1] }],
  },
  breaker: {
    "bind(address[])": async (w) => [{ args: [[await w.vault.getAddress()]] }, { args: [[w.thief]] }],
    "reseal(address)": async (w) => [{ args: [await w.vault.getAddress()] }],
    "resume(address)": async (w) => [{ args: [await w.vault.getAddress()] }],
    "seal(address[])": async (w) => [{ args: [[await w.vault.getAddress()]] }, { args: [[]] }],
  },
  tiebreaker: {
    "approve(uint8,bytes32)": motions,
    "execute(uint8,bytes32)": motions,
    "setBreaker(address)": () => [{ args: [ZeroAddress] }],
    "setMembers(address[],uint256)": (w, a) => [{ args: [[self(w, a), w.thief], 2] }],
    "withdrawApproval(uint8,bytes32)": motions,
  },
  escrow: {
    "beginExit(uint256,address)": async (w) => [
      { args: [w.closedEpoch, ZeroAddress] },
      { args: [1, ZeroAddress] },
      ...(await vesselsOf(w)).map((vessel) => ({ args: [1, vessel] })),
    ],
    "bindGate(address)": (w) => [{ args: [w.openGate] }],
    "callOff(uint256)": () => [{ args: [1] }, { args: [2] }],
    "claim(uint256,address)": async (w) => (await vesselsOf(w)).map((vessel) => ({ args: [1, vessel] })),
    "createVessel(uint256,uint256)": () => [{ args: [1, 0] }, { args: [2, 3] }],
    "lock(uint256,uint256)": async (w, a) => [{ args: [1, 0] }, { args: [await w.vault.balanceOf(self(w, a)), 0] }],
    "lockWithPermit(uint256,uint256,uint256,uint8,bytes32,bytes32)": () => [
      { args: [1, 0, MaxUint256, forged.v, forged.r, forged.s] },
    ],
    "moveShares(uint256,uint256)": () => [{ args: [1, 0] }],
    "multicall(bytes[])": (w) => [
      { args: [[w.escrow.interface.encodeFunctionData("bindGate", [w.openGate])]] },
      { args: [[w.escrow.interface.encodeFunctionData("lock", [1, 0])]] },
    ],
    "startRageQuit(uint256,uint256)": () => [{ args: [0, 0] }],
    "takeShares(uint256,address)": (w, a) => [{ args: [1, self(w, a)] }],
    "unlock(uint256,uint256)": () => [{ args: [1, 0] }],
    "withdraw(uint256,address)": (w, a) => [{ args: [1, self(w, a)] }],
  },
  gate: {
    "admitExecution(bytes32,uint256)": () => [{ args: [ZeroHash, 0] }],
    "admitSchedule()": nothing,
    "pokeForMinLock()": nothing,
    "poke()": nothing,
    "release(bytes32)": async (w) => [{ args: [await theftId(w)] }],
    "setConfig(((uint64,uint64,uint24,uint24,uint24,uint24,uint24),(uint24,uint24,uint32,uint32,uint32,uint32)))":
      async (w) => [{ args: [await harderVeto(w)] }],
    "setWithdrawalBlockers(address[])": async (w) => [{ args: [[await w.vault.getAddress()]] }, { args: [[]] }],
  },
};

/** A vessel that can be named before it exists, and those that the first epoch uses. */
async function vesselsOf({ escrow }: World): Promise<string[]> {
  return [await escrow.vesselAt(1, 0), ...(await escrow.vesselsOf(1))];
}

/** Everything the tiebreaker may be asked to do: let the theft through, end the vault's pause, replace the gate. */
async function motions(world: World): Promise<Attempt[]> {
  const gate = zeroPadValue(await world.gate.getAddress(), 32);
  return [{ args: [0, await theftId(world)] }, { args: [RESUME, await pauseMotion(world)] }, { args: [2, gate] }];
}

async function inDays({ connection }: World, days: bigint): Promise<bigint> {
  return BigInt(await connection.networkHelpers.time.latest()) + days * DAY;
}

export async function theftId({ timelock, theft }: World): Promise<string> {
  return timelock.hashOperationBatch(theft.targets, theft.values, theft.payloads, ZeroHash, theft.salt);
}
