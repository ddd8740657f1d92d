// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IDualGovernanceTimelock} from "../interfaces/IDualGovernanceTimelock.sol";
import {IGate} from "../interfaces/IGate.sol";
import {BoundedCall} from "../libraries/BoundedCall.sol";
import {OperationLedger} from "./OperationLedger.sol";

/// @title DualGovernanceTimelock
/// @notice OpenZeppelin's `TimelockController` whose operations also pass a gate, when they are scheduled and again
/// when they execute. Any Governor with `GovernorTimelockControl` adopts it by one proposal (`updateTimelock`).
/// @dev Roles, identifiers, events and errors are OpenZeppelin's. What differs: the delay stays within immutable
/// bounds, an operation expires, and a canceller's de-escalation passes every gate without the base delay.
contract DualGovernanceTimelock is TimelockController, IDualGovernanceTimelock {
    using OperationLedger for OperationLedger.Context;

    /// @notice Immutable limits. [seconds]
    struct Bounds {
        uint256 delayFloor;
        uint256 delayCeiling;
        uint256 grace;
    }

    /// @dev Gas a view grants the gate, so that `cancel` through a Governor survives a gate that burns it.
    uint256 private constant _GATE_GAS = 500_000;

    /// @dev Longer than any timelock needs, and far from every overflow. [seconds]
    uint256 private constant _TIME_LIMIT = type(uint32).max;

    /// @inheritdoc IDualGovernanceTimelock
    uint256 public immutable DELAY_FLOOR;
    /// @inheritdoc IDualGovernanceTimelock
    uint256 public immutable DELAY_CEILING;
    /// @inheritdoc IDualGovernanceTimelock
    uint256 public immutable GRACE;

    OperationLedger.Context private _ledger;

    /// @dev The operation under execution; it stays ready for its own after-check whatever it does to the gate.
    bytes32 private transient _executing;

    /// @dev Remembers which operation executes, also when another one executes inside it.
    modifier admitted(bytes32 id) {
        _admitExecution(id);
        bytes32 outer = _executing;
        _executing = id;
        _;
        _executing = outer;
        delete _ledger.operations[id];
    }

    /// @param bounds Limits that nothing can change.
    /// @param minDelay First base delay, within the bounds. [seconds]
    /// @param proposers Get the proposer's and the canceller's role.
    /// @param executors Get the executor's role; the zero address opens it to everybody.
    /// @param admin May set the gate once and hand out roles until it renounces; without one there would
    /// never be a gate.
    constructor(
        Bounds memory bounds,
        uint256 minDelay,
        address[] memory proposers,
        address[] memory executors,
        address admin
    ) TimelockController(minDelay, proposers, executors, admin) {
        if (admin == address(0)) revert ZeroAdmin();
        if (bounds.delayFloor > bounds.delayCeiling) {
            revert DelayBoundsInverted(bounds.delayFloor, bounds.delayCeiling);
        }
        if (bounds.delayCeiling > _TIME_LIMIT) revert BoundTooLong(bounds.delayCeiling, _TIME_LIMIT);
        if (bounds.grace > _TIME_LIMIT) revert BoundTooLong(bounds.grace, _TIME_LIMIT);
        DELAY_FLOOR = bounds.delayFloor;
        DELAY_CEILING = bounds.delayCeiling;
        GRACE = bounds.grace;
        _checkDelay(minDelay);
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
    ) public payable override admitted(hashOperation(target, value, payload, predecessor, salt)) {
        super.execute(target, value, payload, predecessor, salt);
    }

    /// @inheritdoc TimelockController
    function executeBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt
    ) public payable override admitted(hashOperationBatch(targets, values, payloads, predecessor, salt)) {
        super.executeBatch(targets, values, payloads, predecessor, salt);
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
    function setGate(IGate newGate) external {
        address oldGate = _ledger.gate;
        bool bySelf = msg.sender == address(this);
        if (!bySelf && !(oldGate == address(0) && hasRole(DEFAULT_ADMIN_ROLE, msg.sender))) {
            revert CallerCannotSetGate(msg.sender);
        }
        _probe(newGate);
        _ledger.gate = address(newGate);
        emit GateSet(oldGate, address(newGate));
        // The operation that asked for it lives on beyond the sequence it cancels, unless it was cancelled itself.
        bool livesOn = bySelf && _ledger.isLive(_executing);
        _ledger.cancelThrough(_ledger.lastSequence);
        if (livesOn) _ledger.append(_executing, false);
    }

    /// @inheritdoc TimelockController
    function updateDelay(uint256 newDelay) public override {
        super.updateDelay(newDelay);
        _checkDelay(newDelay);
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

    // ── private ─────────────────────────────────────────────────────────────────────────────────────────────────

    function _admitSchedule(uint256 delay, bool isDeEscalation) private {
        if (delay > DELAY_CEILING) revert DelayOutOfBounds(delay, getMinDelay(), DELAY_CEILING);
        if (isDeEscalation) return;
        address gate_ = _ledger.gate;
        if (!BoundedCall.callBool(gate_, abi.encodeCall(IGate.admitSchedule, ()))) revert SchedulingClosed(gate_);
    }

    /// @dev Says what is wrong beyond OpenZeppelin's own checks; those run afterwards, in the parent.
    function _admitExecution(bytes32 id) private {
        uint256 timestamp = super.getTimestamp(id);
        if (timestamp <= DONE_TIMESTAMP || !_ledger.isLive(id)) return;
        if (_isExpired(timestamp)) revert OperationExpired(id, timestamp + GRACE);
        Operation memory operation = _ledger.operations[id];
        if (operation.isDeEscalation || timestamp > block.timestamp) return;
        address gate_ = _ledger.gate;
        bytes memory question = abi.encodeCall(IGate.admitExecution, (id, operation.scheduledAt));
        if (!BoundedCall.callBool(gate_, question)) revert ExecutionClosed(id, gate_);
    }

    function _isAdmissible(bytes32 id) private view returns (bool open) {
        Operation memory operation = _ledger.operations[id];
        if (operation.isDeEscalation) return true;
        bytes memory question = abi.encodeCall(IGate.canExecute, (id, operation.scheduledAt));
        (, open) = BoundedCall.readBool(_ledger.gate, question, _GATE_GAS);
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
    /// forgotten de-escalation is no grenade.
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

    /// @dev All four questions must be answered, whatever the answer: one that fails would close the timelock for ever.
    function _probe(IGate newGate) private {
        address gate_ = address(newGate);
        bytes memory execution = abi.encodeCall(IGate.canExecute, (bytes32(0), block.timestamp));
        (bool schedules, ) = BoundedCall.readBool(gate_, abi.encodeCall(IGate.canSchedule, ()), _GATE_GAS);
        (bool executes, ) = BoundedCall.readBool(gate_, execution, _GATE_GAS);
        bool answers = schedules && executes && BoundedCall.answersBool(gate_, abi.encodeCall(IGate.admitSchedule, ()));
        execution = abi.encodeCall(IGate.admitExecution, (bytes32(0), block.timestamp));
        if (!answers || !BoundedCall.answersBool(gate_, execution)) revert GateWithoutAnswer(gate_);
    }
}
