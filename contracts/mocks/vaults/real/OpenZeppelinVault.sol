// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";

/// @title OpenZeppelinVault
/// @notice OpenZeppelin's ERC4626 as it is, with the offset of decimals of the test's choice.
contract OpenZeppelinVault is ERC4626 {
    uint8 private immutable _OFFSET;

    constructor(IERC20 asset_, uint8 offset) ERC20("OpenZeppelin vault", "ozVAULT") ERC4626(asset_) {
        _OFFSET = offset;
    }

    function _decimalsOffset() internal view override returns (uint8) {
        return _OFFSET;
    }
}
