// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title LockFloorMock
/// @notice Stands for the least that any lock can be: a transfer, a position and a total. No epochs, no time, no gate.
/// Gas figures are compared with it.
contract LockFloorMock {
    IERC20 private immutable _SHARE;
    uint256 private _total;
    mapping(address staker => uint256) private _positions;

    constructor(IERC20 share) {
        _SHARE = share;
    }

    function lock(uint256 shares) external {
        _positions[msg.sender] += shares;
        _total += shares;
        _SHARE.transferFrom(msg.sender, address(this), shares);
    }
}
