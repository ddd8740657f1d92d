// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {ConfigChecks} from "../../contracts/governance/ConfigChecks.sol";
import {IDualGovernanceTimelock} from "../../contracts/interfaces/IDualGovernanceTimelock.sol";
import {BoundsStub} from "./BoundsStub.sol";

/// Stands for the timelock as the gate sees it in a deadlock: whoever deployed it is its tiebreaker, and any operation
/// is pending that the test says is.
contract OperationStub is BoundsStub {
    address public tiebreaker = msg.sender;
    uint256 public tiebreakerTimeout;
    mapping(bytes32 id => uint256) private _scheduledAt;

    constructor(ConfigChecks.TimelockBounds memory bounds) BoundsStub(bounds) {}

    function setTimeout(uint256 timeout) external {
        tiebreakerTimeout = timeout;
    }

    function schedule(bytes32 id) external {
        _scheduledAt[id] = block.timestamp;
    }

    function getExpiry(bytes32 id) external view returns (uint256) {
        return _scheduledAt[id] == 0 ? 0 : type(uint256).max;
    }

    function getOperation(bytes32 id) external view returns (IDualGovernanceTimelock.Operation memory operation) {
        operation.scheduledAt = uint40(_scheduledAt[id]);
        operation.sequence = 1;
    }
}
