// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDeadlock} from "../interfaces/IDeadlock.sol";
import {IPausableUntil} from "../interfaces/external/IPausableUntil.sol";
import {IVetoEscrow} from "../interfaces/IVetoEscrow.sol";
import {BoundedCall} from "../libraries/BoundedCall.sol";
import {GovernanceState} from "../types/GovernanceState.sol";
import {Machine} from "../types/Machine.sol";

/// @title Deadlock
/// @notice Since when governance is halted, what may keep stakers from leaving, and what the tiebreaker has released.
library Deadlock {
    /// @dev What was let through, and in which halt: one slot.
    struct Release {
        // When the operation had been scheduled. [unix seconds]
        uint40 scheduledAt;
        // Since when governance was halted. [unix seconds]
        uint40 since;
    }

    struct Context {
        // Contracts that keep a rage quit from finishing while they are paused.
        address[] blockers;
        // What `activatedAt` was when the first rage quit in a row led back to VetoSignalling. [unix seconds]
        uint40 firstActivatedAt;
        mapping(bytes32 id => Release) releases;
    }

    /// @dev Eight of them, a vault that burns its gas and the gate itself stay within what the timelock grants a view.
    uint256 internal constant MAX_BLOCKERS = 8;

    /// @dev A proxy with cold storage needs less than 15,000. [gas]
    uint256 private constant _BLOCKER_GAS = 24_000;

    /// @dev What must be left to grant a blocker that much, after what a cold call costs and EIP-150 holds back. [gas]
    uint256 private constant _BLOCKER_GAS_REQUIRED = 28_000;

    /// @dev What the escrow gets to look into its own ledger, with much to spare. [gas]
    uint256 private constant _STALL_GAS = 400_000;

    /// @dev What must be left to grant it that much. [gas]
    uint256 private constant _STALL_GAS_REQUIRED = 410_000;

    /// @notice Replaces the withdrawal blockers; each must answer as a pausable does.
    function setBlockers(Context storage self, address[] calldata blockers) internal {
        if (blockers.length > MAX_BLOCKERS) revert IDeadlock.TooManyBlockers(blockers.length, MAX_BLOCKERS);
        for (uint256 i = 0; i < blockers.length; ++i) {
            bytes memory question = abi.encodeCall(IPausableUntil.isPaused, ());
            BoundedCall.requireGas(_BLOCKER_GAS_REQUIRED);
            (bool answered, ) = BoundedCall.readBool(blockers[i], question, _BLOCKER_GAS);
            (bool answers, ) = _resumesAt(blockers[i]);
            if (!answered || !answers) revert IDeadlock.BlockerWithoutAnswer(blockers[i]);
        }
        self.blockers = blockers;
        emit IDeadlock.WithdrawalBlockersSet(blockers);
    }

    /// @notice Remembers since when governance is halted, where the machine is about to forget it.
    /// @param machine As it leaves RageQuit for VetoSignalling.
    function noteReactivation(Context storage self, Machine memory machine) internal {
        if (machine.round == 1) self.firstActivatedAt = machine.activatedAt;
    }

    /// @notice Since when governance is outside Normal and VetoCooldown; 0 while it is not. [unix seconds]
    /// @dev Round 0 means that the activation came from there, round 1 in RageQuit that none has followed it since.
    /// @param machine As last written.
    /// @param effective As a poke would leave it.
    function haltedSince(
        Context storage self,
        Machine memory machine,
        Machine memory effective
    ) internal view returns (uint256) {
        if (!_isHalted(effective.state)) return 0;
        if (!_isHalted(machine.state)) return effective.activatedAt;
        bool isFirst = machine.round == 0 || (machine.round == 1 && machine.state == GovernanceState.RageQuit);
        return isFirst ? machine.activatedAt : self.firstActivatedAt;
    }

    /// @notice Whether a withdrawal blocker stays paused beyond `limit`, or fails to answer.
    /// @param limit [unix seconds]
    function hasBlocker(Context storage self, uint256 limit) internal view returns (bool) {
        uint256 count = self.blockers.length;
        for (uint256 i = 0; i < count; ++i) {
            (bool answered, uint256 resumesAt) = _resumesAt(self.blockers[i]);
            if (!answered || resumesAt > limit) return true;
        }
        return false;
    }

    /// @param since As {haltedSince} says. [unix seconds]
    function release(Context storage self, bytes32 id, uint256 scheduledAt, uint256 since) internal {
        self.releases[id] = Release(uint40(scheduledAt), uint40(since));
        emit IDeadlock.OperationReleased(id, scheduledAt);
    }

    /// @notice Whether exactly this scheduling of `id` was released, in whatever halt.
    function isReleased(Context storage self, bytes32 id, uint256 scheduledAt) internal view returns (bool) {
        return scheduledAt != 0 && self.releases[id].scheduledAt == scheduledAt;
    }

    /// @notice Whether the vault holds the shares of a rage quit without progress. An escrow that does not answer is no
    /// deadlock of this kind.
    function isExitStalled(address escrow) internal view returns (bool isStalled) {
        BoundedCall.requireGas(_STALL_GAS_REQUIRED);
        (, isStalled) = BoundedCall.readBool(escrow, abi.encodeCall(IVetoEscrow.isExitStalled, ()), _STALL_GAS);
    }

    function _isHalted(GovernanceState state) private pure returns (bool) {
        return state != GovernanceState.Normal && state != GovernanceState.VetoCooldown;
    }

    function _resumesAt(address blocker) private view returns (bool answered, uint256 resumesAt) {
        BoundedCall.requireGas(_BLOCKER_GAS_REQUIRED);
        return BoundedCall.read(blocker, IPausableUntil.getResumeSinceTimestamp.selector, _BLOCKER_GAS);
    }
}
