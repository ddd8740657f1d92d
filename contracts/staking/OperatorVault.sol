// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IOperatorVault} from "../interfaces/IOperatorVault.sol";
import {IStakingPool} from "../interfaces/IStakingPool.sol";
import {IDepositContract} from "../interfaces/external/IDepositContract.sol";
import {BeaconHeader, StateProof, ValidatorFields} from "../types/Beacon.sol";
import {NoCode} from "../types/NoCode.sol";
import {CheckpointResult, ExitStanding, KeyStatus, RecentProof} from "../types/Staking.sol";
import {BeaconProofs} from "./BeaconProofs.sol";
import {BeaconRoots} from "./BeaconRoots.sol";
import {BitSet} from "./vault/BitSet.sol";
import {DepositData} from "./vault/DepositData.sol";
import {WithdrawalRequests} from "./vault/WithdrawalRequests.sol";

/// @title OperatorVault
/// @notice One operator's validators. The walk of a key:
///
///     predeposit (1 ETH, the operator's) → activate (31 ETH, the pool's) → in flight → prove … prove → withdrawn
///
/// @dev A minimal clone; pool, registry and the operator's id are in its code. Keys have places, 0 to 255, so that a set of
/// them is a word: a checkpoint is begun, proven, finished and forgotten without touching the keys one by one.
contract OperatorVault is IOperatorVault, ReentrancyGuardTransient {
    using BitSet for uint256;
    using SafeCast for uint256;

    struct Key {
        uint40 index;
        /// What it held when it was asked to exit, or shown to be exiting. [gwei]
        uint56 leaving;
    }

    struct Checkpoint {
        uint32 number;
        uint40 startedAt;
        /// Of the block's state.
        uint40 epoch;
        /// Keys of the set; of these withdrawn; keys activated since.
        uint16 keys;
        uint16 withdrawn;
        uint16 added;
        /// The fee that counts. [1e18 = 100 %]
        uint64 fee;
        /// What is proven so far, and of that slashed keys'. [gwei]
        uint64 proven;
        uint64 slashed;
        bytes32 blockRoot;
        bytes32 stateRoot;
        uint256 recorded;
        /// Sets of places: still to be proven; shown withdrawn; shown to be out of flight.
        uint256 open;
        uint256 gone;
        uint256 landed;
    }

    struct Earned {
        uint256 unitsPerKey;
        uint256 round;
        uint256 paidPerUnit;
    }

    uint256 private constant _MAX_KEYS = 256;
    uint256 private constant _PREDEPOSIT = 1 ether;
    uint256 private constant _STAKE = 31 ether;
    /// @dev What a key in flight counts. [gwei]
    uint64 private constant _FACE = 32e9;
    uint256 private constant _PUBKEY_BYTES = 48;
    uint64 private constant _FAR_FUTURE_EPOCH = type(uint64).max;
    uint256 private constant _SLOTS_PER_EPOCH = 32;
    /// @dev A validator may exit so many epochs after its activation.
    uint256 private constant _YOUTH_EPOCHS = 256;
    /// @dev The haircut of a slashed key is a tenth of what it holds.
    uint256 private constant _HAIRCUT_PART = 10;

    uint256 private constant _RECENT = 1 hours;
    uint256 private constant _REPLACEABLE_UNPROVEN = 1 hours;
    /// @dev As long as EIP-4788 remembers.
    uint256 private constant _REPLACEABLE = 27 hours;
    /// @dev How long a key that was asked to exit counts as exiting without a proof.
    uint256 private constant _REQUEST_COUNTS = 3 days;
    uint256 private constant _YOUTH_COUNTS = 1 days;

    IDepositContract private immutable _DEPOSIT_CONTRACT;

    mapping(bytes32 pubkeyRoot => KeyStatus) private _status;
    mapping(uint256 place => Key) private _keys;
    uint256 private _live;
    uint256 private _inFlight;
    uint256 private _slashed;
    uint256 private _exiting;
    uint256 private _requested;
    uint256 private _young;
    ExitStanding private _standing;
    uint128 private _haircut;
    Checkpoint private _checkpoint;
    mapping(uint256 number => mapping(address prover => uint256 keys)) private _provenBy;
    mapping(uint256 number => Earned) private _earned;

    /// @param depositContract The network's own. EIP-4788 and EIP-7002 must be there, too.
    constructor(IDepositContract depositContract) {
        _checkCode(address(depositContract));
        _checkCode(BeaconRoots.PREDEPLOY);
        _checkCode(WithdrawalRequests.PREDEPLOY);
        _DEPOSIT_CONTRACT = depositContract;
    }

    /// @dev Withdrawals come without a call; MEV and gifts may come with one. All of it is counted at the next checkpoint.
    receive() external payable {}

    // ---------------------------------------------------------------- the operator

    /// @inheritdoc IOperatorVault
    function predeposit(bytes calldata pubkey, bytes calldata signature) external payable {
        _checkOwner(_registry().stakingOwnerOf(operatorId()));
        if (msg.value != _PREDEPOSIT) revert DepositMismatch(msg.value, _PREDEPOSIT);
        _checkRunning();
        _advance(BeaconProofs.calcPubkeyRoot(pubkey), KeyStatus.Unknown, KeyStatus.Predeposited);
        emit Predeposited(pubkey);
        _deposit(pubkey, signature, _PREDEPOSIT);
    }

    /// @inheritdoc IOperatorVault
    function requestExits(bytes calldata pubkeys) external payable nonReentrant {
        _checkOwner(_registry().ownerOf(operatorId()));
        _requestExits(pubkeys);
    }

    // ---------------------------------------------------------------- activation

    /// @inheritdoc IOperatorVault
    function announce(RecentProof calldata recent) external {
        _checkRoom(1);
        _proveReady(recent);
        ValidatorFields[] calldata fields = recent.proof.fields;
        for (uint256 i = 0; i < fields.length; ++i) _checkStatus(fields[i].pubkeyRoot, KeyStatus.Predeposited);
        _registry().announce((recent.timestamp + _RECENT).toUint40());
    }

    /// @inheritdoc IOperatorVault
    function activate(bytes calldata pubkeys, RecentProof calldata recent) external nonReentrant {
        uint256[] memory indices = _proveReady(recent);
        _checkPubkeys(pubkeys, indices.length);
        _checkRoom(indices.length);
        uint256 live = _live;
        for (uint256 i = 0; i < indices.length; ++i) {
            bytes calldata pubkey = _pubkeyAt(pubkeys, i);
            bytes32 root = BeaconProofs.calcPubkeyRoot(pubkey);
            bytes32 proven = recent.proof.fields[i].pubkeyRoot;
            if (root != proven) revert PubkeyMismatch(proven, root);
            _advance(root, KeyStatus.Predeposited, KeyStatus.Activated);
            uint256 place = live.lowestFree();
            live |= BitSet.bit(place);
            _keys[place] = Key(uint40(indices[i]), 0);
            emit Activated(pubkey, indices[i], place);
        }
        _inFlight |= live & ~_live;
        _live = live;
        if (_checkpoint.startedAt != 0) _checkpoint.added += uint16(indices.length);

        _registry().addStake(indices.length);
        bytes memory noSignature = new bytes(DepositData.SIGNATURE_BYTES);
        for (uint256 i = 0; i < indices.length; ++i) _deposit(_pubkeyAt(pubkeys, i), noSignature, _STAKE);
    }

    function _checkRoom(uint256 added) private view {
        uint256 keys = _live.count() + added;
        if (keys > _MAX_KEYS) revert TooManyKeys(keys, _MAX_KEYS);
    }

    /// @dev Validators have these credentials for good, are not slashed and have no exit epoch.
    function _proveReady(RecentProof calldata recent) private view returns (uint256[] memory indices) {
        (indices, , , ) = _proveRecent(recent);
        if (indices.length == 0) revert NothingProven();
        for (uint256 i = 0; i < indices.length; ++i) _checkStaying(indices[i], recent.proof.fields[i]);
    }

    /// @dev Signatures are checked by the beacon chain for a key's first deposit alone.
    function _deposit(bytes calldata pubkey, bytes memory signature, uint256 amount) private {
        bytes32 credentials = withdrawalCredentials();
        bytes32 root = DepositData.calcRoot(pubkey, credentials, uint64(amount / 1 gwei), signature);
        _DEPOSIT_CONTRACT.deposit{value: amount}(pubkey, abi.encodePacked(credentials), signature, root);
    }

    // ---------------------------------------------------------------- checkpoints

    /// @inheritdoc IOperatorVault
    function start() external nonReentrant {
        _checkRunning();
        Checkpoint storage running = _checkpoint;
        if (running.startedAt != 0) _checkReplaceable(running);
        uint256 live = _live;
        uint32 number = running.number + 1;
        uint256 keys = live.count();
        bytes32 blockRoot = BeaconRoots.parentRootAt(block.timestamp);
        delete _checkpoint;
        running.number = number;
        running.startedAt = uint40(block.timestamp);
        running.keys = uint16(keys);
        running.fee = _pool().fee();
        running.blockRoot = blockRoot;
        running.recorded = address(this).balance;
        running.open = live;
        emit CheckpointStarted(number, blockRoot, running.recorded, keys);
        if (keys == 0) _finish();
    }

    /// @inheritdoc IOperatorVault
    function open(BeaconHeader calldata header, uint256 executedAt) external {
        Checkpoint storage running = _checkpoint;
        if (running.startedAt == 0) revert NoCheckpoint();
        if (running.stateRoot != 0) revert AlreadyOpened();
        BeaconProofs.checkHeader(running.blockRoot, header);
        BeaconRoots.checkExecuted(header, executedAt);
        running.stateRoot = header.stateRoot;
        running.epoch = uint40(header.slot / _SLOTS_PER_EPOCH);
        emit CheckpointOpened(running.number, header.stateRoot, running.epoch);
    }

    /// @inheritdoc IOperatorVault
    function prove(StateProof calldata proof, bytes calldata places) external nonReentrant {
        _checkRunning();
        Checkpoint memory running = _checkpoint;
        if (running.startedAt == 0) revert NoCheckpoint();
        if (running.stateRoot == 0) revert NotOpened();
        (uint256[] memory fieldIndices, uint256[] memory indices, uint64[] memory balances) = BeaconProofs.checkState(
            running.stateRoot,
            withdrawalCredentials(),
            proof
        );
        if (indices.length == 0) revert NothingProven();
        if (places.length != indices.length) revert PlacesMismatch(places.length, indices.length);
        uint256 field = 0;
        for (uint256 i = 0; i < indices.length; ++i) {
            uint256 place = uint8(places[i]);
            _checkIndex(place, indices[i]);
            if (!running.open.has(place)) revert NotToBeProven(place);
            running.open ^= BitSet.bit(place);
            if (field < fieldIndices.length && fieldIndices[field] == indices[i]) {
                _countWithFields(running, place, balances[i], proof.fields[field]);
                ++field;
            } else {
                if (balances[i] == 0 || _inFlight.has(place)) revert FieldsMissing(indices[i]);
                _count(running, place, balances[i]);
            }
        }
        if (field != fieldIndices.length) revert BalanceMissing(fieldIndices[field]);
        _provenBy[running.number][msg.sender] += indices.length;
        _checkpoint = running;
        emit KeysProven(running.number, msg.sender, indices.length, running.open.count());
        if (running.open == 0) _finish();
    }

    /// @dev A key in flight counts 32 ETH, wherever they are, until the beacon chain has seen so much. What its registry has
    /// seen is never unset, so nothing is counted here and in the queue of deposits.
    function _countWithFields(
        Checkpoint memory running,
        uint256 place,
        uint64 balance,
        ValidatorFields calldata fields
    ) private view {
        bool isInFlight = _inFlight.has(place);
        if (isInFlight && fields.activationEligibilityEpoch == _FAR_FUTURE_EPOCH) {
            _count(running, place, _FACE);
            return;
        }
        if (isInFlight) running.landed |= BitSet.bit(place);
        _count(running, place, balance);
        if (balance != 0 || fields.withdrawableEpoch > running.epoch) return;
        running.gone |= BitSet.bit(place);
        ++running.withdrawn;
    }

    function _count(Checkpoint memory running, uint256 place, uint64 counted) private view {
        running.proven += counted;
        if (_slashed.has(place)) running.slashed += counted;
    }

    /// @dev Only here does anything take effect that was proven.
    function _finish() private {
        Checkpoint memory running = _checkpoint;
        _forgetLeaving(running.gone);
        _live &= ~running.gone;
        _inFlight &= ~running.landed;
        _slashed &= ~running.gone;
        (_checkpoint.startedAt, _checkpoint.added) = (0, 0);

        IOperatorRegistry registry = _registry();
        CheckpointResult memory result = CheckpointResult({
            startedAt: running.startedAt,
            fee: running.fee,
            keys: running.keys,
            withdrawn: running.withdrawn,
            added: running.added,
            total: uint256(running.proven) * 1 gwei + running.recorded,
            recorded: running.recorded
        });
        emit CheckpointFinished(running.number, result.total);
        (uint256 unitsPerKey, uint256 round, uint256 paidPerUnit) = registry.report(result);
        if (unitsPerKey != 0) _earned[running.number] = Earned(unitsPerKey, round, paidPerUnit);
        _setHaircut((uint256(running.slashed) * 1 gwei) / _HAIRCUT_PART);
        _tellExitStanding();
        if (running.recorded != 0) _pool().collect{value: running.recorded}();
    }

    /// @dev What is withdrawn is leaving no longer, and its place is another key's soon.
    function _forgetLeaving(uint256 gone) private {
        for (uint256 left = gone & (_exiting | _requested); left != 0; left &= left - 1) _stay(left.lowest());
    }

    /// @inheritdoc IOperatorVault
    function creditProver(address prover, uint256 number) external {
        uint256 keys = _provenBy[number][prover];
        Earned memory earned = _earned[number];
        if (keys == 0 || earned.unitsPerKey == 0) revert NothingEarned(prover, number);
        delete _provenBy[number][prover];
        _registry().creditProver(prover, keys * earned.unitsPerKey, earned.round, earned.paidPerUnit);
    }

    function _checkReplaceable(Checkpoint storage running) private view {
        bool isUnproven = running.open.count() == running.keys;
        uint256 from = running.startedAt + (isUnproven ? _REPLACEABLE_UNPROVEN : _REPLACEABLE);
        if (block.timestamp < from) revert CheckpointRuns(running.startedAt, from);
    }

    // ---------------------------------------------------------------- exits

    /// @inheritdoc IOperatorVault
    function show(RecentProof calldata recent, bytes calldata places) external {
        (uint256[] memory indices, uint64[] memory balances, uint256 epoch) = _proveLive(recent, places);
        for (uint256 i = 0; i < indices.length; ++i) {
            uint256 place = uint8(places[i]);
            ValidatorFields calldata fields = recent.proof.fields[i];
            if (fields.slashed) _showSlashing(place, indices[i], balances[i]);
            else if (fields.exitEpoch != _FAR_FUTURE_EPOCH) _showExit(place, indices[i], balances[i]);
            else if (_exitableFrom(fields) > epoch) _showYouth(place, indices[i]);
        }
        _tellExitStanding();
    }

    /// @dev It counts at 90 % in redemptions until it is withdrawn: the larger penalty comes about 18 days later.
    function _showSlashing(uint256 place, uint256 index, uint64 balance) private {
        if (_slashed.has(place) || _isGone(place)) return;
        _slashed |= BitSet.bit(place);
        _stay(place);
        Checkpoint storage running = _checkpoint;
        // Who is still to be proven is counted then.
        if (running.startedAt != 0 && !running.open.has(place)) running.slashed += balance;
        _setHaircut(_haircut + (uint256(balance) * 1 gwei) / _HAIRCUT_PART);
        emit SlashingShown(index, place);
    }

    function _showExit(uint256 place, uint256 index, uint64 balance) private {
        if (_slashed.has(place) || _exiting.has(place) || _isGone(place)) return;
        _stay(place);
        _exiting |= BitSet.bit(place);
        _keys[place].leaving = uint56(balance);
        _standing.exiting += uint56(balance);
        emit ExitShown(index, place, balance);
    }

    function _showYouth(uint256 place, uint256 index) private {
        if (block.timestamp >= _standing.youngUntil) {
            _young = 0;
            _standing.youngUntil = uint40(block.timestamp + _YOUTH_COUNTS);
        }
        _young |= BitSet.bit(place);
        emit YouthShown(index, place);
    }

    /// @inheritdoc IOperatorVault
    function forceExits(
        bytes calldata pubkeys,
        RecentProof calldata recent,
        bytes calldata places
    ) external payable nonReentrant {
        (uint256[] memory indices, uint64[] memory balances, uint256 epoch) = _proveLive(recent, places);
        _checkPubkeys(pubkeys, indices.length);
        if (block.timestamp >= _standing.requestedUntil) (_requested, _standing.requested) = (0, 0);
        uint256 sum = 0;
        for (uint256 i = 0; i < indices.length; ++i) {
            uint256 place = uint8(places[i]);
            ValidatorFields calldata fields = recent.proof.fields[i];
            bytes32 root = BeaconProofs.calcPubkeyRoot(_pubkeyAt(pubkeys, i));
            if (root != fields.pubkeyRoot) revert PubkeyMismatch(fields.pubkeyRoot, root);
            _checkStaying(indices[i], fields);
            uint256 exitableFrom = _exitableFrom(fields);
            if (exitableFrom > epoch) revert ValidatorTooYoung(indices[i], epoch, exitableFrom);
            if ((_exiting | _requested).has(place)) revert AlreadyExiting(place);
            _requested |= BitSet.bit(place);
            _keys[place].leaving = uint56(balances[i]);
            sum += balances[i];
        }
        _registry().checkForcedExit(sum, balances[balances.length - 1]);
        _standing.requested += sum.toUint56();
        _standing.requestedUntil = uint40(block.timestamp + _REQUEST_COUNTS);
        _tellExitStanding();
        _requestExits(pubkeys);
    }

    /// @inheritdoc IOperatorVault
    function forceExitsUnproven(bytes calldata pubkeys) external payable nonReentrant {
        if (!_pool().isWindingDown()) revert NotWindingDown();
        _requestExits(pubkeys);
    }

    /// @inheritdoc IOperatorVault
    function sweep() external nonReentrant {
        if (!_pool().isWindingDown()) revert NotWindingDown();
        _pool().collect{value: address(this).balance}();
    }

    /// @dev The caller pays, and gets back what is too much.
    function _requestExits(bytes calldata pubkeys) private {
        uint256 keys = pubkeys.length / _PUBKEY_BYTES;
        _checkPubkeys(pubkeys, keys);
        if (keys == 0) revert NothingProven();
        uint256 fee = WithdrawalRequests.feeNow();
        if (msg.value < fee * keys) revert WithdrawalRequests.FeeTooLow(msg.value, fee * keys);
        for (uint256 i = 0; i < keys; ++i) {
            bytes calldata pubkey = _pubkeyAt(pubkeys, i);
            _checkStatus(BeaconProofs.calcPubkeyRoot(pubkey), KeyStatus.Activated);
            WithdrawalRequests.request(pubkey, fee);
            emit ExitRequested(pubkey);
        }
        uint256 surplus = msg.value - fee * keys;
        if (surplus != 0) Address.sendValue(payable(msg.sender), surplus);
    }

    /// @dev A key no longer counts as leaving.
    function _stay(uint256 place) private {
        uint256 key = BitSet.bit(place);
        uint56 leaving = _keys[place].leaving;
        if (_exiting & key != 0) {
            _exiting ^= key;
            _standing.exiting -= leaving;
        }
        if (_requested & key != 0) {
            _requested ^= key;
            _standing.requested -= leaving;
        }
    }

    /// @dev Shown withdrawn by the checkpoint that runs, against a later state than an hour-old proof may be of.
    function _isGone(uint256 place) private view returns (bool) {
        return _checkpoint.startedAt != 0 && _checkpoint.gone.has(place);
    }

    function _setHaircut(uint256 newHaircut) private {
        uint256 oldHaircut = _haircut;
        if (newHaircut == oldHaircut) return;
        _haircut = newHaircut.toUint128();
        _registry().replaceHaircut(oldHaircut, newHaircut);
    }

    function _tellExitStanding() private {
        uint256 ready = _live & ~_inFlight & ~_slashed & ~_exiting;
        if (_checkpoint.startedAt != 0) ready &= ~_checkpoint.gone;
        ExitStanding memory standing = _standing;
        standing.ready = uint16(ready.count());
        standing.asked = uint16((ready & _requested).count());
        standing.young = uint16((ready & ~_requested & _young).count());
        _registry().setExitStanding(standing);
    }

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
    function provenBy(uint256 number, address prover) external view returns (uint256) {
        return _provenBy[number][prover];
    }

    /// @inheritdoc IOperatorVault
    function calcDepositDataRoot(
        bytes calldata pubkey,
        bytes calldata signature,
        uint64 amount
    ) external view returns (bytes32) {
        return DepositData.calcRoot(pubkey, withdrawalCredentials(), amount, signature);
    }

    // ---------------------------------------------------------------- private

    /// @return fieldIndices Whose fields are proven.
    /// @return indices Whose balances are proven.
    /// @return balances [gwei]
    /// @return epoch Of the state.
    function _proveRecent(
        RecentProof calldata recent
    )
        private
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
    ) private view returns (uint256[] memory indices, uint64[] memory balances, uint256 epoch) {
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

    function _advance(bytes32 pubkeyRoot, KeyStatus from, KeyStatus to) private {
        _checkStatus(pubkeyRoot, from);
        _status[pubkeyRoot] = to;
    }

    function _checkStatus(bytes32 pubkeyRoot, KeyStatus expected) private view {
        KeyStatus actual = _status[pubkeyRoot];
        if (actual != expected) revert KeyStatusMismatch(pubkeyRoot, actual, expected);
    }

    function _checkIndex(uint256 place, uint256 index) private view {
        if (_keys[place].index != index) revert IndexMismatch(place, index, _keys[place].index);
    }

    function _checkRunning() private view {
        if (_pool().isWindingDown()) revert WindingDown();
    }

    function _checkStaying(uint256 index, ValidatorFields calldata fields) private pure {
        if (fields.slashed) revert ValidatorSlashed(index);
        if (fields.exitEpoch != _FAR_FUTURE_EPOCH) revert ValidatorExiting(index, fields.exitEpoch);
    }

    function _checkPubkeys(bytes calldata pubkeys, uint256 count) private pure {
        if (pubkeys.length != count * _PUBKEY_BYTES) revert PubkeysMismatch(pubkeys.length, count * _PUBKEY_BYTES);
    }

    function _pubkeyAt(bytes calldata pubkeys, uint256 i) private pure returns (bytes calldata) {
        return pubkeys[i * _PUBKEY_BYTES:(i + 1) * _PUBKEY_BYTES];
    }

    function _exitableFrom(ValidatorFields calldata fields) private pure returns (uint256) {
        return uint256(fields.activationEpoch) + _YOUTH_EPOCHS;
    }

    function _parties() private view returns (IStakingPool pool, IOperatorRegistry registry, uint256 id) {
        return abi.decode(Clones.fetchCloneArgs(address(this)), (IStakingPool, IOperatorRegistry, uint256));
    }

    function _pool() private view returns (IStakingPool pool) {
        (pool, , ) = _parties();
    }

    function _registry() private view returns (IOperatorRegistry registry) {
        (, registry, ) = _parties();
    }

    function _checkOwner(address owner) private view {
        if (msg.sender != owner) revert NotOwner(msg.sender, owner);
    }

    function _checkCode(address account) private view {
        if (account.code.length == 0) revert NoCode(account);
    }
}
