// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IVetoEscrow} from "../interfaces/IVetoEscrow.sol";
import {EscrowPhase} from "../types/EscrowPhase.sol";

/// @title LockLedger
/// @notice Who locked what in which epoch, and how far each rage quit has come. Numbers only; calls nobody.
/// @dev In every epoch the sum of all positions equals the total until withdrawals begin.
library LockLedger {
    /// @notice One epoch after its rage quit has started.
    struct Epoch {
        // What the rage quit closed with.
        uint128 totalShares;
        uint32 extension;
        uint32 withdrawalDelay;
        uint40 extensionStartedAt;
        // The contract that redeems.
        address vessel;
        // Shares that are no longer waiting for the vault: claimed, or lost in transit.
        uint128 goneShares;
        // Shares that left the vault's supply as soon as redemption was requested.
        uint128 burntEarly;
        // What stakers share, fixed by the first withdrawal.
        uint248 assets;
        bool assetsFixed;
    }

    struct Context {
        // One slot: the gate, the running epoch, and when the rage quit that governance waits for is complete.
        address gate;
        uint32 runningEpoch;
        uint40 completeAfter;
        // One slot: shares signalling now, and shares of closed epochs that the vault's supply still contains.
        uint128 lockedShares;
        uint128 leavingShares;
        mapping(uint256 epoch => Epoch) epochs;
        mapping(uint256 epoch => mapping(address staker => IVetoEscrow.Position)) positions;
    }

    // ── signalling ──────────────────────────────────────────────────────────────────────────────────────────────

    /// @param epoch The running one.
    /// @param minLock How long the lock binds; the longest of an owner's locks counts. [seconds]
    function lock(Context storage self, uint256 epoch, address staker, uint256 shares, uint256 minLock) internal {
        if (shares == 0) revert IVetoEscrow.ZeroShares();
        uint256 locked = self.lockedShares;
        uint256 limit;
        // {lock} itself keeps the two below 2^128 together.
        unchecked {
            limit = type(uint128).max - locked - self.leavingShares;
        }
        if (shares > limit) revert IVetoEscrow.SharesOutOfRange(shares, limit);
        IVetoEscrow.Position storage position = self.positions[epoch][staker];
        uint256 unlockableAfter = Math.max(position.unlockableAfter, block.timestamp + minLock);
        // Neither sum exceeds the limit just checked.
        unchecked {
            position.shares += uint128(shares);
            position.unlockableAfter = uint40(unlockableAfter);
            self.lockedShares = uint128(locked + shares);
        }
        emit IVetoEscrow.SharesLocked(epoch, staker, shares, unlockableAfter);
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

    /// @dev Closes the running epoch. The sums fit because {lock} bounded locked and leaving shares together.
    function close(Context storage self, uint256 extension, uint256 withdrawalDelay) internal {
        uint256 epoch = self.runningEpoch;
        uint128 shares = self.lockedShares;
        Epoch storage closed = self.epochs[epoch];
        closed.totalShares = shares;
        closed.extension = uint32(extension);
        closed.withdrawalDelay = uint32(withdrawalDelay);
        self.lockedShares = 0;
        self.leavingShares += shares;
        self.runningEpoch = uint32(epoch + 1);
        self.completeAfter = 0;
        emit IVetoEscrow.RageQuitStarted(epoch, shares, extension, withdrawalDelay);
    }

    /// @notice Records that a vessel holds the epoch's shares.
    /// @param arrived Shares that reached the vessel; a token that takes a fee loses the rest to nobody's claim.
    /// @param burnt Shares by which the request itself lowered the vault's supply.
    function begin(Context storage self, uint256 epoch, address vessel, uint256 arrived, uint256 burnt) internal {
        Epoch storage closed = self.epochs[epoch];
        uint256 total = closed.totalShares;
        closed.vessel = vessel;
        if (arrived < total) closed.goneShares = uint128(total - arrived);
        if (burnt != 0) closed.burntEarly = uint128(Math.min(burnt, total));
        uint256 notLeaving = Math.max(total - Math.min(arrived, total), Math.min(burnt, total));
        if (notLeaving != 0) self.leavingShares -= uint128(notLeaving);
        emit IVetoEscrow.ExitBegun(epoch, vessel, arrived);
    }

    /// @notice Counts `shares` as claimed. More than is outstanding can only be somebody's donation.
    /// @return left Shares still outstanding. [shares]
    function recordClaim(Context storage self, uint256 epoch, uint256 shares) internal returns (uint256 left) {
        Epoch storage closed = self.epochs[epoch];
        uint256 total = closed.totalShares;
        uint256 goneBefore = closed.goneShares;
        uint256 gone = Math.min(goneBefore + shares, total);
        if (gone != goneBefore) {
            // What was burnt early has left the ledger of leaving shares before.
            uint256 burntEarly = closed.burntEarly;
            uint256 leaving = Math.max(gone, burntEarly) - Math.max(goneBefore, burntEarly);
            closed.goneShares = uint128(gone);
            self.leavingShares -= uint128(leaving);
        }
        left = total - gone;
        emit IVetoEscrow.AssetsClaimed(epoch, shares, left);
    }

    /// @notice Starts the extension of `epoch`; whatever remains is worth nothing and has left.
    function startExtension(Context storage self, uint256 epoch) internal {
        Epoch storage closed = self.epochs[epoch];
        uint256 total = closed.totalShares;
        uint256 leaving = total - Math.max(closed.goneShares, closed.burntEarly);
        if (leaving != 0) self.leavingShares -= uint128(leaving);
        if (closed.goneShares != total) closed.goneShares = uint128(total);
        closed.extensionStartedAt = uint40(block.timestamp);
        uint256 completeAfter = block.timestamp + closed.extension;
        self.completeAfter = uint40(completeAfter);
        emit IVetoEscrow.ExtensionStarted(epoch, completeAfter, completeAfter + closed.withdrawalDelay);
    }

    /// @notice Takes the staker's part out of the ledger, once.
    /// @param balance What the vessel holds, if this is the epoch's first withdrawal. [asset units]
    /// @return shares The position. [shares]
    /// @return assets Its part, rounded down. [asset units]
    function withdraw(
        Context storage self,
        uint256 epoch,
        address staker,
        uint256 balance
    ) internal returns (uint256 shares, uint256 assets) {
        Epoch storage closed = self.epochs[epoch];
        shares = self.positions[epoch][staker].shares;
        if (shares == 0) revert IVetoEscrow.NothingToWithdraw(epoch, staker);
        delete self.positions[epoch][staker];
        uint256 all = closed.assets;
        if (!closed.assetsFixed) {
            all = Math.min(balance, type(uint248).max);
            closed.assets = uint248(all);
            closed.assetsFixed = true;
            emit IVetoEscrow.AssetsFixed(epoch, all);
        }
        assets = Math.mulDiv(all, shares, closed.totalShares);
    }

    // ── views ───────────────────────────────────────────────────────────────────────────────────────────────────

    function phaseOf(Context storage self, uint256 epoch) internal view returns (EscrowPhase) {
        uint256 running = self.runningEpoch;
        if (epoch == 0 || epoch > running) return EscrowPhase.None;
        if (epoch == running) return EscrowPhase.Signalling;
        Epoch storage closed = self.epochs[epoch];
        if (closed.vessel == address(0)) return EscrowPhase.Closed;
        uint256 completeAfter = completeAfterOf(closed);
        if (completeAfter == 0) return EscrowPhase.Claiming;
        if (block.timestamp <= completeAfter) return EscrowPhase.Extension;
        return
            block.timestamp <= completeAfter + closed.withdrawalDelay ? EscrowPhase.Complete : EscrowPhase.Withdrawing;
    }

    /// @dev 0 before everything is claimed. [unix seconds]
    function completeAfterOf(Epoch storage closed) internal view returns (uint256) {
        uint256 startedAt = closed.extensionStartedAt;
        return startedAt == 0 ? 0 : startedAt + closed.extension;
    }
}
