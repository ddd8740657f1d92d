import type { LayoutName } from "../layouts.js";
import {
  bits,
  bytes,
  container,
  list,
  number,
  progressiveList,
  vector,
  type FixedType,
  type ListType,
  type SszType,
  type StructType,
} from "../ssz/types.js";

/**
 * The state of the beacon chain in the forks that a layout exists for, with the mainnet preset, which every public network
 * has. https://github.com/ethereum/consensus-specs/blob/a08d8a6e2b45f0b8c0d379abc15583427c643689/specs
 */

const uint8 = number(1);
const uint64 = number(8);
const uint256 = number(32);
const root = bytes(32);
const address = bytes(20);
const pubkey = bytes(48);

const VALIDATORS_LIMIT = 2 ** 40;

const Checkpoint = container({ epoch: uint64, root });
const Eth1Data = container({ depositRoot: root, depositCount: uint64, blockHash: root });
const SyncCommittee = container({ pubkeys: vector(pubkey, 512), aggregatePubkey: pubkey });

export const Validator: FixedType = container({
  pubkey,
  withdrawalCredentials: root,
  effectiveBalance: uint64,
  slashed: uint8,
  activationEligibilityEpoch: uint64,
  activationEpoch: uint64,
  exitEpoch: uint64,
  withdrawableEpoch: uint64,
});

const PendingDeposit = container({
  pubkey,
  withdrawalCredentials: root,
  amount: uint64,
  signature: bytes(96),
  slot: uint64,
});
const PendingPartialWithdrawal = container({ validatorIndex: uint64, amount: uint64, withdrawableEpoch: uint64 });
const PendingConsolidation = container({ sourceIndex: uint64, targetIndex: uint64 });

const ExecutionPayloadHeader: StructType = {
  kind: "struct",
  isProgressive: false,
  fields: {
    parentHash: root,
    feeRecipient: address,
    stateRoot: root,
    receiptsRoot: root,
    logsBloom: bytes(256),
    prevRandao: root,
    blockNumber: uint64,
    gasLimit: uint64,
    gasUsed: uint64,
    timestamp: uint64,
    extraData: list(uint8, 32),
    baseFeePerGas: uint256,
    blockHash: root,
    transactionsRoot: root,
    withdrawalsRoot: root,
    blobGasUsed: uint64,
    excessBlobGas: uint64,
  },
};

const BuilderPendingWithdrawal = container({ feeRecipient: address, amount: uint64, builderIndex: uint64 });

const ExecutionPayloadBid: StructType = {
  kind: "struct",
  isProgressive: true,
  fields: {
    parentBlockHash: root,
    parentBlockRoot: root,
    blockHash: root,
    prevRandao: root,
    feeRecipient: address,
    gasLimit: uint64,
    builderIndex: uint64,
    slot: uint64,
    value: uint64,
    executionPayment: uint64,
    blobKzgCommitments: progressiveList(bytes(48)),
    executionRequestsRoot: root,
  },
};

/** How long lists are made: with a limit, or progressive. */
type MakeList = (element: FixedType, limit: number) => ListType;

const progressive: MakeList = (element) => progressiveList(element);

/** Fields of all forks, up to the one that holds what execution came to. */
const fieldsBeforePayload = (make: MakeList) => ({
  genesisTime: uint64,
  genesisValidatorsRoot: root,
  slot: uint64,
  fork: container({ previousVersion: bytes(4), currentVersion: bytes(4), epoch: uint64 }),
  latestBlockHeader: container({
    slot: uint64,
    proposerIndex: uint64,
    parentRoot: root,
    stateRoot: root,
    bodyRoot: root,
  }),
  blockRoots: vector(root, 8192),
  stateRoots: vector(root, 8192),
  historicalRoots: list(root, 2 ** 24),
  eth1Data: Eth1Data,
  eth1DataVotes: list(Eth1Data, 2048),
  eth1DepositIndex: uint64,
  validators: make(Validator, VALIDATORS_LIMIT),
  balances: make(uint64, VALIDATORS_LIMIT),
  randaoMixes: vector(root, 65_536),
  slashings: vector(uint64, 8192),
  previousEpochParticipation: make(uint8, VALIDATORS_LIMIT),
  currentEpochParticipation: make(uint8, VALIDATORS_LIMIT),
  justificationBits: bits(4),
  previousJustifiedCheckpoint: Checkpoint,
  currentJustifiedCheckpoint: Checkpoint,
  finalizedCheckpoint: Checkpoint,
  inactivityScores: make(uint64, VALIDATORS_LIMIT),
  currentSyncCommittee: SyncCommittee,
  nextSyncCommittee: SyncCommittee,
});

const fieldsAfterPayload = (make: MakeList) => ({
  nextWithdrawalIndex: uint64,
  nextWithdrawalValidatorIndex: uint64,
  historicalSummaries: list(container({ blockSummaryRoot: root, stateSummaryRoot: root }), 2 ** 24),
  depositRequestsStartIndex: uint64,
  depositBalanceToConsume: uint64,
  exitBalanceToConsume: uint64,
  earliestExitEpoch: uint64,
  consolidationBalanceToConsume: uint64,
  earliestConsolidationEpoch: uint64,
  pendingDeposits: make(PendingDeposit, 2 ** 27),
  pendingPartialWithdrawals: make(PendingPartialWithdrawal, 2 ** 27),
  pendingConsolidations: make(PendingConsolidation, 2 ** 18),
});

const proposerLookahead = vector(uint64, 64);

const electraFields = {
  ...fieldsBeforePayload(list),
  latestExecutionPayloadHeader: ExecutionPayloadHeader,
  ...fieldsAfterPayload(list),
};

const gloasFields = {
  ...fieldsBeforePayload(progressive),
  latestBlockHash: root,
  ...fieldsAfterPayload(progressive),
  proposerLookahead,
  builders: progressiveList(
    container({
      pubkey,
      version: uint8,
      executionAddress: address,
      balance: uint64,
      depositEpoch: uint64,
      withdrawableEpoch: uint64,
    }),
  ),
  nextWithdrawalBuilderIndex: uint64,
  executionPayloadAvailability: bits(8192),
  builderPendingPayments: vector(
    container({ weight: uint64, withdrawal: BuilderPendingWithdrawal, proposerIndex: uint64 }),
    64,
  ),
  builderPendingWithdrawals: progressiveList(BuilderPendingWithdrawal),
  latestExecutionPayloadBid: ExecutionPayloadBid,
  payloadExpectedWithdrawals: progressiveList(
    container({ index: uint64, validatorIndex: uint64, address, amount: uint64 }),
  ),
  ptcWindow: vector(vector(uint64, 512), 96),
} satisfies Readonly<Record<string, SszType>>;

const state = (fields: StructType["fields"], isProgressive: boolean): StructType => ({
  kind: "struct",
  fields,
  isProgressive,
});

/** By the name of the fork, as a beacon node gives it. */
export const STATES = {
  electra: { layout: "electra", type: state(electraFields, false) },
  fulu: { layout: "electra", type: state({ ...electraFields, proposerLookahead }, false) },
  gloas: { layout: "gloas", type: state(gloasFields, true) },
} as const satisfies Record<string, { readonly layout: LayoutName; readonly type: StructType }>;

export type ForkName = keyof typeof STATES;

export const isForkName = (name: string): name is ForkName => Object.hasOwn(STATES, name);
