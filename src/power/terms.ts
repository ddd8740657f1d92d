const DAY = 86_400n;
const YEAR = 365n * DAY;

/** No power beside the DAO's holds anything back for longer than this at a time. [seconds] */
export const LONGEST_HOLD = YEAR;
/** As in `contracts/timelock/DualGovernanceTimelock.sol`. [seconds] */
export const PROTECTION_LIMIT = 4n * YEAR;
/** As in `contracts/committees/CircuitBreaker.sol`. [seconds] */
export const SEAL_DURATION_LIMIT = 30n * DAY;
export const SEAL_TERM_LIMIT = YEAR;
/** As in `contracts/committees/TiebreakerCommittee.sol`. [seconds] */
export const TIEBREAKER_DELAY_LIMIT = YEAR;
/** As in `contracts/staking/StakingPool.sol`. [1e18 = 100 %] */
export const POOL_FEE_LIMIT = 10n ** 17n;
/** Nobody waits longer than this for the way out of a deadlock, or of an exit. [seconds] */
export const LONGEST_WAIT = 4n * YEAR;
