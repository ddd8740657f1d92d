// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {DualGovernanceConfig, PhaseConfig, SignallingConfig} from "../types/DualGovernanceConfig.sol";
import {ExitTerms} from "../types/ExitTerms.sol";

/// @title ConfigChecks
/// @notice Refuses a configuration under which a promise of the mechanism would not hold.
/// @dev Each rule has its own error, which names the offending value and the one it breaks against.
library ConfigChecks {
    /// @notice What the timelock's immutables say, against which a configuration is measured. [seconds]
    struct TimelockBounds {
        uint256 delayFloor;
        uint256 delayCeiling;
        uint256 grace;
        uint256 fallbackDelay;
    }

    /// @notice A lock may bind its owner for at most this long. [seconds]
    uint256 internal constant MIN_LOCK_CAP = 48 days;
    uint256 internal constant FULL_SUPPORT = 1e18;

    /// @notice R1 is 0: governance would be halted with nobody objecting.
    error SignallingThresholdZero();
    /// @notice R1 must be below R2: between them the timelock stretches. [1e18 = 100 %]
    error SignallingThresholdNotBelowRageQuit(uint256 signallingThreshold, uint256 rageQuitThreshold);
    /// @notice R2 is above 100 % and could never be reached. [1e18 = 100 %]
    error RageQuitThresholdAboveFull(uint256 rageQuitThreshold, uint256 limit);
    /// @notice The shortest extension must be below the longest. [seconds]
    error MinDurationNotBelowMax(uint256 minDuration, uint256 maxDuration);
    /// @notice The shortest extension must outlast the longest base delay. [seconds]
    error MinDurationBelowDelayCeiling(uint256 minDuration, uint256 delayCeiling);
    /// @notice The shortest withdrawal delay is above the longest. [seconds]
    error WithdrawalMinDelayAboveMax(uint256 minDelay, uint256 maxDelay);
    /// @notice The minimum lock is 0, or longer than anybody may be bound. [seconds]
    error MinLockOutOfRange(uint256 minLock, uint256 cap);
    /// @notice The least stay in VetoSignalling is 0.
    error MinActiveZero();
    /// @notice The stay in VetoSignallingDeactivation is 0.
    error DeactivationZero();
    /// @notice The extension of a rage quit must last at least as long as the deactivation. [seconds]
    error RageQuitExtensionBelowDeactivation(uint256 extension, uint256 deactivation);
    /// @notice The cooldown is 0, or longer than a quarter of the shortest base delay. [seconds]
    error CooldownOutOfRange(uint256 cooldown, uint256 limit);
    /// @notice The join window is longer than the shortest extension. [seconds]
    error JoinWindowAboveMinDuration(uint256 joinWindow, uint256 minDuration);
    /// @notice The timelock's grace does not outlast two rounds of signalling and a cooldown. [seconds]
    error GraceTooShort(uint256 grace, uint256 minimum);
    /// @notice The fallback gate's delay does not outlast one round of signalling. [seconds]
    error FallbackDelayTooShort(uint256 fallbackDelay, uint256 minimum);

    /// @notice What was scheduled before a rage quit must expire before a clock lets governance go on. [seconds]
    error ExitLimitTooShort(uint256 limit, uint256 minimum);

    /// @notice Reverts unless every clock that starts an extension over the vault's head outlasts any operation.
    function checkExit(ExitTerms memory terms, TimelockBounds memory bounds) internal pure {
        uint256 lifetime = bounds.grace + bounds.delayCeiling;
        // The escrow allows no exit limit below its hold limit.
        if (terms.holdLimit <= lifetime) revert ExitLimitTooShort(terms.holdLimit, lifetime + 1);
    }

    /// @notice Reverts with the first rule that `config` breaks.
    function check(DualGovernanceConfig memory config, TimelockBounds memory bounds) internal pure {
        SignallingConfig memory s = config.signalling;
        PhaseConfig memory p = config.phases;
        if (s.signallingThreshold == 0) revert SignallingThresholdZero();
        if (s.signallingThreshold >= s.rageQuitThreshold) {
            revert SignallingThresholdNotBelowRageQuit(s.signallingThreshold, s.rageQuitThreshold);
        }
        if (s.rageQuitThreshold > FULL_SUPPORT) revert RageQuitThresholdAboveFull(s.rageQuitThreshold, FULL_SUPPORT);
        if (s.minDuration >= s.maxDuration) revert MinDurationNotBelowMax(s.minDuration, s.maxDuration);
        if (s.minDuration < bounds.delayCeiling) {
            revert MinDurationBelowDelayCeiling(s.minDuration, bounds.delayCeiling);
        }
        if (p.withdrawalMinDelay > p.withdrawalMaxDelay) {
            revert WithdrawalMinDelayAboveMax(p.withdrawalMinDelay, p.withdrawalMaxDelay);
        }
        if (p.minLock == 0 || p.minLock > MIN_LOCK_CAP) revert MinLockOutOfRange(p.minLock, MIN_LOCK_CAP);
        if (s.minActive == 0) revert MinActiveZero();
        if (s.deactivation == 0) revert DeactivationZero();
        if (p.rageQuitExtension < s.deactivation) {
            revert RageQuitExtensionBelowDeactivation(p.rageQuitExtension, s.deactivation);
        }
        if (p.cooldown == 0 || p.cooldown > bounds.delayFloor / 4) {
            revert CooldownOutOfRange(p.cooldown, bounds.delayFloor / 4);
        }
        if (s.joinWindow > s.minDuration) revert JoinWindowAboveMinDuration(s.joinWindow, s.minDuration);
        uint256 minGrace = 2 * (uint256(s.maxDuration) + s.minActive + s.deactivation) + p.cooldown;
        if (bounds.grace < minGrace) revert GraceTooShort(bounds.grace, minGrace);
        uint256 minFallback = uint256(s.maxDuration) + s.deactivation;
        if (bounds.fallbackDelay < minFallback) revert FallbackDelayTooShort(bounds.fallbackDelay, minFallback);
    }
}
