// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {StateTransitions} from "../../contracts/governance/StateTransitions.sol";
import {SignallingConfig} from "../../contracts/types/DualGovernanceConfig.sol";
import {GovernanceState} from "../../contracts/types/GovernanceState.sol";
import {Machine, Reading, SupplyRecord} from "../../contracts/types/Machine.sol";
import {Draw} from "../solidity/Draw.sol";
import {AnyGate} from "./AnyGate.sol";

/// What holds for every gate in every state at every moment.
contract GateFuzz is AnyGate {
    using Draw for Draw.Urn;

    /// One poke does all there is to do: a second one in the same second changes nothing.
    function testFuzz_STEP_1_no_second_step_is_due_at_once(uint256 seed) public {
        drawGate(seed);
        gate.poke();
        (Machine memory machine, SupplyRecord memory supply) = gate.persisted();
        gate.poke();
        (Machine memory again, SupplyRecord memory recorded) = gate.persisted();
        assertEq(_hash(again), _hash(machine), "machine");
        // Entering Normal leaves the record of the round; only the next poke takes a fresh one.
        if (machine.state != GovernanceState.Normal) assertEq(_hash(recorded), _hash(supply), "supply");
    }

    /// The views say what a poke in the same second leaves behind, to the last bit.
    function testFuzz_INV_11_views_say_what_a_poke_does(uint256 seed) public {
        drawGate(seed);
        GovernanceState expected = gate.effectiveState();
        (Machine memory machine, SupplyRecord memory supply, ) = gate.effective();
        bytes32 active = keccak256(abi.encode(gate.activeConfig()));
        assertEq(uint8(machine.state), uint8(expected), "the two views differ");
        assertEq(uint8(gate.poke()), uint8(expected), "poke");
        (Machine memory left, SupplyRecord memory recorded) = gate.persisted();
        assertEq(_hash(left), _hash(machine), "machine");
        assertEq(_hash(recorded), _hash(supply), "supply");
        assertEq(uint8(gate.persistedState()), uint8(expected), "persisted");
        assertEq(active, keccak256(abi.encode(gate.activeConfig())), "configuration in force");
    }

    function testFuzz_INV_11_can_schedule_says_what_admission_answers(uint256 seed) public {
        drawGate(seed);
        bool expected = gate.canSchedule();
        assertEq(gate.admitSchedule(), expected, "canSchedule");
        GovernanceState state = gate.persistedState();
        bool isClosed = state == GovernanceState.VetoSignallingDeactivation || state == GovernanceState.VetoCooldown;
        assertEq(expected, !isClosed, "which states");
    }

    function testFuzz_INV_11_can_execute_says_what_admission_answers(uint256 seed) public {
        drawGate(seed);
        (Machine memory before, ) = gate.persisted();
        uint256[] memory moments = new uint256[](1);
        moments[0] = before.activatedAt;
        Draw.Urn memory drawn = urn;
        uint256 scheduledAt = drawn.moment(moments, 0, type(uint40).max);
        bool expected = gate.canExecute(bytes32(seed), scheduledAt);
        assertEq(gate.admitExecution(bytes32(seed), scheduledAt), expected, "canExecute");
        (Machine memory machine, ) = gate.persisted();
        if (machine.state == GovernanceState.Normal) assertTrue(expected, "Normal is open");
        else if (machine.state != GovernanceState.VetoCooldown) assertFalse(expected, "blocked");
        else assertEq(expected, scheduledAt < machine.activatedAt, "only what is older than the objection");
    }

    /// The least lock a staker is told is the one that a lock in the same second gets.
    function testFuzz_INV_11_min_lock_says_what_a_lock_gets(uint256 seed) public {
        drawGate(seed);
        uint256 expected = gate.minLock();
        assertEq(gate.pokeForMinLock(), expected, "minLock");
    }

    /// Admissions and {pokeForMinLock} move the machine as a poke does.
    function testFuzz_INV_11_every_way_makes_the_same_transition(uint256 seed, uint8 door) public {
        drawGate(seed);
        (Machine memory expected, SupplyRecord memory supply, ) = gate.effective();
        (, SupplyRecord memory untouched) = gate.persisted();
        if (door % 3 == 0) gate.admitSchedule();
        else if (door % 3 == 1) gate.admitExecution(0, 0);
        else gate.pokeForMinLock();
        (Machine memory machine, SupplyRecord memory recorded) = gate.persisted();
        assertEq(_hash(machine), _hash(expected), "machine");
        bool isLeftAlone = expected.state == GovernanceState.Normal;
        assertEq(_hash(recorded), _hash(isLeftAlone ? untouched : supply), "supply");
    }

    /// The ten edges, under the conditions the mechanism names, and no other.
    function testFuzz_INV_11_exactly_the_edges_of_the_mechanism(uint256 seed) public {
        drawGate(seed);
        (Machine memory from, ) = gate.persisted();
        (, , Reading memory reading) = gate.effective();
        GovernanceState expected = _mechanism(from, reading);
        assertEq(uint8(gate.poke()), uint8(expected), "state");
        (Machine memory to, ) = gate.persisted();
        _checkEntry(from, to);
    }

    /// Support is never measured against more than there is or was.
    function testFuzz_SUP_2_support_max_is_never_below_support_now(uint256 seed) public {
        drawGate(seed);
        (, , Reading memory reading) = gate.effective();
        assertGe(reading.supportMax, reading.supportNow, "R_max below R_now");
        assertLe(reading.supportMax, 1e18, "more than everything");
        assertLe(reading.lowestSupply, reading.supply, "lowest above present");
    }

    /// The rage quit threshold counts from a moment of this activation; after the longest extension it is not forgotten.
    function testFuzz_JOIN_2_the_rage_quit_threshold_is_counted_once(uint256 seed) public {
        drawGate(seed);
        (Machine memory from, ) = gate.persisted();
        gate.poke();
        (Machine memory to, ) = gate.persisted();
        if (to.activatedAt != from.activatedAt) {
            assertTrue(
                to.rageQuitThresholdAt == 0 || to.rageQuitThresholdAt == to.activatedAt,
                "a new activation counts anew"
            );
            return;
        }
        bool isPast = block.timestamp > uint256(from.activatedAt) + frozen.signalling.maxDuration;
        bool wasSignalling = StateTransitions.isSignalling(from.state);
        if (!wasSignalling || (isPast && from.rageQuitThresholdAt != 0)) {
            assertEq(to.rageQuitThresholdAt, from.rageQuitThresholdAt, "touched");
        } else if (to.rageQuitThresholdAt != from.rageQuitThresholdAt) {
            assertTrue(to.rageQuitThresholdAt == 0 || to.rageQuitThresholdAt == block.timestamp, "invented");
        }
    }

    /// A rage quit starts at most once a poke, with the frozen configuration and its round.
    function testFuzz_INV_6_a_rage_quit_pays_as_frozen(uint256 seed) public {
        drawGate(seed);
        (Machine memory from, ) = gate.persisted();
        gate.poke();
        (Machine memory to, ) = gate.persisted();
        bool isStarted = to.state == GovernanceState.RageQuit && from.state != to.state;
        assertEq(escrow.rageQuits(), isStarted ? 1 : 0, "started");
        if (!isStarted) return;
        assertEq(to.round, Math.min(uint256(from.round) + 1, 255), "round");
        assertEq(escrow.extension(), frozen.phases.rageQuitExtension, "extension");
        uint256 delay =
            uint256(frozen.phases.withdrawalMinDelay) + uint256(to.round) * frozen.phases.withdrawalDelayGrowth;
        assertEq(escrow.withdrawalDelay(), Math.min(delay, frozen.phases.withdrawalMaxDelay), "delay");
    }

    /// The drawing itself: few enough seeds meet all ten edges, and every state that stays.
    function test_INV_11_the_drawing_reaches_every_edge() public {
        uint256[5][5] memory seen;
        for (uint256 seed = 0; seed < 256; ++seed) {
            drawGate(seed);
            ++seen[uint8(gate.persistedState())][uint8(gate.poke())];
        }
        uint256 edges;
        for (uint256 from = 0; from < 5; ++from) {
            assertGt(seen[from][from], 0, "a state in which nothing is due");
            for (uint256 to = 0; to < 5; ++to) if (from != to && seen[from][to] > 0) ++edges;
        }
        assertEq(edges, 10, "edges");
    }

    // ---------------------------------------------------------------- the mechanism, as its page tells it

    function _mechanism(Machine memory from, Reading memory reading) private view returns (GovernanceState) {
        SignallingConfig memory rules = frozen.signalling;
        uint256 timestamp = block.timestamp;
        uint256 smallerThreshold = Math.min(from.signallingThreshold, current.signalling.signallingThreshold);
        bool isObjected = reading.supportMax >= smallerThreshold;
        if (from.state == GovernanceState.Normal) {
            bool isReached = reading.supportNow >= current.signalling.signallingThreshold;
            return isReached ? GovernanceState.VetoSignalling : GovernanceState.Normal;
        }
        if (from.state == GovernanceState.RageQuit) {
            if (!escrow.isComplete()) return from.state;
            return isObjected ? GovernanceState.VetoSignalling : GovernanceState.VetoCooldown;
        }
        if (from.state == GovernanceState.VetoCooldown) {
            if (timestamp <= from.phaseEndsAt) return from.state;
            return isObjected ? GovernanceState.VetoSignalling : GovernanceState.Normal;
        }
        // VetoSignalling and its deactivation.
        bool isSecond = reading.supportMax >= rules.rageQuitThreshold;
        uint256 rageQuitThresholdAt = from.rageQuitThresholdAt == 0 && isSecond ? timestamp : from.rageQuitThresholdAt;
        uint256 extendedUntil =
            from.activatedAt + StateTransitions.extension(reading.supportMax, from.signallingThreshold, rules);
        if (
            isSecond &&
            timestamp > uint256(from.activatedAt) + rules.maxDuration &&
            timestamp > rageQuitThresholdAt + rules.joinWindow
        ) return GovernanceState.RageQuit;
        if (from.state == GovernanceState.VetoSignalling) {
            bool isFading = timestamp > extendedUntil && !isSecond && timestamp > from.phaseEndsAt;
            return isFading ? GovernanceState.VetoSignallingDeactivation : from.state;
        }
        if (timestamp <= extendedUntil || isSecond) return GovernanceState.VetoSignalling;
        return timestamp > from.phaseEndsAt ? GovernanceState.VetoCooldown : from.state;
    }

    /// Every entry restarts its timer, and leaves alone what it has no business with.
    function _checkEntry(Machine memory from, Machine memory to) private view {
        if (to.state == from.state) {
            to.rageQuitThresholdAt = from.rageQuitThresholdAt;
            assertEq(_hash(to), _hash(from), "nothing but the rage quit threshold moves without a transition");
            return;
        }
        bool isActivation = to.state == GovernanceState.VetoSignalling && !StateTransitions.isSignalling(from.state);
        uint256 threshold =
            isActivation || to.state == GovernanceState.Normal
                ? current.signalling.signallingThreshold
                : from.signallingThreshold;
        if (isActivation) threshold = Math.min(threshold, from.signallingThreshold);
        assertEq(to.signallingThreshold, threshold, "signalling threshold in force");
        uint256 minLock = isActivation || to.state == GovernanceState.Normal ? current.phases.minLock : from.minLock;
        assertEq(to.minLock, minLock, "least lock in force");
        assertEq(to.activatedAt, isActivation ? block.timestamp : from.activatedAt, "activation");
        assertEq(to.frozenConfig, isActivation ? from.currentConfig : from.frozenConfig, "frozen configuration");
        assertEq(to.currentConfig, from.currentConfig, "current configuration");
        uint256 phase;
        SignallingConfig memory rules = isActivation ? current.signalling : frozen.signalling;
        if (to.state == GovernanceState.VetoSignalling) phase = rules.minActive;
        if (to.state == GovernanceState.VetoSignallingDeactivation) phase = rules.deactivation;
        if (to.state == GovernanceState.VetoCooldown) phase = frozen.phases.cooldown;
        assertEq(to.phaseEndsAt, phase == 0 ? 0 : block.timestamp + phase, "timer");
        if (to.state == GovernanceState.VetoCooldown) assertEq(to.round, 0, "rounds end with a cooldown");
        else if (to.state != GovernanceState.RageQuit) assertEq(to.round, from.round, "round");
    }

    function _hash(Machine memory machine) private pure returns (bytes32) {
        return keccak256(abi.encode(machine));
    }

    function _hash(SupplyRecord memory supply) private pure returns (bytes32) {
        return keccak256(abi.encode(supply));
    }
}
