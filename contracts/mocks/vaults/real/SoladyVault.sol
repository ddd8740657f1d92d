// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC4626} from "solady/src/tokens/ERC4626.sol";

/// @title SoladyVault
/// @notice Solady's ERC4626 as it is: an implementation that shares no line with OpenZeppelin's. Without virtual shares
/// it computes as other vaults without protection of the first depositor do.
contract SoladyVault is ERC4626 {
    address private immutable _ASSET;
    uint8 private immutable _ASSET_DECIMALS;
    bool private immutable _HAS_VIRTUAL_SHARES;

    constructor(address asset_, bool hasVirtualShares) {
        _ASSET = asset_;
        _HAS_VIRTUAL_SHARES = hasVirtualShares;
        (, _ASSET_DECIMALS) = _tryGetAssetDecimals(asset_);
    }

    function name() public pure override returns (string memory) {
        return "Solady vault";
    }

    function symbol() public pure override returns (string memory) {
        return "soVAULT";
    }

    function asset() public view override returns (address) {
        return _ASSET;
    }

    function _underlyingDecimals() internal view override returns (uint8) {
        return _ASSET_DECIMALS;
    }

    function _useVirtualShares() internal view override returns (bool) {
        return _HAS_VIRTUAL_SHARES;
    }
}
