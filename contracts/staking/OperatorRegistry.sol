// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IDualGovernanceTimelock} from "../interfaces/IDualGovernanceTimelock.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IOperatorVault} from "../interfaces/IOperatorVault.sol";
import {CheckpointResult, FirstOperator, OperatorStatus} from "../types/Staking.sol";
import {Governed} from "./Governed.sol";
import {FeeUnits} from "./pool/FeeUnits.sol";
import {Bonds} from "./registry/Bonds.sol";
import {ExitOrder} from "./registry/ExitOrder.sol";
import {Places} from "./registry/Places.sol";
import {RegistryReader} from "./registry/RegistryReader.sol";

/// @title OperatorRegistry
/// @notice Operators, their caps and bonds; in which order they get stake, and in which order their keys leave.
/// @dev Nothing here is linear in anything but the 64 places.
contract OperatorRegistry is ExitOrder {
    using Bonds for Bonds.Account;
    using Places for Places.Context;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    uint256 private constant _KEY = 32 ether;
    uint256 private constant _MAX_UNVETTED = 16;
    /// @dev How many entities stand one under the other at most.
    uint256 private constant _DEEPEST = 8;
    uint256 private constant _IDLE_LIMIT = 30 days;
    /// @dev Of the six tenths of a fee that are earned, operators get five.
    uint256 private constant _OPERATOR_SIXTHS = 5;

    /// @dev Made by the pool. Whom it begins with is settled here, so that nobody needs a power to let them in.
    /// @param entityCaps Of entities 1, 2 and so on. [wei]
    constructor(
        IDualGovernanceTimelock timelock,
        IOperatorVault vaultImplementation,
        uint96 unvettedOperatorCap_,
        uint96 unvettedCap,
        uint96[] memory entityCaps,
        FirstOperator[] memory operators
    ) Governed(timelock) RegistryReader(vaultImplementation) {
        _operators.push();
        _entities.push();
        _setUnvettedOperatorCap(unvettedOperatorCap_);
        _setEntityCap(0, unvettedCap);
        for (uint256 i = 0; i < entityCaps.length; ++i) _addEntity(entityCaps[i]);
        for (uint256 i = 0; i < operators.length; ++i) {
            FirstOperator memory first = operators[i];
            if (first.owner == address(0)) revert OwnerZero(i);
            _register(first.owner);
            _vet(i + 1, first.entity, first.cap);
        }
    }

    // ---------------------------------------------------------------- operators

    /// @inheritdoc IOperatorRegistry
    function register() external returns (uint256 operatorId, address vault) {
        return _register(msg.sender);
    }

    function _register(address owner) private returns (uint256 operatorId, address vault) {
        operatorId = _operators.length;
        bytes memory parties = abi.encode(POOL, address(this), operatorId);
        vault = Clones.cloneWithImmutableArgs(VAULT_IMPLEMENTATION, parties);
        Operator storage operator = _operators.push();
        operator.status = OperatorStatus.Unvetted;
        operator.owner = owner;
        operator.vault = vault;
        operatorOf[vault] = operatorId;
        emit OperatorRegistered(operatorId, owner, vault);
    }

    /// @inheritdoc IOperatorRegistry
    function offerOwner(uint256 operatorId, address newOwner) external {
        Operator storage operator = _checkOwner(operatorId);
        operator.pendingOwner = newOwner;
        emit OwnerOffered(operatorId, msg.sender, newOwner);
    }

    /// @inheritdoc IOperatorRegistry
    function acceptOwner(uint256 operatorId) external {
        Operator storage operator = _get(operatorId);
        if (msg.sender != operator.pendingOwner) revert NotPendingOwner(msg.sender, operator.pendingOwner);
        emit OwnerChanged(operatorId, operator.owner, msg.sender);
        (operator.owner, operator.pendingOwner) = (msg.sender, address(0));
    }

    /// @inheritdoc IOperatorRegistry
    function releaseFees(uint256 operatorId) external returns (uint256 shares) {
        _checkOwner(operatorId);
        POOL.settle();
        Bonds.Account storage bond = _bonds[operatorId];
        bond.accrue(POOL);
        shares = bond.releaseFees();
        emit FeesReleased(operatorId, shares);
    }

    /// @inheritdoc IOperatorRegistry
    function releaseBond(uint256 operatorId) external returns (uint256 shares) {
        _get(operatorId);
        if (!POOL.isWindDownSettled()) revert BondHeld();
        Bonds.Account storage bond = _bonds[operatorId];
        bond.accrue(POOL);
        shares = bond.releaseKeys(1, 1) + bond.releaseFees();
        emit BondReleased(operatorId, shares);
    }

    /// @inheritdoc IOperatorRegistry
    function collect(uint256 operatorId) external returns (uint256 shares) {
        address owner = _get(operatorId).owner;
        shares = _bonds[operatorId].takeReleased();
        _send(owner, shares);
    }

    /// @inheritdoc IOperatorRegistry
    function collectProverFees(address prover) external returns (uint256 shares) {
        POOL.settle();
        Bonds.Account storage account = _provers[prover];
        account.accrue(POOL);
        account.releaseFees();
        shares = account.takeReleased();
        _send(prover, shares);
    }

    function _send(address account, uint256 shares) private {
        emit SharesCollected(account, shares);
        IERC20(address(POOL)).safeTransfer(account, shares);
    }

    /// @inheritdoc IOperatorRegistry
    function vacate(uint256 operatorId) external {
        Operator storage operator = _get(operatorId);
        OperatorStatus status = operator.status;
        uint256 until = status == OperatorStatus.Unvetted ? operator.idleSince + _IDLE_LIMIT : type(uint256).max;
        if (status == OperatorStatus.Retired) until = 0;
        if (_places.placeOf[operatorId] == 0 || operator.keys != 0 || block.timestamp <= until) {
            revert PlaceKept(operatorId, until);
        }
        _places.remove(operatorId);
        if (status == OperatorStatus.Unvetted) --_unvettedPlaces;
        emit PlaceLost(operatorId);
    }

    function _takePlace(uint256 operatorId, Operator storage operator) private {
        if (_places.placeOf[operatorId] != 0) return;
        uint256 taken = _places.operators.length;
        if (taken == Places.MAX) revert NoPlaceLeft(taken, Places.MAX);
        if (operator.status == OperatorStatus.Unvetted) {
            if (_unvettedPlaces == _MAX_UNVETTED) revert NoPlaceLeft(_unvettedPlaces, _MAX_UNVETTED);
            ++_unvettedPlaces;
        }
        _places.add(operatorId);
        operator.idleSince = uint40(block.timestamp);
        emit PlaceTaken(operatorId);
    }

    // ---------------------------------------------------------------- governance

    /// @inheritdoc IOperatorRegistry
    function vet(
        uint256 operatorId,
        uint256 entity,
        uint96 operatorCap
    ) external onlyGovernance returns (uint256 joined) {
        return _vet(operatorId, entity, operatorCap);
    }

    function _vet(uint256 operatorId, uint256 entity, uint96 operatorCap) private returns (uint256 joined) {
        Operator storage operator = _get(operatorId);
        if (operator.status != OperatorStatus.Unvetted) {
            revert StatusMismatch(operatorId, operator.status, OperatorStatus.Unvetted);
        }
        joined = entity == 0 ? _addEntity(operatorCap) : _rootOf(entity);
        if (_places.placeOf[operatorId] != 0) --_unvettedPlaces;
        operator.status = OperatorStatus.Vetted;
        operator.entity = uint32(joined);
        operator.cap = operatorCap;
        _entities[0].staked -= operator.staked;
        _entities[joined].staked += operator.staked;
        emit OperatorVetted(operatorId, joined, operatorCap);
    }

    /// @inheritdoc IOperatorRegistry
    function retire(uint256 operatorId) external onlyGovernance {
        Operator storage operator = _get(operatorId);
        if (operator.status == OperatorStatus.Retired) revert OperatorRetired(operatorId);
        if (operator.status == OperatorStatus.Unvetted && _places.placeOf[operatorId] != 0) --_unvettedPlaces;
        operator.status = OperatorStatus.Retired;
        emit OperatorRetirement(operatorId);
    }

    /// @inheritdoc IOperatorRegistry
    function setOperatorCap(uint256 operatorId, uint96 newCap) external onlyGovernance {
        Operator storage operator = _get(operatorId);
        if (operator.status != OperatorStatus.Vetted) {
            revert StatusMismatch(operatorId, operator.status, OperatorStatus.Vetted);
        }
        emit OperatorCapSet(operatorId, operator.cap, newCap);
        operator.cap = newCap;
    }

    /// @inheritdoc IOperatorRegistry
    function setUnvettedOperatorCap(uint96 newCap) external onlyGovernance {
        _setUnvettedOperatorCap(newCap);
    }

    /// @inheritdoc IOperatorRegistry
    function setEntityCap(uint256 entity, uint96 newCap) external onlyGovernance {
        _setEntityCap(entity == 0 ? 0 : _rootOf(entity), newCap);
    }

    /// @inheritdoc IOperatorRegistry
    function mergeEntities(uint256 from, uint256 into) external onlyGovernance {
        uint256 source = _rootOf(from);
        uint256 target = _rootOf(into);
        if (source == target) revert SameEntity(target);
        uint256 depth = Math.max(_entities[target].depth, uint256(_entities[source].depth) + 1);
        if (depth > _DEEPEST) revert MergedTooDeep(source, depth, _DEEPEST);
        _entities[target].depth = uint8(depth);
        _entities[target].staked += _entities[source].staked;
        _entities[source].staked = 0;
        _entities[source].mergedInto = uint32(target);
        emit EntitiesMerged(source, target);
    }

    function _setUnvettedOperatorCap(uint96 newCap) private {
        emit UnvettedOperatorCapSet(_unvettedOperatorCap, newCap);
        _unvettedOperatorCap = newCap;
    }

    function _setEntityCap(uint256 entity, uint96 newCap) private {
        emit EntityCapSet(entity, _entities[entity].cap, newCap);
        _entities[entity].cap = newCap;
    }

    function _addEntity(uint96 entityCap) private returns (uint256 entity) {
        entity = _entities.length;
        _entities.push();
        _setEntityCap(entity, entityCap);
    }

    // ---------------------------------------------------------------- vaults

    /// @inheritdoc IOperatorRegistry
    function announce(uint40 until, uint256 keys) external {
        (uint256 operatorId, Operator storage operator) = _checkVault();
        if (operator.status == OperatorStatus.Retired) revert OperatorRetired(operatorId);
        _checkNeverLost(operatorId, operator);
        _takePlace(operatorId, operator);
        (uint40 oldUntil, uint256 oldKeys) = (operator.readyUntil, operator.readyKeys);
        if (block.timestamp < oldUntil) {
            // Nobody takes from what is shown, neither keys nor time: only who shows as many may add to it.
            if (keys < oldKeys || (keys == oldKeys && until <= oldUntil)) return;
            if (until < oldUntil) until = oldUntil;
        }
        (operator.readyUntil, operator.readyKeys) = (until, uint16(keys));
        emit Announced(operatorId, until, keys);
    }

    /// @dev One key that is ready, shown again and again, would keep a place for ever.
    function _checkNeverLost(uint256 operatorId, Operator storage operator) private view {
        if (operator.status != OperatorStatus.Unvetted || operator.idleSince == 0) return;
        if (_places.placeOf[operatorId] == 0) revert PlaceWasLost(operatorId);
    }

    /// @inheritdoc IOperatorRegistry
    function addStake(uint256 keys) external {
        (uint256 operatorId, Operator storage operator) = _checkVault();
        if (operator.status == OperatorStatus.Retired) revert OperatorRetired(operatorId);
        _takePlace(operatorId, operator);
        uint256 added = keys * _KEY;
        // The last key, too, must be this operator's turn.
        _checkFirst(operatorId, operator.staked + added - _KEY);

        uint256 staked = operator.staked + added;
        uint256 operatorCap = _capOf(operator);
        if (staked > operatorCap) revert OperatorAboveCap(staked, operatorCap);
        uint256 root = _entityOf(operator);
        Entity storage entity = _entities[root];
        uint256 entityStaked = entity.staked + added;
        if (entityStaked > entity.cap) revert EntityAboveCap(root, entityStaked, entity.cap);

        operator.staked = uint96(staked);
        entity.staked = uint96(entityStaked);
        _useReadyKeys(operator, keys);
        if (operator.keys == 0) _places.setMark(operatorId, uint40(block.timestamp));
        operator.keys += uint16(keys);
        uint256 bond = POOL.stake(msg.sender, keys);
        _bonds[operatorId].keyBond += bond.toUint128();
        emit StakeAdded(operatorId, keys, bond);
    }

    /// @dev Whoever is activated, by whomever, has announced so much less. What is announced ends with the last of it.
    function _useReadyKeys(Operator storage operator, uint256 keys) private {
        uint256 left = Math.saturatingSub(operator.readyKeys, keys);
        operator.readyKeys = uint16(left);
        if (left == 0) operator.readyUntil = 0;
    }

    /// @dev Whoever has less stake, room for a key, and one that is ready, goes first.
    function _checkFirst(uint256 operatorId, uint256 staked) private view {
        uint256 count = _places.operators.length;
        for (uint256 i = 0; i < count; ++i) {
            Operator storage other = _operators[_places.operators[i]];
            if (other.readyUntil <= block.timestamp || other.staked >= staked) continue;
            uint256 otherId = _places.operators[i];
            if (otherId != operatorId && _hasRoom(other)) revert NotFirst(otherId, staked, other.staked);
        }
    }

    function _hasRoom(Operator storage operator) private view returns (bool) {
        if (operator.status == OperatorStatus.Retired) return false;
        Entity storage entity = _entities[_entityOf(operator)];
        return operator.staked + _KEY <= _capOf(operator) && entity.staked + _KEY <= entity.cap;
    }

    /// @inheritdoc IOperatorRegistry
    function report(
        CheckpointResult calldata result
    ) external returns (uint256 unitsPerKey, uint256 round, uint256 paidPerUnit) {
        (uint256 operatorId, Operator storage operator) = _checkVault();
        POOL.settle();
        Bonds.Account storage bond = _bonds[operatorId];
        bond.accrue(POOL);

        uint256 total = result.total + result.added * _KEY;
        int256 change = total.toInt256() - int256(uint256(operator.staked));
        uint256 due = _bookProfit(operator, change, result.fee);
        (uint256 burned, uint256 units) = POOL.book(change, due, uint256(bond.keyBond) + bond.fees);
        bond.burn(burned);
        emit CheckpointBooked(operatorId, total, change, due, burned);

        uint256 earned = result.keys == 0 ? units : (units * _OPERATOR_SIXTHS) / 6;
        bond.accrue(POOL);
        bond.earning.units += earned;
        unitsPerKey = result.keys == 0 ? 0 : (units - earned) / result.keys;
        (round, paidPerUnit) = (bond.earning.round, bond.earning.paidPerUnit);

        _moveStaked(operator, total - result.recorded);
        uint256 released = bond.releaseKeys(result.withdrawn, operator.keys);
        if (released != 0) emit BondReleased(operatorId, released);
        operator.keys -= result.withdrawn;
        if (_places.placeOf[operatorId] != 0) {
            _places.setMark(operatorId, operator.keys == 0 ? 0 : result.startedAt);
            if (operator.keys == 0 && result.withdrawn != 0) operator.idleSince = uint40(block.timestamp);
        }
    }

    /// @return due The fee on what profit exceeds its highest so far. [wei]
    function _bookProfit(Operator storage operator, int256 change, uint256 fee) private returns (uint256 due) {
        int256 profit = operator.profit + change;
        operator.profit = SafeCast.toInt128(profit);
        int256 gain = profit - operator.highest;
        if (gain <= 0) return 0;
        operator.highest = int128(profit);
        due = Math.mulDiv(uint256(gain), fee, _ONE);
    }

    function _moveStaked(Operator storage operator, uint256 staked) private {
        Entity storage entity = _entities[_entityOf(operator)];
        entity.staked = (uint256(entity.staked) + staked - operator.staked).toUint96();
        operator.staked = staked.toUint96();
    }

    /// @inheritdoc IOperatorRegistry
    function creditProver(address prover, uint256 units, uint256 round, uint256 paidPerUnit) external {
        _checkVault();
        POOL.settle();
        Bonds.Account storage account = _provers[prover];
        account.accrue(POOL);
        uint256 earned = Bonds.calcEarned(FeeUnits.Account(round, units, paidPerUnit), POOL);
        account.fees = (account.fees + earned).toUint128();
        if (round == account.earning.round) account.earning.units += units;
    }

    /// @inheritdoc IOperatorRegistry
    function replaceHaircut(uint256 oldPart, uint256 newPart) external {
        _checkVault();
        POOL.replaceHaircut(oldPart, newPart);
    }
}
