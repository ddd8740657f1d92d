// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ExitEnd} from "../types/ExitEnd.sol";
import {ExitTerms} from "../types/ExitTerms.sol";

/// @title ExitLedger
/// @notice How far the exit of one closed epoch has come, and when its extension starts. Numbers only; calls nobody.
/// @dev A part of the epoch below 1/64 counts as nothing left.
library ExitLedger {
    /// @notice One epoch after its rage quit has started. Closing writes the first slot alone.
    struct Epoch {
        // What the rage quit closed with.
        uint128 totalShares;
        uint40 closedAt;
        uint32 extension;
        uint32 withdrawalDelay;
        ExitEnd end;
        // Sent out of the escrow less what came back: of the ledger, and in shares. The two differ only while somebody has
        // taken shares out of the escrow; gifts that come back make them negative.
        int128 awayUnits;
        int128 awayShares;
        // The first vessel, which pays; how many there are; whether the vault burns shares when it is asked.
        address payer;
        uint8 vesselCount;
        bool burnsAtRequest;
        uint40 extensionStartedAt;
        // Turned into assets by our own calls; had by the stakers.
        uint128 redeemedShares;
        uint128 assetsPaid;
        // Came back to the escrow, all times together; had by the stakers. Of the ledger.
        uint128 backUnits;
        uint128 sharesPaid;
        // What the vault said that the epoch is worth; how many 64ths were redeemed at the last mark, and when that was;
        // when the vault last returned a 64th; since when it says that little is left.
        uint128 worth;
        uint8 markedParts;
        uint40 markedAt;
        uint40 returnedAt;
        uint40 fewSince;
        // What the vault has returned, all times together; what may signal again since the extension started.
        uint128 returnedByVault;
        uint128 votableShares;
        // The vessels after the first, by their place.
        mapping(uint256 index => address) laterVessels;
    }

    /// @notice What is seen of an exit at one moment.
    struct Sight {
        /// Really in the escrow for this epoch. [shares]
        uint256 idle;
        /// Held by its vessels. [shares]
        uint256 held;
        /// Whether the vault answered what is pending and claimable.
        bool answered;
        /// Pending and claimable, as the vault says; means nothing unless it answered. [shares]
        uint256 requested;
        /// Received so far. [asset units]
        uint256 received;
    }

    /// @notice Everything below this part of an epoch counts as nothing.
    uint256 internal constant PARTS = 64;

    // ── the walk of an exit ─────────────────────────────────────────────────────────────────────────────────────

    function close(Epoch storage self, uint128 shares, uint256 extension, uint256 withdrawalDelay) internal {
        self.totalShares = shares;
        self.closedAt = uint40(block.timestamp);
        self.extension = uint32(extension);
        self.withdrawalDelay = uint32(withdrawalDelay);
    }

    /// @notice `units` of the ledger have gone to a vessel, as `shares`.
    function recordExitBegun(Epoch storage self, uint256 units, uint256 shares) internal {
        // Each step is bounded by the ledger's limit, and shares that come back are a millionth of it at the least.
        unchecked {
            self.awayUnits += int128(uint128(units));
            self.awayShares += int128(uint128(shares));
        }
    }

    function recordRedeemed(Epoch storage self, uint256 shares) internal {
        self.redeemedShares = _clamp(Math.saturatingAdd(self.redeemedShares, shares));
    }

    /// @notice `shares` came back, as `units` of the ledger.
    /// @dev For a clock they count by 64ths of the epoch, and only what had been asked for: more than was sent cannot turn it back.
    function recordReturn(Epoch storage self, uint256 units, uint256 shares) internal {
        uint256 before = self.returnedByVault;
        uint256 later = before + Math.min(shares, away(self));
        if (later != before) {
            self.returnedByVault = _clamp(later);
            if (_partsOf(self, later) > _partsOf(self, before)) self.returnedAt = uint40(block.timestamp);
        }
        // As above.
        unchecked {
            self.awayUnits -= int128(uint128(units));
            self.awayShares -= int128(uint128(shares));
        }
        self.backUnits = _clamp(self.backUnits + units);
    }

    /// @notice Writes down what is seen, and starts the extension where that is due.
    /// @return started Whether it started now.
    function watch(Epoch storage self, Sight memory sight, ExitTerms storage terms) internal returns (bool started) {
        ExitEnd end = ExitEnd.Redeemed;
        // What has come to its end needs no marks.
        if (outstanding(self) * PARTS >= self.totalShares) {
            uint256 parts = _partsOf(self, Math.min(self.redeemedShares, self.totalShares));
            if (parts > self.markedParts) {
                self.markedParts = uint8(parts);
                self.markedAt = uint40(block.timestamp);
            }
            if (self.fewSince == 0 && _isFewTold(self, sight)) self.fewSince = uint40(block.timestamp);
            end = _endOf(self, sight, terms);
            if (end == ExitEnd.None) return false;
        }
        self.end = end;
        self.extensionStartedAt = uint40(block.timestamp);
        if (end == ExitEnd.CalledOff && self.extension < terms.callOffExtension) {
            self.extension = terms.callOffExtension;
        }
        // What the vault still has of the epoch has not come back, however many shares somebody sends to hide it.
        uint256 requested = sight.answered ? sight.requested : 0;
        uint256 votable = Math.min(sight.idle, Math.saturatingSub(outstanding(self), requested));
        if (votable != 0) self.votableShares = uint128(votable);
        return true;
    }

    // ── views ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice The extension may start strictly after this moment, whatever the vault does. [unix seconds]
    function clockOf(Epoch storage self, ExitTerms storage terms) internal view returns (uint256) {
        uint256 clock =
            isHeld(self)
                ? markOf(self) + terms.holdLimit
                : Math.max(markOf(self), self.returnedAt) + terms.callOffDelay;
        return Math.min(clock, self.closedAt + terms.exitLimit);
    }

    /// @notice Sent out of the escrow, and neither redeemed nor come back. [shares]
    function away(Epoch storage self) internal view returns (uint256) {
        int256 shares = int256(self.awayShares) - int256(uint256(self.redeemedShares));
        return shares > 0 ? uint256(shares) : 0;
    }

    /// @notice Neither redeemed nor, while it was on its way, taken away by an issuer: what lies in the escrow counts as the
    /// ledger has it, so that no balance that a share reports can end an exit. [shares]
    function outstanding(Epoch storage self) internal view returns (uint256) {
        return away(self) + idle(self);
    }

    /// @notice In the escrow, of the ledger: waiting for the vault, or, once the extension has started, given back to the
    /// stakers, what they have had included. [shares]
    function idle(Epoch storage self) internal view returns (uint256) {
        return uint256(int256(uint256(self.totalShares)) - self.awayUnits);
    }

    /// @notice When the exit last made progress. [unix seconds]
    function markOf(Epoch storage self) internal view returns (uint256) {
        return Math.max(self.closedAt, self.markedAt);
    }

    /// @notice Whether 1/64 of the epoch or more is in the vault's hands: all that was sent out and has neither been redeemed
    /// nor reached the escrow again, whatever views say. What lies in a vessel is anybody's to claim.
    function isHeld(Epoch storage self) internal view returns (bool) {
        return away(self) * PARTS >= self.totalShares;
    }

    /// @notice Whether so little is with the vault that what came back may be asked for again.
    function isAskable(Epoch storage self, Sight memory sight) internal view returns (bool) {
        return sight.answered ? sight.requested * PARTS < self.totalShares : !isHeld(self);
    }

    /// @notice In the escrow and never asked for. [shares]
    function neverAsked(Epoch storage self) internal view returns (uint256) {
        return Math.saturatingSub(idle(self), self.backUnits);
    }

    /// @dev 0 before the extension has started. [unix seconds]
    function completeAfter(Epoch storage self) internal view returns (uint256) {
        uint256 startedAt = self.extensionStartedAt;
        return startedAt == 0 ? 0 : startedAt + self.extension;
    }

    /// @dev Why the extension may start in this block although something is left; None if it may not.
    function _endOf(Epoch storage self, Sight memory sight, ExitTerms storage terms) private view returns (ExitEnd) {
        if (_isFewTold(self, sight) && self.fewSince != 0 && block.timestamp > self.fewSince + terms.wordDelay) {
            // Half of what it was worth, at the least, must have come.
            if (self.worth != 0 && sight.received >= Math.ceilDiv(self.worth, 2)) return ExitEnd.VaultsWord;
        }
        if (block.timestamp <= clockOf(self, terms)) return ExitEnd.None;
        return isHeld(self) ? ExitEnd.ClockRanOut : ExitEnd.CalledOff;
    }

    /// @dev Whether the vault says that less than 1/64 is with it or came back.
    function _isFewTold(Epoch storage self, Sight memory sight) private view returns (bool) {
        return sight.answered && (sight.idle + sight.held + sight.requested) * PARTS < self.totalShares;
    }

    function _partsOf(Epoch storage self, uint256 shares) private view returns (uint256) {
        return (shares * PARTS) / self.totalShares;
    }

    function _clamp(uint256 amount) private pure returns (uint128) {
        return uint128(Math.min(amount, type(uint128).max));
    }
}
