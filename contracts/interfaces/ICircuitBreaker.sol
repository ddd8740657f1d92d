// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title ICircuitBreaker
/// @notice A pause that nobody can turn into a power: the seal committee may pause named contracts once, for a fixed time,
/// until its own right expires; the reseal committee may only prolong a running pause while governance is not Normal,
/// until governance lifts it; governance lifts every pause, the tiebreaker in a deadlock.
interface ICircuitBreaker {
    error NoCode(address account);
    error CommitteeZero();
    error CommitteesEqual(address committee);
    error SealDurationOutOfRange(uint256 duration, uint256 limit);
    error SealExpiryOutOfRange(uint256 expiry, uint256 earliest, uint256 latest);
    error CallerIsNotDeployer(address caller, address deployer);
    error AlreadyBound();
    error NoPausables();
    error TooManyPausables(uint256 count, uint256 limit);
    error PausableRepeated(address pausable);
    error PausableWithoutAnswer(address pausable);
    error PausableNotNamed(address pausable);
    error CallerIsNotSealCommittee(address caller, address committee);
    error CallerIsNotResealCommittee(address caller, address committee);
    error CallerCannotResume(address caller);
    error SealExpired(uint256 expiredAt);
    error SealSpent(uint256 sealedAt);
    error NothingPaused();
    error GovernanceIsNormal(address gate);
    error NoRunningPause(address pausable);
    error PauseFailed(address pausable);
    error ResumeFailed(address pausable);

    /// @notice The contracts that can be paused, for good.
    event PausablesBound(address[] pausables);
    /// @notice `pausable` is paused for the seal's duration.
    event Sealed(address indexed pausable, uint256 duration);
    /// @notice `pausable` did not let itself be paused; the others were.
    event SealFailed(address indexed pausable);
    /// @notice The pause of `pausable` lasts until governance lifts it.
    event Resealed(address indexed pausable);
    /// @notice `caller` ended the pause of `pausable`.
    event Resumed(address indexed pausable, address indexed caller);

    /// @notice Names the contracts that can be paused. Once, by the deployer; each must answer as a pausable.
    function bind(address[] calldata pausables) external;

    /// @notice Pauses some of the named contracts for {SEAL_DURATION}. Once, by the seal committee, until {SEAL_EXPIRY}.
    /// @dev A shorter pause that runs already is replaced. One that fails is left out, with an event; if all fail the call
    /// reverts and the right is not spent.
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

    /// @notice The timelock whose gate tells where governance stands.
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
