// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IOperatorVault} from "../../interfaces/IOperatorVault.sol";
import {ValidatorFields} from "../../types/Beacon.sol";
import {ExitStanding, KeyStatus, RecentProof} from "../../types/Staking.sol";
import {BeaconProofs} from "../BeaconProofs.sol";
import {BitSet} from "./BitSet.sol";
import {VaultKeys} from "./VaultKeys.sol";
import {WithdrawalRequests} from "./WithdrawalRequests.sol";

/// @title VaultExits
/// @notice Who leaves: keys that are shown to be slashed, exiting or too young to exit, and those that are asked to exit.
abstract contract VaultExits is VaultKeys, ReentrancyGuardTransient {
    using BitSet for uint256;
    using SafeCast for uint256;

    /// @dev A validator may exit so many epochs after its activation.
    uint256 private constant _YOUTH_EPOCHS = 256;
    /// @dev The haircut of a slashed key is a tenth of what it holds.
    uint256 internal constant _HAIRCUT_PART = 10;
    /// @dev How long a key that was asked to exit counts as exiting without a proof.
    uint256 private constant _REQUEST_COUNTS = 3 days;
    uint256 private constant _YOUTH_COUNTS = 1 days;

    // ---------------------------------------------------------------- what is shown

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

    /// @dev What was asked, and has been withdrawn before anybody showed it, is on its way until a checkpoint brings it.
    function _showExit(uint256 place, uint256 index, uint64 balance) private {
        if (_slashed.has(place) || _exiting.has(place) || _isGone(place)) return;
        Key storage key = _keys[place];
        uint56 leaving = _requested.has(place) && balance < key.leaving / 2 ? key.leaving : uint56(balance);
        _stay(place);
        _exiting |= BitSet.bit(place);
        (key.leaving, key.shownAt) = (leaving, uint40(block.timestamp));
        _standing.exiting += leaving;
        emit ExitShown(index, place, leaving);
    }

    function _showYouth(uint256 place, uint256 index) private {
        if (block.timestamp >= _standing.youngUntil) {
            _young = 0;
            _standing.youngUntil = uint40(block.timestamp + _YOUTH_COUNTS);
        }
        _young |= BitSet.bit(place);
        emit YouthShown(index, place);
    }

    // ---------------------------------------------------------------- what is asked

    /// @inheritdoc IOperatorVault
    function requestExits(bytes calldata pubkeys) external payable nonReentrant {
        _checkOwner(_registry().ownerOf(operatorId()));
        _requestExits(pubkeys);
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

    // ---------------------------------------------------------------- private

    /// @dev A key no longer counts as leaving.
    function _stay(uint256 place) internal {
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

    /// @dev Nothing of a key's is leaving any more, but it is no key that could be asked to.
    function _drain(uint256 place) internal {
        _standing.exiting -= _keys[place].leaving;
        _keys[place].leaving = 0;
    }

    /// @dev Shown withdrawn by the checkpoint that runs, against a later state than an hour-old proof may be of.
    function _isGone(uint256 place) private view returns (bool) {
        return _checkpoint.startedAt != 0 && _checkpoint.gone.has(place);
    }

    function _setHaircut(uint256 newHaircut) internal {
        uint256 oldHaircut = _haircut;
        if (newHaircut == oldHaircut) return;
        _haircut = newHaircut.toUint128();
        _registry().replaceHaircut(oldHaircut, newHaircut);
    }

    function _tellExitStanding() internal {
        uint256 ready = _live & ~_inFlight & ~_slashed & ~_exiting;
        if (_checkpoint.startedAt != 0) ready &= ~_checkpoint.gone;
        ExitStanding memory standing = _standing;
        standing.ready = uint16(ready.count());
        standing.asked = uint16((ready & _requested).count());
        standing.young = uint16((ready & ~_requested & _young).count());
        _registry().setExitStanding(standing);
    }

    function _exitableFrom(ValidatorFields calldata fields) private pure returns (uint256) {
        return uint256(fields.activationEpoch) + _YOUTH_EPOCHS;
    }
}
