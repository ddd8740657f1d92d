// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IVetoEscrow} from "../../contracts/interfaces/IVetoEscrow.sol";
import {SignallingConfig} from "../../contracts/types/DualGovernanceConfig.sol";
import {ExitEnd} from "../../contracts/types/ExitEnd.sol";
import {GovernanceState} from "../../contracts/types/GovernanceState.sol";
import {Machine, Reading} from "../../contracts/types/Machine.sol";
import {CoreHandler} from "./CoreHandler.t.sol";

/// Chance alone would rarely walk through a whole rage quit: this one also takes the next step towards whatever the
/// campaign has not seen yet.
contract LedCoreHandler is CoreHandler {
    function lead() external {
        for (uint256 epoch = 1; epoch < escrow.runningEpoch(); ++epoch) {
            IVetoEscrow.EpochView memory closed = escrow.getEpoch(epoch);
            if (closed.end == ExitEnd.None) return _driveExit(epoch);
            if (withdrawals == 0 && closed.redeemedShares > 0 && _payAll(epoch)) return;
            if (moves == 0 && closed.end == ExitEnd.CalledOff && _moveAll(epoch)) return;
        }
        if (operationCount() < 3 && gate.canSchedule()) return schedule(3);
        GovernanceState state = gate.persistedState();
        if (gate.effectiveState() != state) return poke();
        if (_executes(state)) return;
        (Machine memory machine, , Reading memory reading) = gate.effective();
        SignallingConfig memory rules = gate.activeConfig().signalling;
        bool isSecond = reading.supportMax >= rules.rageQuitThreshold;
        bool hasFaded = visits[uint8(GovernanceState.VetoSignallingDeactivation)] > 0;
        if (state == GovernanceState.Normal) {
            _raise(hasFaded ? rules.rageQuitThreshold : rules.signallingThreshold, reading);
        } else if (state == GovernanceState.VetoCooldown) {
            _pokePast(machine.phaseEndsAt);
        } else if (state == GovernanceState.RageQuit) {
            _pokePast(escrow.getEpoch(escrow.runningEpoch() - 1).completeAfter);
        } else if (hasFaded && !isSecond) {
            _raise(rules.rageQuitThreshold, reading);
        } else {
            uint256 joined = isSecond ? uint256(machine.rageQuitThresholdAt) + rules.joinWindow : machine.phaseEndsAt;
            _pokePast(Math.max(machine.activatedAt + rules.maxDuration, joined));
        }
    }

    /// Ends everything: exits are driven, stakers paid, locks undone, timers awaited. Not among the campaign's verbs.
    function settle() external {
        setLiquidity(0);
        for (uint256 round = 0; round < 12; ++round) {
            poke();
            for (uint256 i = 0; i < stakerCount(); ++i) {
                uint256 epoch = escrow.runningEpoch();
                IVetoEscrow.Position memory position = escrow.positionOf(epoch, stakerAt(i));
                if (position.shares == 0) continue;
                vm.warp(Math.max(position.unlockableAfter, block.timestamp) + 1);
                poke();
                unlock(i, type(uint256).max);
            }
            for (uint256 epoch = 1; epoch < escrow.runningEpoch(); ++epoch) {
                setLiquidity(0);
                if (escrow.getEpoch(epoch).end == ExitEnd.None) beginExit(epoch, 0);
                _payAll(epoch);
            }
            (Machine memory machine, ) = gate.persisted();
            if (machine.state == GovernanceState.Normal) return;
            uint256 extended = machine.activatedAt + gate.activeConfig().signalling.maxDuration;
            bool isExtended = machine.state == GovernanceState.VetoSignalling;
            _pokePast(isExtended ? Math.max(extended, machine.phaseEndsAt) : machine.phaseEndsAt);
        }
    }

    /// The next step of a rage quit that has not ended: the first goes in parts, the second is called off.
    function _driveExit(uint256 epoch) private {
        if (withdrawals > 0 && (callOffs == 0 || moves == 0)) {
            vm.warp(Math.max(escrow.callOffAfter(epoch), block.timestamp) + 1);
            return callOff(epoch);
        }
        if (partialExits == 0) {
            uint256 worth = vault.previewRedeem(escrow.getEpoch(epoch).idleShares);
            setLiquidity((worth / 2) | 1);
        } else {
            setLiquidity(0);
        }
        beginExit(epoch, 0);
    }

    /// @return whether anybody was still to be paid assets.
    function _payAll(uint256 epoch) private returns (bool) {
        uint256 before = withdrawals;
        vm.warp(Math.max(escrow.getEpoch(epoch).withdrawableAfter, block.timestamp) + 1);
        for (uint256 i = 0; i < stakerCount(); ++i) {
            withdraw(epoch, i);
            takeShares(epoch, i);
        }
        return withdrawals > before;
    }

    /// @return whether there was anything left to move.
    function _moveAll(uint256 epoch) private returns (bool) {
        IVetoEscrow.EpochView memory closed = escrow.getEpoch(epoch);
        for (uint256 i = 0; i < stakerCount(); ++i) moveShares(epoch, i);
        return escrow.getEpoch(epoch).sharesPaid > closed.sharesPaid;
    }

    /// Tries an operation where the campaign has not seen that yet.
    function _executes(GovernanceState state) private returns (bool) {
        bool isNormal = state == GovernanceState.Normal;
        if (isNormal ? executions > 0 : refusals > 0 && executionsInCooldown > 0) return false;
        for (uint256 i = 0; i < operationCount(); ++i) {
            uint256 scheduledAt = operationAt(i).scheduledAt;
            bool isDue = block.timestamp >= scheduledAt + BASE_DELAY;
            bool isOld = state != GovernanceState.VetoCooldown || scheduledAt < activatedAt;
            bool isWanted = state == GovernanceState.VetoCooldown ? executionsInCooldown == 0 : refusals == 0;
            if (isNormal && !isDue) vm.warp(scheduledAt + BASE_DELAY);
            if (!isNormal && !(isDue && isOld && isWanted)) continue;
            execute(i);
            return true;
        }
        return false;
    }

    /// Somebody locks, and buys before if need be, until the support is there.
    function _raise(uint256 support, Reading memory reading) private {
        uint256 richest;
        for (uint256 i = 1; i < stakerCount(); ++i) {
            if (vault.balanceOf(stakerAt(i)) > vault.balanceOf(stakerAt(richest))) richest = i;
        }
        uint256 supply = Math.max(reading.lowestSupply, escrow.lockedShares() * 2);
        if (reading.lowestSupply == 0) supply = vault.totalSupply();
        uint256 needed = Math.mulDiv(supply, support, 1e18, Math.Rounding.Ceil);
        needed = needed > reading.locked ? needed - reading.locked : 1;
        if (vault.balanceOf(stakerAt(richest)) < needed) deposit(richest, type(uint256).max);
        lock(richest, Math.min(needed, vault.balanceOf(stakerAt(richest))));
    }

    function _pokePast(uint256 moment) private {
        vm.warp(Math.max(moment, block.timestamp) + 1);
        poke();
    }
}
