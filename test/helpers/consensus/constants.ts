/** Numbers of the mainnet preset, under the names that the consensus specifications give them. */

export const GWEI_PER_ETH = 10n ** 9n;
/** `FAR_FUTURE_EPOCH`: it has not happened. Lodestar's types write it as 2^64 − 1. */
export const FAR_FUTURE = Infinity;

export const SECONDS_PER_SLOT = 12;
export const SLOTS_PER_EPOCH = 32;

/** [gwei] */
export const EFFECTIVE_BALANCE_INCREMENT = GWEI_PER_ETH;
export const MIN_ACTIVATION_BALANCE = 32n * GWEI_PER_ETH;
export const MAX_EFFECTIVE_BALANCE_ELECTRA = 2048n * GWEI_PER_ETH;
export const EJECTION_BALANCE = 16n * GWEI_PER_ETH;

/** Hysteresis of the effective balance: it follows a quarter below and five quarters above. [gwei] */
export const DOWNWARD_THRESHOLD = EFFECTIVE_BALANCE_INCREMENT / 4n;
export const UPWARD_THRESHOLD = (EFFECTIVE_BALANCE_INCREMENT * 5n) / 4n;

/** Churn. [gwei an epoch] */
export const MIN_CHURN = 128n * GWEI_PER_ETH;
export const MAX_ACTIVATION_EXIT_CHURN = 256n * GWEI_PER_ETH;
export const CHURN_QUOTIENT = { fulu: 65_536n, gloas: 32_768n } as const;
export const CONSOLIDATION_CHURN_QUOTIENT_GLOAS = 65_536n;

/** [epochs] */
export const MAX_SEED_LOOKAHEAD = 4;
export const SHARD_COMMITTEE_PERIOD = 256;
export const MIN_VALIDATOR_WITHDRAWABILITY_DELAY = 256;
export const EPOCHS_PER_SLASHINGS_VECTOR = 8192;

export const MIN_SLASHING_PENALTY_QUOTIENT = 4096n;
export const PROPORTIONAL_SLASHING_MULTIPLIER = 3n;

export const MAX_PENDING_DEPOSITS_PER_EPOCH = 16;
export const PENDING_PARTIAL_WITHDRAWALS_LIMIT = 2 ** 27;
export const PENDING_CONSOLIDATIONS_LIMIT = 2 ** 18;
export const MAX_WITHDRAWALS_PER_PAYLOAD = 16;
export const MAX_PENDING_PARTIALS_PER_SWEEP = 8;
export const MAX_VALIDATORS_PER_SWEEP = 16_384;
