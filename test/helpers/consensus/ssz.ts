import { ssz } from "@lodestar/types";
import type { Node } from "@chainsafe/persistent-merkle-tree";
import { getBytes, hexlify, sha256, toUtf8Bytes } from "ethers";

import { EPOCHS_PER_SLASHINGS_VECTOR, SLOTS_PER_EPOCH } from "./constants.js";
import type { ConsensusState, Fork, ValidatorRecord, Withdrawal } from "./state.js";

/** The header of a beacon block; its root is the block's. Bytes as hex. */
export interface BeaconHeader {
  readonly slot: number;
  readonly proposerIndex: number;
  readonly parentRoot: string;
  readonly stateRoot: string;
  readonly bodyRoot: string;
}

export function rootOfHeader(header: BeaconHeader): string {
  return hexlify(ssz.phase0.BeaconBlockHeader.hashTreeRoot(headerValue(header)));
}

/** What of a state the model does not decide itself. */
export interface StateContext {
  /** Of the state's own block, its state root zero, as the specification has it. */
  readonly header: BeaconHeader;
  /** Taken out for a payload that is to pay them (Gloas). */
  readonly expectedWithdrawals: readonly Withdrawal[];
}

const number = (amount: bigint): number => Number(amount);

/** Something that has the length of a hash and is not zero. */
export const anyHash = (seed: string): Uint8Array => getBytes(sha256(toUtf8Bytes(seed)));

const headerValue = ({ slot, proposerIndex, parentRoot, stateRoot, bodyRoot }: BeaconHeader) => ({
  slot,
  proposerIndex,
  parentRoot: getBytes(parentRoot),
  stateRoot: getBytes(stateRoot),
  bodyRoot: getBytes(bodyRoot),
});

export const validatorValue = (validator: ValidatorRecord) => ({
  pubkey: getBytes(validator.pubkey),
  withdrawalCredentials: getBytes(validator.withdrawalCredentials),
  effectiveBalance: number(validator.effectiveBalance),
  slashed: validator.slashed,
  activationEligibilityEpoch: validator.activationEligibilityEpoch,
  activationEpoch: validator.activationEpoch,
  exitEpoch: validator.exitEpoch,
  withdrawableEpoch: validator.withdrawableEpoch,
});

/** Fields that no test is about, so that no part of the tree is zero where a real one is not. */
const CONSTANT_FIELDS = {
  genesisTime: 1_606_824_023,
  genesisValidatorsRoot: anyHash("genesis validators"),
  eth1DepositIndex: 2_000_000,
  nextWithdrawalIndex: 1,
  depositRequestsStartIndex: 1n,
};

/** A state's fields that are the same in both forks; types of lists differ. */
function commonFields(state: ConsensusState) {
  return {
    ...CONSTANT_FIELDS,
    slot: state.slot,
    nextWithdrawalIndex: state.nextWithdrawalIndex,
    nextWithdrawalValidatorIndex: state.nextWithdrawalValidatorIndex,
    depositBalanceToConsume: state.depositBalanceToConsume,
    exitBalanceToConsume: state.exitBalanceToConsume,
    earliestExitEpoch: state.earliestExitEpoch,
    consolidationBalanceToConsume: state.consolidationBalanceToConsume,
    earliestConsolidationEpoch: state.earliestConsolidationEpoch,
  };
}

function lists(state: ConsensusState) {
  return {
    validators: state.validators.map(validatorValue),
    balances: state.validators.map(({ balance }) => number(balance)),
    participation: state.validators.map(() => 7),
    scores: state.validators.map(() => 0),
    deposits: state.pendingDeposits.map((deposit) => ({
      pubkey: getBytes(deposit.pubkey),
      withdrawalCredentials: getBytes(deposit.withdrawalCredentials),
      amount: number(deposit.amount),
      signature: getBytes(deposit.signature),
      slot: deposit.slot,
    })),
    partials: state.pendingPartialWithdrawals.map((partial) => ({ ...partial, amount: partial.amount })),
    consolidations: state.pendingConsolidations.map((consolidation) => ({ ...consolidation })),
  };
}

/** Empty states are made once: most of their tree is the same in every state. */
const empty: { fulu?: Node; gloas?: Node } = {};

function buildFulu(state: ConsensusState, { header }: StateContext): Node {
  empty.fulu ??= ssz.fulu.BeaconState.defaultViewDU().node;
  const view = ssz.fulu.BeaconState.getViewDU(empty.fulu);
  const all = lists(state);
  Object.assign(view, commonFields(state));
  view.latestBlockHeader = ssz.phase0.BeaconBlockHeader.toViewDU(headerValue(header));
  view.finalizedCheckpoint = ssz.phase0.Checkpoint.toViewDU(finalized(state));
  view.validators = ssz.phase0.Validators.toViewDU(all.validators);
  view.balances = ssz.phase0.Balances.toViewDU(all.balances);
  view.slashings = slashingsView(state);
  view.previousEpochParticipation = ssz.altair.EpochParticipation.toViewDU(all.participation);
  view.currentEpochParticipation = ssz.altair.EpochParticipation.toViewDU(all.participation);
  view.inactivityScores = ssz.altair.InactivityScores.toViewDU(all.scores);
  view.pendingDeposits = ssz.electra.PendingDeposits.toViewDU(all.deposits);
  view.pendingPartialWithdrawals = ssz.electra.PendingPartialWithdrawals.toViewDU(all.partials);
  view.pendingConsolidations = ssz.electra.PendingConsolidations.toViewDU(all.consolidations);
  view.commit();
  return view.node;
}

function buildGloas(state: ConsensusState, { header, expectedWithdrawals }: StateContext): Node {
  empty.gloas ??= ssz.gloas.BeaconState.defaultViewDU().node;
  const view = ssz.gloas.BeaconState.getViewDU(empty.gloas);
  const all = lists(state);
  Object.assign(view, commonFields(state));
  view.latestBlockHeader = ssz.phase0.BeaconBlockHeader.toViewDU(headerValue(header));
  view.finalizedCheckpoint = ssz.phase0.Checkpoint.toViewDU(finalized(state));
  view.validators = ssz.gloas.Validators.toViewDU(all.validators);
  view.balances = ssz.gloas.Balances.toViewDU(all.balances);
  view.slashings = slashingsView(state);
  view.previousEpochParticipation = ssz.gloas.EpochParticipation.toViewDU(all.participation);
  view.currentEpochParticipation = ssz.gloas.EpochParticipation.toViewDU(all.participation);
  view.inactivityScores = ssz.gloas.InactivityScores.toViewDU(all.scores);
  view.latestBlockHash = anyHash("latest payload");
  view.pendingDeposits = ssz.gloas.PendingDeposits.toViewDU(all.deposits);
  view.pendingPartialWithdrawals = ssz.gloas.PendingPartialWithdrawals.toViewDU(all.partials);
  view.pendingConsolidations = ssz.gloas.PendingConsolidations.toViewDU(all.consolidations);
  view.payloadExpectedWithdrawals = ssz.gloas.Withdrawals.toViewDU(
    expectedWithdrawals.map(({ index, validatorIndex, address, amount }) => ({
      index,
      validatorIndex,
      address: getBytes(address),
      amount,
    })),
  );
  view.commit();
  return view.node;
}

const finalized = ({ finalizedEpoch }: ConsensusState) => ({
  epoch: finalizedEpoch,
  root: anyHash(`block of slot ${finalizedEpoch * SLOTS_PER_EPOCH}`),
});

function slashingsView({ slashings }: ConsensusState) {
  const view = ssz.phase0.Slashings.defaultViewDU();
  for (const [epoch, amount] of slashings) view.set(epoch % EPOCHS_PER_SLASHINGS_VECTOR, number(amount));
  return view;
}

const BUILDERS: Readonly<Record<Fork, (state: ConsensusState, context: StateContext) => Node>> = {
  fulu: buildFulu,
  gloas: buildGloas,
};

/** The Merkle tree of the state, by Lodestar's types. */
export const buildStateTree = (state: ConsensusState, context: StateContext): Node =>
  BUILDERS[state.fork](state, context);
