// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC3156FlashBorrower} from "@openzeppelin/contracts/interfaces/IERC3156FlashBorrower.sol";
import {IERC3156FlashLender} from "@openzeppelin/contracts/interfaces/IERC3156FlashLender.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title FlashLenderMock
/// @notice Stands for every source of flash loans (ERC-3156): lends whatever tokens it holds, free of charge.
contract FlashLenderMock is IERC3156FlashLender {
    using SafeERC20 for IERC20;

    /// @notice `borrower` did not accept the loan.
    error CallbackRefused(address borrower);

    bytes32 private constant _CALLBACK_DONE = keccak256("ERC3156FlashBorrower.onFlashLoan");

    function flashLoan(
        IERC3156FlashBorrower borrower,
        address token,
        uint256 amount,
        bytes calldata data
    ) external returns (bool) {
        IERC20(token).safeTransfer(address(borrower), amount);
        if (borrower.onFlashLoan(msg.sender, token, amount, 0, data) != _CALLBACK_DONE) {
            revert CallbackRefused(address(borrower));
        }
        IERC20(token).safeTransferFrom(address(borrower), address(this), amount);
        return true;
    }

    function maxFlashLoan(address token) external view returns (uint256) {
        return IERC20(token).balanceOf(address(this));
    }

    function flashFee(address, uint256) external pure returns (uint256) {
        return 0;
    }
}
