// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IVetoEscrow} from "../interfaces/IVetoEscrow.sol";
import {CrowdStakerMock} from "./CrowdStakerMock.sol";

/// @title CrowdMock
/// @notice Stands for thousands of stakers: each is a contract of its own with its own shares, allowance and position.
/// Give it shares, then call {lock} as often as needed.
contract CrowdMock {
    IVetoEscrow private immutable _ESCROW;
    IERC20 private immutable _SHARE;
    address private immutable _STAKER;

    /// @notice How many stakers have locked.
    uint256 public size;

    constructor(IVetoEscrow escrow) {
        _ESCROW = escrow;
        _SHARE = IERC20(escrow.SHARE());
        _STAKER = address(new CrowdStakerMock());
    }

    /// @notice `count` new stakers lock `shares` each.
    function lock(uint256 count, uint256 shares) external {
        size += count;
        for (uint256 i = 0; i < count; ++i) {
            address staker = Clones.clone(_STAKER);
            _SHARE.transfer(staker, shares);
            CrowdStakerMock(staker).lock(_ESCROW, _SHARE, shares);
        }
    }
}
