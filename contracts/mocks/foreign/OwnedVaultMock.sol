// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC4626Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC4626Upgradeable.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {Ownable2StepUpgradeable} from "@openzeppelin/contracts-upgradeable/access/Ownable2StepUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// @title OwnedVaultMock
/// @notice Stands for somebody else's vault behind a proxy: OpenZeppelin's, with an owner, a fee that it sets, and an
/// upgrade of its own where the proxy has none (UUPS).
contract OwnedVaultMock is ERC4626Upgradeable, Ownable2StepUpgradeable, UUPSUpgradeable {
    /// @notice [10,000 = 100 %]
    uint256 public fee;

    /// @notice The fee is more than a tenth. [10,000 = 100 %]
    error FeeTooHigh(uint256 fee, uint256 limit);

    constructor() {
        _disableInitializers();
    }

    function initialize(IERC20 asset_, address owner_) external initializer {
        __ERC20_init("Owned vault", "OWN");
        __ERC4626_init(asset_);
        __Ownable_init(owner_);
    }

    function setFee(uint256 newFee) external onlyOwner {
        if (newFee > 1_000) revert FeeTooHigh(newFee, 1_000);
        fee = newFee;
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}
}
