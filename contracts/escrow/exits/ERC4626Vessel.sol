// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {Vessel} from "./Vessel.sol";

/// @title ERC4626Vessel
/// @notice Leaves a vault that redeems at once, as far as its liquidity reaches.
contract ERC4626Vessel is Vessel {
    constructor(IERC4626 vault) Vessel(vault) {}

    /// @dev Nothing to ask for: every claim redeems.
    function _open(uint256) internal override {}
}
