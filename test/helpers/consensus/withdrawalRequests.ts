import { exitEpochFor } from "./churn.js";
import {
  FAR_FUTURE,
  MIN_ACTIVATION_BALANCE,
  MIN_VALIDATOR_WITHDRAWABILITY_DELAY,
  PENDING_PARTIAL_WITHDRAWALS_LIMIT,
  SHARD_COMMITTEE_PERIOD,
} from "./constants.js";
import { initiateExit } from "./exits.js";
import {
  addressOf,
  currentEpoch,
  hasExecutionCredentials,
  indexOf,
  isActive,
  isCompounding,
  validatorAt,
  type ConsensusState,
} from "./state.js";

/** A request of EIP-7002, as the execution layer reports it. */
export interface WithdrawalRequest {
  readonly sourceAddress: string;
  readonly pubkey: string;
  /** 0 for a full exit. [gwei] */
  readonly amount: bigint;
}

/** The chain tells nobody what became of a request; the model does. Every refusal keeps the fee. */
export type RequestOutcome =
  | "exits"
  | "withdraws"
  | "refused: the queue of partial withdrawals is full"
  | "refused: no such validator"
  | "refused: other credentials"
  | "refused: not active"
  | "refused: exits already"
  | "refused: too young"
  | "refused: a partial withdrawal is pending"
  | "refused: nothing to withdraw in part";

/** What waits in the queue of partial withdrawals for one validator. [gwei] */
export const pendingPartialOf = (state: ConsensusState, index: number): bigint =>
  state.pendingPartialWithdrawals
    .filter(({ validatorIndex }) => validatorIndex === index)
    .reduce((sum, { amount }) => sum + amount, 0n);

export function processWithdrawalRequest(state: ConsensusState, request: WithdrawalRequest): RequestOutcome {
  const isFullExit = request.amount === 0n;
  if (!isFullExit && state.pendingPartialWithdrawals.length >= PENDING_PARTIAL_WITHDRAWALS_LIMIT) {
    return "refused: the queue of partial withdrawals is full";
  }
  const index = indexOf(state, request.pubkey);
  if (index < 0) return "refused: no such validator";
  const validator = validatorAt(state, index);
  if (!hasExecutionCredentials(validator) || addressOf(validator) !== request.sourceAddress.toLowerCase()) {
    return "refused: other credentials";
  }
  const epoch = currentEpoch(state);
  if (!isActive(validator, epoch)) return "refused: not active";
  if (validator.exitEpoch !== FAR_FUTURE) return "refused: exits already";
  if (epoch < validator.activationEpoch + SHARD_COMMITTEE_PERIOD) return "refused: too young";

  const pending = pendingPartialOf(state, index);
  if (isFullExit) {
    if (pending > 0n) return "refused: a partial withdrawal is pending";
    initiateExit(state, validator);
    return "exits";
  }
  const excess = validator.balance - MIN_ACTIVATION_BALANCE - pending;
  if (!isCompounding(validator) || validator.effectiveBalance < MIN_ACTIVATION_BALANCE || excess <= 0n) {
    return "refused: nothing to withdraw in part";
  }
  const amount = excess < request.amount ? excess : request.amount;
  const withdrawableEpoch = exitEpochFor(state, amount) + MIN_VALIDATOR_WITHDRAWABILITY_DELAY;
  state.pendingPartialWithdrawals.push({ validatorIndex: index, amount, withdrawableEpoch });
  return "withdraws";
}
