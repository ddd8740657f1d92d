// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Vessel} from "./Vessel.sol";

/// @title ERC4626Vessel
/// @notice Leaves a vault that redeems at once, as far as its liquidity reaches.
contract ERC4626Vessel is Vessel {
    constructor(IERC4626 vault) Vessel(vault) {}

    /// @dev Nothing to ask for: every claim redeems.
    function _open(uint256) internal override {}

    /// @dev ERC-4626 allows `maxRedeem` to promise too little, and some vaults promise 0 to everybody. One finds out by
    /// trying; a vault that refuses has nothing to claim.
    function _claimUnannounced(uint256 maxShares) internal override returns (uint256 shares) {
        shares = Math.min(maxShares, IERC20(SHARE).balanceOf(address(this)));
        if (shares == 0) return 0;
        try IERC4626(VAULT).redeem(shares, address(this), address(this)) {} catch {
            return 0;
        }
    }
}
