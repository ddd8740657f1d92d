// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessControlEnumerableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/extensions/AccessControlEnumerableUpgradeable.sol";
import {PausableUpgradeable} from "@openzeppelin/contracts-upgradeable/utils/PausableUpgradeable.sol";

/// @title UpgradeableRolesMock
/// @notice Stands for somebody else's contract behind a proxy, with roles and a pause: OpenZeppelin's own, which keep
/// their state in namespaces (ERC-7201). Anybody may pause it.
contract UpgradeableRolesMock is AccessControlEnumerableUpgradeable, PausableUpgradeable {
    /// @notice Of its own, outside any namespace. [seconds]
    uint64 public delay;

    constructor() {
        _disableInitializers();
    }

    function initialize(address admin) external initializer {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
    }

    function setDelay(uint64 newDelay) external onlyRole(DEFAULT_ADMIN_ROLE) {
        delay = newDelay;
    }

    function pause() external {
        _pause();
    }
}
