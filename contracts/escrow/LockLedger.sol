// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IVetoEscrow} from "../interfaces/IVetoEscrow.sol";
import {EscrowPhase} from "../types/EscrowPhase.sol";
import {ExitLedger} from "./ExitLedger.sol";

/// @title LockLedger
/// @notice Who locked what in which epoch, and what they have had of what came back. Numbers only; calls nobody.
/// @dev In every epoch the sum of all positions equals the total. What lies in the escrow is `lockedShares` of the running
/// epoch and `idleShares` of all others.
library LockLedger {
    using ExitLedger for ExitLedger.Epoch;

    struct Context {
        // One slot: the gate, the running epoch, and when the rage quit that governance waits for is complete.
        address gate;
        uint32 runningEpoch;
        uint40 completeAfter;
        // One slot: shares signalling now, and shares of closed epochs that lie in the escrow.
        uint128 lockedShares;
        uint128 idleShares;
        mapping(uint256 epoch => ExitLedger.Epoch) epochs;
        mapping(uint256 epoch => mapping(address staker => IVetoEscrow.Position)) positions;
        mapping(uint256 epoch => mapping(address staker => IVetoEscrow.Payments)) payments;
    }

    /// @notice Locked and idle shares together never exceed this. [shares]
    uint256 internal constant LIMIT = uint256(int256(type(int128).max));

    // ── signalling ──────────────────────────────────────────────────────────────────────────────────────────────

    /// @param epoch The running one.
    /// @param minLock How long the lock binds; the longest of an owner's locks counts. [seconds]
    function lock(Context storage self, uint256 epoch, address staker, uint256 shares, uint256 minLock) internal {
        if (shares == 0) revert IVetoEscrow.ZeroShares();
        uint256 limit;
        // {lock} itself and {receiveShares} keep the two within the limit together.
        unchecked {
            limit = LIMIT - self.lockedShares - self.idleShares;
        }
        if (shares > limit) revert IVetoEscrow.SharesOutOfRange(shares, limit);
        _enter(self, epoch, staker, shares, minLock);
    }

    /// @param epoch The running one.
    function unlock(Context storage self, uint256 epoch, address staker, uint256 shares) internal {
        if (shares == 0) revert IVetoEscrow.ZeroShares();
        IVetoEscrow.Position storage stored = self.positions[epoch][staker];
        IVetoEscrow.Position memory position = stored;
        if (shares > position.shares) revert IVetoEscrow.SharesExceedPosition(shares, position.shares);
        if (block.timestamp <= position.unlockableAfter) {
            revert IVetoEscrow.LockTooYoung(position.unlockableAfter, block.timestamp);
        }
        // The ledger holds every position, and the position holds `shares`.
        unchecked {
            stored.shares = uint128(position.shares - shares);
            if (shares == position.shares) stored.unlockableAfter = 0;
            self.lockedShares -= uint128(shares);
        }
        emit IVetoEscrow.SharesUnlocked(epoch, staker, shares);
    }

    // ── rage quit ───────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Closes the running epoch and opens the next.
    function close(Context storage self, uint256 extension, uint256 withdrawalDelay) internal {
        uint256 epoch = self.runningEpoch;
        uint128 shares = self.lockedShares;
        self.epochs[epoch].close(shares, extension, withdrawalDelay);
        self.lockedShares = 0;
        self.idleShares += shares;
        self.runningEpoch = uint32(epoch + 1);
        self.completeAfter = 0;
        emit IVetoEscrow.RageQuitStarted(epoch, shares, extension, withdrawalDelay);
    }

    /// @notice `units` of a closed epoch have left the escrow.
    function sendShares(Context storage self, uint256 units) internal {
        self.idleShares -= uint128(units);
    }

    /// @notice `units` of a closed epoch have come back to the escrow; what the ledger cannot count is nobody's.
    function receiveShares(Context storage self, uint256 units) internal returns (uint256 counted) {
        counted = Math.min(units, LIMIT - self.lockedShares - self.idleShares);
        self.idleShares += uint128(counted);
    }

    // ── payments ────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Takes what is due of the assets out of the ledger.
    /// @param held What the paying vessel holds. [asset units]
    function payAssets(
        Context storage self,
        uint256 epoch,
        address staker,
        uint256 held
    ) internal returns (uint256 due) {
        due = assetsDue(self, epoch, staker, held);
        if (due == 0) revert IVetoEscrow.NothingToWithdraw(epoch, staker);
        // What was had is part of what was received, which is counted below 2^128.
        unchecked {
            self.payments[epoch][staker].assets += uint128(due);
            self.epochs[epoch].assetsPaid += uint128(due);
        }
    }

    /// @notice Takes what is due of the shares that were given back out of the epoch's part of the ledger.
    function payShares(Context storage self, uint256 epoch, address staker) internal returns (uint256 due) {
        due = sharesDue(self, epoch, staker);
        if (due == 0) revert IVetoEscrow.NothingToWithdraw(epoch, staker);
        // What was had is part of what was given, and given shares are part of the ledger.
        unchecked {
            self.payments[epoch][staker].shares += uint128(due);
            self.epochs[epoch].sharesPaid += uint128(due);
        }
        sendShares(self, due);
    }

    /// @notice As {payShares}, into the running epoch; both parts of the ledger together stay the same.
    function moveShares(
        Context storage self,
        uint256 epoch,
        uint256 toEpoch,
        address staker,
        uint256 minLock
    ) internal returns (uint256 due) {
        due = payShares(self, epoch, staker);
        _enter(self, toEpoch, staker, due, minLock);
        emit IVetoEscrow.SharesMoved(epoch, toEpoch, staker, due);
    }

    /// @dev `received so far * own part / all parts`, rounded down, less what this staker has had, at most what is there.
    function assetsDue(
        Context storage self,
        uint256 epoch,
        address staker,
        uint256 held
    ) internal view returns (uint256) {
        ExitLedger.Epoch storage closed = self.epochs[epoch];
        uint256 received = held + closed.assetsPaid;
        if (received > type(uint128).max) received = type(uint128).max;
        uint256 part = Math.mulDiv(received, self.positions[epoch][staker].shares, closed.totalShares);
        return Math.min(Math.saturatingSub(part, self.payments[epoch][staker].assets), held);
    }

    /// @dev The same formula.
    function sharesDue(Context storage self, uint256 epoch, address staker) internal view returns (uint256) {
        ExitLedger.Epoch storage closed = self.epochs[epoch];
        uint256 part = Math.mulDiv(closed.idle(), self.positions[epoch][staker].shares, closed.totalShares);
        return part - self.payments[epoch][staker].shares;
    }

    // ── views ───────────────────────────────────────────────────────────────────────────────────────────────────

    function phaseOf(Context storage self, uint256 epoch) internal view returns (EscrowPhase) {
        uint256 running = self.runningEpoch;
        if (epoch == 0 || epoch > running) return EscrowPhase.None;
        if (epoch == running) return EscrowPhase.Signalling;
        ExitLedger.Epoch storage closed = self.epochs[epoch];
        uint256 completeAfter = closed.completeAfter();
        if (completeAfter == 0) return closed.payer == address(0) ? EscrowPhase.Closed : EscrowPhase.Claiming;
        if (block.timestamp <= completeAfter) return EscrowPhase.Extension;
        return
            block.timestamp <= completeAfter + closed.withdrawalDelay ? EscrowPhase.Complete : EscrowPhase.Withdrawing;
    }

    function _enter(Context storage self, uint256 epoch, address staker, uint256 shares, uint256 minLock) private {
        IVetoEscrow.Position storage position = self.positions[epoch][staker];
        uint256 unlockableAfter = Math.max(position.unlockableAfter, block.timestamp + minLock);
        // The two parts of the ledger together stay within the limit.
        unchecked {
            position.shares += uint128(shares);
            position.unlockableAfter = uint40(unlockableAfter);
            self.lockedShares += uint128(shares);
        }
        emit IVetoEscrow.SharesLocked(epoch, staker, shares, unlockableAfter);
    }
}
