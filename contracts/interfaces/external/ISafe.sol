// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title ISafe
/// @notice What is used of a Safe multisig, version 1.4.1. Committees are Safes; their code comes from Safe's package.
/// @dev A part of the official ABI: test/unit/safe/canonical.test.ts compares them.
interface ISafe {
    /// @notice A transaction of the owners has run.
    event ExecutionSuccess(bytes32 indexed txHash, uint256 payment);

    /// @notice A transaction of the owners has failed, and was paid for all the same.
    event ExecutionFailure(bytes32 indexed txHash, uint256 payment);

    /// @notice `owner` agreed to a hash by a transaction of its own.
    event ApproveHash(bytes32 indexed approvedHash, address indexed owner);

    /// @notice The Safe itself signed a message.
    event SignMsg(bytes32 indexed msgHash);

    /// @notice Gives a new Safe its owners, once.
    /// @param to Is called with `data` by delegatecall, unless it is address 0; it may write any storage.
    function setup(
        address[] calldata owners,
        uint256 threshold,
        address to,
        bytes calldata data,
        address fallbackHandler,
        address paymentToken,
        uint256 payment,
        address payable paymentReceiver
    ) external;

    /// @notice Makes a call in the Safe's name.
    /// @param operation 0: call, 1: delegatecall.
    /// @param safeTxGas With `gasPrice` 0 as well, a call that fails makes the whole transaction revert.
    /// @param signatures One after another, by ascending address of the owner.
    function execTransaction(
        address to,
        uint256 value,
        bytes calldata data,
        uint8 operation,
        uint256 safeTxGas,
        uint256 baseGas,
        uint256 gasPrice,
        address gasToken,
        address payable refundReceiver,
        bytes calldata signatures
    ) external payable returns (bool success);

    /// @notice Agrees to a transaction without a signature.
    function approveHash(bytes32 hashToApprove) external;

    /// @notice Puts `newOwner` in the place of `oldOwner`. By the Safe itself alone, as all that follow.
    /// @param prevOwner The one before `oldOwner` in the list; 0x1 before the first.
    function swapOwner(address prevOwner, address oldOwner, address newOwner) external;

    /// @notice Sets how many owners must sign.
    function changeThreshold(uint256 _threshold) external;

    /// @notice Lets `module` act in the Safe's name without any signature.
    function enableModule(address module) external;

    /// @notice Lets `guard` forbid transactions.
    function setGuard(address guard) external;

    /// @notice Sets who answers calls that the Safe does not know.
    function setFallbackHandler(address handler) external;

    /// @notice Hash of a transaction, which the owners sign.
    function getTransactionHash(
        address to,
        uint256 value,
        bytes calldata data,
        uint8 operation,
        uint256 safeTxGas,
        uint256 baseGas,
        uint256 gasPrice,
        address gasToken,
        address refundReceiver,
        uint256 _nonce
    ) external view returns (bytes32);

    /// @notice "1.4.1".
    function VERSION() external view returns (string memory);

    /// @notice Who may sign.
    function getOwners() external view returns (address[] memory);

    /// @notice How many of them must.
    function getThreshold() external view returns (uint256);

    /// @notice Number of the next transaction.
    function nonce() external view returns (uint256);

    /// @notice The modules after `start`, at most `pageSize`; 0x1 is before the first, and `next` once there are no more.
    function getModulesPaginated(
        address start,
        uint256 pageSize
    ) external view returns (address[] memory array, address next);
}
