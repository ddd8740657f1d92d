// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IOperatorRegistry} from "../../interfaces/IOperatorRegistry.sol";
import {ExitStanding, OperatorStatus} from "../../types/Staking.sol";
import {RageQuitWatch} from "../RageQuitWatch.sol";
import {RegistryReader} from "./RegistryReader.sol";

/// @title ExitOrder
/// @notice Whether keys may be made to exit, and whose go first.
abstract contract ExitOrder is RegistryReader {
    /// @dev How long the first of the queue waits before anybody may make keys exit, and how long where little is asked.
    uint256 private constant _STALL = 7 days;
    uint256 private constant _STALL_LITTLE = 28 days;
    uint256 private constant _LITTLE = 16 ether;

    /// @inheritdoc IOperatorRegistry
    function setExitStanding(ExitStanding calldata standing) external {
        (uint256 operatorId, ) = _checkVault();
        _exitStandings[operatorId] = standing;
    }

    /// @inheritdoc IOperatorRegistry
    function exitStanding(uint256 operatorId) external view returns (ExitStanding memory) {
        return _exitStandings[operatorId];
    }

    /// @inheritdoc IOperatorRegistry
    function checkForcedExit(uint256 balances, uint256 last) external view {
        (uint256 operatorId, ) = _checkVault();
        (, , uint256 oldest) = POOL.waiting();
        uint256 age = oldest == 0 ? 0 : block.timestamp - oldest;
        uint256 demand = exitDemand();
        if (!RageQuitWatch.mayBeRunning(TIMELOCK)) {
            uint256 limit = demand < _LITTLE ? _STALL_LITTLE : _STALL;
            if (age <= limit) revert NobodyWaits(age, limit);
        }
        // All but the last must leave something to be asked for.
        uint256 asked = (balances - last) * 1 gwei;
        if (asked >= demand) revert NoDemand(asked, demand);
        // The last one, too, must be this operator's to go.
        uint256 first = _firstBut(operatorId);
        if (first != 0 && _leavesBefore(first, operatorId, asked)) revert NotFirstToExit(operatorId, first);
    }

    /// @inheritdoc IOperatorRegistry
    function exitDemand() public view returns (uint256 demand) {
        (, demand, ) = POOL.waiting();
        demand = Math.saturatingSub(demand, POOL.books().idle);
        uint256 count = _places.operators.length;
        for (uint256 i = 0; i < count && demand != 0; ++i) {
            demand = Math.saturatingSub(demand, _calcLeaving(_exitStandings[_places.operators[i]]));
        }
    }

    /// @inheritdoc IOperatorRegistry
    function nextToExit() external view returns (uint256) {
        return _firstBut(0);
    }

    /// @return first Whose keys leave next, of all but `operatorId`; 0 if nobody has one that could.
    function _firstBut(uint256 operatorId) private view returns (uint256 first) {
        uint256 count = _places.operators.length;
        for (uint256 i = 0; i < count; ++i) {
            uint256 candidate = _places.operators[i];
            if (candidate == operatorId || !_canExit(_exitStandings[candidate])) continue;
            if (first == 0 || _leavesBefore(candidate, first, 0)) first = candidate;
        }
    }

    /// @dev Retired ones and those above a cap first, then whoever has most that is not leaving already.
    /// @param asked What is about to leave of `b`. [wei]
    function _leavesBefore(uint256 a, uint256 b, uint256 asked) private view returns (bool) {
        (Operator storage operatorA, Operator storage operatorB) = (_operators[a], _operators[b]);
        (bool isFirstA, bool isFirstB) = (_isExcess(operatorA), _isExcess(operatorB));
        if (isFirstA != isFirstB) return isFirstA;
        uint256 stayingA = Math.saturatingSub(operatorA.staked, _calcLeaving(_exitStandings[a]));
        uint256 stayingB = Math.saturatingSub(operatorB.staked, _calcLeaving(_exitStandings[b]) + asked);
        return stayingA > stayingB;
    }

    function _isExcess(Operator storage operator) private view returns (bool) {
        if (operator.status == OperatorStatus.Retired || operator.staked > _capOf(operator)) return true;
        Entity storage entity = _entities[_entityOf(operator)];
        return entity.staked > entity.cap;
    }

    function _canExit(ExitStanding storage standing) private view returns (bool) {
        uint256 kept = 0;
        if (block.timestamp < standing.requestedUntil) kept += standing.asked;
        if (block.timestamp < standing.youngUntil) kept += standing.young;
        return standing.ready > kept;
    }

    /// @return [wei]
    function _calcLeaving(ExitStanding storage standing) private view returns (uint256) {
        uint256 leaving = standing.exiting;
        if (block.timestamp < standing.requestedUntil) leaving += standing.requested;
        return leaving * 1 gwei;
    }
}
