// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {OpenZeppelinUpgradeableVault} from "./OpenZeppelinUpgradeableVault.sol";

/// @title UpgradedAwayVault
/// @notice What {OpenZeppelinUpgradeableVault} may become by an upgrade: the same shares, and no way out.
contract UpgradedAwayVault is OpenZeppelinUpgradeableVault {
    /// @notice The upgrade has removed redemption.
    error NoWayOut();

    function maxRedeem(address) public pure override returns (uint256) {
        return 0;
    }

    function _withdraw(address, address, address, uint256, uint256) internal pure override {
        revert NoWayOut();
    }
}
