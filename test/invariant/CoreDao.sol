// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {RuleTargetMock} from "../../contracts/mocks/RuleTargetMock.sol";
import {CoreWatch} from "./CoreWatch.sol";

/// The DAO: proposes, cancels, and has anybody execute; knows whether the timelock must let it.
abstract contract CoreDao is CoreWatch {
    struct Operation {
        bytes32 id;
        address target;
        bytes data;
        bytes32 salt;
        uint256 scheduledAt;
    }

    uint256 private constant MAX_OPERATIONS = 12;

    Operation[] private _operations;
    uint256 private _salt;

    /// A change of a rule somewhere, or of the gate's own rules.
    function schedule(uint256 kind) public watched(1) {
        if (_operations.length == MAX_OPERATIONS) return;
        Operation memory operation = _makeOperation(kind % 4);
        bool expected = gate.canSchedule();
        try timelock.schedule(operation.target, 0, operation.data, 0, operation.salt, BASE_DELAY) {
            assertTrue(expected, "scheduled while closed");
            _operations.push(operation);
        } catch {
            _forgetLogs();
            assertFalse(expected, "not scheduled while open");
        }
    }

    function execute(uint256 which) public watched(1) {
        if (_operations.length == 0) return;
        which = which % _operations.length;
        Operation memory operation = _operations[which];
        bool expected = timelock.isOperationReady(operation.id);
        bool isDue = block.timestamp >= operation.scheduledAt + BASE_DELAY;
        bool isExpired = block.timestamp > operation.scheduledAt + BASE_DELAY + GRACE;
        if (isDue && !isExpired) {
            bool isOpen = gate.canExecute(operation.id, operation.scheduledAt);
            assertEq(expected, isOpen, "ready means that it executes in this second");
            if (!isOpen) ++refusals;
        } else {
            assertFalse(expected, "ready before its delay or after its expiry");
        }
        bool isDone = _execute(which);
        assertEq(isDone, expected, "ready, and refused; or executed without being ready");
        if (isExpired) _forget(which);
    }

    function cancel(uint256 which) public watched(0) {
        if (_operations.length == 0) return;
        which = which % _operations.length;
        if (timelock.isOperationPending(_operations[which].id)) timelock.cancel(_operations[which].id);
        _forget(which);
    }

    function operationCount() public view returns (uint256) {
        return _operations.length;
    }

    function operationAt(uint256 index) public view returns (Operation memory) {
        return _operations[index];
    }

    /// Has it executed if the timelock lets it; @return isDone whether it did.
    function _execute(uint256 which) internal returns (bool isDone) {
        Operation memory operation = _operations[which];
        try timelock.execute(operation.target, 0, operation.data, 0, operation.salt) {
            _noteExecution(operation.scheduledAt);
            _forget(which);
            isDone = true;
        } catch {
            _forgetLogs();
            isDone = false;
        }
    }

    function _makeOperation(uint256 kind) private returns (Operation memory operation) {
        operation.salt = bytes32(++_salt);
        operation.scheduledAt = block.timestamp;
        if (kind < 2) {
            operation.target = address(gate);
            operation.data = abi.encodeCall(gate.setConfig, (makeRules(kind == 1)));
        } else {
            operation.target = address(target);
            operation.data = abi.encodeCall(RuleTargetMock.setRule, (_salt));
        }
        operation.id = timelock.hashOperation(operation.target, 0, operation.data, 0, operation.salt);
    }

    function _forget(uint256 which) private {
        _operations[which] = _operations[_operations.length - 1];
        _operations.pop();
    }
}
