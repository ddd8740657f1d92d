import { activationChurn } from "./churn.js";
import { FAR_FUTURE, MAX_PENDING_DEPOSITS_PER_EPOCH, SLOTS_PER_EPOCH } from "./constants.js";
import {
  currentEpoch,
  indexOf,
  newValidator,
  validatorAt,
  type ConsensusState,
  type DepositRequest,
  type PendingDeposit,
} from "./state.js";

/** Whether a signature proves possession of the key. Asked for a key's first deposit alone: top-ups need none. */
export type SignatureCheck = (deposit: DepositRequest) => boolean;

/** A deposit that the execution layer reports joins the queue. */
export function queueDeposit(state: ConsensusState, request: DepositRequest): void {
  state.pendingDeposits.push({ ...request, slot: state.slot });
}

/** Once an epoch: credits what is finalised and fits the churn, in order; puts off what is for a validator that exits. */
export function processPendingDeposits(state: ConsensusState, isSigned: SignatureCheck): void {
  const nextEpoch = currentEpoch(state) + 1;
  const finalizedSlot = state.finalizedEpoch * SLOTS_PER_EPOCH;
  const available = state.depositBalanceToConsume + activationChurn(state);
  const postponed: PendingDeposit[] = [];
  let credited = 0n;
  let handled = 0;
  let isChurnReached = false;
  for (const deposit of state.pendingDeposits) {
    if (deposit.slot > finalizedSlot || handled >= MAX_PENDING_DEPOSITS_PER_EPOCH) break;
    const validator = state.validators[indexOf(state, deposit.pubkey)];
    const isWithdrawn = validator !== undefined && validator.withdrawableEpoch < nextEpoch;
    const isExiting = validator !== undefined && validator.exitEpoch !== FAR_FUTURE;
    if (isWithdrawn) {
      // Never active again: takes nothing of the churn.
      credit(state, deposit, isSigned);
    } else if (isExiting) {
      postponed.push(deposit);
    } else {
      isChurnReached = credited + deposit.amount > available;
      if (isChurnReached) break;
      credited += deposit.amount;
      credit(state, deposit, isSigned);
    }
    handled++;
  }
  state.pendingDeposits = [...state.pendingDeposits.slice(handled), ...postponed];
  state.depositBalanceToConsume = isChurnReached ? available - credited : 0n;
}

/** The first valid deposit fixes the credentials for good; an unsigned first one is lost. */
function credit(state: ConsensusState, deposit: PendingDeposit, isSigned: SignatureCheck): void {
  const index = indexOf(state, deposit.pubkey);
  if (index >= 0) validatorAt(state, index).balance += deposit.amount;
  else if (isSigned(deposit)) {
    state.validators.push(newValidator(deposit.pubkey, deposit.withdrawalCredentials, deposit.amount));
  }
}
