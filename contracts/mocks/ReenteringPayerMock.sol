// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title ReenteringPayerMock
/// @notice Stands for a contract that pays too much, and calls something else while it is given the rest back.
contract ReenteringPayerMock {
    address private _target;
    bytes private _data;

    /// Whether the call made while it was paid went through.
    bool public hasReentered;
    /// What that call answered or reverted with.
    bytes public answer;
    /// What it was given back. [wei]
    uint256 public refund;

    /// @notice What is called when ETH arrives.
    function plan(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    /// @notice Calls `target` with all that was sent.
    function pay(address target, bytes calldata data) external payable {
        (bool success, bytes memory reason) = target.call{value: msg.value}(data);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }

    // solhint-disable-next-line no-complex-fallback
    receive() external payable {
        refund = msg.value;
        if (_target != address(0)) (hasReentered, answer) = _target.call(_data);
    }
}
