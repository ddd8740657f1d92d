import { consolidationChurn, consolidationEpochFor } from "./churn.js";
import {
  FAR_FUTURE,
  MIN_ACTIVATION_BALANCE,
  MIN_VALIDATOR_WITHDRAWABILITY_DELAY,
  PENDING_CONSOLIDATIONS_LIMIT,
  SHARD_COMMITTEE_PERIOD,
} from "./constants.js";
import {
  addressOf,
  currentEpoch,
  decreaseBalance,
  hasExecutionCredentials,
  indexOf,
  isActive,
  isCompounding,
  validatorAt,
  type ConsensusState,
} from "./state.js";
import { pendingPartialOf } from "./withdrawalRequests.js";

/** A request of EIP-7251. Asked for by the source's address; the target needs no more than 0x02 credentials. */
export interface ConsolidationRequest {
  readonly sourceAddress: string;
  readonly sourcePubkey: string;
  readonly targetPubkey: string;
}

/** A request whose source is its target would switch 0x01 credentials to 0x02: not modelled, refused here. */
export type ConsolidationOutcome =
  | "consolidates"
  | "refused: one validator"
  | "refused: the queue is full"
  | "refused: too little churn"
  | "refused: no such validator"
  | "refused: other credentials"
  | "refused: the target does not compound"
  | "refused: not active"
  | "refused: exits already"
  | "refused: too young"
  | "refused: a partial withdrawal is pending";

export function processConsolidationRequest(
  state: ConsensusState,
  { sourceAddress, sourcePubkey, targetPubkey }: ConsolidationRequest,
): ConsolidationOutcome {
  if (sourcePubkey === targetPubkey) return "refused: one validator";
  if (state.pendingConsolidations.length >= PENDING_CONSOLIDATIONS_LIMIT) return "refused: the queue is full";
  if (consolidationChurn(state) <= MIN_ACTIVATION_BALANCE) return "refused: too little churn";
  const [sourceIndex, targetIndex] = [indexOf(state, sourcePubkey), indexOf(state, targetPubkey)];
  if (sourceIndex < 0 || targetIndex < 0) return "refused: no such validator";
  const [source, target] = [validatorAt(state, sourceIndex), validatorAt(state, targetIndex)];
  if (!hasExecutionCredentials(source) || addressOf(source) !== sourceAddress.toLowerCase()) {
    return "refused: other credentials";
  }
  if (!isCompounding(target)) return "refused: the target does not compound";
  const epoch = currentEpoch(state);
  if (!isActive(source, epoch) || !isActive(target, epoch)) return "refused: not active";
  if (source.exitEpoch !== FAR_FUTURE || target.exitEpoch !== FAR_FUTURE) return "refused: exits already";
  if (epoch < source.activationEpoch + SHARD_COMMITTEE_PERIOD) return "refused: too young";
  if (pendingPartialOf(state, sourceIndex) > 0n) return "refused: a partial withdrawal is pending";
  source.exitEpoch = consolidationEpochFor(state, source.effectiveBalance);
  source.withdrawableEpoch = source.exitEpoch + MIN_VALIDATOR_WITHDRAWABILITY_DELAY;
  state.pendingConsolidations.push({ sourceIndex, targetIndex });
  return "consolidates";
}

/** Once an epoch: moves what is due, in order; a slashed source moves nothing. */
export function processPendingConsolidations(state: ConsensusState): void {
  const nextEpoch = currentEpoch(state) + 1;
  let handled = 0;
  for (const { sourceIndex, targetIndex } of state.pendingConsolidations) {
    const source = validatorAt(state, sourceIndex);
    if (!source.slashed) {
      if (source.withdrawableEpoch > nextEpoch) break;
      const moved = source.balance < source.effectiveBalance ? source.balance : source.effectiveBalance;
      decreaseBalance(source, moved);
      validatorAt(state, targetIndex).balance += moved;
    }
    handled++;
  }
  state.pendingConsolidations = state.pendingConsolidations.slice(handled);
}
