// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Arrays} from "@openzeppelin/contracts/utils/Arrays.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IOperatorRegistry} from "../../interfaces/IOperatorRegistry.sol";
import {IOperatorVault} from "../../interfaces/IOperatorVault.sol";
import {IStakingPool} from "../../interfaces/IStakingPool.sol";
import {NoCode} from "../../types/NoCode.sol";
import {ExitStanding, OperatorStatus} from "../../types/Staking.sol";
import {Governed} from "../Governed.sol";
import {Bonds} from "./Bonds.sol";
import {Places} from "./Places.sol";

/// @title RegistryReader
/// @notice What the registry knows of operators, their entities, places and bonds.
abstract contract RegistryReader is IOperatorRegistry, Governed {
    using Places for Places.Context;

    struct Operator {
        /// [wei]
        uint96 staked;
        uint96 cap;
        uint40 readyUntil;
        uint16 keys;
        OperatorStatus status;
        address owner;
        address pendingOwner;
        /// Since when it has been without keys; 0 if it never had a place. [unix seconds]
        uint40 idleSince;
        address vault;
        uint32 entity;
        /// Keys that it announced, and that have not been activated.
        uint16 readyKeys;
        /// Value less what was put in, and the most that this has been. [wei]
        int128 profit;
        int128 highest;
    }

    struct Entity {
        uint96 staked;
        uint96 cap;
        /// 0 while it stands for itself.
        uint32 mergedInto;
        /// The most steps to it from an entity that stands under it.
        uint8 depth;
    }

    uint256 internal constant _ONE = 1e18;

    /// @inheritdoc IOperatorRegistry
    IStakingPool public immutable POOL;
    /// @inheritdoc IOperatorRegistry
    address public immutable VAULT_IMPLEMENTATION;

    Operator[] internal _operators;
    Entity[] internal _entities;
    Places.Context internal _places;
    uint8 internal _unvettedPlaces;
    uint96 internal _unvettedOperatorCap;
    mapping(uint256 operatorId => Bonds.Account) internal _bonds;
    mapping(uint256 operatorId => ExitStanding) internal _exitStandings;
    mapping(address prover => Bonds.Account) internal _provers;
    /// @inheritdoc IOperatorRegistry
    mapping(address vault => uint256) public operatorOf;

    constructor(IOperatorVault vaultImplementation) {
        if (address(vaultImplementation).code.length == 0) revert NoCode(address(vaultImplementation));
        POOL = IStakingPool(msg.sender);
        VAULT_IMPLEMENTATION = address(vaultImplementation);
    }

    /// @inheritdoc IOperatorRegistry
    function watermark() external view returns (uint256) {
        return _places.oldestMark();
    }

    /// @inheritdoc IOperatorRegistry
    function calcConcentration() external view returns (Concentration memory result) {
        uint256 count = _places.operators.length;
        uint256[] memory stakes = new uint256[](count);
        uint256 largest = 0;
        for (uint256 i = 0; i < count; ++i) {
            Operator storage operator = _operators[_places.operators[i]];
            stakes[i] = operator.staked;
            result.staked += operator.staked;
            largest = Math.max(largest, _entities[_entityOf(operator)].staked);
        }
        if (result.staked == 0) return result;
        result.largestEntity = Math.mulDiv(largest, _ONE, result.staked);
        Arrays.sort(stakes);
        uint256 together = 0;
        for (uint256 i = count; i != 0; --i) {
            uint256 part = Math.mulDiv(stakes[i - 1], _ONE, result.staked);
            result.herfindahl += (part * part) / _ONE;
            together += stakes[i - 1];
            if (result.operatorsForThird == 0 && together * 3 > result.staked) result.operatorsForThird = count + 1 - i;
            if (result.operatorsForHalf == 0 && together * 2 > result.staked) result.operatorsForHalf = count + 1 - i;
        }
    }

    /// @inheritdoc IOperatorRegistry
    function getOperator(uint256 operatorId) external view returns (OperatorView memory) {
        Operator storage operator = _get(operatorId);
        Bonds.Account storage bond = _bonds[operatorId];
        return
            OperatorView({
                status: operator.status,
                owner: operator.owner,
                pendingOwner: operator.pendingOwner,
                vault: operator.vault,
                entity: _entityOf(operator),
                cap: _capOf(operator),
                staked: operator.staked,
                isPlaced: _places.placeOf[operatorId] != 0,
                mark: _places.markOf(operatorId),
                readyUntil: operator.readyUntil,
                readyKeys: operator.readyKeys,
                keyCount: operator.keys,
                bond: uint256(bond.keyBond) + bond.fees + Bonds.calcEarned(bond.earning, POOL),
                released: bond.released
            });
    }

    /// @inheritdoc IOperatorRegistry
    function isVault(address account) external view returns (bool) {
        return operatorOf[account] != 0;
    }

    /// @inheritdoc IOperatorRegistry
    function operatorCount() external view returns (uint256) {
        return _operators.length - 1;
    }

    /// @inheritdoc IOperatorRegistry
    function ownerOf(uint256 operatorId) external view returns (address) {
        return _get(operatorId).owner;
    }

    /// @inheritdoc IOperatorRegistry
    function stakingOwnerOf(uint256 operatorId) external view returns (address) {
        Operator storage operator = _get(operatorId);
        if (operator.status == OperatorStatus.Retired) revert OperatorRetired(operatorId);
        return operator.owner;
    }

    /// @inheritdoc IOperatorRegistry
    function placedOperators() external view returns (uint256[] memory) {
        return _places.operators;
    }

    /// @inheritdoc IOperatorRegistry
    function entityCount() external view returns (uint256) {
        return _entities.length - 1;
    }

    /// @inheritdoc IOperatorRegistry
    function getEntity(uint256 entity) external view returns (uint256 root, uint256 staked, uint256 cap) {
        root = entity == 0 ? 0 : _rootOf(entity);
        return (root, _entities[root].staked, _entities[root].cap);
    }

    /// @inheritdoc IOperatorRegistry
    function unvettedOperatorCap() external view returns (uint256) {
        return _unvettedOperatorCap;
    }

    /// @inheritdoc IOperatorRegistry
    function proverFees(address prover) external view returns (uint256 shares) {
        Bonds.Account storage account = _provers[prover];
        return account.fees + Bonds.calcEarned(account.earning, POOL);
    }

    // ---------------------------------------------------------------- private

    function _get(uint256 operatorId) internal view returns (Operator storage operator) {
        if (operatorId == 0 || operatorId >= _operators.length) revert OperatorUnknown(operatorId);
        return _operators[operatorId];
    }

    function _checkOwner(uint256 operatorId) internal view returns (Operator storage operator) {
        operator = _get(operatorId);
        if (msg.sender != operator.owner) revert NotOwner(msg.sender, operator.owner);
    }

    function _checkVault() internal view returns (uint256 operatorId, Operator storage operator) {
        operatorId = operatorOf[msg.sender];
        if (operatorId == 0) revert NotVault(msg.sender);
        operator = _operators[operatorId];
    }

    function _capOf(Operator storage operator) internal view returns (uint256) {
        return operator.status == OperatorStatus.Unvetted ? _unvettedOperatorCap : operator.cap;
    }

    function _entityOf(Operator storage operator) internal view returns (uint256) {
        uint256 entity = operator.entity;
        return entity == 0 ? 0 : _rootOf(entity);
    }

    /// @dev As many steps as entities stand one under the other at most: forced exits walk here for every operator with a place.
    function _rootOf(uint256 entity) internal view returns (uint256 root) {
        if (entity == 0 || entity >= _entities.length) revert EntityUnknown(entity);
        root = entity;
        while (_entities[root].mergedInto != 0) root = _entities[root].mergedInto;
    }
}
