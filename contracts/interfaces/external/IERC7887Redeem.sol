// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IERC7887Redeem
/// @notice What a vessel calls of ERC-7887, the cancellation of ERC-7540 requests: taking back what the vault cancelled.
/// @custom:source https://eips.ethereum.org/EIPS/eip-7887
interface IERC7887Redeem {
    /// @notice Cancelled and ready to be taken back. [shares]
    function claimableCancelRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);

    /// @notice Hands the cancelled shares of `controller` to `receiver`.
    function claimCancelRedeemRequest(
        uint256 requestId,
        address receiver,
        address controller
    ) external returns (uint256 shares);
}
