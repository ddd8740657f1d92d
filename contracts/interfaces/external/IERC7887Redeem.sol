// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IERC7887Redeem
/// @notice Cancelling a redemption that has been requested: the redemption's half of ERC-7887. A vessel takes back what the
/// vault has cancelled, and never asks to cancel.
/// @custom:source https://eips.ethereum.org/EIPS/eip-7887
interface IERC7887Redeem {
    /// @notice Asks to cancel a request of `controller`, who or whose operator calls.
    function cancelRedeemRequest(uint256 requestId, address controller) external;

    /// @notice Hands the cancelled shares of `controller` to `receiver`.
    function claimCancelRedeemRequest(
        uint256 requestId,
        address receiver,
        address controller
    ) external returns (uint256 shares);

    /// @notice Whether a cancellation has been asked for and not been decided.
    function pendingCancelRedeemRequest(uint256 requestId, address controller) external view returns (bool);

    /// @notice Cancelled and ready to be taken back. [shares]
    function claimableCancelRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);
}
