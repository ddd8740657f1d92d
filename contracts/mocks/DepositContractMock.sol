// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

// The names are those of the contract that is live.
// solhint-disable func-name-mixedcase, var-name-mixedcase

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IDepositContract} from "../interfaces/external/IDepositContract.sol";

/// @title DepositContractMock
/// @notice Stands for the deposit contract; leaves out its limit of 2^32 − 1 deposits, and refuses with errors of its own.
/// @dev Needs no constructor, so that its code can be placed anywhere. Written from the specification:
/// @custom:source https://github.com/ethereum/consensus-specs/blob/a08d8a6e2b45f0b8c0d379abc15583427c643689/specs/phase0/deposit-contract.md
contract DepositContractMock is IDepositContract, IERC165 {
    /// @notice A key, credentials or a signature of another length. [bytes]
    error LengthMismatch(uint256 actual, uint256 expected);
    /// @notice Less than 1 ETH, or no whole number of gwei that fits. [wei]
    error ValueRefused(uint256 actual);
    /// @notice The root that was sent is not that of the deposit.
    error RootMismatch(bytes32 actual, bytes32 expected);

    uint256 private constant _DEPTH = 32;

    /// For each height the last complete left subtree.
    bytes32[_DEPTH] private _branch;
    uint256 private _count;

    /// @inheritdoc IDepositContract
    function deposit(
        bytes calldata pubkey,
        bytes calldata withdrawal_credentials,
        bytes calldata signature,
        bytes32 deposit_data_root
    ) external payable {
        _checkLength(pubkey, 48);
        _checkLength(withdrawal_credentials, 32);
        _checkLength(signature, 96);
        uint256 gweiSent = msg.value / 1 gwei;
        if (msg.value < 1 ether || msg.value % 1 gwei != 0 || gweiSent > type(uint64).max)
            revert ValueRefused(msg.value);

        bytes memory amount = _littleEndian(gweiSent);
        emit DepositEvent(pubkey, withdrawal_credentials, amount, signature, _littleEndian(_count));

        bytes32 keyRoot = sha256(abi.encodePacked(pubkey, bytes16(0)));
        bytes32 signatureRoot = _pair(sha256(signature[:64]), sha256(abi.encodePacked(signature[64:], bytes32(0))));
        bytes32 root = _pair(
            _pair(keyRoot, bytes32(withdrawal_credentials)),
            _pair(bytes32(bytes.concat(amount, new bytes(24))), signatureRoot)
        );
        if (root != deposit_data_root) revert RootMismatch(deposit_data_root, root);

        uint256 size = ++_count;
        uint256 height = 0;
        for (; size % 2 == 0; size /= 2) root = _pair(_branch[height++], root);
        _branch[height] = root;
    }

    /// @inheritdoc IDepositContract
    function get_deposit_root() external view returns (bytes32 root) {
        bytes32 zero;
        uint256 size = _count;
        for (uint256 height = 0; height < _DEPTH; ++height) {
            root = size % 2 == 1 ? _pair(_branch[height], root) : _pair(root, zero);
            zero = _pair(zero, zero);
            size /= 2;
        }
        return _pair(root, bytes32(bytes.concat(_littleEndian(_count), new bytes(24))));
    }

    /// @inheritdoc IDepositContract
    function get_deposit_count() external view returns (bytes memory) {
        return _littleEndian(_count);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC165).interfaceId || interfaceId == type(IDepositContract).interfaceId;
    }

    function _checkLength(bytes calldata value, uint256 expected) private pure {
        if (value.length != expected) revert LengthMismatch(value.length, expected);
    }

    function _pair(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return sha256(abi.encodePacked(left, right));
    }

    function _littleEndian(uint256 value) private pure returns (bytes memory bytes8le) {
        bytes8le = new bytes(8);
        for (uint256 i = 0; i < 8; ++i) bytes8le[i] = bytes1(uint8(value >> (8 * i)));
    }
}
