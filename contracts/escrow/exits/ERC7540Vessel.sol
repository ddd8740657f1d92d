// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {IERC7540Redeem} from "../../interfaces/IERC7540Redeem.sol";
import {Vessel} from "./Vessel.sol";

/// @title ERC7540Vessel
/// @notice Leaves a vault that redeems on request: one request for everything, claims as the vault fulfils it.
/// @dev A controller need not consent, so anybody may open requests in the vessel's name. They only add: claims take
/// whatever the vault has for this controller, whichever request it came from.
contract ERC7540Vessel is Vessel {
    /// @notice The vault does not announce asynchronous redemption by ERC-165.
    error NotAsynchronous(address vault, bytes4 interfaceId);

    constructor(IERC4626 vault) Vessel(vault) {
        if (!ERC165Checker.supportsInterface(address(vault), 0x620ee8e4)) {
            revert NotAsynchronous(address(vault), 0x620ee8e4);
        }
    }

    /// @inheritdoc Vessel
    /// @dev What is fulfilled already has a price of its own, which a later loss does not touch.
    function isWorthless(uint256 shares) public view override returns (bool) {
        if (!super.isWorthless(shares)) return false;
        (, uint256 claimable) = _ask(abi.encodeCall(IERC4626.maxWithdraw, (address(this))));
        return claimable == 0;
    }

    function _open(uint256 shares) internal override {
        IERC7540Redeem(VAULT).requestRedeem(shares, address(this), address(this));
    }
}
