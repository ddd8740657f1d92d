// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDualGovernanceTimelock} from "../interfaces/IDualGovernanceTimelock.sol";

/// @title OperationLedger
/// @notice The order in which operations were scheduled, and up to where they have been cancelled. Calls nobody.
/// @dev An operation without a record, or at or below the cancelled sequence, is no longer pending.
library OperationLedger {
    struct Context {
        // One slot with the gate, which every walk reads first.
        address gate;
        // Sequence number of the newest operation.
        uint40 lastSequence;
        // Everything up to here is cancelled.
        uint40 cancelledThrough;
        // Emergency mode was entered, and not yet ended on record.
        bool inEmergency;
        // The gate is on record as silent.
        bool isGateSilent;
        mapping(bytes32 id => IDualGovernanceTimelock.Operation) operations;
    }

    /// @notice Gives `id` the next place in the order.
    function append(Context storage self, bytes32 id, bool isDeEscalation) internal {
        uint40 sequence;
        // A trillion operations would be needed.
        unchecked {
            sequence = self.lastSequence + 1;
        }
        self.lastSequence = sequence;
        self.operations[id] = IDualGovernanceTimelock.Operation({
            scheduledAt: uint40(block.timestamp),
            sequence: sequence,
            isDeEscalation: isDeEscalation
        });
    }

    /// @notice Whether `id` is on record and not cancelled.
    function isLive(Context storage self, bytes32 id) internal view returns (bool) {
        return self.operations[id].sequence > self.cancelledThrough;
    }

    /// @notice Cancels everything up to and including `sequence`.
    function cancelThrough(Context storage self, uint40 sequence) internal {
        if (sequence > self.cancelledThrough) self.cancelledThrough = sequence;
        emit IDualGovernanceTimelock.CancelledThrough(sequence);
    }
}
