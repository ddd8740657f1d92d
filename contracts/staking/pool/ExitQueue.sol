// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Arrays} from "@openzeppelin/contracts/utils/Arrays.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title ExitQueue
/// @notice Requests to redeem, in the order in which they came. All shares ever requested stand in one line:
///
///     request 1    request 2              request 3
///     |-----------|----------------------|-------------|          shares, counted from the first one
///     |------------------|---------|                              ranges that are finalised, each with one rate
///                                  ^ finalised so far
///
/// What a request gets follows from the ranges that it lies in, by a search, so nothing is done for each request when a
/// range is finalised, and one that is finalised in part is paid in part.
/// @dev What is paid between two points of the line is the difference of two amounts that are each rounded down, so all
/// payments together never exceed what was finalised.
library ExitQueue {
    using Arrays for uint256[];
    using SafeCast for uint256;

    /// @notice Request `id` is not of this controller, or is paid already.
    error RequestUnknown(uint256 id, address controller);

    struct Context {
        /// Where request `i + 1` ends, and when it was made: time in the upper half, end in the lower one.
        uint256[] requests;
        /// Where a range ends in shares, in the upper half, and in wei.
        uint256[] ranges;
        mapping(uint256 id => Request) open;
        mapping(uint256 id => Claimed) claimed;
        mapping(address controller => Line) lines;
    }

    /// @dev A controller's requests are a list, so that one that is paid leaves no gap. One word, so that to look at many
    /// of them stays cheap.
    struct Request {
        address controller;
        uint40 previous;
        uint40 next;
        /// Whether there is anything in `claimed`.
        bool isPaidInPart;
    }

    struct Claimed {
        /// [shares]
        uint128 shares;
        /// [wei]
        uint128 assets;
    }

    struct Line {
        uint40 first;
        uint40 last;
    }

    uint256 private constant _LOWER_HALF = type(uint128).max;

    // ---------------------------------------------------------------- changes

    /// @notice Puts `shares` at the end of the queue.
    /// @return id From 1.
    function push(Context storage self, address controller, uint256 shares) internal returns (uint256 id) {
        uint256 end = endOf(self, self.requests.length) + shares;
        self.requests.push((block.timestamp << 128) | end.toUint128());
        id = self.requests.length;
        Line storage line = self.lines[controller];
        uint40 last = line.last;
        self.open[id] = Request({controller: controller, previous: last, next: 0, isPaidInPart: false});
        if (last == 0) line.first = uint40(id);
        else self.open[last].next = uint40(id);
        line.last = uint40(id);
    }

    /// @notice Finalises the next `shares` of the line, for `assets`, for good.
    function finalise(Context storage self, uint256 shares, uint256 assets) internal {
        (uint256 endShares, uint256 endAssets) = finalised(self);
        uint256 packed = (uint256((endShares + shares).toUint128()) << 128) | (endAssets + assets).toUint128();
        self.ranges.push(packed);
    }

    /// @notice Marks `shares` of request `id` as paid with `assets`. A request that is paid whole leaves the list.
    /// @dev The caller has made sure that so much is claimable.
    function take(Context storage self, uint256 id, uint256 shares, uint256 assets) internal {
        if (shares == 0) return;
        Claimed memory claimed = _claimedOf(self, id);
        uint256 sharesNow = claimed.shares + shares;
        if (sharesNow != endOf(self, id) - endOf(self, id - 1)) {
            self.claimed[id] = Claimed(uint128(sharesNow), (claimed.assets + assets).toUint128());
            self.open[id].isPaidInPart = true;
            return;
        }
        if (claimed.shares != 0) delete self.claimed[id];
        _unlink(self, id);
    }

    function _unlink(Context storage self, uint256 id) private {
        Request memory request = self.open[id];
        Line storage line = self.lines[request.controller];
        if (request.previous == 0) line.first = request.next;
        else self.open[request.previous].next = request.next;
        if (request.next == 0) line.last = request.previous;
        else self.open[request.next].previous = request.previous;
        delete self.open[id];
    }

    // ---------------------------------------------------------------- views

    /// @notice Reverts unless `id` is open and of `controller`.
    function checkOpen(Context storage self, uint256 id, address controller) internal view {
        if (controller == address(0) || self.open[id].controller != controller) revert RequestUnknown(id, controller);
    }

    function isOpen(Context storage self, uint256 id, address controller) internal view returns (bool) {
        return controller != address(0) && self.open[id].controller == controller;
    }

    /// @notice Where request `id`, which there is, ends in the line. [shares]
    function endOf(Context storage self, uint256 id) internal view returns (uint256) {
        return id == 0 ? 0 : self.requests.unsafeAccess(id - 1).value & _LOWER_HALF;
    }

    /// @notice When request `id` was made. [unix seconds]
    function timeOf(Context storage self, uint256 id) internal view returns (uint256) {
        return self.requests[id - 1] >> 128;
    }

    /// @notice How far the line is finalised. [shares]
    function finalisedShares(Context storage self) internal view returns (uint256 shares) {
        (shares, ) = finalised(self);
    }

    /// @notice How far the line is finalised. [shares, wei]
    function finalised(Context storage self) internal view returns (uint256 shares, uint256 assets) {
        uint256 count = self.ranges.length;
        if (count == 0) return (0, 0);
        uint256 last = self.ranges[count - 1];
        return (last >> 128, last & _LOWER_HALF);
    }

    /// @notice Shares in the line that are not finalised. [shares]
    function waiting(Context storage self) internal view returns (uint256) {
        return endOf(self, self.requests.length) - finalisedShares(self);
    }

    /// @notice Of these, those requested before `time`. [shares]
    function waitingSinceBefore(Context storage self, uint256 time) internal view returns (uint256) {
        uint256 count = self.requests.lowerBound(time << 128);
        return Math.saturatingSub(endOf(self, count), finalisedShares(self));
    }

    /// @notice When the first request that is not wholly finalised was made; 0 if there is none. [unix seconds]
    function oldestWaiting(Context storage self) internal view returns (uint256) {
        uint256 shares = finalisedShares(self);
        uint256 low = 1;
        uint256 high = self.requests.length + 1;
        while (low < high) {
            uint256 middle = Math.average(low, high);
            if (endOf(self, middle) > shares) high = middle;
            else low = middle + 1;
        }
        return low > self.requests.length ? 0 : timeOf(self, low);
    }

    /// @notice What of request `id` is not paid: `ready` is finalised, `late` is not. [shares]
    /// @dev Only a wind-down takes shares that are not finalised, and after all that are.
    /// @param end How far the line is finalised. [shares]
    function standing(
        Context storage self,
        uint256 id,
        uint256 end
    ) internal view returns (uint256 ready, uint256 late) {
        uint256 from = endOf(self, id - 1) + _claimedOf(self, id).shares;
        uint256 to = endOf(self, id);
        late = Math.saturatingSub(to, Math.max(from, end));
        ready = to - from - late;
    }

    /// @notice What the `ready` shares of request `id` get. [wei]
    function worthOf(Context storage self, uint256 id, uint256 ready) internal view returns (uint256) {
        if (ready == 0) return 0;
        Claimed memory claimed = _claimedOf(self, id);
        uint256 from = endOf(self, id - 1);
        return _paidUpTo(self, from + claimed.shares + ready) - _paidUpTo(self, from) - claimed.assets;
    }

    function _claimedOf(Context storage self, uint256 id) private view returns (Claimed memory claimed) {
        if (self.open[id].isPaidInPart) claimed = self.claimed[id];
    }

    /// @dev What is paid for the line up to `shares`, which is finalised. [wei]
    function _paidUpTo(Context storage self, uint256 shares) private view returns (uint256) {
        if (shares == 0) return 0;
        uint256 index = self.ranges.lowerBound(shares << 128);
        uint256 range = self.ranges[index];
        uint256 before = index == 0 ? 0 : self.ranges[index - 1];
        (uint256 fromShares, uint256 fromAssets) = (before >> 128, before & _LOWER_HALF);
        uint256 assets = (range & _LOWER_HALF) - fromAssets;
        return fromAssets + Math.mulDiv(shares - fromShares, assets, (range >> 128) - fromShares);
    }
}
