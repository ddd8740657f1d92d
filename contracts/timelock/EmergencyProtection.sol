// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IEmergencyProtection} from "../interfaces/IEmergencyProtection.sol";

/// @title EmergencyProtection
/// @notice The committees' term and the mode: who may do what until when. Calls nobody.
/// @dev Whether the mode was entered is a flag beside the gate, where every walk reads anyway; what stands here is read
/// only while that flag is set, or by the committees themselves.
library EmergencyProtection {
    struct Context {
        IEmergencyProtection.EmergencyTerms terms;
        // The last second of the mode; 0 until it is entered.
        uint40 modeEndsAt;
        // The newest operation that may execute in the mode.
        uint40 lastSequence;
    }

    /// @param hardEnd No term may end later. [unix seconds]
    /// @param emergencyLimit How long the mode may last. [seconds]
    function setTerms(
        Context storage self,
        IEmergencyProtection.EmergencyTerms calldata terms,
        uint256 hardEnd,
        uint256 emergencyLimit
    ) internal {
        if (!_isNone(terms)) _check(terms, hardEnd, emergencyLimit);
        self.terms = terms;
        emit IEmergencyProtection.EmergencyProtectionSet(terms);
    }

    /// @notice Enters the mode for the activation committee.
    /// @param lastSequence The newest operation there is.
    function activate(Context storage self, uint40 lastSequence) internal {
        IEmergencyProtection.EmergencyTerms memory terms = self.terms;
        if (msg.sender != terms.activationCommittee) {
            revert IEmergencyProtection.CallerIsNotActivationCommittee(msg.sender, terms.activationCommittee);
        }
        if (block.timestamp > terms.protectionEndsAt) {
            revert IEmergencyProtection.ProtectionEnded(terms.protectionEndsAt);
        }
        uint40 modeEndsAt = uint40(block.timestamp + terms.modeDuration);
        self.modeEndsAt = modeEndsAt;
        self.lastSequence = lastSequence;
        emit IEmergencyProtection.EmergencyModeActivated(modeEndsAt, lastSequence);
    }

    /// @notice Takes both committees' power.
    function wipe(Context storage self) internal {
        delete self.terms;
        delete self.modeEndsAt;
        delete self.lastSequence;
        emit IEmergencyProtection.EmergencyModeEnded();
    }

    /// @notice Whether a mode that was entered still binds.
    function lasts(Context storage self) internal view returns (bool) {
        return block.timestamp <= self.modeEndsAt;
    }

    function checkExecutionCommittee(Context storage self) internal view {
        address committee = self.terms.executionCommittee;
        if (msg.sender != committee) revert IEmergencyProtection.CallerIsNotExecutionCommittee(msg.sender, committee);
    }

    function _isNone(IEmergencyProtection.EmergencyTerms calldata terms) private pure returns (bool) {
        return
            terms.activationCommittee == address(0) &&
            terms.executionCommittee == address(0) &&
            terms.protectionEndsAt == 0 &&
            terms.modeDuration == 0;
    }

    function _check(
        IEmergencyProtection.EmergencyTerms calldata terms,
        uint256 hardEnd,
        uint256 emergencyLimit
    ) private view {
        if (terms.activationCommittee == address(0) || terms.executionCommittee == address(0)) {
            revert IEmergencyProtection.EmergencyCommitteeZero();
        }
        if (terms.activationCommittee == terms.executionCommittee) {
            revert IEmergencyProtection.EmergencyCommitteesEqual(terms.activationCommittee);
        }
        if (terms.protectionEndsAt < block.timestamp || terms.protectionEndsAt > hardEnd) {
            revert IEmergencyProtection.ProtectionEndOutOfRange(terms.protectionEndsAt, block.timestamp, hardEnd);
        }
        if (terms.modeDuration == 0 || terms.modeDuration > emergencyLimit) {
            revert IEmergencyProtection.EmergencyDurationOutOfRange(terms.modeDuration, emergencyLimit);
        }
    }
}
