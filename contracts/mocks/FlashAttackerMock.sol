// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC3156FlashBorrower} from "@openzeppelin/contracts/interfaces/IERC3156FlashBorrower.sol";
import {IERC3156FlashLender} from "@openzeppelin/contracts/interfaces/IERC3156FlashLender.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title FlashAttackerMock
/// @notice Stands for an attacker with a contract: makes any list of calls in one transaction, in its own name, with or
/// without a flash loan under it. Anybody may use it.
contract FlashAttackerMock is IERC3156FlashBorrower {
    using SafeERC20 for IERC20;

    struct Call {
        address target;
        uint256 value;
        bytes data;
        /// Whether the list goes on when this call fails.
        bool mayFail;
    }

    event CallMade(uint256 indexed index, bool success, bytes returnData);

    receive() external payable {}

    /// @notice Borrows `amount` of `token`, makes the calls, pays back.
    function attack(IERC3156FlashLender lender, address token, uint256 amount, Call[] calldata calls) external payable {
        lender.flashLoan(this, token, amount, abi.encode(calls));
    }

    /// @notice Makes the calls.
    function run(Call[] calldata calls) external payable {
        _run(calls);
    }

    function onFlashLoan(
        address,
        address token,
        uint256 amount,
        uint256 fee,
        bytes calldata data
    ) external returns (bytes32) {
        _run(abi.decode(data, (Call[])));
        IERC20(token).forceApprove(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }

    function _run(Call[] memory calls) private {
        for (uint256 i = 0; i < calls.length; ++i) {
            Call memory call = calls[i];
            (bool success, bytes memory returnData) = call.target.call{value: call.value}(call.data);
            if (!call.mayFail) Address.verifyCallResult(success, returnData);
            emit CallMade(i, success, returnData);
        }
    }
}
