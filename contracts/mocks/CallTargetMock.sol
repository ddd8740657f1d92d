// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title CallTargetMock
/// @notice Stands for whatever a timelock may call: takes any call and any value, writes it down, and, when told to,
/// fails or calls back.
contract CallTargetMock {
    struct Call {
        address sender;
        uint256 value;
        bytes data;
    }

    /// @notice The test told the mock to fail.
    error ToldToFail();

    event Called(address indexed sender, uint256 value, bytes data);

    Call[] private _calls;
    bool private _isFailing;
    address private _reentryTarget;
    bytes private _reentryData;

    receive() external payable {
        _record();
    }

    fallback() external payable {
        _record();
    }

    function setFailing(bool isFailing) external {
        _isFailing = isFailing;
    }

    /// @notice The next recorded call makes this contract call `target` with `data`, once; a failure is passed on.
    function setReentry(address target, bytes calldata data) external {
        _reentryTarget = target;
        _reentryData = data;
    }

    function callCount() external view returns (uint256) {
        return _calls.length;
    }

    function callAt(uint256 index) external view returns (Call memory) {
        return _calls[index];
    }

    function _record() private {
        if (_isFailing) revert ToldToFail();
        _calls.push(Call({sender: msg.sender, value: msg.value, data: msg.data}));
        emit Called(msg.sender, msg.value, msg.data);
        address target = _reentryTarget;
        if (target == address(0)) return;
        _reentryTarget = address(0);
        Address.functionCall(target, _reentryData);
    }
}
