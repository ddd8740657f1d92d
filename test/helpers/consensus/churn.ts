import {
  CHURN_QUOTIENT,
  CONSOLIDATION_CHURN_QUOTIENT_GLOAS,
  EFFECTIVE_BALANCE_INCREMENT,
  MAX_ACTIVATION_EXIT_CHURN,
  MAX_SEED_LOOKAHEAD,
  MIN_CHURN,
} from "./constants.js";
import { currentEpoch, totalActiveBalance, type ConsensusState } from "./state.js";

/** How much may enter, leave or consolidate in an epoch (EIP-7251; changed by EIP-8061 in Gloas). [gwei] */

const wholeIncrements = (amount: bigint): bigint => amount - (amount % EFFECTIVE_BALANCE_INCREMENT);

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

function balanceChurn(state: ConsensusState): bigint {
  const part = totalActiveBalance(state) / CHURN_QUOTIENT[state.fork];
  return wholeIncrements(part > MIN_CHURN ? part : MIN_CHURN);
}

export const activationChurn = (state: ConsensusState): bigint => min(MAX_ACTIVATION_EXIT_CHURN, balanceChurn(state));

/** Gloas leaves exits without an upper limit. */
const exitChurn = (state: ConsensusState): bigint =>
  state.fork === "gloas" ? balanceChurn(state) : activationChurn(state);

export const consolidationChurn = (state: ConsensusState): bigint =>
  state.fork === "gloas"
    ? wholeIncrements(totalActiveBalance(state) / CONSOLIDATION_CHURN_QUOTIENT_GLOAS)
    : balanceChurn(state) - activationChurn(state);

/** The first epoch at which something that is decided now takes effect. */
export const activationExitEpoch = (epoch: number): number => epoch + 1 + MAX_SEED_LOOKAHEAD;

interface Queue {
  /** The epoch that is being filled, and what is left of it. */
  readonly epoch: number;
  readonly left: bigint;
}

/** Takes the first epoch with room for `amount`, and fills it. */
function takePlace({ epoch, left }: Queue, earliest: number, perEpoch: bigint, amount: bigint): Queue {
  const isNew = epoch < earliest;
  const room = isNew ? perEpoch : left;
  const start = isNew ? earliest : epoch;
  if (amount <= room) return { epoch: start, left: room - amount };
  const further = (amount - room - 1n) / perEpoch + 1n;
  return { epoch: start + Number(further), left: room + further * perEpoch - amount };
}

export function exitEpochFor(state: ConsensusState, amount: bigint): number {
  const queue = { epoch: state.earliestExitEpoch, left: state.exitBalanceToConsume };
  const next = takePlace(queue, activationExitEpoch(currentEpoch(state)), exitChurn(state), amount);
  state.earliestExitEpoch = next.epoch;
  state.exitBalanceToConsume = next.left;
  return next.epoch;
}

export function consolidationEpochFor(state: ConsensusState, amount: bigint): number {
  const queue = { epoch: state.earliestConsolidationEpoch, left: state.consolidationBalanceToConsume };
  const next = takePlace(queue, activationExitEpoch(currentEpoch(state)), consolidationChurn(state), amount);
  state.earliestConsolidationEpoch = next.epoch;
  state.consolidationBalanceToConsume = next.left;
  return next.epoch;
}
