// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {WETHMock} from "./WETHMock.sol";

/// @title MintableWETHMock
/// @notice Stands for wrapped ETH where a test mints its asset, of six decimals; leaves out that every unit is backed: whoever
/// mints sees to it that ETH lies here.
/// @dev Its storage is that of `AssetMock`, so that its code can be put in that one's place.
contract MintableWETHMock is WETHMock {
    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }

    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
