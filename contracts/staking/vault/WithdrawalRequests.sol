// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title WithdrawalRequests
/// @notice Full exits through the predeploy of EIP-7002. The vault's own ETH never pays for them.
/// @custom:source https://github.com/ethereum/EIPs/blob/f767a1e8078e17c9b381a91d35a09492189ede1b/EIPS/eip-7002.md
library WithdrawalRequests {
    /// @notice EIP-7002 is not there, or does not answer with its fee.
    error NoWithdrawalRequests();
    /// @notice What is sent does not pay for the requests. [wei]
    error FeeTooLow(uint256 actual, uint256 needed);
    /// @notice EIP-7002 did not take the request.
    error RequestFailed();

    address internal constant PREDEPLOY = 0x00000961Ef480Eb55e80D19ad83579A64c007002;

    /// @notice What one request costs in this block. [wei]
    function feeNow() internal view returns (uint256) {
        (bool success, bytes memory answer) = PREDEPLOY.staticcall("");
        if (!success || answer.length != 32) revert NoWithdrawalRequests();
        return abi.decode(answer, (uint256));
    }

    /// @notice Asks for a full exit: an amount of 0.
    /// @param pubkey 48 bytes.
    function request(bytes calldata pubkey, uint256 fee) internal {
        (bool success, ) = PREDEPLOY.call{value: fee}(bytes.concat(pubkey, bytes8(0)));
        if (!success) revert RequestFailed();
    }
}
