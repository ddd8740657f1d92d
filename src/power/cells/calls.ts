import { ZeroAddress } from "ethers";

import { singleArguments, batchArguments } from "../../protocol/operations/operation.js";
import { proposalArguments, proposeArguments, SUPPORT } from "../../protocol/proposals.js";
import { ROLES } from "../../protocol/roles.js";
import { inventAccount } from "../../rehearsal/snapshot.js";
import { SOME } from "../modes/modes.js";
import { differing, erc20, nothing, readOf, richest, type ListArguments } from "./listArguments.js";
import { motionOf } from "../modes/motion.js";
import type { KindName } from "../manifest/parts.js";
import { firstVessel } from "../pool/exit.js";
import { OPERATOR_VAULT_CALLS, POOL_CALLS, REGISTRY_CALLS } from "../pool/calls.js";

const receipts: Readonly<Record<string, ListArguments>> = {
  onERC721Received: ({ stranger }) => [[stranger, stranger, 1n, "0x"]],
  onERC1155Received: ({ stranger }) => [[stranger, stranger, 1n, 1n, "0x"]],
  onERC1155BatchReceived: ({ stranger }) => [[stranger, stranger, [1n], [1n], "0x"]],
};

const motion: ListArguments = async (world) => [await motionOf(world)];

/** Another delay within the bounds. [seconds] */
const otherDelay: ListArguments = async (world) => {
  const [now, floor, ceiling] = await Promise.all(
    ["getMinDelay", "DELAY_FLOOR", "DELAY_CEILING"].map((view) => readOf(world, "timelock", view)),
  );
  return [[now === ceiling ? floor : ceiling]];
};

/**
 * With what each function is called: as somebody would who may. The same call is made by everybody; where nobody is let
 * through in any mode, nothing is proven. What is missing here is told as unproven too.
 */
export const CALLS: Readonly<Record<KindName, Readonly<Record<string, ListArguments>>>> = {
  token: {
    ...erc20(({ voters }) => richest(voters)),
    delegate: ({ stranger }) => [[stranger]],
    permit: ({ signed }) => [signed.permit],
    delegateBySig: ({ signed }) => [signed.delegation],
  },
  governor: {
    ...receipts,
    propose: ({ decisions }) => [proposeArguments(decisions.unheard)],
    castVote: ({ decisions }) => [[decisions.active.id, SUPPORT.for]],
    castVoteWithReason: ({ decisions }) => [[decisions.active.id, SUPPORT.for, ""]],
    castVoteWithReasonAndParams: ({ decisions }) => [[decisions.active.id, SUPPORT.for, "", "0x"]],

    castVoteBySig: ({ signed }) => [signed.vote],
    castVoteWithReasonAndParamsBySig: ({ signed }) => [signed.voteWithReason],
    queue: ({ decisions }) => [proposalArguments(decisions.carried)],
    execute: ({ decisions }) => [proposalArguments(decisions.queued)],
    cancel: ({ decisions }) => [proposalArguments(decisions.proposed)],
    relay: ({ stranger }) => [[stranger, 0n, "0x"]],
    setLateQuorumVoteExtension: differing("governor", "lateQuorumVoteExtension", 1n, 2n),
    setProposalThreshold: differing("governor", "proposalThreshold", 0n, 1n),
    setVotingDelay: differing("governor", "votingDelay", 0n, 1n),
    setVotingPeriod: differing("governor", "votingPeriod", 1n, 2n),
    updateQuorumNumerator: differing("governor", "quorumNumerator()", 1n, 2n),
    updateTimelock: ({ stranger }) => [[stranger]],
  },
  timelock: {
    ...receipts,
    schedule: async (world) => [
      [...singleArguments(world.decisions.unscheduled), await readOf(world, "timelock", "getMinDelay")],
    ],
    scheduleBatch: async (world) => [
      [...batchArguments(world.decisions.unscheduled), await readOf(world, "timelock", "getMinDelay")],
    ],
    execute: ({ decisions }) => [singleArguments(decisions.single)],
    executeBatch: ({ decisions }) => [batchArguments(decisions.batch)],
    cancel: ({ decisions }) => [[decisions.single.id]],
    cancelOperations: ({ decisions }) => [[[decisions.single.id]]],
    cancelAllOperations: nothing,
    // Each role has an admin of its own.
    grantRole: ({ stranger }) => Object.values(ROLES).map((role) => [role, stranger]),
    revokeRole: () => [[ROLES.executor, ZeroAddress]],
    renounceRole: ({ stranger }) => [[ROLES.proposer, stranger]],
    setGate: ({ addresses }) => [[addresses.fallbackGate]],
    updateDelay: otherDelay,
    // Somebody else, for as long as it can be.
    setEmergencyProtection: async (world) => [
      [[world.stranger, world.addresses.token, await readOf(world, "timelock", "PROTECTION_HARD_END"), 1n]],
    ],
    setTiebreaker: async (world) => [[world.stranger, await readOf(world, "timelock", "TIEBREAKER_CEILING")]],
    activateEmergencyMode: nothing,
    emergencyReset: nothing,
    endEmergencyMode: nothing,
    checkGate: nothing,
    replaceSilentGate: nothing,
  },
  gate: {
    admitSchedule: nothing,
    admitExecution: ({ decisions }) => [[decisions.single.id, 0n]],
    poke: nothing,
    pokeForMinLock: nothing,
    setConfig: async (world) => [[await readOf(world, "gate", "currentConfig")]],
    setWithdrawalBlockers: ({ addresses }) => [[[addresses.vault]], [[]]],
    release: ({ decisions }) => [[decisions.unscheduled.id]],
  },
  "fallback gate": {},
  escrow: {
    bindGate: ({ addresses }) => [[addresses.fallbackGate], [addresses.gate]],
    lock: () => [[1n, 0n]],

    lockWithPermit: ({ signed: { lock } }) => [[lock[0], 0n, ...lock.slice(1)]],
    unlock: () => [[1n, 0n]],
    moveShares: () => [[1n, 0n]],
    withdraw: ({ stranger }) => [[1n, stranger]],
    takeShares: ({ stranger }) => [[1n, stranger]],
    multicall: () => [[[]]],
    startRageQuit: () => [[0n, 0n]],
    createVessel: () => [[1n, 0n]],
    beginExit: () => [[1n, ZeroAddress]],
    // The example vault owes nothing later, so that there it is never seen to work.
    claim: async (world) => [
      [
        1n,
        world.staking === undefined
          ? await readOf(world, "escrow", "vesselAt", [1n, 0n])
          : await firstVessel(world.contracts),
      ],
    ],
    callOff: () => [[1n]],
  },
  vessel: {
    beginExit: () => [[SOME, SOME]],
    // Redemption at once, which is the second way; of a pool the first, a request.
    tryToBeginExit: ({ addresses }) => [[addresses.pool === undefined ? 1n : 0n, SOME]],
    claim: async (world) => [[await readOf(world, "escrow", "vesselAt", [1n, 0n])]],
    pay: ({ stranger }) => [[stranger, 1n]],
  },
  vault: {
    ...erc20(({ stakers }) => richest(stakers)),
    deposit: ({ stranger }) => [[0n, stranger]],
    mint: ({ stranger }) => [[0n, stranger]],
    redeem: ({ stranger, stakers }) => [[1n, stranger, richest(stakers)]],
    withdraw: ({ stranger, stakers }) => [[1n, stranger, richest(stakers)]],
    permit: ({ signed }) => [signed.sharePermit],
    invest: nothing,
    accrueFee: nothing,
    setFee: differing("vault", "fee", 0n, 1n),
    setStrategy: ({ strategy }) => [[strategy]],
    abandonStrategy: nothing,
    setBreaker: ({ stranger }) => [[stranger]],
    transferOwnership: ({ stranger }) => [[stranger]],
    acceptOwnership: nothing,
    pauseFor: () => [[60n]],
    resume: nothing,
  },
  strategy: {
    bindVault: ({ addresses }) => [[addresses.vault]],
    deposit: () => [[0n]],
    withdraw: () => [[0n]],
  },
  pool: POOL_CALLS,
  registry: REGISTRY_CALLS,
  "operator vault": OPERATOR_VAULT_CALLS,
  breaker: {
    bind: ({ addresses }) => [[[addresses.vault]]],
    seal: ({ addresses }) => [[[addresses.vault]]],
    tryToSeal: ({ addresses }) => [[addresses.vault]],
    reseal: ({ addresses }) => [[addresses.vault]],
    resume: ({ addresses }) => [[addresses.vault]],
  },
  tiebreaker: {
    approve: motion,
    withdrawApproval: motion,
    execute: motion,
    // Others altogether.
    setMembers: ({ stranger }) => [[[stranger, inventAccount("another member")], 2n]],
    setBreaker: () => [[ZeroAddress]],
  },
  "vesting wallet": {
    "release()": nothing,
    "release(address)": ({ addresses }) => [[addresses.token]],
    transferOwnership: ({ stranger }) => [[stranger]],
    renounceOwnership: nothing,
  },
};
