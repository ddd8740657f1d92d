// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {PhaseConfig, SignallingConfig} from "../types/DualGovernanceConfig.sol";
import {GovernanceState} from "../types/GovernanceState.sol";
import {Machine, Reading} from "../types/Machine.sol";

/// @title StateTransitions
/// @notice The pure core of the gate: which transition is due, and what it leaves behind. Calls nobody, stores nothing.
///
///   Normal ──► VetoSignalling ◄──► VetoSignallingDeactivation ──► VetoCooldown ──► Normal
///                │  ▲   ▲                      │                    │    ▲
///                │  │   └──────────────────────┼────────────────────┘    │
///                ▼  │                          ▼                         │
///              RageQuit ◄──────────────────────┘                         │
///                └───────────────────────────────────────────────────────┘
///
/// @dev `src/model/stateTransitions.ts` is its twin; differential tests tie the two.
library StateTransitions {
    /// @notice 100 % of the votable supply.
    uint256 internal constant FULL_SUPPORT = 1e18;

    /// @notice Share of `supply` that is `locked`, rounded down, at most 100 %. [1e18 = 100 %]
    /// @dev Both below 2^128, so nothing overflows.
    function support(uint256 locked, uint256 supply) internal pure returns (uint256) {
        if (locked == 0) return 0;
        if (locked >= supply) return FULL_SUPPORT;
        unchecked {
            return (locked * FULL_SUPPORT) / supply;
        }
    }

    /// @notice D(R): how long `supportMax` extends the timelock, rounded down to whole seconds. [seconds]
    /// @param signallingThreshold R1 in force. [1e18 = 100 %]
    function extension(
        uint256 supportMax,
        uint256 signallingThreshold,
        SignallingConfig memory config
    ) internal pure returns (uint256) {
        if (supportMax < signallingThreshold) return 0;
        if (supportMax >= config.rageQuitThreshold) return config.maxDuration;
        return
            config.minDuration +
            ((supportMax - signallingThreshold) * (config.maxDuration - config.minDuration)) /
                (config.rageQuitThreshold - signallingThreshold);
    }

    /// @notice Whether the state is one of the two in which stakers signal and governance waits.
    function isSignalling(GovernanceState state) internal pure returns (bool) {
        return state == GovernanceState.VetoSignalling || state == GovernanceState.VetoSignallingDeactivation;
    }

    /// @notice Whether {next} stays in `state` whatever the configuration says: its first three tests, on storage.
    /// @dev Most pokes end here, without loading the machine or a configuration.
    function isSettled(
        Machine storage machine,
        GovernanceState state,
        Reading memory reading
    ) internal view returns (bool) {
        if (state == GovernanceState.Normal) return reading.supportNow < machine.signallingThreshold;
        if (state == GovernanceState.VetoCooldown) return reading.timestamp <= machine.phaseEndsAt;
        return state == GovernanceState.RageQuit && !isComplete(reading);
    }

    /// @notice Whether the running rage quit is complete.
    function isComplete(Reading memory reading) internal pure returns (bool) {
        return reading.completeAfter != 0 && reading.timestamp > reading.completeAfter;
    }

    /// @notice When R2 was first seen, after this reading; 0 if it does not count. [unix seconds]
    /// @dev Only while signalling. Once the longest extension has passed the first value stays until the next
    /// activation, so that the join window can neither be burnt early nor renewed for ever.
    function countRageQuitThreshold(
        Machine memory machine,
        SignallingConfig memory config,
        Reading memory reading
    ) internal pure returns (uint40) {
        uint40 countedFrom = machine.rageQuitThresholdAt;
        if (reading.supportMax >= config.rageQuitThreshold) {
            return countedFrom == 0 ? uint40(reading.timestamp) : countedFrom;
        }
        if (countedFrom == 0) return 0;
        return reading.timestamp <= uint256(machine.activatedAt) + config.maxDuration ? 0 : countedFrom;
    }

    /// @notice The state after at most one transition.
    /// @param machine With `rageQuitThresholdAt` already brought up to date.
    /// @param config Frozen if {isSignalling}, else the current one: there only the next activation is decided on.
    function next(
        Machine memory machine,
        SignallingConfig memory config,
        Reading memory reading
    ) internal pure returns (GovernanceState) {
        GovernanceState state = machine.state;
        if (isSignalling(state)) return _nextOfSignalling(machine, config, reading);
        if (state == GovernanceState.Normal && reading.supportNow < machine.signallingThreshold) return state;
        if (state == GovernanceState.VetoCooldown && reading.timestamp <= machine.phaseEndsAt) return state;
        if (state == GovernanceState.RageQuit && !isComplete(reading)) return state;
        // Leaving Normal, R1 is the current one and has been reached already.
        if (reading.supportMax >= Math.min(machine.signallingThreshold, config.signallingThreshold)) {
            return GovernanceState.VetoSignalling;
        }
        return state == GovernanceState.RageQuit ? GovernanceState.VetoCooldown : GovernanceState.Normal;
    }

    /// @notice Whether {enter} reads the phases: those of the frozen configuration for the cooldown that closes it,
    /// those of the current one where the frozen one is left behind.
    function needsPhases(GovernanceState from, GovernanceState to) internal pure returns (bool) {
        if (to == GovernanceState.VetoSignalling) return from != GovernanceState.Normal && !isSignalling(from);
        return to == GovernanceState.VetoCooldown || to == GovernanceState.Normal;
    }

    /// @notice Moves `machine` to the state `to` and restarts its timer, in memory.
    /// @param config The configuration {next} was decided with.
    /// @param phases As {needsPhases} says; not read where it says false.
    function enter(
        Machine memory machine,
        GovernanceState to,
        SignallingConfig memory config,
        PhaseConfig memory phases,
        Reading memory reading
    ) internal pure {
        GovernanceState from = machine.state;
        uint256 phase;
        if (to == GovernanceState.VetoSignalling) {
            phase = config.minActive;
            if (!isSignalling(from)) {
                machine.signallingThreshold = uint64(Math.min(machine.signallingThreshold, config.signallingThreshold));
                if (from != GovernanceState.Normal) machine.minLock = phases.minLock;
                machine.frozenConfig = machine.currentConfig;
                machine.activatedAt = uint40(reading.timestamp);
                machine.rageQuitThresholdAt =
                    reading.supportMax >= config.rageQuitThreshold ? uint40(reading.timestamp) : 0;
            }
        } else if (to == GovernanceState.VetoSignallingDeactivation) {
            phase = config.deactivation;
        } else if (to == GovernanceState.VetoCooldown) {
            phase = phases.cooldown;
            machine.round = 0;
        } else if (to == GovernanceState.Normal) {
            machine.signallingThreshold = config.signallingThreshold;
            machine.minLock = phases.minLock;
        } else if (machine.round < type(uint8).max) {
            ++machine.round;
        }
        machine.phaseEndsAt = phase == 0 ? 0 : uint40(reading.timestamp + phase);
        machine.state = to;
    }

    /// @notice W(i): how long stakers wait after the extension of rage quit number `round`. [seconds]
    function withdrawalDelay(uint256 round, PhaseConfig memory phases) internal pure returns (uint256) {
        return
            Math.min(
                uint256(phases.withdrawalMinDelay) + round * phases.withdrawalDelayGrowth,
                phases.withdrawalMaxDelay
            );
    }

    function _nextOfSignalling(
        Machine memory machine,
        SignallingConfig memory config,
        Reading memory reading
    ) private pure returns (GovernanceState) {
        GovernanceState state = machine.state;
        uint256 timestamp = reading.timestamp;
        // Sums of 40 and 24 bits.
        unchecked {
            if (reading.supportMax >= config.rageQuitThreshold) {
                bool extended = timestamp > uint256(machine.activatedAt) + config.maxDuration;
                bool joined = timestamp > uint256(machine.rageQuitThresholdAt) + config.joinWindow;
                return extended && joined ? GovernanceState.RageQuit : GovernanceState.VetoSignalling;
            }
            if (timestamp <= machine.activatedAt + extension(reading.supportMax, machine.signallingThreshold, config)) {
                return GovernanceState.VetoSignalling;
            }
        }
        if (timestamp <= machine.phaseEndsAt) return state;
        return
            state == GovernanceState.VetoSignalling
                ? GovernanceState.VetoSignallingDeactivation
                : GovernanceState.VetoCooldown;
    }
}
