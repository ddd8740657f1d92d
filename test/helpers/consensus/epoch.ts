import { activationExitEpoch } from "./churn.js";
import { processPendingConsolidations } from "./consolidations.js";
import {
  DOWNWARD_THRESHOLD,
  EFFECTIVE_BALANCE_INCREMENT,
  EJECTION_BALANCE,
  EPOCHS_PER_SLASHINGS_VECTOR,
  FAR_FUTURE,
  MIN_ACTIVATION_BALANCE,
  PROPORTIONAL_SLASHING_MULTIPLIER,
  UPWARD_THRESHOLD,
} from "./constants.js";
import { processPendingDeposits, type SignatureCheck } from "./deposits.js";
import { initiateExit } from "./exits.js";
import {
  currentEpoch,
  decreaseBalance,
  isActive,
  roundedBalance,
  totalActiveBalance,
  type ConsensusState,
} from "./state.js";

/** What the model is told about an epoch instead of working it out from attestations. */
export interface EpochNews {
  /** Whether the chain finalises, as it does when more than two thirds attest. */
  readonly isFinalising: boolean;
  readonly isSigned: SignatureCheck;
}

/** The end of an epoch, in the specification's order. Rewards and penalties for attesting are the test's to apply. */
export function processEpoch(state: ConsensusState, { isFinalising, isSigned }: EpochNews): void {
  if (isFinalising) state.finalizedEpoch = Math.max(state.finalizedEpoch, currentEpoch(state) - 1);
  updateRegistry(state);
  penaliseSlashed(state);
  processPendingDeposits(state, isSigned);
  processPendingConsolidations(state);
  updateEffectiveBalances(state);
  state.slashings.delete(currentEpoch(state) + 1 - EPOCHS_PER_SLASHINGS_VECTOR);
}

function updateRegistry(state: ConsensusState): void {
  const epoch = currentEpoch(state);
  for (const validator of state.validators) {
    if (validator.activationEligibilityEpoch === FAR_FUTURE && validator.effectiveBalance >= MIN_ACTIVATION_BALANCE) {
      validator.activationEligibilityEpoch = epoch + 1;
    } else if (isActive(validator, epoch) && validator.effectiveBalance <= EJECTION_BALANCE) {
      initiateExit(state, validator);
    } else if (
      validator.activationEligibilityEpoch <= state.finalizedEpoch &&
      validator.activationEpoch === FAR_FUTURE
    ) {
      validator.activationEpoch = activationExitEpoch(epoch);
    }
  }
}

/** Halfway to its withdrawable epoch a slashed validator pays for how much was slashed in the same 36 days. */
function penaliseSlashed(state: ConsensusState): void {
  const total = totalActiveBalance(state);
  const slashed = [...state.slashings.values()].reduce((sum, amount) => sum + amount, 0n);
  const tripled = slashed * PROPORTIONAL_SLASHING_MULTIPLIER;
  const perIncrement = (tripled < total ? tripled : total) / (total / EFFECTIVE_BALANCE_INCREMENT);
  const due = currentEpoch(state) + EPOCHS_PER_SLASHINGS_VECTOR / 2;
  for (const validator of state.validators) {
    if (!validator.slashed || validator.withdrawableEpoch !== due) continue;
    decreaseBalance(validator, perIncrement * (validator.effectiveBalance / EFFECTIVE_BALANCE_INCREMENT));
  }
}

function updateEffectiveBalances(state: ConsensusState): void {
  for (const validator of state.validators) {
    const { balance, effectiveBalance } = validator;
    if (balance + DOWNWARD_THRESHOLD < effectiveBalance || effectiveBalance + UPWARD_THRESHOLD < balance) {
      validator.effectiveBalance = roundedBalance(validator);
    }
  }
}
