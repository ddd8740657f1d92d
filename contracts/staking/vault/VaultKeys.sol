// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IOperatorRegistry} from "../../interfaces/IOperatorRegistry.sol";
import {IOperatorVault} from "../../interfaces/IOperatorVault.sol";
import {IStakingPool} from "../../interfaces/IStakingPool.sol";
import {ValidatorFields} from "../../types/Beacon.sol";
import {ExitStanding, KeyStatus, RecentProof} from "../../types/Staking.sol";
import {BeaconProofs} from "../BeaconProofs.sol";
import {BeaconRoots} from "../BeaconRoots.sol";
import {BitSet} from "./BitSet.sol";
import {DepositData} from "./DepositData.sol";

/// @title VaultKeys
/// @notice What a vault knows of its keys, and how states of the beacon chain show more of them.
/// @dev Keys have places, 0 to 255, so that a set of them is a word: a checkpoint is begun, proven, finished and forgotten
/// without touching the keys one by one.
abstract contract VaultKeys is IOperatorVault {
    using BitSet for uint256;

    struct Key {
        uint40 index;
        /// What it held when it was asked to exit, or shown to be exiting. [gwei]
        uint56 leaving;
        /// When it was shown to be exiting. [unix seconds]
        uint40 shownAt;
    }

    struct Checkpoint {
        uint32 number;
        uint40 startedAt;
        /// Of the block's state.
        uint40 epoch;
        /// Keys of the set; keys activated since.
        uint16 keys;
        uint16 added;
        /// The fee that counts. [1e18 = 100 %]
        uint64 fee;
        /// What is proven so far, and of that slashed keys'. [gwei]
        uint64 proven;
        uint64 slashed;
        bytes32 blockRoot;
        bytes32 stateRoot;
        uint256 recorded;
        /// Sets of places: still to be proven; shown withdrawn; shown to be out of flight; shown to have left, and to have got
        /// something since.
        uint256 open;
        uint256 gone;
        uint256 landed;
        uint256 drained;
    }

    uint256 internal constant _PUBKEY_BYTES = 48;
    uint64 internal constant _FAR_FUTURE_EPOCH = type(uint64).max;
    uint256 internal constant _SLOTS_PER_EPOCH = 32;
    uint256 internal constant _RECENT = 1 hours;

    mapping(bytes32 pubkeyRoot => KeyStatus) internal _status;
    mapping(uint256 place => Key) internal _keys;
    uint256 internal _live;
    uint256 internal _inFlight;
    uint256 internal _slashed;
    uint256 internal _exiting;
    uint256 internal _requested;
    uint256 internal _young;
    ExitStanding internal _standing;
    uint128 internal _haircut;
    Checkpoint internal _checkpoint;

    // ---------------------------------------------------------------- views

    /// @inheritdoc IOperatorVault
    function operatorId() public view returns (uint256 id) {
        (, , id) = _parties();
    }

    /// @inheritdoc IOperatorVault
    function withdrawalCredentials() public view returns (bytes32) {
        return bytes32((uint256(0x02) << 248) | uint160(address(this)));
    }

    /// @inheritdoc IOperatorVault
    function keyStatus(bytes32 pubkeyRoot) external view returns (KeyStatus) {
        return _status[pubkeyRoot];
    }

    /// @inheritdoc IOperatorVault
    function keySets() external view returns (KeySets memory) {
        return
            KeySets({
                live: _live,
                inFlight: _inFlight,
                slashed: _slashed,
                exiting: _exiting,
                requested: block.timestamp < _standing.requestedUntil ? _requested : 0,
                young: block.timestamp < _standing.youngUntil ? _young : 0
            });
    }

    /// @inheritdoc IOperatorVault
    function keyCount() external view returns (uint256) {
        return _live.count();
    }

    /// @inheritdoc IOperatorVault
    function indexAt(uint256 place) external view returns (uint256) {
        return _keys[place].index;
    }

    /// @inheritdoc IOperatorVault
    function checkpoint() external view returns (CheckpointView memory) {
        Checkpoint storage running = _checkpoint;
        return
            CheckpointView({
                number: running.number,
                startedAt: running.startedAt,
                blockRoot: running.blockRoot,
                stateRoot: running.stateRoot,
                recorded: running.recorded,
                left: running.open
            });
    }

    /// @inheritdoc IOperatorVault
    function calcDepositDataRoot(
        bytes calldata pubkey,
        bytes calldata signature,
        uint64 amount
    ) external view returns (bytes32) {
        return DepositData.calcRoot(pubkey, withdrawalCredentials(), amount, signature);
    }

    // ---------------------------------------------------------------- proofs

    /// @return fieldIndices Whose fields are proven.
    /// @return indices Whose balances are proven.
    /// @return balances [gwei]
    /// @return epoch Of the state.
    function _proveRecent(
        RecentProof calldata recent
    )
        internal
        view
        returns (uint256[] memory fieldIndices, uint256[] memory indices, uint64[] memory balances, uint256 epoch)
    {
        uint256 oldest = block.timestamp - _RECENT;
        if (recent.timestamp < oldest) revert ProofTooOld(recent.timestamp, oldest);
        BeaconProofs.checkHeader(BeaconRoots.parentRootAt(recent.timestamp), recent.header);
        (fieldIndices, indices, balances) = BeaconProofs.checkState(
            recent.header.stateRoot,
            withdrawalCredentials(),
            recent.proof
        );
        epoch = recent.header.slot / _SLOTS_PER_EPOCH;
    }

    /// @dev Fields and balances of live keys, of all the same.
    function _proveLive(
        RecentProof calldata recent,
        bytes calldata places
    ) internal view returns (uint256[] memory indices, uint64[] memory balances, uint256 epoch) {
        uint256[] memory fieldIndices;
        (fieldIndices, indices, balances, epoch) = _proveRecent(recent);
        if (indices.length == 0) revert NothingProven();
        if (places.length != indices.length) revert PlacesMismatch(places.length, indices.length);
        for (uint256 i = 0; i < indices.length; ++i) {
            if (i >= fieldIndices.length || fieldIndices[i] != indices[i]) revert FieldsMissing(indices[i]);
            uint256 place = uint8(places[i]);
            if (!_live.has(place)) revert PlaceEmpty(place);
            _checkIndex(place, indices[i]);
        }
        if (fieldIndices.length > indices.length) revert BalanceMissing(fieldIndices[indices.length]);
    }

    function _checkStatus(bytes32 pubkeyRoot, KeyStatus expected) internal view {
        KeyStatus actual = _status[pubkeyRoot];
        if (actual != expected) revert KeyStatusMismatch(pubkeyRoot, actual, expected);
    }

    function _checkIndex(uint256 place, uint256 index) internal view {
        if (_keys[place].index != index) revert IndexMismatch(place, index, _keys[place].index);
    }

    function _checkStaying(uint256 index, ValidatorFields calldata fields) internal pure {
        if (fields.slashed) revert ValidatorSlashed(index);
        if (fields.exitEpoch != _FAR_FUTURE_EPOCH) revert ValidatorExiting(index, fields.exitEpoch);
    }

    function _checkPubkeys(bytes calldata pubkeys, uint256 count) internal pure {
        if (pubkeys.length != count * _PUBKEY_BYTES) revert PubkeysMismatch(pubkeys.length, count * _PUBKEY_BYTES);
    }

    function _pubkeyAt(bytes calldata pubkeys, uint256 i) internal pure returns (bytes calldata) {
        return pubkeys[i * _PUBKEY_BYTES:(i + 1) * _PUBKEY_BYTES];
    }

    // ---------------------------------------------------------------- parties

    function _parties() private view returns (IStakingPool pool, IOperatorRegistry registry, uint256 id) {
        return abi.decode(Clones.fetchCloneArgs(address(this)), (IStakingPool, IOperatorRegistry, uint256));
    }

    function _pool() internal view returns (IStakingPool pool) {
        (pool, , ) = _parties();
    }

    function _registry() internal view returns (IOperatorRegistry registry) {
        (, registry, ) = _parties();
    }

    function _checkOwner(address owner) internal view {
        if (msg.sender != owner) revert NotOwner(msg.sender, owner);
    }

    function _checkRunning() internal view {
        if (_pool().isWindingDown()) revert WindingDown();
    }
}
