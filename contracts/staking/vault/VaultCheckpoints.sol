// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IOperatorRegistry} from "../../interfaces/IOperatorRegistry.sol";
import {IOperatorVault} from "../../interfaces/IOperatorVault.sol";
import {BeaconHeader, StateProof, ValidatorFields} from "../../types/Beacon.sol";
import {CheckpointResult} from "../../types/Staking.sol";
import {BeaconProofs} from "../BeaconProofs.sol";
import {BeaconRoots} from "../BeaconRoots.sol";
import {BitSet} from "./BitSet.sol";
import {VaultExits} from "./VaultExits.sol";

/// @title VaultCheckpoints
/// @notice What a vault is worth, proven by whoever likes:
///
///     start (block, ETH of the vault, keys) → open → prove … prove → finished
///
abstract contract VaultCheckpoints is VaultExits {
    using BitSet for uint256;

    struct Earned {
        uint256 unitsPerKey;
        uint256 round;
        uint256 paidPerUnit;
    }

    /// @dev What a key in flight counts. [gwei]
    uint64 private constant _FACE = 32e9;
    uint256 private constant _REPLACEABLE_UNPROVEN = 1 hours;
    /// @dev As long as EIP-4788 remembers.
    uint256 private constant _REPLACEABLE = 27 hours;

    mapping(uint256 number => mapping(address prover => uint256 keys)) private _provenBy;
    mapping(uint256 number => Earned) private _earned;

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

    function _checkReplaceable(Checkpoint storage running) private view {
        bool isUnproven = running.open.count() == running.keys;
        uint256 from = running.startedAt + (isUnproven ? _REPLACEABLE_UNPROVEN : _REPLACEABLE);
        if (block.timestamp < from) revert CheckpointRuns(running.startedAt, from);
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
        if (balance == 0 && fields.withdrawableEpoch <= running.epoch) {
            running.gone |= BitSet.bit(place);
        }
    }

    function _count(Checkpoint memory running, uint256 place, uint64 counted) private view {
        running.proven += counted;
        if (_slashed.has(place)) running.slashed += counted;
        if (_exiting.has(place) && _isDrained(_keys[place], counted, running.startedAt)) {
            running.drained |= BitSet.bit(place);
        }
    }

    /// @dev An exiting key that has less than half of what it was shown with has been withdrawn, and was given something since:
    /// whoever hides by gifts that stakers wait has to give as much as he hides. Only a state that is not older than the exit
    /// tells so: a key may have had little before it got the stake that it exits with.
    function _isDrained(Key storage key, uint64 counted, uint40 startedAt) private view returns (bool) {
        return key.shownAt <= startedAt && counted < key.leaving / 2;
    }

    /// @dev Only here does anything take effect that was proven.
    function _finish() private {
        Checkpoint memory running = _checkpoint;
        _forgetLeaving(running.gone, running.drained);
        _live &= ~running.gone;
        _inFlight &= ~running.landed;
        _slashed &= ~running.gone;
        (_checkpoint.startedAt, _checkpoint.added) = (0, 0);

        IOperatorRegistry registry = _registry();
        CheckpointResult memory result = CheckpointResult({
            startedAt: running.startedAt,
            fee: running.fee,
            keys: running.keys,
            withdrawn: uint16(running.gone.count()),
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
    function _forgetLeaving(uint256 gone, uint256 drained) private {
        for (uint256 left = gone & (_exiting | _requested); left != 0; left &= left - 1) _stay(left.lowest());
        for (uint256 left = drained & _exiting; left != 0; left &= left - 1) _drain(left.lowest());
    }

    // ---------------------------------------------------------------- provers

    /// @inheritdoc IOperatorVault
    function creditProver(address prover, uint256 number) external {
        uint256 keys = _provenBy[number][prover];
        Earned memory earned = _earned[number];
        if (keys == 0 || earned.unitsPerKey == 0) revert NothingEarned(prover, number);
        delete _provenBy[number][prover];
        _registry().creditProver(prover, keys * earned.unitsPerKey, earned.round, earned.paidPerUnit);
    }

    /// @inheritdoc IOperatorVault
    function provenBy(uint256 number, address prover) external view returns (uint256) {
        return _provenBy[number][prover];
    }
}
