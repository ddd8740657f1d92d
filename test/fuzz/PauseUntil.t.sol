// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {PauseUntil} from "../../contracts/libraries/PauseUntil.sol";
import {Test} from "../solidity/Test.sol";

/// A pause of any length, begun at any moment.
contract PauseUntilFuzz is Test {
    using PauseUntil for PauseUntil.Context;

    PauseUntil.Context private _pause;

    /// No length overflows; it is paused before its end, and runs at its end.
    function testFuzz_INV_8_no_duration_overflows(uint256 duration, uint256 start) public {
        start = bound(start, 1, type(uint64).max);
        if (duration == 0) duration = 1;
        vm.warp(start);
        _pause.pauseFor(duration);
        bool isBounded = duration <= type(uint256).max - start;
        uint256 end = isBounded ? start + duration : type(uint256).max;
        assertEq(_pause.resumesAt, end, "end");
        assertTrue(_pause.isPaused(), "first second");
        if (end > type(uint64).max) end = type(uint64).max;
        else {
            vm.warp(end);
            assertFalse(_pause.isPaused(), "at its end");
            vm.expectRevert(PauseUntil.NotPaused.selector);
            _pause.resume();
        }
        vm.warp(end - 1);
        assertTrue(_pause.isPaused(), "last second");
    }

    function test_INV_8_the_longest_durations() public {
        for (uint256 i = 0; i < 4; ++i) {
            testFuzz_INV_8_no_duration_overflows(type(uint256).max - 1_000_000_000 + i - 2, 1_000_000_000);
            delete _pause;
        }
    }

    /// A running pause can be neither prolonged nor begun anew, only ended.
    function testFuzz_INV_9_a_running_pause_is_not_prolonged(uint256 first, uint256 second, uint256 passed) public {
        vm.warp(1_000_000_000);
        first = bound(first, 1, type(uint256).max);
        _pause.pauseFor(first);
        uint256 end = _pause.resumesAt;
        vm.warp(1_000_000_000 + bound(passed, 0, first > 365 days ? 365 days : first - 1));
        vm.expectRevert(abi.encodeWithSelector(PauseUntil.AlreadyPaused.selector, end));
        _pause.pauseFor(second);
        _pause.resume();
        assertFalse(_pause.isPaused(), "resumed");
        assertEq(_pause.resumesAt, block.timestamp, "runs from now on");
        vm.expectRevert(PauseUntil.ZeroDuration.selector);
        _pause.pauseFor(0);
    }
}
