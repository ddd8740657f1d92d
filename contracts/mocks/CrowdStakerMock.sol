// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IVetoEscrow} from "../interfaces/IVetoEscrow.sol";

/// @title CrowdStakerMock
/// @notice Stands for one staker of a crowd.
contract CrowdStakerMock {
    function lock(IVetoEscrow escrow, IERC20 share, uint256 shares) external {
        share.approve(address(escrow), shares);
        escrow.lock(shares, 0);
    }
}
