// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDualGovernance} from "../interfaces/IDualGovernance.sol";
import {IDualGovernanceTimelock} from "../interfaces/IDualGovernanceTimelock.sol";
import {IGate} from "../interfaces/IGate.sol";
import {IVetoEscrow} from "../interfaces/IVetoEscrow.sol";
import {DualGovernanceConfig, PhaseConfig, SignallingConfig} from "../types/DualGovernanceConfig.sol";
import {GovernanceState} from "../types/GovernanceState.sol";
import {Machine, Reading, SupplyRecord} from "../types/Machine.sol";
import {ConfigChecks} from "./ConfigChecks.sol";
import {StateTransitions} from "./StateTransitions.sol";

/// @title DualGovernance
/// @notice The gate: reads the escrow, lets `StateTransitions` decide, remembers the outcome.
/// @dev Three slots carry everything a poke needs: the machine, the supply record, the signalling configuration.
contract DualGovernance is IDualGovernance {
    using StateTransitions for Machine;

    /// @inheritdoc IDualGovernance
    address public immutable TIMELOCK;
    /// @inheritdoc IDualGovernance
    address public immutable ESCROW;

    uint256 private immutable _DELAY_FLOOR;
    uint256 private immutable _DELAY_CEILING;
    uint256 private immutable _GRACE;

    Machine private _machine;
    SupplyRecord private _supply;
    mapping(uint16 version => DualGovernanceConfig) private _configs;

    /// @param timelock Owner of the configuration; its immutable bounds are read here, once.
    /// @param escrow Whose support moves the state. It must name this contract as its gate.
    /// @param config First configuration.
    constructor(IDualGovernanceTimelock timelock, IVetoEscrow escrow, DualGovernanceConfig memory config) {
        if (address(timelock).code.length == 0) revert NoCode(address(timelock));
        if (address(escrow).code.length == 0) revert NoCode(address(escrow));
        TIMELOCK = address(timelock);
        ESCROW = address(escrow);
        _DELAY_FLOOR = timelock.DELAY_FLOOR();
        _DELAY_CEILING = timelock.DELAY_CEILING();
        _GRACE = timelock.GRACE();
        _setConfig(0, config);
        (bool answered, uint256 supply) = escrow.votableSupply();
        if (answered) _recordSupply(SupplyRecord({last: uint128(supply), lowest: uint128(supply)}));
    }

    // ── the walk of a decision ──────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IGate
    function admitSchedule() external returns (bool) {
        return _allowsScheduling(poke());
    }

    /// @inheritdoc IGate
    function admitExecution(bytes32, uint256 scheduledAt) external returns (bool) {
        return _allowsExecution(poke(), scheduledAt, _machine.activatedAt);
    }

    /// @inheritdoc IDualGovernance
    function poke() public returns (GovernanceState) {
        Machine memory machine = _machine;
        SupplyRecord memory recorded = _supply;
        GovernanceState from = machine.state;
        uint256 secondSealBefore = machine.secondSealAt;
        SupplyRecord memory supply;
        (machine, supply, ) = _evaluate(machine, recorded);
        if (supply.last != recorded.last || supply.lowest != recorded.lowest) _recordSupply(supply);
        GovernanceState to = machine.state;
        bool secondSealChanged = machine.secondSealAt != secondSealBefore;
        if (to == from && !secondSealChanged) return to;

        _machine = machine;
        if (secondSealChanged) emit SecondSealChanged(machine.secondSealAt);
        if (to != from) {
            emit GovernanceStateChanged(from, to, machine.round);
            if (to == GovernanceState.RageQuit) _startRageQuit(machine);
        }
        return to;
    }

    /// @inheritdoc IDualGovernance
    function setConfig(DualGovernanceConfig calldata config) external {
        if (msg.sender != TIMELOCK) revert CallerIsNotTimelock(msg.sender, TIMELOCK);
        poke();
        uint16 version = _machine.currentConfig;
        if (version == type(uint16).max) revert TooManyConfigurations(type(uint16).max);
        _machine.currentConfig = ++version;
        _setConfig(version, config);
    }

    // ── what would happen in this block ─────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IGate
    function canSchedule() external view returns (bool) {
        return _allowsScheduling(effectiveState());
    }

    /// @inheritdoc IGate
    function canExecute(bytes32, uint256 scheduledAt) external view returns (bool) {
        (Machine memory machine, , ) = effective();
        return _allowsExecution(machine.state, scheduledAt, machine.activatedAt);
    }

    /// @inheritdoc IDualGovernance
    function effectiveState() public view returns (GovernanceState) {
        (Machine memory machine, , ) = effective();
        return machine.state;
    }

    /// @inheritdoc IDualGovernance
    function effective() public view returns (Machine memory, SupplyRecord memory, Reading memory) {
        return _evaluate(_machine, _supply);
    }

    /// @inheritdoc IDualGovernance
    function persistedState() external view returns (GovernanceState) {
        return _machine.state;
    }

    /// @inheritdoc IDualGovernance
    function persisted() external view returns (Machine memory, SupplyRecord memory) {
        return (_machine, _supply);
    }

    /// @inheritdoc IDualGovernance
    function currentConfig() external view returns (DualGovernanceConfig memory) {
        return _configs[_machine.currentConfig];
    }

    /// @inheritdoc IDualGovernance
    function activeConfig() external view returns (DualGovernanceConfig memory config) {
        (Machine memory machine, , ) = effective();
        config = _configs[_activeVersion(machine)];
        if (machine.state != GovernanceState.Normal) config.signalling.firstSeal = machine.frozenFirstSeal;
    }

    /// @inheritdoc IDualGovernance
    function minLock() external view returns (uint256) {
        return _configs[_activeVersion(_machine)].signalling.minLock;
    }

    // ── private ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev What a poke would leave behind. `machine` is changed in place.
    function _evaluate(
        Machine memory machine,
        SupplyRecord memory recorded
    ) private view returns (Machine memory, SupplyRecord memory supply, Reading memory reading) {
        uint256 locked = IVetoEscrow(ESCROW).lockedShares();
        supply = _readSupply(machine.state, locked, recorded);
        reading.timestamp = block.timestamp;
        reading.supportMax = StateTransitions.support(locked, supply.lowest);
        reading.supportNow =
            supply.last == supply.lowest ? reading.supportMax : StateTransitions.support(locked, supply.last);
        reading.rageQuitComplete =
            machine.state == GovernanceState.RageQuit &&
            IVetoEscrow(ESCROW).isRageQuitComplete();

        uint16 version =
            StateTransitions.usesFrozenConfig(machine.state) ? machine.frozenConfig : machine.currentConfig;
        SignallingConfig memory config = _configs[version].signalling;
        machine.secondSealAt = machine.countSecondSeal(config, reading);
        GovernanceState to = machine.next(config, reading);
        if (to != machine.state) {
            // An activation takes the current configuration, every other transition stays with the frozen one.
            if (to != GovernanceState.VetoSignalling) version = machine.frozenConfig;
            machine.enter(to, config, _configs[version].phases, reading);
            if (to == GovernanceState.RageQuit) {
                uint256 left = supply.last > locked ? supply.last - locked : 0;
                supply = SupplyRecord({last: uint128(left), lowest: uint128(left)});
            }
        }
        return (machine, supply, reading);
    }

    /// @dev With nothing locked in Normal support is 0 whatever the supply, so the vault is not even asked.
    function _readSupply(
        GovernanceState state,
        uint256 locked,
        SupplyRecord memory recorded
    ) private view returns (SupplyRecord memory supply) {
        bool isNormal = state == GovernanceState.Normal;
        if (isNormal && locked == 0) return recorded;
        (bool answered, uint256 present) = IVetoEscrow(ESCROW).votableSupply();
        supply.last = answered ? uint128(present) : recorded.last;
        supply.lowest = isNormal || supply.last < recorded.lowest ? supply.last : recorded.lowest;
    }

    function _startRageQuit(Machine memory machine) private {
        PhaseConfig memory phases = _configs[machine.frozenConfig].phases;
        IVetoEscrow(ESCROW).startRageQuit(
            phases.rageQuitExtension,
            StateTransitions.withdrawalDelay(machine.round, phases)
        );
    }

    function _recordSupply(SupplyRecord memory supply) private {
        _supply = supply;
        emit SupplyRecorded(supply.last, supply.lowest);
    }

    function _setConfig(uint16 version, DualGovernanceConfig memory config) private {
        ConfigChecks.check(config, ConfigChecks.TimelockBounds(_DELAY_FLOOR, _DELAY_CEILING, _GRACE));
        _configs[version] = config;
        emit ConfigSet(version, config);
    }

    function _activeVersion(Machine memory machine) private pure returns (uint16) {
        return machine.state == GovernanceState.Normal ? machine.currentConfig : machine.frozenConfig;
    }

    function _allowsScheduling(GovernanceState state) private pure returns (bool) {
        return state != GovernanceState.VetoSignallingDeactivation && state != GovernanceState.VetoCooldown;
    }

    function _allowsExecution(
        GovernanceState state,
        uint256 scheduledAt,
        uint256 activatedAt
    ) private pure returns (bool) {
        return state == GovernanceState.Normal || (state == GovernanceState.VetoCooldown && scheduledAt < activatedAt);
    }
}
