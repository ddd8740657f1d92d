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
    /// @dev What a call is about to ask of one operator, beside what leaves already; and what stays then.
    struct Asking {
        /// 0 if nothing is asked.
        uint256 operatorId;
        /// [wei]
        uint256 amount;
        /// Of all places. Read when an entity has more than its cap, and once: it would be read again for each operator.
        Rest[] rest;
    }

    /// @dev What stays of an operator's stake.
    struct Rest {
        uint256 entity;
        /// [wei]
        uint256 staying;
    }

    /// @dev How long the first of the queue waits before anybody may make keys exit, and how long where little is asked.
    uint256 private constant _STALL = 7 days;
    uint256 private constant _STALL_LITTLE = 28 days;
    uint256 private constant _LITTLE = 16 ether;
    /// @dev What puts an operator before all others: more than any stake. [wei]
    uint256 private constant _BEFORE_ALL = 1 << 96;

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
        Asking memory asking = Asking(operatorId, asked, new Rest[](0));
        (uint256 first, uint256 rank) = _firstBut(asking);
        if (rank > _rankOf(operatorId, asking)) revert NotFirstToExit(operatorId, first);
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
    function nextToExit() external view returns (uint256 first) {
        (first, ) = _firstBut(Asking(0, 0, new Rest[](0)));
    }

    /// @return first Whose keys leave next, of all but who is asked; 0 if nobody has one that could.
    /// @return rank Its rank; 0 if there is none.
    function _firstBut(Asking memory asking) private view returns (uint256 first, uint256 rank) {
        uint256 count = _places.operators.length;
        for (uint256 i = 0; i < count; ++i) {
            uint256 candidate = _places.operators[i];
            if (candidate == asking.operatorId || !_canExit(_exitStandings[candidate])) continue;
            uint256 candidateRank = _rankOf(candidate, asking);
            if (first == 0 || candidateRank > rank) (first, rank) = (candidate, candidateRank);
        }
    }

    /// @dev Retired ones and those above a cap first, then whoever has most. Only what stays counts, for caps too: else who
    /// tops up a key of a full operator would make all of its keys leave, not as many as bring it back to its cap.
    /// @return Of two operators, keys of the one with the higher rank leave first. [wei]
    function _rankOf(uint256 operatorId, Asking memory asking) private view returns (uint256) {
        Operator storage operator = _operators[operatorId];
        uint256 staying = _calcStaying(operatorId, asking);
        bool isBeforeAll =
            operator.status == OperatorStatus.Retired ||
                staying > _capOf(operator) ||
                _isEntityAboveCap(_entityOf(operator), asking);
        return isBeforeAll ? staying + _BEFORE_ALL : staying;
    }

    function _isEntityAboveCap(uint256 entityId, Asking memory asking) private view returns (bool) {
        Entity storage entity = _entities[entityId];
        if (entity.staked <= entity.cap) return false;
        if (asking.rest.length == 0) asking.rest = _readRest(asking);
        uint256 staying = 0;
        for (uint256 i = 0; i < asking.rest.length; ++i) {
            if (asking.rest[i].entity == entityId) staying += asking.rest[i].staying;
        }
        return staying > entity.cap;
    }

    function _readRest(Asking memory asking) private view returns (Rest[] memory rest) {
        uint256 count = _places.operators.length;
        rest = new Rest[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 operatorId = _places.operators[i];
            rest[i] = Rest(_entityOf(_operators[operatorId]), _calcStaying(operatorId, asking));
        }
    }

    /// @return [wei]
    function _calcStaying(uint256 operatorId, Asking memory asking) private view returns (uint256) {
        uint256 leaving = _calcLeaving(_exitStandings[operatorId]);
        if (operatorId == asking.operatorId) leaving += asking.amount;
        return Math.saturatingSub(_operators[operatorId].staked, leaving);
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
