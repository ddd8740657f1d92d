// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

// The names are those of the contract that is live.
// solhint-disable func-name-mixedcase, var-name-mixedcase

/// @title IDepositContract
/// @notice The contract through which ETH reaches the beacon chain.
/// @custom:source https://github.com/ethereum/consensus-specs/blob/a08d8a6e2b45f0b8c0d379abc15583427c643689/specs/phase0/deposit-contract.md
interface IDepositContract {
    /// @notice A deposit was accepted; numbers are little-endian, as the beacon chain reads them.
    /// @param amount 8 bytes. [gwei]
    /// @param index How many deposits came before; 8 bytes.
    event DepositEvent(bytes pubkey, bytes withdrawal_credentials, bytes amount, bytes signature, bytes index);

    /// @notice Deposits what is sent: at least 1 ETH, whole gwei.
    /// @param pubkey 48 bytes.
    /// @param withdrawal_credentials 32 bytes; those of a key's first valid deposit stay for good.
    /// @param signature 96 bytes; not checked here, and by the beacon chain only for a key's first deposit.
    /// @param deposit_data_root SSZ root of all four; another one reverts.
    function deposit(
        bytes calldata pubkey,
        bytes calldata withdrawal_credentials,
        bytes calldata signature,
        bytes32 deposit_data_root
    ) external payable;

    /// @notice SSZ root of the list of all deposits.
    function get_deposit_root() external view returns (bytes32);

    /// @notice How many deposits there are; 8 bytes, little-endian.
    function get_deposit_count() external view returns (bytes memory);
}
