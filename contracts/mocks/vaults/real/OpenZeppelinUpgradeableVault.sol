// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC4626Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC4626Upgradeable.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// @title OpenZeppelinUpgradeableVault
/// @notice OpenZeppelin's ERC4626Upgradeable as it is, to stand behind an ERC-1967 proxy. Anybody may upgrade it.
contract OpenZeppelinUpgradeableVault is ERC4626Upgradeable, UUPSUpgradeable {
    constructor() {
        _disableInitializers();
    }

    function initialize(IERC20 asset_) external initializer {
        __ERC20_init("OpenZeppelin upgradeable vault", "ozUP");
        __ERC4626_init(asset_);
    }

    function _authorizeUpgrade(address) internal override {}
}
