// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {StateTransitions} from "../../contracts/governance/StateTransitions.sol";
import {PhaseConfig, SignallingConfig} from "../../contracts/types/DualGovernanceConfig.sol";
import {Draw} from "../solidity/Draw.sol";
import {Rules} from "../solidity/Rules.sol";
import {Test} from "../solidity/Test.sol";

/// The arithmetic of the gate, under every configuration it accepts.
contract StateTransitionsFuzz is Test {
    using Draw for Draw.Urn;

    uint256 private constant FULL = 1e18;

    // ---------------------------------------------------------------- support

    function testFuzz_SUP_1_support_is_the_ratio_rounded_down(uint128 locked, uint128 supply) public pure {
        uint256 support = StateTransitions.support(locked, supply);
        if (locked == 0) assertEq(support, 0, "nothing locked");
        else if (locked >= supply) assertEq(support, FULL, "everything locked");
        else assertEq(support, Math.mulDiv(locked, FULL, supply), "ratio");
    }

    function testFuzz_SUP_1_support_of_small_numbers_is_the_ratio_rounded_down(uint8 locked, uint8 supply) public pure {
        testFuzz_SUP_1_support_is_the_ratio_rounded_down(locked, supply);
    }

    function testFuzz_SUP_1_support_never_exceeds_everything(uint128 locked, uint128 supply) public pure {
        assertLe(StateTransitions.support(locked, supply), FULL, "more than everything");
    }

    /// A smaller supply never means less support: the lowest on record gives the greatest.
    function testFuzz_SUP_1_support_falls_with_the_supply_only(
        uint128 locked,
        uint128 supply,
        uint128 more
    ) public pure {
        uint256 larger = bound(more, supply, type(uint128).max);
        assertGe(StateTransitions.support(locked, supply), StateTransitions.support(locked, larger), "supply");
    }

    function testFuzz_SUP_1_support_grows_with_what_is_locked(
        uint128 locked,
        uint128 more,
        uint128 supply
    ) public pure {
        uint256 larger = bound(more, locked, type(uint128).max);
        assertLe(StateTransitions.support(locked, supply), StateTransitions.support(larger, supply), "locked");
    }

    // ---------------------------------------------------------------- extension

    function testFuzz_EXT_1_extension_never_shrinks_with_support(uint256 seed) public pure {
        (Draw.Urn memory urn, SignallingConfig memory config, uint256 signallingThreshold) = _drawSignalling(seed);
        uint256 less = urn.number(0, FULL);
        uint256 more = urn.number(less, FULL);
        assertLe(
            StateTransitions.extension(less, signallingThreshold, config),
            StateTransitions.extension(more, signallingThreshold, config),
            "monotone"
        );
    }

    function testFuzz_EXT_1_extension_stays_between_its_ends(uint256 seed) public pure {
        (Draw.Urn memory urn, SignallingConfig memory config, uint256 signallingThreshold) = _drawSignalling(seed);
        assertEq(
            StateTransitions.extension(signallingThreshold, signallingThreshold, config),
            config.minDuration,
            "at R1"
        );
        assertEq(
            StateTransitions.extension(config.rageQuitThreshold, signallingThreshold, config),
            config.maxDuration,
            "at R2"
        );
        assertEq(
            StateTransitions.extension(urn.number(0, signallingThreshold - 1), signallingThreshold, config),
            0,
            "below R1"
        );
        uint256 between = urn.number(signallingThreshold, config.rageQuitThreshold - 1);
        uint256 extension = StateTransitions.extension(between, signallingThreshold, config);
        assertGe(extension, config.minDuration, "below Lmin");
        assertLt(extension, config.maxDuration, "Lmax below R2");
    }

    /// Exactly the line between the two thresholds, rounded down: no product overflows on the way.
    function testFuzz_EXT_1_extension_is_linear_between_the_thresholds(uint256 seed) public pure {
        (Draw.Urn memory urn, SignallingConfig memory config, uint256 signallingThreshold) = _drawSignalling(seed);
        uint256 between = urn.number(signallingThreshold, config.rageQuitThreshold - 1);
        uint256 rise = Math.mulDiv(
            between - signallingThreshold,
            config.maxDuration - config.minDuration,
            config.rageQuitThreshold - signallingThreshold
        );
        assertEq(StateTransitions.extension(between, signallingThreshold, config), config.minDuration + rise, "line");
    }

    // ---------------------------------------------------------------- withdrawal delay

    function testFuzz_INV_8_withdrawal_delay_grows_and_saturates(uint256 seed) public pure {
        Draw.Urn memory urn = Draw.Urn(seed);
        PhaseConfig memory phases = Rules.draw(urn, Rules.drawBounds(urn)).phases;
        uint256 last = phases.withdrawalMinDelay;
        assertEq(StateTransitions.withdrawalDelay(0, phases), last, "round 0");
        for (uint256 round = 1; round <= 255; ++round) {
            uint256 delay = StateTransitions.withdrawalDelay(round, phases);
            uint256 grown = last + phases.withdrawalDelayGrowth;
            assertEq(delay, Math.min(grown, phases.withdrawalMaxDelay), "growth");
            last = delay;
        }
    }

    /// The signalling threshold in force is at most the configuration's: it may come from an older one.
    function _drawSignalling(
        uint256 seed
    ) private pure returns (Draw.Urn memory urn, SignallingConfig memory config, uint256 signallingThreshold) {
        urn = Draw.Urn(seed);
        config = Rules.draw(urn, Rules.drawBounds(urn)).signalling;
        signallingThreshold = urn.number(1, config.signallingThreshold);
    }
}
