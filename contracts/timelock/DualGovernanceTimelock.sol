// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IDualGovernanceTimelock} from "../interfaces/IDualGovernanceTimelock.sol";
import {IEmergencyProtection} from "../interfaces/IEmergencyProtection.sol";
import {IFallbackGate} from "../interfaces/IFallbackGate.sol";
import {IGate} from "../interfaces/IGate.sol";
import {IGateRecovery} from "../interfaces/IGateRecovery.sol";
import {NoCode} from "../types/NoCode.sol";
import {EmergencyProtection} from "./EmergencyProtection.sol";
import {GateCalls} from "./GateCalls.sol";
import {GateRecovery} from "./GateRecovery.sol";
import {OperationLedger} from "./OperationLedger.sol";

/// @title DualGovernanceTimelock
/// @notice OpenZeppelin's `TimelockController` whose operations also pass a gate, when they are scheduled and again
/// when they execute. Any Governor with `GovernorTimelockControl` adopts it by one proposal (`updateTimelock`).
/// @dev Roles, identifiers, events and errors are OpenZeppelin's. What differs: the delay stays within immutable
/// bounds, an operation expires, a canceller's de-escalation passes every gate without the base delay, a call with data
/// needs a target with code, the last proposer stays, and two kinds of bodies may act for a time: the emergency
/// committees ({EmergencyProtection}) and the tiebreaker ({GateRecovery}).
contract DualGovernanceTimelock is TimelockController, IDualGovernanceTimelock {
    using EmergencyProtection for EmergencyProtection.Context;
    using GateRecovery for GateRecovery.Context;
    using OperationLedger for OperationLedger.Context;

    /// @notice Immutable limits; `protectionLimit` counts from the timelock's creation. [seconds]
    struct Bounds {
        uint256 delayFloor;
        uint256 delayCeiling;
        uint256 grace;
        uint256 protectionLimit;
        uint256 emergencyLimit;
        uint256 tiebreakerFloor;
        uint256 tiebreakerCeiling;
    }

    /// @dev Longer than any timelock needs, and far from every overflow. [seconds]
    uint256 private constant _TIME_LIMIT = type(uint32).max;
    /// @dev Emergency protection is for young contracts: four years after the creation at the latest it is over. [seconds]
    uint256 private constant _PROTECTION_LIMIT = 4 * 365 days;

    /// @inheritdoc IDualGovernanceTimelock
    uint256 public immutable DELAY_FLOOR;
    /// @inheritdoc IDualGovernanceTimelock
    uint256 public immutable DELAY_CEILING;
    /// @inheritdoc IDualGovernanceTimelock
    uint256 public immutable GRACE;
    /// @inheritdoc IEmergencyProtection
    uint256 public immutable PROTECTION_HARD_END;
    /// @inheritdoc IEmergencyProtection
    uint256 public immutable EMERGENCY_LIMIT;
    /// @inheritdoc IGateRecovery
    uint256 public immutable TIEBREAKER_FLOOR;
    /// @inheritdoc IGateRecovery
    uint256 public immutable TIEBREAKER_CEILING;
    /// @inheritdoc IGateRecovery
    IFallbackGate public immutable FALLBACK_GATE;

    OperationLedger.Context private _ledger;
    EmergencyProtection.Context private _emergency;
    GateRecovery.Context private _recovery;
    // Who holds the proposer's role and can use it: neither the zero address nor the timelock itself.
    uint256 private _proposerCount;

    /// @dev The operation under execution; it stays ready for its own after-check whatever it does to the gate.
    bytes32 private transient _executing;

    /// @dev The timelock itself; while there is no gate, an admin: the deployer, setting things up.
    modifier onlyGovernance() {
        if (msg.sender != address(this) && !(_ledger.gate == address(0) && hasRole(DEFAULT_ADMIN_ROLE, msg.sender))) {
            revert TimelockUnauthorizedCaller(msg.sender);
        }
        _;
    }

    /// @param bounds Limits that nothing can change.
    /// @param fallbackGate What an emergency reset, or the tiebreaker in the place of a silent gate, installs.
    /// @param minDelay First base delay, within the bounds. [seconds]
    /// @param proposers Get the proposer's and the canceller's role.
    /// @param executors Get the executor's role; the zero address opens it to everybody.
    /// @param admin May set the gate once and hand out roles until it renounces; without one there would
    /// never be a gate.
    constructor(
        Bounds memory bounds,
        IFallbackGate fallbackGate,
        uint256 minDelay,
        address[] memory proposers,
        address[] memory executors,
        address admin
    ) TimelockController(minDelay, proposers, executors, admin) {
        if (admin == address(0)) revert ZeroAdmin();
        _checkBounds(bounds);
        if (address(fallbackGate).code.length == 0) revert NoCode(address(fallbackGate));
        // What is scheduled under the fallback gate must live long enough to land.
        uint256 minGrace = 2 * fallbackGate.DELAY();
        if (bounds.grace < minGrace) revert GraceBelowFallback(bounds.grace, minGrace);
        DELAY_FLOOR = bounds.delayFloor;
        DELAY_CEILING = bounds.delayCeiling;
        GRACE = bounds.grace;
        PROTECTION_HARD_END = block.timestamp + bounds.protectionLimit;
        EMERGENCY_LIMIT = bounds.emergencyLimit;
        TIEBREAKER_FLOOR = bounds.tiebreakerFloor;
        TIEBREAKER_CEILING = bounds.tiebreakerCeiling;
        FALLBACK_GATE = fallbackGate;
        _checkDelay(minDelay);
        _recovery.set(address(0), bounds.tiebreakerCeiling, bounds.tiebreakerFloor, bounds.tiebreakerCeiling);
    }

    // ── the walk of a decision ──────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc TimelockController
    function schedule(
        address target,
        uint256 value,
        bytes calldata data,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) public override {
        bool isDeEscalation = value == 0 && _isDeEscalationCall(target, data) && hasRole(CANCELLER_ROLE, _msgSender());
        _admitSchedule(delay, isDeEscalation);
        super.schedule(target, value, data, predecessor, salt, delay);
        _ledger.append(hashOperation(target, value, data, predecessor, salt), isDeEscalation);
    }

    /// @inheritdoc TimelockController
    function scheduleBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) public override {
        bool isDeEscalation = _isDeEscalationBatch(targets, values, payloads) && hasRole(CANCELLER_ROLE, _msgSender());
        _admitSchedule(delay, isDeEscalation);
        super.scheduleBatch(targets, values, payloads, predecessor, salt, delay);
        _ledger.append(hashOperationBatch(targets, values, payloads, predecessor, salt), isDeEscalation);
    }

    /// @inheritdoc TimelockController
    function execute(
        address target,
        uint256 value,
        bytes calldata payload,
        bytes32 predecessor,
        bytes32 salt
    ) public payable override {
        bytes32 id = hashOperation(target, value, payload, predecessor, salt);
        bytes32 outer = _beginExecution(id);
        super.execute(target, value, payload, predecessor, salt);
        _endExecution(id, outer);
    }

    /// @inheritdoc TimelockController
    function executeBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt
    ) public payable override {
        bytes32 id = hashOperationBatch(targets, values, payloads, predecessor, salt);
        bytes32 outer = _beginExecution(id);
        super.executeBatch(targets, values, payloads, predecessor, salt);
        _endExecution(id, outer);
    }

    // ── withdrawing a decision ──────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc TimelockController
    /// @dev Asks the ledger alone, never the gate.
    function cancel(bytes32 id) public override onlyRole(CANCELLER_ROLE) {
        if (!_isPending(id)) {
            revert TimelockUnexpectedOperationState(
                id,
                _encodeStateBitmap(OperationState.Waiting) | _encodeStateBitmap(OperationState.Ready)
            );
        }
        _cancel(id);
    }

    /// @inheritdoc IDualGovernanceTimelock
    function cancelOperations(bytes32[] calldata ids) external {
        uint40 last = _deEscalationReach();
        for (uint256 i = 0; i < ids.length; ++i) {
            if (_ledger.operations[ids[i]].sequence <= last && _isPending(ids[i])) _cancel(ids[i]);
        }
    }

    /// @inheritdoc IDualGovernanceTimelock
    function cancelAllOperations() external {
        _ledger.cancelThrough(_deEscalationReach());
    }

    // ── configuration ───────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IDualGovernanceTimelock
    function setGate(IGate newGate) external onlyGovernance {
        if (!GateCalls.answers(address(newGate))) revert GateWithoutAnswer(address(newGate));
        // The operation that asked for it lives on beyond the sequence it cancels, unless it was cancelled itself.
        bool livesOn = msg.sender == address(this) && _ledger.isLive(_executing);
        _replaceGate(address(newGate));
        if (livesOn) _ledger.append(_executing, false);
    }

    /// @inheritdoc TimelockController
    function updateDelay(uint256 newDelay) public override {
        super.updateDelay(newDelay);
        _checkDelay(newDelay);
    }

    // ── emergency ───────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IEmergencyProtection
    function setEmergencyProtection(EmergencyTerms calldata terms) external onlyGovernance {
        if (_ledger.inEmergency) _endEmergencyOnceOver();
        _emergency.setTerms(terms, PROTECTION_HARD_END, EMERGENCY_LIMIT);
    }

    /// @inheritdoc IEmergencyProtection
    function activateEmergencyMode() external {
        if (_ledger.inEmergency) _endEmergencyOnceOver();
        _emergency.activate(_ledger.lastSequence);
        _ledger.inEmergency = true;
    }

    /// @inheritdoc IEmergencyProtection
    function endEmergencyMode() external {
        if (!_ledger.inEmergency) revert EmergencyModeInactive();
        if (msg.sender == address(this)) _endEmergency();
        else _endEmergencyOnceOver();
    }

    /// @inheritdoc IEmergencyProtection
    function emergencyReset() external {
        if (!_inEmergency()) revert EmergencyModeInactive();
        _emergency.checkExecutionCommittee();
        _endEmergency();
        _replaceGate(address(FALLBACK_GATE));
    }

    // ── a gate that fails ───────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IGateRecovery
    function setTiebreaker(address tiebreaker_, uint256 timeout) external onlyGovernance {
        _recovery.set(tiebreaker_, timeout, TIEBREAKER_FLOOR, TIEBREAKER_CEILING);
    }

    /// @inheritdoc IGateRecovery
    function checkGate() external returns (bool answers) {
        address gate_ = _ledger.gate;
        answers = GateCalls.answers(gate_);
        if (answers) _endSilence();
        else if (!_ledger.isGateSilent) {
            _ledger.isGateSilent = true;
            _recovery.recordSilence(gate_);
        }
    }

    /// @inheritdoc IGateRecovery
    function replaceSilentGate() external {
        address gate_ = _ledger.gate;
        _recovery.checkReplacement(gate_);
        if (GateCalls.answers(gate_)) revert GateAnswers(gate_);
        _replaceGate(address(FALLBACK_GATE));
    }

    // ── what would happen in this block ─────────────────────────────────────────────────────────────────────────

    /// @inheritdoc TimelockController
    /// @dev 0 also for what was cancelled or has expired. A de-escalation is due from its scheduling.
    function getTimestamp(bytes32 id) public view override returns (uint256) {
        uint256 timestamp = super.getTimestamp(id);
        if (timestamp <= DONE_TIMESTAMP) return timestamp;
        if (!_ledger.isLive(id) || _isExpired(timestamp)) return 0;
        Operation storage operation = _ledger.operations[id];
        return operation.isDeEscalation ? operation.scheduledAt : timestamp;
    }

    /// @inheritdoc TimelockController
    /// @dev Ready means that it executes in this very block. What the gate holds back is Waiting.
    function getOperationState(bytes32 id) public view override returns (OperationState) {
        OperationState state = super.getOperationState(id);
        if (state != OperationState.Ready || _executing == id) return state;
        return _isAdmissible(id) ? OperationState.Ready : OperationState.Waiting;
    }

    /// @inheritdoc IDualGovernanceTimelock
    function getOperation(bytes32 id) external view returns (Operation memory operation) {
        if (_ledger.isLive(id)) operation = _ledger.operations[id];
    }

    /// @inheritdoc IDualGovernanceTimelock
    function getExpiry(bytes32 id) external view returns (uint256) {
        uint256 timestamp = super.getTimestamp(id);
        return timestamp > DONE_TIMESTAMP && _ledger.isLive(id) ? timestamp + GRACE : 0;
    }

    /// @inheritdoc IDualGovernanceTimelock
    function gate() external view returns (IGate) {
        return IGate(_ledger.gate);
    }

    /// @inheritdoc IDualGovernanceTimelock
    function lastSequence() external view returns (uint40) {
        return _ledger.lastSequence;
    }

    /// @inheritdoc IEmergencyProtection
    function emergencyStatus() external view returns (EmergencyStatus memory status) {
        bool isOver = _ledger.inEmergency && !_emergency.lasts();
        if (!isOver) status = EmergencyStatus(_emergency.terms, _emergency.modeEndsAt, _emergency.lastSequence);
    }

    /// @inheritdoc IGateRecovery
    function tiebreaker() external view returns (address) {
        return _recovery.tiebreaker;
    }

    /// @inheritdoc IGateRecovery
    function tiebreakerTimeout() external view returns (uint256) {
        return _recovery.timeout;
    }

    /// @inheritdoc IGateRecovery
    function gateSilentSince() external view returns (uint256) {
        return _recovery.silentSince;
    }

    // ── what OpenZeppelin's timelock asks of us ─────────────────────────────────────────────────────────────────

    /// @inheritdoc TimelockController
    /// @dev A call with data is meant to do something, and an account without code does nothing and says that all went
    /// well: a mistyped target would be a decision silently lost. Asked before each call, so that an operation may deploy
    /// a contract and then call it.
    function _execute(address target, uint256 value, bytes calldata data) internal override {
        if (data.length != 0 && target.code.length == 0) revert NoCode(target);
        super._execute(target, value, data);
    }

    /// @inheritdoc AccessControl
    function _grantRole(bytes32 role, address account) internal override returns (bool isGranted) {
        isGranted = super._grantRole(role, account);
        if (isGranted && _isProposer(role, account)) ++_proposerCount;
    }

    /// @inheritdoc AccessControl
    /// @dev Every way to lose a role leads here. Without a proposer nothing could ever be scheduled again, the repair of
    /// this included, and no committee could help.
    function _revokeRole(bytes32 role, address account) internal override returns (bool isRevoked) {
        isRevoked = super._revokeRole(role, account);
        if (isRevoked && _isProposer(role, account) && --_proposerCount == 0) revert LastProposer(account);
    }

    // ── private ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev The zero address calls nobody; the timelock only does what somebody else has proposed.
    function _isProposer(bytes32 role, address account) private view returns (bool) {
        return role == PROPOSER_ROLE && account != address(0) && account != address(this);
    }

    function _admitSchedule(uint256 delay, bool isDeEscalation) private {
        if (delay > DELAY_CEILING) revert DelayOutOfBounds(delay, getMinDelay(), DELAY_CEILING);
        if (isDeEscalation) return;
        address gate_ = _ledger.gate;
        if (!GateCalls.admitsSchedule(gate_)) revert SchedulingClosed(gate_);
    }

    /// @dev Asks whether operation `id` may execute, and remembers that it does.
    /// @return outer The operation inside which it executes; zero if there is none.
    function _beginExecution(bytes32 id) private returns (bytes32 outer) {
        _admitExecution(id);
        outer = _executing;
        _executing = id;
    }

    /// @dev Forgets operation `id`, which is done; `outer` goes on.
    function _endExecution(bytes32 id, bytes32 outer) private {
        _executing = outer;
        delete _ledger.operations[id];
    }

    /// @dev Says what is wrong beyond OpenZeppelin's own checks; those run afterwards, in the parent.
    function _admitExecution(bytes32 id) private {
        uint256 timestamp = super.getTimestamp(id);
        if (timestamp <= DONE_TIMESTAMP || !_ledger.isLive(id)) return;
        if (_isExpired(timestamp)) revert OperationExpired(id, timestamp + GRACE);
        Operation memory operation = _ledger.operations[id];
        if (operation.isDeEscalation || timestamp > block.timestamp) return;
        if (_ledger.inEmergency) _admitInEmergency(id, operation.sequence);
        address gate_ = _ledger.gate;
        if (!GateCalls.admitsExecution(gate_, id, operation.scheduledAt)) revert ExecutionClosed(id, gate_);
        _endSilence();
    }

    /// @dev In the mode only the execution committee passes, with what was scheduled before it; a mode that has outlived
    /// itself ends here.
    function _admitInEmergency(bytes32 id, uint40 sequence) private {
        if (!_emergency.lasts()) {
            _endEmergency();
            return;
        }
        _emergency.checkExecutionCommittee();
        uint40 last = _emergency.lastSequence;
        if (sequence > last) revert OperationTooNewForEmergency(id, sequence, last);
    }

    function _inEmergency() private view returns (bool) {
        return _ledger.inEmergency && _emergency.lasts();
    }

    function _endEmergencyOnceOver() private {
        if (_emergency.lasts()) revert EmergencyModeActive(_emergency.modeEndsAt);
        _endEmergency();
    }

    function _endEmergency() private {
        _ledger.inEmergency = false;
        _emergency.wipe();
    }

    function _endSilence() private {
        if (!_ledger.isGateSilent) return;
        _ledger.isGateSilent = false;
        _recovery.endSilence(_ledger.gate);
    }

    /// @dev Every pending operation was made under another gate, and goes with it.
    function _replaceGate(address newGate) private {
        _endSilence();
        emit GateSet(_ledger.gate, newGate);
        _ledger.gate = newGate;
        _ledger.cancelThrough(_ledger.lastSequence);
    }

    function _isAdmissible(bytes32 id) private view returns (bool) {
        Operation memory operation = _ledger.operations[id];
        if (operation.isDeEscalation) return true;
        return !_inEmergency() && GateCalls.canExecute(_ledger.gate, id, operation.scheduledAt);
    }

    function _isPending(bytes32 id) private view returns (bool) {
        return getTimestamp(id) > DONE_TIMESTAMP;
    }

    function _isExpired(uint256 timestamp) private view returns (bool) {
        return block.timestamp > timestamp + GRACE;
    }

    function _cancel(bytes32 id) private {
        delete _ledger.operations[id];
        emit Cancelled(id);
    }

    /// @dev A canceller reaches everything; the timelock only what is older than the operation it executes, so that a
    /// forgotten de-escalation cannot wipe out what came after it.
    function _deEscalationReach() private view returns (uint40) {
        if (msg.sender == address(this)) {
            uint40 sequence = _ledger.operations[_executing].sequence;
            return sequence == 0 ? 0 : sequence - 1;
        }
        if (!hasRole(CANCELLER_ROLE, msg.sender)) revert CallerCannotDeEscalate(msg.sender);
        return _ledger.lastSequence;
    }

    function _isDeEscalationBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads
    ) private view returns (bool) {
        // A length mismatch is refused by the parent, with its own error.
        if (targets.length == 0 || targets.length != values.length || targets.length != payloads.length) return false;
        for (uint256 i = 0; i < targets.length; ++i) {
            if (values[i] != 0 || !_isDeEscalationCall(targets[i], payloads[i])) return false;
        }
        return true;
    }

    function _isDeEscalationCall(address target, bytes calldata data) private view returns (bool) {
        if (target != address(this) || data.length < 4) return false;
        bytes4 selector = bytes4(data);
        return selector == this.cancelOperations.selector || selector == this.cancelAllOperations.selector;
    }

    function _checkDelay(uint256 delay) private view {
        if (delay < DELAY_FLOOR || delay > DELAY_CEILING) revert DelayOutOfBounds(delay, DELAY_FLOOR, DELAY_CEILING);
    }

    function _checkBounds(Bounds memory bounds) private pure {
        if (bounds.delayFloor > bounds.delayCeiling) {
            revert DelayBoundsInverted(bounds.delayFloor, bounds.delayCeiling);
        }
        if (bounds.tiebreakerFloor > bounds.tiebreakerCeiling) {
            revert TiebreakerBoundsInverted(bounds.tiebreakerFloor, bounds.tiebreakerCeiling);
        }
        if (bounds.protectionLimit == 0 || bounds.emergencyLimit == 0 || bounds.tiebreakerFloor == 0) {
            revert BoundZero();
        }
        if (bounds.protectionLimit > _PROTECTION_LIMIT) {
            revert ProtectionTooLong(bounds.protectionLimit, _PROTECTION_LIMIT);
        }
        _checkBound(bounds.delayCeiling);
        _checkBound(bounds.grace);
        _checkBound(bounds.emergencyLimit);
        _checkBound(bounds.tiebreakerCeiling);
    }

    function _checkBound(uint256 bound) private pure {
        if (bound > _TIME_LIMIT) revert BoundTooLong(bound, _TIME_LIMIT);
    }
}
