import { exitEpochFor } from "./churn.js";
import {
  EPOCHS_PER_SLASHINGS_VECTOR,
  FAR_FUTURE,
  MIN_SLASHING_PENALTY_QUOTIENT,
  MIN_VALIDATOR_WITHDRAWABILITY_DELAY,
} from "./constants.js";
import { currentEpoch, decreaseBalance, type ConsensusState, type ValidatorRecord } from "./state.js";

/** Puts the validator into the exit queue, unless it is there. */
export function initiateExit(state: ConsensusState, validator: ValidatorRecord): void {
  if (validator.exitEpoch !== FAR_FUTURE) return;
  validator.exitEpoch = exitEpochFor(state, validator.effectiveBalance);
  validator.withdrawableEpoch = validator.exitEpoch + MIN_VALIDATOR_WITHDRAWABILITY_DELAY;
}

/**
 * What a slashing does at once; the penalty for how many were slashed together follows halfway to `withdrawableEpoch`.
 * @returns Whether the validator could be slashed.
 */
export function slash(state: ConsensusState, validator: ValidatorRecord): boolean {
  const epoch = currentEpoch(state);
  if (validator.slashed || epoch < validator.activationEpoch || epoch >= validator.withdrawableEpoch) return false;
  initiateExit(state, validator);
  validator.slashed = true;
  validator.withdrawableEpoch = Math.max(validator.withdrawableEpoch, epoch + EPOCHS_PER_SLASHINGS_VECTOR);
  state.slashings.set(epoch, (state.slashings.get(epoch) ?? 0n) + validator.effectiveBalance);
  decreaseBalance(validator, validator.effectiveBalance / MIN_SLASHING_PENALTY_QUOTIENT);
  return true;
}
