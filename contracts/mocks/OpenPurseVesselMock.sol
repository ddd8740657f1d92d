// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {StandInMock} from "./StandInMock.sol";

/// @notice Stands for a vessel whose author has left the guard out where the amount matters: it pays anybody what others have left with.
contract OpenPurseVesselMock is StandInMock {
    using SafeERC20 for IERC20;

    IERC20 private immutable _ASSET;

    constructor(address original, IERC20 asset) StandInMock(original) {
        _ASSET = asset;
    }

    function pay(address receiver, uint256 amount) external {
        _ASSET.safeTransfer(receiver, amount);
    }
}
