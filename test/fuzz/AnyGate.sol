// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {DualGovernance} from "../../contracts/governance/DualGovernance.sol";
import {ConfigChecks} from "../../contracts/governance/ConfigChecks.sol";
import {StateTransitions} from "../../contracts/governance/StateTransitions.sol";
import {IDualGovernanceTimelock} from "../../contracts/interfaces/IDualGovernanceTimelock.sol";
import {IVetoEscrow} from "../../contracts/interfaces/IVetoEscrow.sol";
import {DualGovernanceConfig} from "../../contracts/types/DualGovernanceConfig.sol";
import {GovernanceState} from "../../contracts/types/GovernanceState.sol";
import {Machine, SupplyRecord} from "../../contracts/types/Machine.sol";
import {BoundsStub} from "../solidity/BoundsStub.sol";
import {Draw} from "../solidity/Draw.sol";
import {Rules} from "../solidity/Rules.sol";
import {SignalStub} from "../solidity/SignalStub.sol";
import {Test} from "../solidity/Test.sol";

/// A gate in any state it may ever be in, under any two configurations it accepts (one frozen, one current), before an
/// escrow that says anything, at any moment, those next to a timer's end the most.
abstract contract AnyGate is Test {
    using Draw for Draw.Urn;

    uint256 private constant START = 1_000_000_000;
    uint256 private constant LATEST = START + 500 * 365 days;
    bytes32 private constant MACHINE_SLOT = bytes32(uint256(0));
    bytes32 private constant SUPPLY_SLOT = bytes32(uint256(1));

    DualGovernance internal gate;
    SignalStub internal escrow;
    address internal timelock;
    DualGovernanceConfig internal frozen;
    DualGovernanceConfig internal current;
    /// For what the test itself wants to draw.
    Draw.Urn internal urn;
    /// All that has happened to the gate happened by then. [unix seconds]
    uint256 internal earliest;

    function drawGate(uint256 seed) internal {
        Draw.Urn memory drawn = Draw.Urn(seed);
        _deploy(drawn);
        Machine memory machine = _drawMachine(drawn);
        SupplyRecord memory supply = _drawRecord(drawn, machine.state);
        _store(machine, supply);
        uint256 lowest = machine.state == GovernanceState.Normal ? type(uint128).max : supply.lowest;
        _drawSignal(drawn, lowest);
        vm.warp(_drawMoment(drawn, machine, supply));
        urn = drawn;
    }

    function _deploy(Draw.Urn memory drawn) private {
        vm.warp(START);
        earliest = START;
        ConfigChecks.TimelockBounds memory bounds = Rules.drawBounds(drawn);
        frozen = Rules.draw(drawn, bounds);
        current = drawn.chance(2) ? frozen : Rules.draw(drawn, bounds);
        timelock = address(new BoundsStub(bounds));
        escrow = new SignalStub();
        gate = new DualGovernance(IDualGovernanceTimelock(timelock), IVetoEscrow(address(escrow)), frozen);
        vm.prank(timelock);
        gate.setConfig(current);
    }

    function _drawMachine(Draw.Urn memory drawn) private returns (Machine memory machine) {
        machine.state = GovernanceState(drawn.number(0, 4));
        machine.currentConfig = 1;
        if (machine.state == GovernanceState.Normal) {
            machine.signallingThreshold = current.signalling.signallingThreshold;
            machine.minLock = current.phases.minLock;
            // As another round may have left it.
            if (drawn.chance(2)) return machine;
        } else {
            machine.signallingThreshold = uint64(drawn.number(1, frozen.signalling.signallingThreshold));
            machine.minLock = frozen.phases.minLock;
        }
        machine.activatedAt = uint40(drawn.number(START, START + 365 days));
        if (machine.state == GovernanceState.RageQuit) machine.round = uint8(drawn.number(1, 255));
        else if (StateTransitions.isSignalling(machine.state)) machine.round = uint8(drawn.number(0, 255));
        _drawTimer(drawn, machine);
        uint256 latest = earliest > machine.activatedAt ? earliest : machine.activatedAt;
        if (drawn.chance(2)) machine.rageQuitThresholdAt = uint40(drawn.number(machine.activatedAt, latest));
    }

    /// When the state was entered, and what that did to its timer. Nothing is poked before.
    function _drawTimer(Draw.Urn memory drawn, Machine memory machine) private {
        uint256 enteredAt = machine.activatedAt;
        if (machine.state == GovernanceState.VetoSignalling) {
            if (drawn.chance(2)) enteredAt += drawn.number(frozen.signalling.minActive, 400 days);
            machine.phaseEndsAt = uint40(enteredAt + frozen.signalling.minActive);
        } else if (machine.state == GovernanceState.VetoSignallingDeactivation) {
            enteredAt += drawn.number(uint256(frozen.signalling.minActive) + 1, 400 days);
            machine.phaseEndsAt = uint40(enteredAt + frozen.signalling.deactivation);
        } else if (machine.state == GovernanceState.VetoCooldown) {
            enteredAt += drawn.number(uint256(frozen.signalling.minActive) + 2, 400 days);
            machine.phaseEndsAt = uint40(enteredAt + frozen.phases.cooldown);
        } else {
            enteredAt += drawn.number(uint256(frozen.signalling.minActive) + 2, 400 days);
        }
        earliest = drawn.chance(2) ? enteredAt : enteredAt + drawn.number(0, 200 days);
    }

    function _drawRecord(
        Draw.Urn memory drawn,
        GovernanceState state
    ) private pure returns (SupplyRecord memory supply) {
        supply.last = uint128(drawn.number(0, drawn.chance(2) ? 1e27 : type(uint128).max));
        supply.lowest =
            state == GovernanceState.Normal || drawn.chance(3) ? supply.last : uint128(drawn.number(0, supply.last));
    }

    /// Support anywhere, next to a threshold of either configuration often.
    function _drawSignal(Draw.Urn memory drawn, uint256 lowest) private {
        uint256 supply = drawn.number(0, drawn.chance(2) ? 1e27 : type(uint128).max);
        uint256 locked = drawn.number(0, drawn.chance(2) ? 1e27 : type(uint128).max);
        if (drawn.chance(2)) {
            uint256[] memory thresholds = new uint256[](4);
            (thresholds[0], thresholds[1]) = (
                frozen.signalling.signallingThreshold,
                current.signalling.signallingThreshold
            );
            (thresholds[2], thresholds[3]) = (
                frozen.signalling.rageQuitThreshold,
                current.signalling.rageQuitThreshold
            );
            // At a supply of 100 % in wei, support is what is locked.
            supply = lowest < 1e18 ? lowest : 1e18;
            locked = drawn.moment(thresholds, 0, 1e18);
            if (supply < 1e18) locked = (locked * supply) / 1e18;
        }
        escrow.set(locked, supply, drawn.chance(4), drawn.chance(2));
    }

    function _drawMoment(
        Draw.Urn memory drawn,
        Machine memory machine,
        SupplyRecord memory supply
    ) private view returns (uint256) {
        uint256 locked = escrow.locked();
        uint256 present = escrow.isSilent() ? supply.last : escrow.supply();
        uint256 lowest = present < supply.lowest ? present : supply.lowest;
        uint256 support = StateTransitions.support(locked, lowest);
        uint256[] memory moments = new uint256[](4);
        moments[0] = machine.phaseEndsAt;
        moments[1] = machine.activatedAt + frozen.signalling.maxDuration;
        moments[2] = uint256(machine.rageQuitThresholdAt) + frozen.signalling.joinWindow;
        moments[3] =
            machine.activatedAt + StateTransitions.extension(support, machine.signallingThreshold, frozen.signalling);
        return drawn.moment(moments, earliest, LATEST);
    }

    function _store(Machine memory m, SupplyRecord memory supply) private {
        uint256 word = m.rageQuitThresholdAt;
        word = (word << 40) | m.phaseEndsAt;
        word = (word << 40) | m.activatedAt;
        word = (word << 24) | m.minLock;
        word = (word << 64) | m.signallingThreshold;
        word = (word << 16) | m.frozenConfig;
        word = (word << 16) | m.currentConfig;
        word = (word << 8) | m.round;
        word = (word << 8) | uint8(m.state);
        vm.store(address(gate), MACHINE_SLOT, bytes32(word));
        vm.store(address(gate), SUPPLY_SLOT, bytes32((uint256(supply.lowest) << 128) | supply.last));
        (Machine memory stored, SupplyRecord memory recorded) = gate.persisted();
        assertEq(keccak256(abi.encode(stored)), keccak256(abi.encode(m)), "the layout of the machine has changed");
        assertEq(
            keccak256(abi.encode(recorded)),
            keccak256(abi.encode(supply)),
            "the layout of the record has changed"
        );
    }
}
