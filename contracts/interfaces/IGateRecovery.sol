// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IFallbackGate} from "./IFallbackGate.sol";

/// @title IGateRecovery
/// @notice What becomes of a timelock whose gate fails: anybody puts the failure on record, and when the record is old
/// enough the tiebreaker may install the fallback gate.
interface IGateRecovery {
    /// @notice The timeout is outside the immutable bounds. [seconds]
    error TiebreakerTimeoutOutOfRange(uint256 timeout, uint256 floor, uint256 ceiling);
    /// @notice Only the tiebreaker may do this; zero if there is none.
    error CallerIsNotTiebreaker(address caller, address tiebreaker);
    /// @notice Nobody has put on record that `gate` is silent.
    error GateNotRecordedSilent(address gate);
    /// @notice The record of the gate's silence is not old enough yet. [unix seconds]
    error GateSilenceTooYoung(uint256 replaceableAt);
    /// @notice `gate` is on record as silent, and answers now.
    error GateAnswers(address gate);

    /// @notice `tiebreaker` may act once a deadlock has lasted for `timeout`. [seconds]
    event TiebreakerSet(address indexed tiebreaker, uint256 timeout);
    /// @notice The gate failed to answer, from this block on.
    event GateSilent(address indexed gate);
    /// @notice The gate has answered again, or was replaced: the record of its silence is cleared.
    event GateSilenceEnded(address indexed gate);

    /// @notice Names the tiebreaker (zero for none) and how long a deadlock must last before it may act.
    /// @dev Callable by the timelock itself; by an admin only while there is no gate.
    /// @param timeout Within the immutable floor and ceiling. [seconds]
    function setTiebreaker(address tiebreaker, uint256 timeout) external;

    /// @notice Asks the gate everything it must answer, with enough gas for an honest answer, and records a failure, or
    /// clears the record. Anybody may call. An execution that the gate lets through clears the record as well.
    /// @return answers Whether it answered everything.
    function checkGate() external returns (bool answers);

    /// @notice Installs the fallback gate in the place of one that has failed for the whole timeout and still does, and
    /// cancels every pending operation. Only the tiebreaker.
    function replaceSilentGate() external;

    /// @notice Who may act in a deadlock; zero for nobody.
    function tiebreaker() external view returns (address);

    /// @notice How long a deadlock must last before the tiebreaker may act. [seconds]
    function tiebreakerTimeout() external view returns (uint256);

    /// @notice Since when the gate is on record as silent; 0 if it is not. [unix seconds]
    function gateSilentSince() external view returns (uint256);

    /// @notice The least timeout that {setTiebreaker} accepts. [seconds]
    function TIEBREAKER_FLOOR() external view returns (uint256);

    /// @notice The greatest timeout that {setTiebreaker} accepts. [seconds]
    function TIEBREAKER_CEILING() external view returns (uint256);

    /// @notice The gate that an emergency reset, or the tiebreaker in the place of a silent gate, installs.
    function FALLBACK_GATE() external view returns (IFallbackGate);
}
