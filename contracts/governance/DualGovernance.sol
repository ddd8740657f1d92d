// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDeadlock} from "../interfaces/IDeadlock.sol";
import {IDualGovernance} from "../interfaces/IDualGovernance.sol";
import {IDualGovernanceTimelock} from "../interfaces/IDualGovernanceTimelock.sol";
import {IGate} from "../interfaces/IGate.sol";
import {IGovernanceState} from "../interfaces/IGovernanceState.sol";
import {IVetoEscrow} from "../interfaces/IVetoEscrow.sol";
import {DualGovernanceConfig, PhaseConfig, SignallingConfig} from "../types/DualGovernanceConfig.sol";
import {GovernanceState} from "../types/GovernanceState.sol";
import {Machine, Reading, SupplyRecord} from "../types/Machine.sol";
import {NoCode} from "../types/NoCode.sol";
import {ConfigChecks} from "./ConfigChecks.sol";
import {Deadlock} from "./Deadlock.sol";
import {StateTransitions} from "./StateTransitions.sol";

/// @title DualGovernance
/// @notice The gate: reads the escrow, lets `StateTransitions` decide, remembers the outcome.
/// @dev Three slots carry everything a poke needs: the machine, the supply record, the signalling configuration.
contract DualGovernance is IDualGovernance {
    using Deadlock for Deadlock.Context;
    using StateTransitions for Machine;

    /// @inheritdoc IDualGovernance
    address public immutable TIMELOCK;
    /// @inheritdoc IDualGovernance
    address public immutable ESCROW;

    uint256 private immutable _DELAY_FLOOR;
    uint256 private immutable _DELAY_CEILING;
    uint256 private immutable _GRACE;
    uint256 private immutable _FALLBACK_DELAY;
    uint256 private immutable _SUPPLY_FLOOR;

    Machine private _machine;
    SupplyRecord private _supply;
    mapping(uint16 version => DualGovernanceConfig) private _configs;
    Deadlock.Context private _deadlock;

    modifier onlyTimelock() {
        if (msg.sender != TIMELOCK) revert CallerIsNotTimelock(msg.sender, TIMELOCK);
        _;
    }

    /// @param timelock Owner of the configuration; its immutable bounds are read here, once.
    /// @param escrow Whose support moves the state. It must still be free to be bound to this contract.
    /// @param config First configuration.
    constructor(IDualGovernanceTimelock timelock, IVetoEscrow escrow, DualGovernanceConfig memory config) {
        if (address(timelock).code.length == 0) revert NoCode(address(timelock));
        if (address(escrow).code.length == 0) revert NoCode(address(escrow));
        TIMELOCK = address(timelock);
        ESCROW = address(escrow);
        _DELAY_FLOOR = timelock.DELAY_FLOOR();
        _DELAY_CEILING = timelock.DELAY_CEILING();
        _GRACE = timelock.GRACE();
        _FALLBACK_DELAY = timelock.FALLBACK_GATE().DELAY();
        _SUPPLY_FLOOR = escrow.SUPPLY_FLOOR();
        _setConfig(0, config);
        ConfigChecks.checkExit(escrow.exitTerms(), _bounds());
        // An escrow obeys its first gate for good: behind a second one, no rage quit could ever start.
        if (escrow.gate() != address(0)) revert EscrowAlreadyBound(address(escrow), escrow.gate());
        _machine.signallingThreshold = config.signalling.signallingThreshold;
        _machine.minLock = config.phases.minLock;
        (bool answered, uint256 supply) = escrow.votableSupply();
        // A record of nothing would make a single wei everybody for a whole round.
        if (!answered) supply = _SUPPLY_FLOOR;
        _recordSupply(SupplyRecord({last: uint128(supply), lowest: uint128(supply)}));
    }

    // ── the walk of a decision ──────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IGate
    function admitSchedule() external returns (bool) {
        return _allowsScheduling(_poke({recordsInNormal: false}));
    }

    /// @inheritdoc IGate
    function admitExecution(bytes32 id, uint256 scheduledAt) external returns (bool) {
        if (_allowsExecution(_poke({recordsInNormal: false}), scheduledAt)) return true;
        // No second transition is due in the same second.
        return _deadlock.isReleased(id, scheduledAt) && _allowsReleased(id, _machine);
    }

    /// @inheritdoc IDualGovernance
    function poke() external returns (GovernanceState) {
        // Only a fresh record can stand in for a vault that falls silent.
        return _poke({recordsInNormal: true});
    }

    /// @inheritdoc IDualGovernance
    function pokeForMinLock() external returns (uint256) {
        _poke({recordsInNormal: false});
        return _machine.minLock;
    }

    /// @inheritdoc IDualGovernance
    function setConfig(DualGovernanceConfig calldata config) external onlyTimelock {
        _poke({recordsInNormal: false});
        uint16 version = _machine.currentConfig;
        if (version == type(uint16).max) revert TooManyConfigurations(type(uint16).max);
        _machine.currentConfig = ++version;
        _setConfig(version, config);
        if (_machine.state == GovernanceState.Normal) {
            _machine.signallingThreshold = config.signalling.signallingThreshold;
            _machine.minLock = config.phases.minLock;
        }
    }

    // ── deadlock ────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IDeadlock
    function setWithdrawalBlockers(address[] calldata blockers) external onlyTimelock {
        _deadlock.setBlockers(blockers);
    }

    /// @inheritdoc IDeadlock
    function release(bytes32 id) external {
        IDualGovernanceTimelock timelock = IDualGovernanceTimelock(TIMELOCK);
        address tiebreaker = timelock.tiebreaker();
        if (msg.sender != tiebreaker) revert CallerIsNotTiebreaker(msg.sender, tiebreaker);
        uint256 since = _haltedSinceIfDeadlocked(_next(_observe(_machine.state)));
        if (since == 0) revert NotDeadlocked();
        // What has expired, or is done, has no expiry ahead either.
        uint256 expiry = timelock.getExpiry(id);
        if (block.timestamp > expiry) revert OperationNotPending(id);
        _deadlock.release(id, timelock.getOperation(id).scheduledAt, since);
    }

    // ── what would happen in this block ─────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IGate
    function canSchedule() external view returns (bool) {
        return _allowsScheduling(effectiveState());
    }

    /// @inheritdoc IGate
    function canExecute(bytes32 id, uint256 scheduledAt) external view returns (bool) {
        if (!_deadlock.isReleased(id, scheduledAt)) return _allowsExecution(effectiveState(), scheduledAt);
        Machine memory machine = _next(_observe(_machine.state));
        return _allowsExecution(machine.state, scheduledAt) || _allowsReleased(id, machine);
    }

    /// @inheritdoc IDeadlock
    function isDeadlocked() external view returns (bool) {
        return _haltedSinceIfDeadlocked(_next(_observe(_machine.state))) != 0;
    }

    /// @inheritdoc IDeadlock
    function haltedSince() external view returns (uint256) {
        return _deadlock.haltedSince(_machine, _next(_observe(_machine.state)));
    }

    /// @inheritdoc IDeadlock
    function withdrawalBlockers() external view returns (address[] memory) {
        return _deadlock.blockers;
    }

    /// @inheritdoc IDeadlock
    function releasedSchedule(bytes32 id) external view returns (uint256) {
        return _deadlock.releases[id].scheduledAt;
    }

    /// @inheritdoc IGovernanceState
    function effectiveState() public view returns (GovernanceState) {
        GovernanceState state = _machine.state;
        Reading memory reading = _observe(state);
        return StateTransitions.isSettled(_machine, state, reading) ? state : _next(reading).state;
    }

    /// @inheritdoc IDualGovernance
    function effective()
        external
        view
        returns (Machine memory machine, SupplyRecord memory supply, Reading memory reading)
    {
        GovernanceState from = _machine.state;
        reading = _observe(from);
        machine = _next(reading);
        supply = _recordOf(machine.state, reading);
        // What Normal did not look at, or leaves alone, stays as recorded.
        if (machine.state == GovernanceState.Normal && (from != machine.state || reading.locked == 0)) supply = _supply;
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
        Machine memory machine = _next(_observe(_machine.state));
        config = _configs[machine.state == GovernanceState.Normal ? machine.currentConfig : machine.frozenConfig];
        config.signalling.signallingThreshold = machine.signallingThreshold;
    }

    /// @inheritdoc IDualGovernance
    function minLock() external view returns (uint256) {
        // A lock makes the transition that is due before it binds anybody.
        return _next(_observe(_machine.state)).minLock;
    }

    // ── private ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Makes the transition that is due.
    function _poke(bool recordsInNormal) private returns (GovernanceState to) {
        GovernanceState from = _machine.state;
        Reading memory reading = _observe(from);
        if (StateTransitions.isSettled(_machine, from, reading)) {
            if (_isReturnNew(reading.completeAfter)) _machine.phaseEndsAt = uint40(reading.completeAfter);
            if (from != GovernanceState.Normal || (recordsInNormal && reading.locked != 0)) {
                _recordSupply(_recordOf(from, reading));
            }
            return from;
        }
        Machine memory machine = _next(reading);
        to = machine.state;
        if (to != GovernanceState.Normal) _recordSupply(_recordOf(to, reading));
        bool isCountChanged = machine.rageQuitThresholdAt != _machine.rageQuitThresholdAt;
        if (to == from && !isCountChanged) return to;

        if (from == GovernanceState.RageQuit && to == GovernanceState.VetoSignalling)
            _deadlock.noteReactivation(_machine);
        _machine = machine;
        if (isCountChanged) emit RageQuitThresholdCounted(machine.rageQuitThresholdAt);
        if (to != from) {
            emit GovernanceStateChanged(from, to, machine.round);
            if (to == GovernanceState.RageQuit) _startRageQuit(machine);
        }
    }

    /// @dev What the escrow and the record say. In Normal the present supply counts and no record is read.
    function _observe(GovernanceState state) private view returns (Reading memory reading) {
        IVetoEscrow.Signal memory signal = IVetoEscrow(ESCROW).readSignal(state);
        reading.timestamp = block.timestamp;
        reading.locked = signal.locked;
        reading.supply = signal.supply;
        if (state == GovernanceState.Normal) {
            // With nothing locked the vault is not asked, and support is 0 whatever the supply.
            if (!signal.answered && reading.locked != 0) reading.supply = _supply.last;
            reading.lowestSupply = reading.supply;
            reading.supportNow = StateTransitions.support(reading.locked, reading.supply);
            reading.supportMax = reading.supportNow;
        } else {
            reading.completeAfter = signal.completeAfter;
            uint256 returned = _isReturnNew(reading.completeAfter) ? signal.votable : 0;
            if (!signal.answered) reading.supply = _addSupply(_supply.last, returned);
            reading.lowestSupply = Math.min(reading.supply, _addSupply(_supply.lowest, returned));
            reading.supportNow = StateTransitions.support(reading.locked, reading.supply);
            reading.supportMax = StateTransitions.support(reading.locked, reading.lowestSupply);
        }
    }

    /// @dev Whether the extension of a rage quit has started since the last poke: the shares that it gave back may signal
    /// again, so from then on they count in what was recorded without them. Outside RageQuit `completeAfter` is 0.
    function _isReturnNew(uint256 completeAfter) private view returns (bool) {
        return completeAfter != 0 && _machine.phaseEndsAt == 0;
    }

    function _addSupply(uint256 recorded, uint256 returned) private pure returns (uint256) {
        return Math.min(recorded + returned, type(uint128).max);
    }

    /// @dev The machine a poke would leave behind.
    function _next(Reading memory reading) private view returns (Machine memory) {
        Machine memory machine = _machine;
        GovernanceState from = machine.state;
        bool signalling = StateTransitions.isSignalling(from);
        SignallingConfig memory config = _configs[signalling ? machine.frozenConfig : machine.currentConfig].signalling;
        if (signalling) machine.rageQuitThresholdAt = machine.countRageQuitThreshold(config, reading);
        else if (reading.completeAfter != 0) machine.phaseEndsAt = uint40(reading.completeAfter);
        GovernanceState to = machine.next(config, reading);
        if (to == from) return machine;

        PhaseConfig memory phases;
        if (StateTransitions.needsPhases(from, to)) {
            bool closing = to == GovernanceState.VetoCooldown;
            phases = _configs[closing ? machine.frozenConfig : machine.currentConfig].phases;
        }
        machine.enter(to, config, phases, reading);
        return machine;
    }

    /// @dev What is recorded once the state is `to`. Entering RageQuit, the shares that leave no longer count.
    function _recordOf(GovernanceState to, Reading memory reading) private view returns (SupplyRecord memory) {
        if (to != GovernanceState.RageQuit || _machine.state == to) {
            return SupplyRecord(uint128(reading.supply), uint128(reading.lowestSupply));
        }
        uint256 left = Math.max(Math.saturatingSub(reading.supply, reading.locked), _SUPPLY_FLOOR);
        return SupplyRecord(uint128(left), uint128(left));
    }

    function _startRageQuit(Machine memory machine) private {
        PhaseConfig memory phases = _configs[machine.frozenConfig].phases;
        IVetoEscrow(ESCROW).startRageQuit(
            phases.rageQuitExtension,
            StateTransitions.withdrawalDelay(machine.round, phases)
        );
    }

    function _recordSupply(SupplyRecord memory supply) private {
        SupplyRecord memory recorded = _supply;
        if (supply.last == recorded.last && supply.lowest == recorded.lowest) return;
        _supply = supply;
        emit SupplyRecorded(supply.last, supply.lowest);
    }

    function _setConfig(uint16 version, DualGovernanceConfig memory config) private {
        ConfigChecks.check(config, _bounds());
        _configs[version] = config;
        emit ConfigSet(version, config);
    }

    function _bounds() private view returns (ConfigChecks.TimelockBounds memory) {
        return ConfigChecks.TimelockBounds(_DELAY_FLOOR, _DELAY_CEILING, _GRACE, _FALLBACK_DELAY);
    }

    function _allowsScheduling(GovernanceState state) private pure returns (bool) {
        return state != GovernanceState.VetoSignallingDeactivation && state != GovernanceState.VetoCooldown;
    }

    /// @dev No transition into VetoCooldown moves `activatedAt`.
    function _allowsExecution(GovernanceState state, uint256 scheduledAt) private view returns (bool) {
        if (state == GovernanceState.Normal) return true;
        return state == GovernanceState.VetoCooldown && scheduledAt < _machine.activatedAt;
    }

    /// @dev What the tiebreaker released passes only as long as the deadlock lasts, and in no later halt.
    function _allowsReleased(bytes32 id, Machine memory machine) private view returns (bool) {
        uint256 since = _haltedSinceIfDeadlocked(machine);
        return since != 0 && _deadlock.releases[id].since == since;
    }

    /// @dev Since when governance is halted, if that is a deadlock; 0 if not. [unix seconds]
    /// @param machine As a poke would leave it.
    function _haltedSinceIfDeadlocked(Machine memory machine) private view returns (uint256 since) {
        since = _deadlock.haltedSince(_machine, machine);
        if (since == 0) return 0;
        uint256 timeout = IDualGovernanceTimelock(TIMELOCK).tiebreakerTimeout();
        if (block.timestamp >= since + timeout) return since;
        if (machine.state != GovernanceState.RageQuit) return 0;
        bool isKeptIn = _deadlock.hasBlocker(block.timestamp + timeout) || Deadlock.isExitStalled(ESCROW);
        return isKeptIn ? since : 0;
    }
}
