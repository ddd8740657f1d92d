// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title WindDown
/// @notice The way out when proofs no longer come: nobody knows a price any more, so every ETH that arrives is divided
/// among all shares that there were.
///
///     watermark old ──arm──▸ armed ──7 days, watermark unmoved──▸ winding down ──no arrivals──▸ settled
///
library WindDown {
    using SafeCast for uint256;

    /// @notice Proofs come, or came not long enough ago. [seconds]
    error ProofsRecent(uint256 age, uint256 limit);
    /// @notice Nobody has armed a wind-down since the watermark last moved.
    error NotArmed();
    /// @notice It is armed, and may be carried out later. [unix seconds]
    error NotYetDue(uint256 time, uint256 dueAt);
    /// @notice The pool is winding down.
    error WindingDown();
    /// @notice The pool is not winding down.
    error NotWindingDown();

    struct Context {
        uint40 armedAt;
        /// The watermark of that time.
        uint40 armedMark;
        uint40 startedAt;
        /// When last so much arrived that settling waits for it.
        uint40 lastArrival;
        /// Shares among which everything is divided. [shares]
        uint128 supply;
        /// All that has arrived. [wei]
        uint128 received;
        mapping(address account => Holder) holders;
    }

    struct Holder {
        /// Surrendered. [shares]
        uint128 shares;
        /// [wei]
        uint128 paid;
    }

    /// @dev How old the watermark must be, in RageQuit and otherwise.
    uint256 private constant _AGE_IN_RAGE_QUIT = 14 days;
    uint256 private constant _AGE = 30 days;
    /// @dev From arming to carrying out.
    uint256 private constant _NOTICE = 7 days;
    /// @dev An arrival of so much puts settling off.
    uint256 private constant _ARRIVAL = 16 ether;
    uint256 private constant _SETTLES_AFTER = 60 days;
    uint256 private constant _SETTLES_AFTER_ARRIVAL = 21 days;
    uint256 private constant _SETTLES_AT_LAST = 300 days;

    /// @notice Arms it under this watermark.
    function arm(Context storage self, uint256 watermark, bool isRageQuit) internal {
        checkRunning(self);
        uint256 age = block.timestamp - watermark;
        uint256 limit = isRageQuit ? _AGE_IN_RAGE_QUIT : _AGE;
        if (age <= limit) revert ProofsRecent(age, limit);
        // A notice that runs is not begun anew.
        if (self.armedAt != 0 && self.armedMark == watermark) return;
        (self.armedAt, self.armedMark) = (uint40(block.timestamp), uint40(watermark));
    }

    /// @notice Begins it. `supply` is fixed for good.
    function begin(Context storage self, uint256 watermark, uint256 supply, uint256 assets) internal {
        checkRunning(self);
        if (self.armedAt == 0 || self.armedMark != watermark) revert NotArmed();
        uint256 dueAt = self.armedAt + _NOTICE;
        if (block.timestamp < dueAt) revert NotYetDue(block.timestamp, dueAt);
        (self.startedAt, self.lastArrival) = (uint40(block.timestamp), uint40(block.timestamp));
        (self.supply, self.received) = (supply.toUint128(), assets.toUint128());
    }

    /// @notice ETH of validators, or a gift. What is settled stays settled.
    function receiveAssets(Context storage self, uint256 assets) internal {
        self.received += assets.toUint128();
        if (assets >= _ARRIVAL && !isSettled(self)) self.lastArrival = uint40(block.timestamp);
    }

    /// @notice Takes in `shares` of `holder`, for which `paid` is paid at once.
    function surrender(Context storage self, address holder, uint256 shares, uint256 paid) internal {
        Holder storage entry = self.holders[holder];
        entry.shares += shares.toUint128();
        entry.paid += paid.toUint128();
    }

    /// @notice Books what is due to `holder` as paid.
    function collect(Context storage self, address holder) internal returns (uint256 assets) {
        assets = dueTo(self, holder);
        self.holders[holder].paid += uint128(assets);
    }

    /// @notice What `holder` may collect now. Rounded down. [wei]
    function dueTo(Context storage self, address holder) internal view returns (uint256) {
        Holder memory entry = self.holders[holder];
        return entry.shares == 0 ? 0 : Math.saturatingSub(worthOf(self, entry.shares), entry.paid);
    }

    /// @notice What `shares` have been given so far. Rounded down. [wei]
    function worthOf(Context storage self, uint256 shares) internal view returns (uint256) {
        return Math.mulDiv(self.received, shares, self.supply);
    }

    function isBegun(Context storage self) internal view returns (bool) {
        return self.startedAt != 0;
    }

    /// @notice Whether so little is to be expected that what is asked of the pool counts as paid.
    function isSettled(Context storage self) internal view returns (bool) {
        uint256 startedAt = self.startedAt;
        if (startedAt == 0) return false;
        if (block.timestamp > startedAt + _SETTLES_AT_LAST) return true;
        return
            block.timestamp > startedAt + _SETTLES_AFTER && block.timestamp > self.lastArrival + _SETTLES_AFTER_ARRIVAL;
    }

    function checkRunning(Context storage self) internal view {
        if (isBegun(self)) revert WindingDown();
    }

    function checkBegun(Context storage self) internal view {
        if (!isBegun(self)) revert NotWindingDown();
    }
}
