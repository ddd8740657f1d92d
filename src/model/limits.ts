import { DAY, PERCENT, YEAR, type Seconds } from "./units.js";

/** As in `contracts/timelock/DualGovernanceTimelock.sol`. */
export const PROTECTION_LIMIT: Seconds = 4n * YEAR;
/** As in `contracts/committees/CircuitBreaker.sol`. */
export const SEAL_DURATION_LIMIT: Seconds = 30n * DAY;
export const SEAL_TERM_LIMIT: Seconds = YEAR;
/** As in `contracts/committees/TiebreakerCommittee.sol`. */
export const TIEBREAKER_DELAY_LIMIT: Seconds = YEAR;
/** As in `contracts/staking/StakingPool.sol`. [1e18 = 100 %] */
export const POOL_FEE_LIMIT = 10n * PERCENT;
