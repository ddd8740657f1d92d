// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IERC7540Redeem
/// @notice The asynchronous redemption side of ERC-7540, as far as a vessel calls it.
/// @custom:source https://eips.ethereum.org/EIPS/eip-7540
interface IERC7540Redeem {
    /// @notice `shares` of `owner` were put into request `requestId`.
    event RedeemRequest(
        address indexed controller,
        address indexed owner,
        uint256 indexed requestId,
        address sender,
        uint256 shares
    );

    /// @notice Asks to redeem `shares` of `owner`; `controller` may claim.
    function requestRedeem(uint256 shares, address controller, address owner) external returns (uint256 requestId);

    /// @notice Requested and not yet claimable. [shares]
    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);

    /// @notice Claimable and not yet claimed. [shares]
    function claimableRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);
}
