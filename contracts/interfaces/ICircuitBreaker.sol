// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title ICircuitBreaker
/// @notice A pause that nobody can turn into a power: the seal committee may pause named contracts once, for a fixed time,
/// until its own right expires; the reseal committee may only prolong a running pause while governance is not Normal,
/// until governance lifts it; governance lifts every pause, the tiebreaker in a deadlock.
interface ICircuitBreaker {
    /// @notice One of the committees is the zero address.
    error CommitteeZero();
    /// @notice Seal and reseal committee are one.
    error CommitteesEqual(address committee);
    /// @notice A seal would pause for no time, or longer than the limit. [seconds]
    error SealDurationOutOfRange(uint256 duration, uint256 limit);
    /// @notice The seal committee's right would expire in the past, or too late. [unix seconds]
    error SealExpiryOutOfRange(uint256 expiry, uint256 earliest, uint256 latest);
    /// @notice Only who deployed the breaker may name its pausables.
    error CallerIsNotDeployer(address caller, address deployer);
    /// @notice The pausables are named once, for good.
    error AlreadyBound();
    /// @notice No pausable is named.
    error NoPausables();
    /// @notice More pausables than the limit.
    error TooManyPausables(uint256 count, uint256 limit);
    /// @notice `pausable` is named twice.
    error PausableRepeated(address pausable);
    /// @notice `pausable` does not answer whether it is paused, and until when.
    error PausableWithoutAnswer(address pausable);
    /// @notice `pausable` is none of those that the breaker may pause.
    error PausableNotNamed(address pausable);
    /// @notice Only the seal committee may do this.
    error CallerIsNotSealCommittee(address caller, address committee);
    /// @notice Only the reseal committee may do this.
    error CallerIsNotResealCommittee(address caller, address committee);
    /// @notice Only the breaker itself may do this, within {seal}.
    error CallerIsNotBreaker(address caller, address breaker);
    /// @notice The caller is neither the timelock nor, in a deadlock, its tiebreaker.
    error CallerCannotResume(address caller);
    /// @notice The seal committee's right has expired. [unix seconds]
    error SealExpired(uint256 expiredAt);
    /// @notice The seal was used at `sealedAt`; it is good once. [unix seconds]
    error SealSpent(uint256 sealedAt);
    /// @notice None of the pausables paused, so the right is not spent.
    error NothingPaused();
    /// @notice Governance is Normal, or `gate` does not answer: then governance itself may prolong a pause.
    error GovernanceIsNormal(address gate);
    /// @notice `pausable` is not paused, or is until governance ends it.
    error NoRunningPause(address pausable);
    /// @notice `pausable` did not pause when it was called.
    error PauseFailed(address pausable);
    /// @notice `pausable` did not resume when it was called.
    error ResumeFailed(address pausable);

    /// @notice The contracts that can be paused, for good.
    event PausablesBound(address[] pausables);
    /// @notice `pausable` is paused for the seal's duration.
    event Sealed(address indexed pausable, uint256 duration);
    /// @notice `pausable` did not let itself be paused, and is as it was; the others were paused.
    event SealFailed(address indexed pausable);
    /// @notice The pause of `pausable` lasts until governance lifts it.
    event Resealed(address indexed pausable);
    /// @notice `caller` ended the pause of `pausable`.
    event Resumed(address indexed pausable, address indexed caller);

    /// @notice Names the contracts that can be paused. Once, by the deployer; each must answer as a pausable.
    function bind(address[] calldata pausables) external;

    /// @notice Pauses some of the named contracts for {SEAL_DURATION}. Once, by the seal committee, until {SEAL_EXPIRY}.
    /// @dev A shorter pause that runs already is replaced. A contract that fails to pause is left as it was, with an event;
    /// if all fail the call reverts and the right is not spent.
    function seal(address[] calldata pausables) external;

    /// @notice Lets a running pause last until governance lifts it. Only the reseal committee, while governance is not
    /// Normal.
    function reseal(address pausable) external;

    /// @notice Ends the pause of a named contract. Only the timelock, or its tiebreaker in a deadlock.
    function resume(address pausable) external;

    /// @notice Whether the seal can be used in this very block as far as the breaker is concerned: it is bound, not spent,
    /// and has not expired.
    /// @dev A pausable may still refuse, and {seal} reverts if all do. Who wants to know simulates the call, from
    /// {SEAL_COMMITTEE}.
    function isSealUsable() external view returns (bool);

    /// @notice Whether `pausable` can be resealed in this very block as far as the breaker is concerned: it is named, it
    /// says that it is paused until a date, and governance is not Normal.
    /// @dev The pausable may still refuse to be resumed or to be paused anew, and then {reseal} reverts. Who wants to know
    /// simulates the call, from {RESEAL_COMMITTEE}.
    function admitsReseal(address pausable) external view returns (bool);

    /// @notice When the seal was used; 0 if it was not. [unix seconds]
    function sealedAt() external view returns (uint256);

    /// @notice The named contracts.
    function pausables() external view returns (address[] memory);

    /// @notice Whether `pausable` is one of them.
    function isNamed(address pausable) external view returns (bool);

    /// @notice The timelock whose gate says in which state governance is.
    function TIMELOCK() external view returns (address);

    /// @notice The address of the committee that may pause once.
    function SEAL_COMMITTEE() external view returns (address);

    /// @notice The address of the committee that may prolong.
    function RESEAL_COMMITTEE() external view returns (address);

    /// @notice How long a seal pauses. [seconds]
    function SEAL_DURATION() external view returns (uint256);

    /// @notice The last second in which the seal may be used. [unix seconds]
    function SEAL_EXPIRY() external view returns (uint256);
}
