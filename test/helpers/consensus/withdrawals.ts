import {
  FAR_FUTURE,
  MAX_PENDING_PARTIALS_PER_SWEEP,
  MAX_VALIDATORS_PER_SWEEP,
  MAX_WITHDRAWALS_PER_PAYLOAD,
  MIN_ACTIVATION_BALANCE,
} from "./constants.js";
import {
  addressOf,
  currentEpoch,
  decreaseBalance,
  hasExecutionCredentials,
  maxEffectiveBalance,
  validatorAt,
  type ConsensusState,
  type ValidatorRecord,
  type Withdrawal,
} from "./state.js";

/** What one block takes out of the state for its payload to pay: partial withdrawals that are due, then the sweep. */
export function processWithdrawals(state: ConsensusState): Withdrawal[] {
  const withdrawals: Withdrawal[] = [];
  const partials = takePartials(state, withdrawals);
  sweep(state, withdrawals);
  for (const { validatorIndex, amount } of withdrawals) decreaseBalance(validatorAt(state, validatorIndex), amount);
  state.pendingPartialWithdrawals = state.pendingPartialWithdrawals.slice(partials);
  moveOn(state, withdrawals);
  return withdrawals;
}

function pay(state: ConsensusState, withdrawals: Withdrawal[], validatorIndex: number, amount: bigint): void {
  const address = addressOf(validatorAt(state, validatorIndex));
  withdrawals.push({ index: state.nextWithdrawalIndex++, validatorIndex, address, amount });
}

/** The balance less what this block has taken already. */
const balanceAfter = (state: ConsensusState, index: number, taken: readonly Withdrawal[]): bigint =>
  taken
    .filter(({ validatorIndex }) => validatorIndex === index)
    .reduce((left, { amount }) => left - amount, validatorAt(state, index).balance);

function takePartials(state: ConsensusState, withdrawals: Withdrawal[]): number {
  const limit = Math.min(MAX_PENDING_PARTIALS_PER_SWEEP, MAX_WITHDRAWALS_PER_PAYLOAD - 1);
  let handled = 0;
  for (const { validatorIndex, amount, withdrawableEpoch } of state.pendingPartialWithdrawals) {
    if (withdrawableEpoch > currentEpoch(state) || withdrawals.length >= limit) break;
    const validator = validatorAt(state, validatorIndex);
    const excess = balanceAfter(state, validatorIndex, withdrawals) - MIN_ACTIVATION_BALANCE;
    const isEligible =
      validator.exitEpoch === FAR_FUTURE && validator.effectiveBalance >= MIN_ACTIVATION_BALANCE && excess > 0n;
    if (isEligible) pay(state, withdrawals, validatorIndex, excess < amount ? excess : amount);
    handled++;
  }
  return handled;
}

function sweep(state: ConsensusState, withdrawals: Withdrawal[]): void {
  const count = state.validators.length;
  const bound = Math.min(count, MAX_VALIDATORS_PER_SWEEP);
  for (let step = 0; step < bound && withdrawals.length < MAX_WITHDRAWALS_PER_PAYLOAD; step++) {
    const index = (state.nextWithdrawalValidatorIndex + step) % count;
    const amount = sweepable(state, validatorAt(state, index), balanceAfter(state, index, withdrawals));
    if (amount > 0n) pay(state, withdrawals, index, amount);
  }
}

/** Everything once withdrawable; before, what exceeds the largest effective balance. */
function sweepable(state: ConsensusState, validator: ValidatorRecord, balance: bigint): bigint {
  if (!hasExecutionCredentials(validator)) return 0n;
  if (validator.withdrawableEpoch <= currentEpoch(state)) return balance;
  const most = maxEffectiveBalance(validator);
  return validator.effectiveBalance === most && balance > most ? balance - most : 0n;
}

/** A full payload is followed by whom it paid last; any other by the sweep's whole length. */
function moveOn(state: ConsensusState, withdrawals: readonly Withdrawal[]): void {
  const count = state.validators.length;
  if (count === 0) return;
  const last = withdrawals.length === MAX_WITHDRAWALS_PER_PAYLOAD ? withdrawals.at(-1) : undefined;
  state.nextWithdrawalValidatorIndex =
    last === undefined
      ? (state.nextWithdrawalValidatorIndex + MAX_VALIDATORS_PER_SWEEP) % count
      : (last.validatorIndex + 1) % count;
}
