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
        return (locked * FULL_SUPPORT) / supply;
    }

    /// @notice D(R): how long `supportMax` extends the timelock, rounded down to whole seconds. [seconds]
    function extension(
        uint256 supportMax,
        uint256 firstSeal,
        SignallingConfig memory config
    ) internal pure returns (uint256) {
        if (supportMax < firstSeal) return 0;
        if (supportMax >= config.secondSeal) return config.maxDuration;
        return
            config.minDuration +
            ((supportMax - firstSeal) * (config.maxDuration - config.minDuration)) / (config.secondSeal - firstSeal);
    }

    /// @notice Whether decisions are taken by the configuration frozen at the last activation.
    /// @dev Elsewhere the next activation is what is decided on, and it takes the current one.
    function usesFrozenConfig(GovernanceState state) internal pure returns (bool) {
        return state == GovernanceState.VetoSignalling || state == GovernanceState.VetoSignallingDeactivation;
    }

    /// @notice R1 as it counts in the machine's state. [1e18 = 100 %]
    function firstSealOf(Machine memory machine, SignallingConfig memory config) internal pure returns (uint256) {
        if (machine.state == GovernanceState.Normal) return config.firstSeal;
        if (usesFrozenConfig(machine.state)) return machine.frozenFirstSeal;
        return Math.min(machine.frozenFirstSeal, config.firstSeal);
    }

    /// @notice When R2 was first seen, after this reading; 0 if it does not count. [unix seconds]
    /// @dev Once the longest extension has passed the first value stays until the next activation, so that the join
    /// window can neither be burnt early nor renewed for ever.
    function countSecondSeal(
        Machine memory machine,
        SignallingConfig memory config,
        Reading memory reading
    ) internal pure returns (uint40) {
        if (!usesFrozenConfig(machine.state)) return machine.secondSealAt;
        if (reading.supportMax >= config.secondSeal) {
            return machine.secondSealAt == 0 ? uint40(reading.timestamp) : machine.secondSealAt;
        }
        return reading.timestamp <= uint256(machine.activatedAt) + config.maxDuration ? 0 : machine.secondSealAt;
    }

    /// @notice The state after at most one transition.
    /// @param machine With `secondSealAt` already brought up to date.
    /// @param config Frozen or current, as {usesFrozenConfig} tells.
    function next(
        Machine memory machine,
        SignallingConfig memory config,
        Reading memory reading
    ) internal pure returns (GovernanceState) {
        GovernanceState state = machine.state;
        if (state == GovernanceState.Normal) {
            return reading.supportNow >= config.firstSeal ? GovernanceState.VetoSignalling : state;
        }
        if (usesFrozenConfig(state)) return _nextOfSignalling(machine, config, reading);
        if (state == GovernanceState.VetoCooldown) {
            if (reading.timestamp <= machine.phaseEndsAt) return state;
            return
                reading.supportMax >= firstSealOf(machine, config)
                    ? GovernanceState.VetoSignalling
                    : GovernanceState.Normal;
        }
        if (!reading.rageQuitComplete) return state;
        return
            reading.supportMax >= firstSealOf(machine, config)
                ? GovernanceState.VetoSignalling
                : GovernanceState.VetoCooldown;
    }

    /// @notice Moves `machine` to the state `to` and restarts its timer, in memory.
    /// @param config The configuration {next} was decided with.
    /// @param phases Of the configuration in force in `to`: the current one for an activation, else the frozen one.
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
            if (!usesFrozenConfig(from)) {
                machine.frozenFirstSeal = uint64(firstSealOf(machine, config));
                machine.frozenConfig = machine.currentConfig;
                machine.activatedAt = uint40(reading.timestamp);
                machine.secondSealAt = reading.supportMax >= config.secondSeal ? uint40(reading.timestamp) : 0;
            }
            phase = phases.minActive;
        } else if (to == GovernanceState.VetoSignallingDeactivation) {
            phase = phases.deactivation;
        } else if (to == GovernanceState.VetoCooldown) {
            phase = phases.cooldown;
            machine.round = 0;
        } else if (to == GovernanceState.RageQuit && machine.round < type(uint8).max) {
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
        uint256 timestamp = reading.timestamp;
        uint256 activatedAt = machine.activatedAt;
        bool secondSeal = reading.supportMax >= config.secondSeal;
        if (
            secondSeal &&
            timestamp > activatedAt + config.maxDuration &&
            timestamp > uint256(machine.secondSealAt) + config.joinWindow
        ) return GovernanceState.RageQuit;

        bool extended =
            secondSeal || timestamp <= activatedAt + extension(reading.supportMax, machine.frozenFirstSeal, config);
        if (machine.state == GovernanceState.VetoSignalling) {
            return
                !extended && timestamp > machine.phaseEndsAt
                    ? GovernanceState.VetoSignallingDeactivation
                    : GovernanceState.VetoSignalling;
        }
        if (extended) return GovernanceState.VetoSignalling;
        return
            timestamp > machine.phaseEndsAt ? GovernanceState.VetoCooldown : GovernanceState.VetoSignallingDeactivation;
    }
}
