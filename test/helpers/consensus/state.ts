import {
  EFFECTIVE_BALANCE_INCREMENT,
  FAR_FUTURE,
  MAX_EFFECTIVE_BALANCE_ELECTRA,
  MIN_ACTIVATION_BALANCE,
  SLOTS_PER_EPOCH,
} from "./constants.js";

/** Electra and Fulu have one layout and, for what is modelled here, the same rules. */
export type Fork = "fulu" | "gloas";

/** Amounts in gwei; times in slots or epochs; bytes as lower-case hex. */
export interface ValidatorRecord {
  readonly pubkey: string;
  withdrawalCredentials: string;
  balance: bigint;
  effectiveBalance: bigint;
  slashed: boolean;
  activationEligibilityEpoch: number;
  activationEpoch: number;
  exitEpoch: number;
  withdrawableEpoch: number;
}

export interface DepositRequest {
  readonly pubkey: string;
  readonly withdrawalCredentials: string;
  readonly amount: bigint;
  readonly signature: string;
}

export interface PendingDeposit extends DepositRequest {
  readonly slot: number;
}

interface PendingPartialWithdrawal {
  readonly validatorIndex: number;
  readonly amount: bigint;
  readonly withdrawableEpoch: number;
}

interface PendingConsolidation {
  readonly sourceIndex: number;
  readonly targetIndex: number;
}

export interface Withdrawal {
  readonly index: number;
  readonly validatorIndex: number;
  readonly address: string;
  readonly amount: bigint;
}

/** What of a beacon state decides about balances. */
export interface ConsensusState {
  fork: Fork;
  slot: number;
  finalizedEpoch: number;
  readonly validators: ValidatorRecord[];
  /** Effective balance of the active validators that are not modelled: it sets the churn. [gwei] */
  readonly othersActive: bigint;
  pendingDeposits: PendingDeposit[];
  depositBalanceToConsume: bigint;
  pendingPartialWithdrawals: PendingPartialWithdrawal[];
  pendingConsolidations: PendingConsolidation[];
  exitBalanceToConsume: bigint;
  earliestExitEpoch: number;
  consolidationBalanceToConsume: bigint;
  earliestConsolidationEpoch: number;
  nextWithdrawalIndex: number;
  nextWithdrawalValidatorIndex: number;
  /** Effective balances slashed, by epoch. [gwei] */
  readonly slashings: Map<number, bigint>;
}

const epochOf = (slot: number): number => Math.floor(slot / SLOTS_PER_EPOCH);
export const currentEpoch = (state: ConsensusState): number => epochOf(state.slot);

export const isActive = ({ activationEpoch, exitEpoch }: ValidatorRecord, epoch: number): boolean =>
  activationEpoch <= epoch && epoch < exitEpoch;

export const isCompounding = ({ withdrawalCredentials }: ValidatorRecord): boolean =>
  withdrawalCredentials.startsWith("0x02");

/** Whether withdrawals go to an address. */
export const hasExecutionCredentials = ({ withdrawalCredentials }: ValidatorRecord): boolean =>
  withdrawalCredentials.startsWith("0x01") || withdrawalCredentials.startsWith("0x02");

/** The address of execution credentials. */
export const addressOf = ({ withdrawalCredentials }: ValidatorRecord): string =>
  `0x${withdrawalCredentials.slice(-40)}`;

export const maxEffectiveBalance = (validator: ValidatorRecord): bigint =>
  isCompounding(validator) ? MAX_EFFECTIVE_BALANCE_ELECTRA : MIN_ACTIVATION_BALANCE;

/** The balance in whole increments, up to the validator's maximum. */
export function roundedBalance(validator: ValidatorRecord): bigint {
  const whole = validator.balance - (validator.balance % EFFECTIVE_BALANCE_INCREMENT);
  const most = maxEffectiveBalance(validator);
  return whole < most ? whole : most;
}

export function totalActiveBalance(state: ConsensusState): bigint {
  const epoch = currentEpoch(state);
  return state.validators
    .filter((validator) => isActive(validator, epoch))
    .reduce((sum, { effectiveBalance }) => sum + effectiveBalance, state.othersActive);
}

/** @returns −1 if no validator has this public key. */
export const indexOf = (state: ConsensusState, pubkey: string): number =>
  state.validators.findIndex((validator) => validator.pubkey === pubkey);

export function validatorAt(state: ConsensusState, index: number): ValidatorRecord {
  const validator = state.validators[index];
  if (validator === undefined) throw new Error(`there are ${state.validators.length} validators: none is ${index}`);
  return validator;
}

/** Balances never fall below zero. */
export function decreaseBalance(validator: ValidatorRecord, amount: bigint): void {
  validator.balance = amount > validator.balance ? 0n : validator.balance - amount;
}

/** @param othersActive About 34 million ETH are staked on mainnet. [gwei] */
export function newState(fork: Fork, slot: number, othersActive: bigint): ConsensusState {
  return {
    fork,
    slot,
    finalizedEpoch: Math.max(epochOf(slot) - 2, 0),
    validators: [],
    othersActive,
    pendingDeposits: [],
    depositBalanceToConsume: 0n,
    pendingPartialWithdrawals: [],
    pendingConsolidations: [],
    exitBalanceToConsume: 0n,
    earliestExitEpoch: 0,
    consolidationBalanceToConsume: 0n,
    earliestConsolidationEpoch: 0,
    nextWithdrawalIndex: 0,
    nextWithdrawalValidatorIndex: 0,
    slashings: new Map(),
  };
}

/** A validator as its first deposit makes it. */
export function newValidator(pubkey: string, withdrawalCredentials: string, balance: bigint): ValidatorRecord {
  const validator: ValidatorRecord = {
    pubkey,
    withdrawalCredentials,
    balance,
    effectiveBalance: 0n,
    slashed: false,
    activationEligibilityEpoch: FAR_FUTURE,
    activationEpoch: FAR_FUTURE,
    exitEpoch: FAR_FUTURE,
    withdrawableEpoch: FAR_FUTURE,
  };
  validator.effectiveBalance = roundedBalance(validator);
  return validator;
}
