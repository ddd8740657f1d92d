// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IDepositContract} from "../interfaces/external/IDepositContract.sol";
import {IOperatorVault} from "../interfaces/IOperatorVault.sol";
import {NoCode} from "../types/NoCode.sol";
import {KeyStatus, RecentProof} from "../types/Staking.sol";
import {BeaconProofs} from "./BeaconProofs.sol";
import {BeaconRoots} from "./BeaconRoots.sol";
import {BitSet} from "./vault/BitSet.sol";
import {DepositData} from "./vault/DepositData.sol";
import {VaultCheckpoints} from "./vault/VaultCheckpoints.sol";
import {WithdrawalRequests} from "./vault/WithdrawalRequests.sol";

/// @title OperatorVault
/// @notice One operator's validators. The walk of a key:
///
///     predeposit (1 ETH, the operator's) → activate (31 ETH, the pool's) → in flight → prove … prove → withdrawn
///
/// @dev A minimal clone; pool, registry and the operator's id are in its code.
contract OperatorVault is VaultCheckpoints {
    using BitSet for uint256;
    using SafeCast for uint256;

    uint256 private constant _MAX_KEYS = 256;
    uint256 private constant _PREDEPOSIT = 1 ether;
    uint256 private constant _STAKE = 31 ether;

    IDepositContract private immutable _DEPOSIT_CONTRACT;

    /// @param depositContract The network's own. EIP-4788 and EIP-7002 must be there, too.
    constructor(IDepositContract depositContract) {
        _checkCode(address(depositContract));
        _checkCode(BeaconRoots.PREDEPLOY);
        _checkCode(WithdrawalRequests.PREDEPLOY);
        _DEPOSIT_CONTRACT = depositContract;
    }

    /// @dev Withdrawals come without a call; MEV and gifts may come with one. All of it is counted at the next checkpoint.
    receive() external payable {}

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
    function announce(RecentProof calldata recent) external {
        uint256 keys = _proveReady(recent).length;
        _checkRoom(keys);
        for (uint256 i = 0; i < keys; ++i) _checkStatus(recent.proof.fields[i].pubkeyRoot, KeyStatus.Predeposited);
        _registry().announce((recent.timestamp + _RECENT).toUint40(), keys);
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
            _keys[place] = Key(uint40(indices[i]), 0, 0);
            emit Activated(pubkey, indices[i], place);
        }
        _inFlight |= live & ~_live;
        _live = live;
        if (_checkpoint.startedAt != 0) _checkpoint.added += uint16(indices.length);

        _registry().addStake(indices.length);
        bytes memory noSignature = new bytes(DepositData.SIGNATURE_BYTES);
        for (uint256 i = 0; i < indices.length; ++i) _deposit(_pubkeyAt(pubkeys, i), noSignature, _STAKE);
    }

    // ---------------------------------------------------------------- private

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

    function _advance(bytes32 pubkeyRoot, KeyStatus from, KeyStatus to) private {
        _checkStatus(pubkeyRoot, from);
        _status[pubkeyRoot] = to;
    }

    function _checkRoom(uint256 added) private view {
        uint256 keys = _live.count() + added;
        if (keys > _MAX_KEYS) revert TooManyKeys(keys, _MAX_KEYS);
    }

    function _checkCode(address account) private view {
        if (account.code.length == 0) revert NoCode(account);
    }
}
