// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IEmergencyProtection
/// @notice Two committees that may hold governance back for a while, once a term, while the contracts are young. Neither
/// can change a rule, pass the gate, or prolong anything; every end takes both committees' power. Governance may give
/// another term, but none that ends later than the hard end, which was fixed when the timelock was made.
/// @custom:source Lido dual governance, emergency protection (lidofinance/dual-governance, `docs/specification.md`).
interface IEmergencyProtection {
    /// @notice Who may do what until when. All zero: nobody, nothing.
    struct EmergencyTerms {
        /// May enter emergency mode once.
        address activationCommittee;
        /// May execute and reset while the mode lasts.
        address executionCommittee;
        /// The last second in which the mode may be entered. [unix seconds]
        uint40 protectionEndsAt;
        /// How long the mode lasts. [seconds]
        uint32 modeDuration;
    }

    /// @notice The terms in force, and the mode. Once the mode has outlived itself all of it reads as zero; terms whose
    /// date has passed without it stay to be read, and give no power.
    struct EmergencyStatus {
        EmergencyTerms terms;
        /// The last second of the mode; 0 while it has not been entered. [unix seconds]
        uint40 modeEndsAt;
        /// Only what was scheduled up to this place in the order may execute in the mode.
        uint40 lastSequence;
    }

    /// @notice One of the committees is the zero address, and the other terms are not all zero.
    error EmergencyCommitteeZero();
    /// @notice Activation and execution are one committee.
    error EmergencyCommitteesEqual(address committee);
    /// @notice A term ends neither before it begins nor after the hard end, `latest`. [unix seconds]
    error ProtectionEndOutOfRange(uint256 endsAt, uint256 earliest, uint256 latest);
    /// @notice The hard end would be more than `limit` after the timelock's creation. [seconds]
    error ProtectionTooLong(uint256 duration, uint256 limit);
    /// @notice The mode would last for no time, or longer than the immutable limit. [seconds]
    error EmergencyDurationOutOfRange(uint256 duration, uint256 limit);
    /// @notice Only the activation committee may do this.
    error CallerIsNotActivationCommittee(address caller, address committee);
    /// @notice Only the execution committee may do this.
    error CallerIsNotExecutionCommittee(address caller, address committee);
    /// @notice The activation committee's right has expired. [unix seconds]
    error ProtectionEnded(uint256 endedAt);
    /// @notice The mode lasts until `endsAt`. [unix seconds]
    error EmergencyModeActive(uint256 endsAt);
    /// @notice No emergency mode runs.
    error EmergencyModeInactive();
    /// @notice The operation was scheduled after the mode was entered.
    error OperationTooNewForEmergency(bytes32 id, uint256 sequence, uint256 lastSequence);

    /// @notice Governance gave the committees their term, or took it (all zero).
    event EmergencyProtectionSet(EmergencyTerms terms);
    /// @notice From here to `endsAt` only the execution committee may execute, and only what is not newer than
    /// `lastSequence`.
    event EmergencyModeActivated(uint256 endsAt, uint256 lastSequence);
    /// @notice The mode is over; both committees have lost their power.
    event EmergencyModeEnded();

    /// @notice Gives both committees a term, or ends it (all zero). Not while the mode lasts. A term ends at
    /// {PROTECTION_HARD_END} at the latest; ending one is possible after that, too.
    /// @dev Callable by the timelock itself; by an admin only while there is no gate.
    function setEmergencyProtection(EmergencyTerms calldata terms) external;

    /// @notice Enters emergency mode: once, by the activation committee, while its term lasts. Entered in the last second
    /// of the term, it lasts as long as at any other time.
    function activateEmergencyMode() external;

    /// @notice Ends emergency mode: by anyone once its time has passed, by the timelock itself before.
    /// @dev Nobody needs to: after its time the mode binds no one and the committees may do nothing.
    function endEmergencyMode() external;

    /// @notice Cancels every pending operation, puts the fallback gate in place and ends the mode. Only the execution
    /// committee, only while the mode lasts.
    function emergencyReset() external;

    /// @notice The terms and the mode as they count in this very block.
    function emergencyStatus() external view returns (EmergencyStatus memory);

    /// @notice The last second in which the mode can ever be entered, whatever governance decides. [unix seconds]
    function PROTECTION_HARD_END() external view returns (uint256);

    /// @notice The mode may last at most this long. [seconds]
    function EMERGENCY_LIMIT() external view returns (uint256);
}
